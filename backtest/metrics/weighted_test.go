package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// Numbers: scikit-learn 1.9.1 with sample_weight, roc_auc_score, average_precision_score,
// the largest |tpr - fpr| of roc_curve, log_loss and brier_score_loss.
func TestWeightedMetricsEqualScikitLearn(t *testing.T) {
	y := bools(0, 1, 0, 1, 1, 0, 0, 1)
	p := []float64{.1, .4, .35, .8, .4, .4, .2, .9}
	w := []float64{1, 2.5, 3, .5, 4, 1.5, 2, .25}
	c := WeightedCurve(p, y, w)
	checkPrinted(t, []printed{
		{"AUC", c.AUC, 0.9103448275862068, 4e-16},
		{"AP", c.AveragePrecision, 0.8463054187192118, 4e-16},
		{"KS", c.KS, 0.8, 4e-16},
		{"log loss", WeightedLogLoss(logits(p), y, w), 0.5901041670485535, 4e-16},
		{"Brier", WeightedBrier(logits(p), y, w), 0.20745762711864404, 4e-16},
	})
}

// weighed is the sample with weights; zeros among them.
func (s sample) weighed(t *rapid.T) []float64 {
	w := make([]float64, len(s.score))
	for i := range w {
		w[i] = rapid.SampledFrom([]float64{0, 0.3, 1, 2, 1e5 / 7}).Draw(t, "weight")
	}
	return w
}

// weightedNumbers is everything that takes weights.
func weightedNumbers(s sample, w []float64) []float64 {
	c := WeightedCurve(s.score, s.churned, w)
	b, l := DecomposeBrier(s.eta, s.churned, w), DecomposeLogLoss(s.eta, s.churned, w)
	at := WeightedCapacity(s.score, s.churned, w, 7.3)
	out := []float64{c.AUC, c.KS, c.AveragePrecision,
		WeightedLogLoss(s.eta, s.churned, w), WeightedBrier(s.eta, s.churned, w),
		b.Score, b.Miscalibration, b.Discrimination, b.Uncertainty,
		l.Score, l.Miscalibration, l.Discrimination, l.Uncertainty,
		at.Weight, at.Precision, at.Lift, at.Capture, at.PrecisionWorst, at.PrecisionBest, at.CaptureWorst, at.CaptureBest}
	for _, n := range DecisionCurve(s.eta, s.churned, w, []float64{0.1, 0.5, 0.8}) {
		out = append(out, n.Model, n.All, n.Worked)
	}
	return out
}

func TestDuplicateRowsWithHalvedWeightsChangeNoBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		w := s.weighed(t)
		twice := sample{
			score: append(s.score, s.score...), eta: append(s.eta, s.eta...), churned: append(s.churned, s.churned...),
		}
		halves := make([]float64, 0, 2*len(w))
		for range 2 {
			for _, v := range w {
				halves = append(halves, v/2)
			}
		}
		sameFingerprint(t, weightedNumbers(twice, halves), weightedNumbers(s, w))
	})
}

func TestShufflingWeightedRowsChangesNoBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		s.value = s.weighed(t)
		other := s.shuffled(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		sameFingerprint(t, weightedNumbers(other, other.value), weightedNumbers(s, s.value))
	})
}

func TestRowsWithoutWeightHaveNoSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		w := s.weighed(t)
		var kept sample
		var rest []float64
		for i, v := range w {
			if v > 0 {
				kept.score, kept.eta = append(kept.score, s.score[i]), append(kept.eta, s.eta[i])
				kept.churned, rest = append(kept.churned, s.churned[i]), append(rest, v)
			}
		}
		sameFingerprint(t, weightedNumbers(s, w), weightedNumbers(kept, rest))
	})
}

func TestEqualWeightsAreTheUnweightedMetrics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		w := make([]float64, len(s.score))
		fill(w, 3)
		c := WeightedCurve(s.score, s.churned, w)
		for _, m := range []struct {
			what      string
			got, want float64
		}{
			{"AUC", c.AUC, AUC(s.score, s.churned)},
			{"KS", c.KS, KS(s.score, s.churned)},
			{"AP", c.AveragePrecision, AveragePrecision(s.score, s.churned)},
			{"log loss", WeightedLogLoss(s.eta, s.churned, w), LogLoss(s.eta, s.churned)},
			{"Brier", WeightedBrier(s.eta, s.churned, w), Brier(s.eta, s.churned)},
		} {
			if !near(m.got, m.want, 4e-15) && !sameBits(m.got, m.want) {
				t.Fatalf("%s %v, unweighted %v", m.what, m.got, m.want)
			}
		}
	})
}

// A whole weight is as many rows.
func TestWholeWeightsAreRepeatedRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		w := make([]float64, len(s.score))
		var score []float64
		var churned []bool
		for i := range w {
			times := rapid.IntRange(0, 3).Draw(t, "times")
			w[i] = float64(times)
			for range times {
				score, churned = append(score, s.score[i]), append(churned, s.churned[i])
			}
		}
		got, want := WeightedCurve(s.score, s.churned, w), newPlainRanking(score, churned).Curve(nil)
		for _, m := range [][2]float64{{got.AUC, want.AUC}, {got.KS, want.KS}, {got.AveragePrecision, want.AveragePrecision}} {
			if !near(m[0], m[1], 4e-15) && !sameBits(m[0], m[1]) {
				t.Fatalf("%+v, repeated %+v", got, want)
			}
		}
		k := rapid.IntRange(0, 60).Draw(t, "k")
		list, rows := WeightedCapacity(s.score, s.churned, w, float64(k)), Capacity(score, churned, nil, k)
		if rows.K == 0 {
			if !math.IsNaN(list.Precision) {
				t.Fatalf("an empty list has precision %v", list.Precision)
			}
			return
		}
		for _, m := range [][2]float64{
			{list.Weight, float64(rows.K)}, {list.Precision, rows.Precision}, {list.Lift, rows.Lift}, {list.Capture, rows.Capture},
			{list.PrecisionWorst, rows.PrecisionWorst}, {list.PrecisionBest, rows.PrecisionBest},
			{list.CaptureWorst, rows.CaptureWorst}, {list.CaptureBest, rows.CaptureBest},
		} {
			if !near(m[0], m[1], 4e-15) && !sameBits(m[0], m[1]) {
				t.Fatalf("%+v, repeated %+v", list, rows)
			}
		}
	})
}

func TestAllTiedScoresAreACoinHoweverWeighted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		y, w := make([]bool, n), make([]float64, n)
		for i := range y {
			y[i], w[i] = i == 0 || i > 1 && rapid.Bool().Draw(t, "churned"), rapid.Float64Range(0.1, 9).Draw(t, "weight")
		}
		same := make([]float64, n)
		c, at := WeightedCurve(same, y, w), WeightedCapacity(same, y, w, rapid.Float64Range(0.1, 20).Draw(t, "k"))
		if !near(c.AUC, 0.5, 1e-15) || !near(at.Lift, 1, 4e-15) || c.KS > 1e-15 {
			t.Fatalf("AUC %v, KS %v, lift %v", c.AUC, c.KS, at.Lift)
		}
	})
}

func TestWeightedMetricsWithoutMeaningAreNaN(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		fact   string
		score  []float64
		weight []float64
	}{
		{"a negative weight", []float64{1, 2}, []float64{1, -1}},
		{"an infinite weight", []float64{1, 2}, []float64{1, inf}},
		{"a missing weight", []float64{1, 2}, []float64{1, nan}},
		{"a missing score", []float64{1, nan}, []float64{1, 1}},
		{"nothing weighs anything", []float64{1, 2}, []float64{0, 0}},
	} {
		y := bools(0, 1)
		curve := WeightedCurve(c.score, y, c.weight)
		at := WeightedCapacity(c.score, y, c.weight, 1)
		for _, v := range []float64{curve.AUC, curve.KS, curve.AveragePrecision, at.Precision, at.Capture,
			WeightedBrier(c.score, y, c.weight), WeightedLogLoss(c.score, y, c.weight),
			DecomposeBrier(c.score, y, c.weight).Score, DecomposeLogLoss(c.score, y, c.weight).Score} {
			if !math.IsNaN(v) {
				t.Errorf("%s: %v, want NaN", c.fact, v)
			}
		}
	}
	if at := WeightedCapacity([]float64{1, 2}, bools(0, 1), []float64{1, 1}, nan); !math.IsNaN(at.Precision) {
		t.Errorf("a list of unknown length has precision %v", at.Precision)
	}
}

// A certain and wrong forecast without weight is no forecast.
func TestInfiniteLossWithoutWeightCostsNothing(t *testing.T) {
	eta, y, w := []float64{math.Inf(1), 0}, bools(0, 1), []float64{0, 1}
	if got := WeightedLogLoss(eta, y, w); got != math.Ln2 {
		t.Errorf("log loss %v, want log 2", got)
	}
}
