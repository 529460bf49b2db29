package metrics

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// fingerprint is every number the package can say about a sample.
func fingerprint(t fataler, s sample) []float64 {
	t.Helper()
	r := NewRanking(s.score, s.churned, s.cluster)
	curve := r.Curve(nil)
	out := []float64{
		AUC(s.score, s.churned), r.AUC(nil), curve.KS, curve.AveragePrecision,
		LogLoss(s.eta, s.churned), Brier(s.eta, s.churned), ScaledBrier(s.eta, s.churned),
		ECEEqualWidth(s.eta, s.churned, 0), ECEEqualCount(s.eta, s.churned, 0),
	}
	for _, p := range ROC(s.score, s.churned) {
		out = append(out, p.Threshold, p.FPR, p.TPR)
	}
	for k := range 6 {
		a := r.Capacity(nil, s.value, k)
		out = append(out, a.Precision, a.Lift, a.Capture, a.ValueCaptured, a.ValueCapture, a.PrecisionWorst, a.PrecisionBest)
		out = append(out, a.CaptureWorst, a.CaptureBest, a.ListValue, a.ValuePrecision, a.ValueLift, a.BreakEvenSaveRate(3))
	}
	c := mustCalibrate(t, s.eta, s.churned, s.cluster)
	for _, e := range []Estimate{c.Intercept, c.Slope, c.CITL} {
		out = append(out, e.Value, e.StdErr, e.Low, e.High)
	}
	for _, b := range CalibrationBins(s.eta, s.churned, nil, 7, 0.95) {
		out = append(out, float64(b.N), float64(b.Churned), b.MeanP, b.Rate, b.Low, b.High)
	}
	a := mustDeLong(t, [][]float64{s.score, s.eta, s.value}, s.churned, s.cluster)
	for i := range 3 {
		d := a.Difference(i, (i+1)%3, 0.95)
		out = append(out, a.AUC[i], a.Cov.At(i, i), a.Cov.At(i, (i+1)%3), d.Value, d.StdErr, d.P)
	}
	return append(append(out, c.ExpectedOverObserved), moreNumbers(t, s, r)...)
}

// moreNumbers is what builds on the basic metrics.
func moreNumbers(t fataler, s sample, r *Ranking) []float64 {
	t.Helper()
	var out []float64
	for _, d := range []Decomposition{DecomposeBrier(s.eta, s.churned, nil), DecomposeLogLoss(s.eta, s.churned, nil)} {
		out = append(out, d.Score, d.Miscalibration, d.Discrimination, d.Uncertainty)
	}
	smooth := SmoothCalibration(s.eta, s.churned, 20)
	out = append(out, smooth.ICI, smooth.E50, smooth.E90, smooth.EMax, LowessCalibration(s.eta, s.churned, 20))
	for _, x := range []Test{Spiegelhalter(s.eta, s.churned, nil), Spiegelhalter(s.eta, s.churned, s.cluster), HosmerLemeshow(s.eta, s.churned, 5, false)} {
		out = append(out, x.Statistic, x.P)
	}
	for _, g := range Gains(s.score, s.churned, s.value, 4) {
		out = append(out, g.Churned, g.Lift, g.Value, g.Capture, g.ValueCapture, g.KS)
	}
	campaign := Campaign{100, 5, 1}
	most, expected := campaign.MaxProfit(s.score, s.churned, 0.3), campaign.ExpectedMaxProfit(s.score, s.churned, 6, 14)
	out = append(out, most.Profit, most.Targeted, expected.Profit, expected.Targeted)
	for _, p := range ProfitCurve(s.score, s.churned, s.value, 0.3, 10, []int{2, 9}) {
		out = append(out, p.Profit)
	}
	for _, u := range (RankMetrics{Lists: []int{3}}).Influence(r) {
		out = append(out, InfluenceStdErr(u), Acceleration(u))
	}
	rates := ClusteredRate(s.churned, s.cluster, 0.95)
	return append(out, rates.Value, rates.Low, rates.High)
}

// shuffled is the sample with its rows in another order.
func (s sample) shuffled(rng *rand.Rand) sample {
	rows := everyRow(len(s.churned))
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return s.taken(rows)
}

// taken is the given rows of the sample.
func (s sample) taken(rows []int32) sample {
	var out sample
	for _, i := range rows {
		out.score = append(out.score, s.score[i])
		out.eta = append(out.eta, s.eta[i])
		out.value = append(out.value, s.value[i])
		out.churned = append(out.churned, s.churned[i])
		out.cluster = append(out.cluster, s.cluster[i])
	}
	return out
}

func sameFingerprint(t fataler, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d numbers, want %d", len(got), len(want))
	}
	for i := range got {
		if !sameBits(got[i], want[i]) {
			t.Fatalf("number %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestShufflingTheRowsChangesNoBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		sameFingerprint(t, fingerprint(t, s.shuffled(rng)), fingerprint(t, s))
	})
}

// Rows that were put in order once are not sorted again: what is then left out must be
// nothing.
func TestRowsInOrderGiveTheSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		ordered := s.taken(Order(s.score, s.churned))
		if !inOrder(ordered.score, ordered.churned) {
			t.Fatalf("%v of %v are not in order", ordered.score, ordered.churned)
		}
		sameFingerprint(t, fingerprint(t, ordered), fingerprint(t, s))
	})
}

func TestRowsWithoutAScoreStandLast(t *testing.T) {
	got := Order([]float64{math.NaN(), 1, 2, math.NaN(), 2}, bools(1, 0, 1, 0, 0))
	if want := []int32{4, 2, 1, 0, 3}; !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

// Weights differ within ties, of which a line fit must not see the order.
func TestShufflingWeightedRowsChangesNoBitOfTheirCalibration(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 8))
	for _, n := range []int{300, 5 * coarseCells} {
		var s sample
		for i := range n {
			s.eta, s.score = append(s.eta, float64(rng.IntN(n/3))*3/float64(n)-2), append(s.score, 0)
			s.churned, s.cluster = append(s.churned, rng.IntN(4) == 0), append(s.cluster, int32(i/3))
			s.value = append(s.value, math.Exp(rng.NormFloat64()))
		}
		o := s.shuffled(rng)
		if a, b := mustWeigh(t, s.eta, s.churned, s.value, s.cluster), mustWeigh(t, o.eta, o.churned, o.value, o.cluster); a != b {
			t.Errorf("%d rows: %+v, in another order %+v", n, a, b)
		}
	}
}

func TestRenumberingTheAccountsChangesNoBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		renumbered := s
		renumbered.cluster = nil
		for _, g := range s.cluster {
			renumbered.cluster = append(renumbered.cluster, 40-3*g) // gaps and all
		}
		sameFingerprint(t, fingerprint(t, renumbered), fingerprint(t, s))
	})
}

// The same on rows enough for every rounding error to show, with values that do
// not add up exactly, and for the bootstrap.
func TestShufflingManyRowsChangesNoBit(t *testing.T) {
	score, eta, churned, cluster := company(20_000)
	rng := rand.New(rand.NewPCG(8, 8))
	s := sample{score: score, eta: eta, churned: churned, cluster: cluster}
	for range score {
		s.value = append(s.value, math.Exp(3*rng.NormFloat64()))
	}
	other := s.shuffled(rng)
	sameFingerprint(t, fingerprint(t, other), fingerprint(t, s))

	replicates := func(s sample) []float64 {
		r := NewRanking(s.score, s.churned, s.cluster)
		out, err := Bootstrap(context.Background(), clusterCount(s.cluster), 20, 1, 4, func() Statistic {
			return func(count []int32, out []float64) {
				c, at := r.Curve(count), r.Capacity(count, s.value, 500)
				out[0], out[1], out[2], out[3] = c.AUC, c.KS, c.AveragePrecision, at.ValueCaptured
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.Values
	}
	sameFingerprint(t, replicates(other), replicates(s))
}
