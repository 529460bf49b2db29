package metrics

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// pairsWon is the definition of AUC: all pairs, one by one.
func pairsWon(score []float64, churned []bool) float64 {
	var won, pairs float64
	for i, y := range churned {
		for j, x := range churned {
			if y && !x {
				pairs++
				won += placement(score[i], score[j])
			}
		}
	}
	return won / pairs
}

// placement is 1 for a churned score above a renewed one, 1/2 for a tie.
func placement(churned, renewed float64) float64 {
	switch {
	case churned > renewed:
		return 1
	case churned == renewed:
		return 0.5
	}
	return 0
}

func TestAUCIsTheShareOfPairsWon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		sameNumbers(t, "AUC", AUC(s.score, s.churned), pairsWon(s.score, s.churned))
	})
}

func TestThresholdMetricsEqualTheirDefinitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		var ks, ap, area float64
		var before Point
		events := float64(countTrue(s.churned))
		for _, p := range ROC(s.score, s.churned) {
			ks = max(ks, math.Abs(p.TPR-p.FPR))
			hits := p.TPR * events
			if listed := hits + p.FPR*(float64(len(s.churned))-events); listed > 0 {
				ap += (p.TPR - before.TPR) * hits / listed
			}
			area += (p.FPR - before.FPR) * (p.TPR + before.TPR) / 2
			before = p
		}
		if before == (Point{}) {
			return // one class only: see the table of undefined metrics
		}
		for _, c := range []struct{ got, want float64 }{
			{KS(s.score, s.churned), ks},
			{AveragePrecision(s.score, s.churned), ap},
			{AUC(s.score, s.churned), area},
		} {
			if math.Abs(c.got-c.want) > 1e-14 {
				t.Fatalf("got %v, by definition %v", c.got, c.want)
			}
		}
	})
}

// A curve in steps has the first point of the whole one at which a rate reaches each of them, and no other.
func TestACurveInStepsHasTheFirstPointOfEach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		r := NewRanking(s.score, s.churned, s.cluster)
		whole, steps := r.ROC(s.score, len(s.score)), rapid.IntRange(1, 8).Draw(t, "steps")
		churned := float64(countTrue(s.churned))
		renewed := float64(len(s.churned)) - churned
		first := make(map[Point]bool)
		for step := range steps + 1 {
			for _, reaches := range []func(Point) bool{
				func(p Point) bool { return math.Round(p.TPR*churned)*float64(steps) >= float64(step)*churned },
				func(p Point) bool { return math.Round(p.FPR*renewed)*float64(steps) >= float64(step)*renewed },
			} {
				if at := slices.IndexFunc(whole, reaches); at >= 0 {
					first[whole[at]] = true
				}
			}
		}
		want := slices.DeleteFunc(slices.Clone(whole), func(p Point) bool { return !first[p] })
		if got := r.ROC(s.score, steps); !slices.Equal(got, want) {
			t.Fatalf("%d steps of %v: %v, want %v", steps, whole, got, want)
		}
	})
}

func TestRankMetricsIgnoreIncreasingTransforms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		moved := make([]float64, len(s.score))
		for i, x := range s.score {
			moved[i] = math.Cbrt(x) - 7
		}
		a, b := newPlainRanking(s.score, s.churned).Curve(nil), newPlainRanking(moved, s.churned).Curve(nil)
		sameNumbers(t, "AUC", b.AUC, a.AUC)
		sameNumbers(t, "KS", b.KS, a.KS)
		sameNumbers(t, "AP", b.AveragePrecision, a.AveragePrecision)
	})
}

func TestReversingTheScoreReflectsAUCAndKeepsKS(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		reversed := make([]float64, len(s.score))
		for i, x := range s.score {
			reversed[i] = -x
		}
		sum := AUC(s.score, s.churned) + AUC(reversed, s.churned)
		if math.Abs(sum-1) > 2e-16 {
			t.Fatalf("AUCs of a score and its reverse add up to %v", sum)
		}
		sameNumbers(t, "KS", KS(reversed, s.churned), KS(s.score, s.churned))
	})
}

func TestDiscriminationByHand(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name        string
		score       []float64
		churned     []bool
		auc, ks, ap float64
	}{
		// optbinning's ks reports 0.5 for the first and 0.92 or 0 for the second.
		{"a perfect separator of four rows", []float64{1, 2, 3, 4}, bools(0, 0, 1, 1), 1, 1, 1},
		{"all scores tied", []float64{7, 7, 7, 7, 7}, bools(1, 0, 0, 1, 0), 0.5, 0, 0.4},
		{"a reversed separator", []float64{4, 3, 2, 1}, bools(0, 0, 1, 1), 0, 1, (1.0/3 + 2.0/4) / 2},
		{"three pairs of four", []float64{.1, .4, .35, .8}, bools(0, 0, 1, 1), 0.75, 0.5, (1 + 2.0/3) / 2},
		{"nobody churned", []float64{1, 2}, bools(0, 0), nan, nan, nan},
		{"everybody churned", []float64{1, 2}, bools(1, 1), nan, nan, 1},
		{"no rows", nil, nil, nan, nan, nan},
		{"a missing score", []float64{1, nan}, bools(1, 0), nan, nan, nan},
	} {
		t.Run(c.name, func(t *testing.T) {
			sameNumbers(t, "AUC", AUC(c.score, c.churned), c.auc)
			sameNumbers(t, "KS", KS(c.score, c.churned), c.ks)
			if ap := AveragePrecision(c.score, c.churned); !near(ap, c.ap, 3e-16) && !sameBits(ap, c.ap) {
				t.Errorf("AP = %v, want %v", ap, c.ap) // its terms are rounded, unlike the others
			}
			if points := ROC(c.score, c.churned); math.IsNaN(c.auc) != (points == nil) {
				t.Errorf("ROC %v beside an AUC of %v", points, c.auc)
			}
		})
	}
}
