package metrics

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The distribution summed term by term in 200-bit arithmetic.
func TestBinomialCDFIsTheSumOfItsTerms(t *testing.T) {
	for _, c := range []struct {
		n int
		p float64
	}{{1, 0.1}, {3, 0.2}, {10, 0.3}, {40, 0.02}, {200, 0.5}, {370, 0.127}, {400, 0.999}} {
		p := new(big.Float).SetPrec(200).SetFloat64(c.p)
		q := new(big.Float).SetPrec(200).Sub(big.NewFloat(1), p)
		sum := new(big.Float).SetPrec(200)
		for k := range c.n + 1 {
			term := new(big.Float).SetPrec(200).SetInt(new(big.Int).Binomial(int64(c.n), int64(k)))
			for range k {
				term.Mul(term, p)
			}
			for range c.n - k {
				term.Mul(term, q)
			}
			want, _ := sum.Add(sum, term).Float64()
			if got := binomialCDF(k, c.n, c.p); math.Abs(got-want) > 1e-12 {
				t.Fatalf("P(X <= %d) of %d trials with %v: %v, want %v", k, c.n, c.p, got, want)
			}
		}
	}
}

// By the definition of the quantile, with the sums of the terms on either side of it; the
// test above checks such sums.
func TestConsistencyBarsByHand(t *testing.T) {
	for _, c := range []struct {
		fact      string
		p         float64
		n         int
		deff      float64
		low, high float64
	}{
		{"one row that is likely to stay: P(X=0) = 0.9 < 0.975", 0.1, 1, 1, 0, 1},
		{"three rows: P(X<=1) = 0.896, P(X<=2) = 0.992", 0.2, 3, 1, 0, 2.0 / 3},
		{"ten rows: P(X=0) = 0.0282, P(X<=5) = 0.9527, P(X<=6) = 0.9894", 0.3, 10, 1, 0, 0.6},
		{"twenty rows in pairs count as ten", 0.3, 20, 2, 0, 0.6},
		{"nobody can churn", 0, 50, 1, 0, 0},
		{"everybody must churn", 1, 50, 1, 1, 1},
		{"a design effect above the rows leaves one", 0.5, 4, 9, 0, 1},
	} {
		if low, high := consistent(c.p, c.n, c.deff, 0.95); low != c.low || high != c.high {
			t.Errorf("%s: [%v, %v], want [%v, %v]", c.fact, low, high, c.low, c.high)
		}
	}
}

// The resampling of Bröcker and Smith (2007) itself: rows of the group drawn with
// replacement, an outcome for each from its own probability.
func TestConsistencyBarsAreThoseOfResampledForecasts(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	p := make([]float64, 120)
	mean := 0.0
	for i := range p {
		p[i] = 0.05 + 0.3*rng.Float64()
		mean += p[i] / float64(len(p))
	}
	const draws = 40_000
	rates := make([]float64, draws)
	for d := range rates {
		for range p {
			if rng.Float64() < p[rng.IntN(len(p))] {
				rates[d]++
			}
		}
		rates[d] /= float64(len(p))
	}
	slices.Sort(rates)
	low, high := consistent(mean, len(p), 1, 0.9)
	if l, h := rates[draws/20], rates[draws-draws/20]; l != low || h != high {
		t.Errorf("resampled [%v, %v], got [%v, %v]", l, h, low, high)
	}
}

// calibratedPanel has accounts of several rows with nearly one probability, whose outcomes
// are drawn from it; echoed repeats the first outcome of an account in all its rows.
func calibratedPanel(seed uint64, accounts, rows int, echoed bool) (eta []float64, churned []bool, cluster []int32) {
	rng := rand.New(rand.NewPCG(seed, 3))
	for g := range accounts {
		e, first := rng.NormFloat64()-1.5, false
		for k := range rows {
			y := rng.Float64() < sigmoid(e)
			if k == 0 {
				first = y
			}
			eta, cluster = append(eta, e+1e-6*float64(k)), append(cluster, int32(g))
			churned = append(churned, y && !echoed || first && echoed)
		}
	}
	return eta, churned, cluster
}

// Of calibrated predictions 95 % of the groups lie within their bars, or a little more for a
// count cannot be hit exactly; also when an account says the same thing four times, in which
// case bars that take rows as independent hold far fewer.
func TestConsistencyBarsHoldCalibratedGroups(t *testing.T) {
	held := func(echoed, accounts bool) float64 {
		within, all := 0, 0
		for seed := range uint64(150) {
			eta, churned, cluster := calibratedPanel(seed, 500, 4, echoed)
			if !accounts {
				cluster = nil
			}
			for _, b := range CalibrationBins(eta, churned, cluster, 5, 0.95) {
				all++
				if b.Rate >= b.ConsistentLow && b.Rate <= b.ConsistentHigh {
					within++
				}
			}
		}
		return float64(within) / float64(all)
	}
	for _, c := range []struct {
		fact             string
		echoed, accounts bool
		low, high        float64
	}{
		{"independent rows", false, false, 0.94, 0.98},
		{"independent rows of the same accounts", false, true, 0.94, 0.985},
		{"repeats, by account", true, true, 0.93, 0.98},
		{"repeats taken for rows", true, false, 0.5, 0.8},
	} {
		if got := held(c.echoed, c.accounts); got < c.low || got > c.high {
			t.Errorf("%s: %.3f of the groups are within, want %v to %v", c.fact, got, c.low, c.high)
		}
	}
}

func TestAccountsSeenOnceAreRowsToCalibrationBins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		once := make([]int32, len(s.eta))
		for i := range once {
			once[i] = int32(len(once) - 1 - i)
		}
		plain, clustered := CalibrationBins(s.eta, s.churned, nil, 4, 0.9), CalibrationBins(s.eta, s.churned, once, 4, 0.9)
		for i := range plain {
			p, c := plain[i], clustered[i]
			// Of single rows the design effect is G/(G-1), and 1 where all agree.
			if p.N != c.N || p.Rate != c.Rate || c.High-c.Low < (p.High-p.Low)*(1-1e-12) {
				t.Fatalf("bin %d: %+v by account, %+v by row", i, c, p)
			}
		}
	})
}
