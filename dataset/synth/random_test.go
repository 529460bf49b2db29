package synth

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// moments draws n times and returns mean and variance.
func moments(n int, draw func() float64) (mean, variance float64) {
	for k := 1.0; k <= float64(n); k++ {
		x := draw()
		delta := x - mean
		mean += delta / k
		variance += delta * (x - mean)
	}
	return mean, variance / float64(n-1)
}

func TestPoissonHasItsMeanAndVariance(t *testing.T) {
	const n = 200_000
	for _, mean := range []float64{0.01, 0.7, 4, 29.9, 30.1, 900} {
		d := newDice()
		d.reseed(1, 2, purposeLife)
		got, variance := moments(n, func() float64 { return d.poisson(mean) })
		// The mean has standard deviation sqrt(mean/n); the variance has
		// sqrt((mean + 2 mean^2)/n), from the Poisson's fourth central moment
		// mean + 3 mean^2. Rounding a normal adds 1/12 to the variance.
		if tolerance := 4 * math.Sqrt(mean/n); math.Abs(got-mean) > tolerance {
			t.Errorf("mean %v: got %v, tolerance %v", mean, got, tolerance)
		}
		if tolerance := 4*math.Sqrt((mean+2*mean*mean)/n) + 1.0/12; math.Abs(variance-mean) > tolerance {
			t.Errorf("mean %v: variance is %v, tolerance %v", mean, variance, tolerance)
		}
	}
}

func TestPoissonCountsAreWholeAndNotNegative(t *testing.T) {
	d := newDice()
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(0, 1e6).Draw(t, "mean")
		if x := d.poisson(mean); x < 0 || x != math.Trunc(x) {
			t.Errorf("mean %v gave %v", mean, x)
		}
	})
}

func TestBinomialHasItsMean(t *testing.T) {
	const n, trials, p = 100_000, 7.0, 0.3
	d := newDice()
	d.reseed(1, 2, purposeLife)
	mean, _ := moments(n, func() float64 { return d.binomial(trials, p) })
	if tolerance := 4 * math.Sqrt(trials*p*(1-p)/n); math.Abs(mean-trials*p) > tolerance {
		t.Errorf("mean is %v, want %v +- %v", mean, trials*p, tolerance)
	}
}

func TestPickFollowsItsShares(t *testing.T) {
	const n = 100_000
	shares := []float64{0.1, 0.6, 0.3}
	d := newDice()
	counts := make([]float64, len(shares))
	for range n {
		counts[d.pick(shares)]++
	}
	for i, p := range shares {
		if tolerance := 4 * math.Sqrt(p*(1-p)/n); math.Abs(counts[i]/n-p) > tolerance {
			t.Errorf("level %d has share %v, want %v +- %v", i, counts[i]/n, p, tolerance)
		}
	}
}

func TestPickSurvivesSharesThatRoundBelowOne(t *testing.T) {
	d := newDice()
	if got := d.pick([]float64{0, 0}); got != 1 {
		t.Errorf("got level %d, want the last", got)
	}
}

func TestQuantilesLieStrictlyInsideTheUnitInterval(t *testing.T) {
	// The ends that Uint64()>>12 can reach, through the same arithmetic.
	for _, bits := range []uint64{0, 1<<52 - 1} {
		if u := (float64(bits) + 0.5) / (1 << 52); !(u > 0 && u < 1) {
			t.Errorf("bits %x give quantile %v", bits, u)
		}
	}
	d := newDice()
	mean, variance := moments(100_000, d.quantile)
	if math.Abs(mean-0.5) > 4*math.Sqrt(1.0/12/1e5) || math.Abs(variance-1.0/12) > 0.002 {
		t.Errorf("mean %v and variance %v are not those of a uniform number", mean, variance)
	}
}

func TestNeighbouringStreamsDoNotResembleEachOther(t *testing.T) {
	const n = 20_000
	a, b := newDice(), newDice()
	var sum float64
	for i := range n {
		a.reseed(1, i, purposeLife)
		b.reseed(1, i+1, purposeLife)
		sum += a.NormFloat64() * b.NormFloat64()
	}
	// The correlation of independent standard normals has deviation 1/sqrt(n).
	if r := sum / n; math.Abs(r) > 4/math.Sqrt(n) {
		t.Errorf("first draws of neighbouring accounts correlate by %v", r)
	}
}

func TestStreamsDifferBySeedAccountAndPurpose(t *testing.T) {
	first := func(seed uint64, index int, p purpose) uint64 {
		d := newDice()
		d.reseed(seed, index, p)
		return d.Uint64()
	}
	base := first(1, 5, purposeLife)
	if base != first(1, 5, purposeLife) {
		t.Error("the same stream gives different numbers")
	}
	for name, other := range map[string]uint64{
		"seed": first(2, 5, purposeLife), "account": first(1, 6, purposeLife), "purpose": first(1, 5, purposeDecisions),
	} {
		if other == base {
			t.Errorf("streams of another %s begin with the same number", name)
		}
	}
}

func TestSigmoidKeepsItsDigitsAtBothEnds(t *testing.T) {
	cases := []struct{ x, want float64 }{
		{0, 0.5},
		{math.Log(3), 0.75},
		{-700, 9.859676543759770e-305}, // exp(-700) from mpmath
		{40, 1 - 4.248354255291589e-18},
		{800, 1}, {-800, 0},
	}
	for _, c := range cases {
		if got := sigmoid(c.x); math.Abs(got-c.want) > 1e-14*c.want {
			t.Errorf("sigmoid(%v) = %v, want %v", c.x, got, c.want)
		}
	}
}

func TestRoundingKeepsTheStepsAsked(t *testing.T) {
	cases := []struct{ x, steps, want float64 }{
		{1234.5678, 100, 1234.57}, {3.26, 10, 3.3}, {1.24, 2, 1}, {1.26, 2, 1.5}, {-0.25, 1, 0},
	}
	for _, c := range cases {
		if got := roundTo(c.x, c.steps); got != c.want {
			t.Errorf("roundTo(%v, %v) = %v, want %v", c.x, c.steps, got, c.want)
		}
	}
}
