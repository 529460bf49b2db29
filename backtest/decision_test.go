package backtest

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"holdfast/models"
)

// By hand, at p >= 1/2: the rows with p = 1/2 (churned), 3/4 (churned) and 3/4 (renewed)
// are worked, the one with 1/4 is not. A false alarm costs one find: (2 - 1)/4, against
// (2 - 2)/4 for working everybody. Every row is an account: the four numbers are 1, 1, -1
// and 0, their mean 1/4, and the standard error sqrt(sum (x - 1/4)^2 / 3 / 4).
func TestNetBenefitByHand(t *testing.T) {
	s, eta := fourRows()
	at := decisionCurve(s, eta, 0.95)[49]
	if at.Threshold != 0.5 || at.Model != 0.25 || at.All != 0 || at.Worked != 0.75 {
		t.Fatalf("%+v", at)
	}
	se := math.Sqrt((0.75*0.75*2+1.25*1.25+0.25*0.25)/3) / 2
	if half := 1.959963984540054 * se; !near(at.Low, 0.25-half, 1e-12) || !near(at.High, 0.25+half, 1e-12) {
		t.Errorf("[%v, %v], want 0.25 -+ %v", at.Low, at.High, half)
	}
	// Against everybody the row left alone is the only difference: 0, 0, 0 and 1.
	over := math.Sqrt((3.0/16+9.0/16)/3) / 2
	half := 1.959963984540054 * over
	if e := at.OverAll; e.Value != 0.25 || !near(e.StdErr, over, 1e-12) || !near(e.Low, 0.25-half, 1e-12) || !near(e.High, 0.25+half, 1e-12) {
		t.Errorf("over all %+v, want 0.25 -+ %v with standard error %v", e, half, over)
	}
}

// The sweep's sums of squares against one pass over the rows for every threshold.
func TestNetBenefitErrorsAreThoseOfClusteredMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 60).Draw(t, "rows")
		s, eta := drawnSample(t, n)
		if s.accounts < 2 {
			t.Skip("one account only, which has no clustered error: not compared")
		}
		for _, p := range decisionCurve(s, eta, 0.9) {
			cut, odds := math.Log(p.Threshold)-math.Log1p(-p.Threshold), p.Threshold/(1-p.Threshold)
			worth := func(i int) float64 { return indicator(s.churned[i]) - odds*indicator(!s.churned[i]) }
			model := ratioOf(s.perAccount(func(i int) float64 { return indicator(eta[i] >= cut) * worth(i) }), s.rowsOf()).estimate(0.9)
			over := ratioOf(s.perAccount(func(i int) float64 { return -indicator(eta[i] < cut) * worth(i) }), s.rowsOf()).estimate(0.9)
			within := 1e-7 * max(1, odds) // a variance of nothing is the difference of two sums of squares
			if !near(p.Low, model.Low, within) || !near(p.High, model.High, within) || !near(p.OverAll.StdErr, over.StdErr, within) {
				t.Fatalf("at %v: [%v, %v], over all %v; want [%v, %v] and %v", p.Threshold, p.Low, p.High, p.OverAll.StdErr, model.Low, model.High, over.StdErr)
			}
		}
	})
}

// With 300 accounts of three alike rows the interval at the base rate holds the true net
// benefit in 95 % of the samples, within the noise of 1,000 of them (three standard
// errors); the truth is the mean of 400,000 rows.
func TestIntervalOfNetBenefitCoversIt(t *testing.T) {
	if testing.Short() {
		t.Skip("1,000 samples: the coverage of the decision curve was not checked")
	}
	const at = 19 // threshold 0.2
	truth := decisionCurve(simulated(rand.New(rand.NewPCG(1, 0)), 130_000))[at].Model
	covered, runs := 0, 1000
	for k := range runs {
		p := decisionCurve(simulated(rand.New(rand.NewPCG(2, uint64(k))), 300))[at]
		if p.Low <= truth && truth <= p.High {
			covered++
		}
	}
	share := float64(covered) / float64(runs)
	t.Logf("%.1f %% of the intervals hold %.4f", 100*share, truth)
	if math.Abs(share-0.95) > 3*math.Sqrt(0.95*0.05/float64(runs)) {
		t.Errorf("%.1f %% of the intervals hold the true net benefit, want 95 %%", 100*share)
	}
}

// simulated draws accounts with three rows each, alike in risk, and what decisionCurve
// wants of them.
func simulated(rng *rand.Rand, accounts int) (*sample, []float64, float64) {
	s := &sample{accounts: accounts}
	var eta []float64
	for g := range accounts {
		lasting := rng.NormFloat64()
		for range 3 {
			e := -1.3 + lasting + 0.3*rng.NormFloat64()
			eta = append(eta, e)
			s.cluster = append(s.cluster, int32(g))
			s.churned = append(s.churned, rng.Float64() < models.Probability(e))
		}
	}
	return s, eta, 0.95
}

// drawnSample is rows of few distinct log-odds and few accounts, numbered without gaps.
func drawnSample(t *rapid.T, n int) (*sample, []float64) {
	s, eta := &sample{period: make([]int32, n), first: make([]bool, n)}, make([]float64, n)
	number := make(map[int]int32)
	for i := range n {
		g := rapid.IntRange(0, 8).Draw(t, "account")
		if _, seen := number[g]; !seen {
			number[g] = int32(len(number))
		}
		s.cluster = append(s.cluster, number[g])
		s.churned = append(s.churned, rapid.Bool().Draw(t, "churned"))
		s.first[i] = true
		eta[i] = rapid.SampledFrom([]float64{-3, -1, -0.5, 0, 0.5, 2}).Draw(t, "eta")
	}
	s.accounts = len(number)
	return s, eta
}
