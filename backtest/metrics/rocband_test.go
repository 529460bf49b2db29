package metrics

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var rocRates = []float64{0, 0.05, 0.1, 0.25, 0.5, 0.9, 1}

func mustBand(t fataler, score [][]float64, churned []bool, cluster []int32, replicates int) [][]BandPoint {
	t.Helper()
	bands, err := ROCBands(context.Background(), score, churned, cluster, BandPlan{FPR: rocRates, Replicates: replicates, Seed: 1, Level: 0.95})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return bands
}

// tprAt reads the curve of [ROC] at a false-positive rate, point by point.
func tprAt(curve []Point, fpr float64) float64 {
	at := math.NaN()
	for i, p := range curve {
		switch {
		case p.FPR <= fpr:
			at = p.TPR
		case curve[i-1].FPR <= fpr:
			from := curve[i-1]
			return from.TPR + (p.TPR-from.TPR)*(fpr-from.FPR)/(p.FPR-from.FPR)
		}
	}
	return at
}

// Four rows, two of each outcome, scores 4 churned, 3 renewed, 2 churned, 1 renewed: the
// curve rises to 1/2, runs to (1/2, 1/2), rises to 1.
func TestROCBandReadsTheCurveByHand(t *testing.T) {
	bands := mustBand(t, [][]float64{{4, 3, 2, 1}}, bools(1, 0, 1, 0), nil, 20)
	for k, want := range []float64{0.5, 0.5, 0.5, 0.5, 1, 1, 1} {
		if got := bands[0][k]; got.TPR != want || got.FPR != rocRates[k] {
			t.Errorf("at %v: %v, want %v", rocRates[k], got.TPR, want)
		}
	}
}

func TestROCBandLiesOnTheCurveOfFewScores(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		curve := ROC(s.score, s.churned)
		for _, p := range mustBand(t, [][]float64{s.score}, s.churned, s.cluster, 3)[0] {
			if want := tprAt(curve, p.FPR); math.Abs(p.TPR-want) > 1e-12 && !(math.IsNaN(p.TPR) && math.IsNaN(want)) {
				t.Fatalf("at %v: %v, the curve is at %v", p.FPR, p.TPR, want)
			}
		}
	})
}

// twoNormals are accounts of several rows with churners one standard deviation higher; all
// rows of an account share their outcome and most of their score.
func twoNormals(seed uint64, accounts, rows int) (score []float64, churned []bool, cluster []int32) {
	rng := rand.New(rand.NewPCG(seed, 4))
	for g := range accounts {
		y, common := g%4 == 0, rng.NormFloat64()
		if y {
			common++
		}
		for range rows {
			score, churned, cluster = append(score, common+0.1*rng.NormFloat64()), append(churned, y), append(cluster, int32(g))
		}
	}
	return score, churned, cluster
}

func TestROCBandIsWithinAStepOfTheCurveOfManyScores(t *testing.T) {
	score, churned, cluster := twoNormals(1, 20_000, 1)
	curve := ROC(score, churned)
	for _, p := range mustBand(t, [][]float64{score}, churned, cluster, 2)[0] {
		if want := tprAt(curve, p.FPR); math.Abs(p.TPR-want) > cellStep {
			t.Errorf("at %v: %v, the curve is at %v", p.FPR, p.TPR, want)
		}
	}
}

// A replicate by hand: the rows of the drawn accounts copied out, and their own ROC curve.
func TestROCBandIsThePercentileOfRedrawnCurves(t *testing.T) {
	const replicates = 60
	score, churned, cluster := twoNormals(2, 24, 3)
	got := mustBand(t, [][]float64{score}, churned, cluster, replicates)[0]
	at := &Replicates{Width: len(rocRates)}
	for r := range replicates {
		count := make([]int32, 24)
		draw(count, rand.NewPCG(1, uint64(r)))
		var drawnScore []float64
		var drawnChurned []bool
		for i, g := range cluster {
			for range count[g] {
				drawnScore, drawnChurned = append(drawnScore, score[i]), append(drawnChurned, churned[i])
			}
		}
		curve := ROC(drawnScore, drawnChurned)
		for _, fpr := range rocRates {
			at.Values = append(at.Values, tprAt(curve, fpr))
		}
	}
	for k, p := range got {
		if low, high := at.Percentile(k, 0.95); math.Abs(p.Low-low)+math.Abs(p.High-high) > 1e-12 {
			t.Errorf("at %v: [%v, %v], copies of rows give [%v, %v]", p.FPR, p.Low, p.High, low, high)
		}
	}
}

// The curve of two normal distributions one apart is Phi(1 + Phi^-1(fpr)). Bands that take
// the four rows of an account for four accounts hold it far less often.
func TestROCBandHoldsTheTrueCurve(t *testing.T) {
	if testing.Short() {
		t.Skip("300 bootstraps: the coverage of the bands was not checked")
	}
	truth := func(fpr float64) float64 {
		shifted := 1/math.Sqrt(1.01) - math.Sqrt2*math.Erfinv(1-2*fpr) // one standard deviation of the sum, from its threshold
		return 0.5 * math.Erfc(-shifted/math.Sqrt2)
	}
	held := func(accounts bool) (within, all float64) {
		for seed := range uint64(150) {
			score, churned, cluster := twoNormals(seed, 300, 4)
			if !accounts {
				cluster = nil
			}
			for _, p := range mustBand(t, [][]float64{score}, churned, cluster, 200)[0] {
				if p.FPR < 0.05 || p.FPR > 0.5 {
					continue
				}
				all++
				if want := truth(p.FPR); p.Low <= want && want <= p.High {
					within++
				}
			}
		}
		return within, all
	}
	if within, all := held(true); within/all < 0.925 || within/all > 0.975 {
		t.Errorf("%.3f of the truth is within bands of accounts, want 0.95", within/all)
	}
	if within, all := held(false); within/all > 0.8 {
		t.Errorf("%.3f of the truth is within bands of rows: accounts should matter here", within/all)
	}
}

func TestROCBandsDoNotDependOnProcessorsOrTheOrderOfRows(t *testing.T) {
	score, churned, cluster := twoNormals(3, 200, 3)
	want := mustBand(t, [][]float64{score}, churned, cluster, 40)
	old := runtime.GOMAXPROCS(1)
	again := mustBand(t, [][]float64{score}, churned, cluster, 40)
	runtime.GOMAXPROCS(old)
	slices.Reverse(score)
	slices.Reverse(churned)
	slices.Reverse(cluster)
	turned := mustBand(t, [][]float64{score}, churned, cluster, 40)
	for k := range want[0] {
		if want[0][k] != again[0][k] || want[0][k] != turned[0][k] {
			t.Errorf("%+v, on one processor %+v, with rows reversed %+v", want[0][k], again[0][k], turned[0][k])
		}
	}
}

func TestOneScoreForEverybodyHasNoBand(t *testing.T) {
	bands := mustBand(t, [][]float64{{1, 1, 1, 1}, {1, 2, 3, 4}}, bools(0, 1, 0, 1), nil, 5)
	if bands[0] != nil || len(bands[1]) != len(rocRates) {
		t.Errorf("bands of %d and %d points, want none and %d", len(bands[0]), len(bands[1]), len(rocRates))
	}
}

func TestROCBandsRefuseBadInput(t *testing.T) {
	for _, c := range []struct {
		name    string
		score   []float64
		cluster []int32
		says    string
	}{
		{"fewer scores than outcomes", []float64{1}, nil, "equally many"},
		{"fewer accounts than outcomes", []float64{1, 2}, []int32{0}, "equally many"},
		{"a missing score", []float64{1, math.NaN()}, nil, "not a number"},
		{"a negative account", []float64{1, 2}, []int32{0, -1}, "account of row 1 is -1"},
	} {
		_, err := ROCBands(context.Background(), [][]float64{c.score}, bools(0, 1), c.cluster, BandPlan{FPR: rocRates, Replicates: 2, Level: 0.95})
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.says)
		}
	}
}
