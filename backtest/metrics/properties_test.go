package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// rankNumbers is everything that sees the order of the scores only.
func rankNumbers(s sample, score []float64) []float64 {
	r := NewRanking(score, s.churned, s.cluster)
	m := RankMetrics{Lists: []int{1, 5}}
	out := m.Of(r, nil)
	for _, u := range m.Influence(r) {
		out = append(out, u...)
	}
	for _, g := range Gains(score, s.churned, s.value, 3) {
		out = append(out, g.Rate, g.Lift, g.Value, g.Precision, g.CumulativeLift, g.Capture, g.ValueCapture, g.KS)
	}
	c := WeightedCurve(score, s.churned, s.value)
	at := WeightedCapacity(score, s.churned, s.value, 1e4)
	most := Campaign{300, 20, 2}.MaxProfit(score, s.churned, 0.4)
	expected := Campaign{300, 20, 2}.ExpectedMaxProfit(score, s.churned, 6, 14)
	return append(out, c.AUC, c.KS, c.AveragePrecision, at.Precision, at.Lift, at.Capture,
		most.Profit, most.Targeted, expected.Profit, expected.Targeted)
}

func TestIncreasingTransformsLeaveRankMetricsUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		want := rankNumbers(s, s.score)
		levels := slices.Compact(slices.Sorted(slices.Values(s.score)))
		for name, transform := range map[string]func(float64) float64{
			"its place among the levels": func(x float64) float64 { k, _ := slices.BinarySearch(levels, x); return float64(k) },
			"minus one over the place":   func(x float64) float64 { k, _ := slices.BinarySearch(levels, x); return -1 / float64(k+1) },
			"halved and shifted":         func(x float64) float64 { return x/2 - 1<<20 },
		} {
			moved := make([]float64, len(s.score))
			for i, x := range s.score {
				moved[i] = transform(x)
			}
			if len(slices.Compact(slices.Sorted(slices.Values(moved)))) != len(levels) {
				continue // rounding made ties
			}
			t.Log(name)
			sameFingerprint(t, rankNumbers(s, moved), want)
		}
	})
}

func TestAllTiedScoresHaveAUCOneHalfAndLiftOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		events := countTrue(s.churned)
		if events == 0 || events == len(s.churned) {
			return
		}
		same := make([]float64, len(s.churned))
		m := RankMetrics{Lists: []int{rapid.IntRange(1, 50).Draw(t, "k")}}
		got := m.Of(NewRanking(same, s.churned, s.cluster), nil)
		rate := float64(events) / float64(len(same))
		if got[ColumnAUC] != 0.5 || got[ColumnKS] != 0 || !near(got[ColumnAP], rate, 1e-15) || !near(got[m.ColumnLift(0)], 1, 1e-14) {
			t.Fatalf("metrics %v at a rate of %v", got, rate)
		}
		for _, g := range Gains(same, s.churned, nil, 4) {
			if !near(g.Lift, 1, 1e-12) || math.Abs(g.KS) > 1e-12 {
				t.Fatalf("%+v", g)
			}
		}
	})
}

// Reversing the score turns the ranking upside down.
func TestReversedScoresHaveTheComplementaryAUC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		reversed := make([]float64, len(s.score))
		for i, x := range s.score {
			reversed[i] = -x
		}
		a, b := WeightedCurve(s.score, s.churned, s.value), WeightedCurve(reversed, s.churned, s.value)
		if math.IsNaN(a.AUC) != math.IsNaN(b.AUC) || math.Abs(a.AUC+b.AUC-1) > 1e-12 || math.Abs(a.KS-b.KS) > 1e-12 {
			t.Fatalf("%+v, reversed %+v", a, b)
		}
	})
}

// Inside a long tie a list is a smooth function of the multiplicities, and the churn rate
// around the cut is that of the tie: the influences are derivatives up to their mean.
func TestInfluenceOnAListThatEndsInATieIsADerivative(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 1))
	const n, accounts, many, k = 200, 20, 1000, 100
	score, churned, cluster := make([]float64, n), make([]bool, n), make([]int32, n)
	for i := range score {
		score[i], churned[i], cluster[i] = float64(rng.IntN(2)*(i%20/18)), rng.IntN(3) == 0, int32(i%accounts)
	}
	r := NewRanking(score, churned, cluster)
	m := RankMetrics{Lists: []int{k}}
	scaled := RankMetrics{Lists: []int{k * many}} // every account counts many times
	u := m.Influence(r)
	count := make([]int32, accounts)
	slopes := make([][]float64, m.Width())
	for g := range count {
		for h := range count {
			count[h] = many
		}
		count[g]++
		more := scaled.Of(r, count)
		count[g] -= 2
		less := scaled.Of(r, count)
		for c := range slopes {
			slopes[c] = append(slopes[c], (more[c]-less[c])*many/2)
		}
	}
	for c := m.ColumnPrecision(0); c < m.Width(); c++ {
		centre(slopes[c])
		for g, want := range slopes[c] {
			if math.Abs(u[c][g]-want) > 1e-6 {
				t.Errorf("column %d, account %d: influence %v, slope %v", c, g, u[c][g], want)
			}
		}
	}
}

// The isotonic regression is the best recalibration: no increasing staircase of other
// heights has a lower Brier score.
func TestNoRecalibrationBeatsTheIsotonicOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		if len(s.eta) == 0 {
			return
		}
		d := DecomposeBrier(s.eta, s.churned, nil)
		best := d.Uncertainty - d.Discrimination
		levels := slices.Compact(slices.Sorted(slices.Values(s.eta)))
		heights := make([]float64, len(levels))
		for i := range heights {
			heights[i] = rapid.Float64Range(-4, 4).Draw(t, "height")
		}
		slices.Sort(heights)
		other := make([]float64, len(s.eta))
		for i, e := range s.eta {
			k, _ := slices.BinarySearch(levels, e)
			other[i] = heights[k]
		}
		if got := Brier(other, s.churned); got < best-1e-12 {
			t.Fatalf("a staircase scores %v, the isotonic one %v", got, best)
		}
	})
}

// A maximum of averages is never above the average of maxima (Jensen), and knowing more of
// the save rate cannot hurt.
func TestExpectedMaximumProfitIsAtLeastTheMaximumAtTheMeanRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, c := drawSample(t), drawCampaign(t)
		a, b := rapid.Float64Range(0.5, 20).Draw(t, "a"), rapid.Float64Range(0.5, 20).Draw(t, "b")
		most, expected := c.MaxProfit(s.score, s.churned, a/(a+b)), c.ExpectedMaxProfit(s.score, s.churned, a, b)
		if expected.Profit < most.Profit-1e-9*c.Value {
			t.Fatalf("expected %v, at the mean rate %v", expected.Profit, most.Profit)
		}
		if c.MaxProfit(s.score, s.churned, 1).Profit < expected.Profit-1e-9*c.Value {
			t.Fatalf("expected %v, more than if everyone were saved", expected.Profit)
		}
	})
}

// A higher save rate never lowers the best profit.
func TestMaximumProfitRisesWithTheSaveRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, c := drawSample(t), drawCampaign(t)
		last := 0.0
		for rate := 0.0; rate <= 1; rate += 0.125 {
			p := c.MaxProfit(s.score, s.churned, rate).Profit
			if c.Value > c.Incentive && p < last-1e-9 {
				t.Fatalf("rate %v: profit %v after %v", rate, p, last)
			}
			last = p
		}
	})
}

func TestHigherThresholdsWorkFewerRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		if len(s.eta) == 0 {
			return
		}
		thresholds := []float64{0, .05, .1, .2, .3, .5, .7, .9, .99}
		last := 1.0
		for _, n := range DecisionCurve(s.eta, s.churned, nil, thresholds) {
			if n.Worked > last || n.Model > float64(countTrue(s.churned))/float64(len(s.churned)) {
				t.Fatalf("%+v after %v worked", n, last)
			}
			last = n.Worked
		}
		// Below all probabilities the model works everybody.
		if n := DecisionCurve(s.eta, s.churned, nil, []float64{1e-9})[0]; n.Model != n.All || n.Worked != 1 {
			t.Fatalf("%+v", n)
		}
	})
}

// Intervals move and stretch with their column.
func TestIntervalsFollowAChangeOfUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-1, 1), 5, 40).Draw(t, "values")
		estimate, a := rapid.Float64Range(-1, 1).Draw(t, "estimate"), rapid.Float64Range(-0.1, 0.1).Draw(t, "acceleration")
		const scale, shift = 8, 0 // exact in binary
		moved := make([]float64, len(values))
		for i, v := range values {
			moved[i] = v*scale + shift
		}
		x, y := &Replicates{Width: 1, Values: values}, &Replicates{Width: 1, Values: moved}
		lowX, highX, _ := x.BCa(0, estimate, a, 0.9)
		lowY, highY, _ := y.BCa(0, estimate*scale+shift, a, 0.9)
		sameFingerprint(t, []float64{lowY, highY}, []float64{lowX*scale + shift, highX*scale + shift})
		if lowX > highX {
			t.Fatalf("[%v, %v]", lowX, highX)
		}
		u, _ := x.Simultaneous([]float64{estimate}, 0.9)
		v, _ := y.Simultaneous([]float64{estimate * scale}, 0.9)
		if !near(v[0].StdErr, u[0].StdErr*scale, 1e-14) || !sameBits(u[0].P, v[0].P) {
			t.Fatalf("%+v, in other units %+v", u[0], v[0])
		}
	})
}

// More certainty, or a margin to clear, takes more rows.
func TestFurtherRowsGrowWithWhatIsAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, se := rapid.Float64Range(0.01, 0.1).Draw(t, "difference"), rapid.Float64Range(0.001, 0.1).Draw(t, "standard error")
		n := rapid.IntRange(10, 10_000).Draw(t, "n")
		base := FurtherRows(d, se, n, 0, 0.95, 0.8)
		for what, more := range map[string]float64{
			"more power": FurtherRows(d, se, n, 0, 0.95, 0.9), "a margin": FurtherRows(d, se, n, 0.005, 0.95, 0.8),
			"more confidence": FurtherRows(d, se, n, 0, 0.99, 0.8), "a larger error": FurtherRows(d, 2*se, n, 0, 0.95, 0.8),
		} {
			if more < base {
				t.Fatalf("%s takes %v rows, without it %v", what, more, base)
			}
		}
	})
}

// Forecasts that are true have small errors of calibration, and distorted ones their size:
// ICI of p against p^2 is the mean of p - p^2, 1/6 on the unit interval.
func TestSmoothCalibrationFindsTheTrueCurve(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 4))
	const n = 20_000
	eta, honest, squared := make([]float64, n), make([]bool, n), make([]bool, n)
	for i := range eta {
		p := (float64(i) + 0.5) / n
		u := rng.Float64()
		eta[i], honest[i], squared[i] = logOddsOf(p), u < p, u < p*p
	}
	if c := SmoothCalibration(eta, honest, 500); c.ICI > 0.01 || c.EMax > 0.04 {
		t.Errorf("true forecasts: %+v", c)
	}
	// The error of the curve is some 0.005 at a place and averages out.
	if c := SmoothCalibration(eta, squared, 500); math.Abs(c.ICI-1.0/6) > 0.006 || math.Abs(c.EMax-0.25) > 0.02 {
		t.Errorf("p for p squared: %+v, want ICI 1/6 and at most 1/4", c)
	}
}
