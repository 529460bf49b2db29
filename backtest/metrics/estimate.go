package metrics

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Estimate is a number with its standard error and a two-sided interval, all in
// the unit of Value. Where the standard error is undefined it and both limits are
// NaN, while Value may still be a number.
type Estimate struct{ Value, StdErr, Low, High float64 }

// wald is the interval value +- z se of a normal estimate.
func wald(value, se, level float64) Estimate {
	half := normalQuantile(level) * se
	return Estimate{Value: value, StdErr: se, Low: value - half, High: value + half}
}

// normalQuantile is the z for which |Z| <= z has probability level: 1.96 at
// 0.95. NaN outside (0,1).
//
// 0.95 is no float64, and the nearest one is 2 ulp of z away from the level that
// was meant. The tail left by it, 0.05, keeps more digits: it is recovered by
// rounding to 15 decimals, and one Newton step on the tail (which twoSided knows to
// the last digit) polishes the quantile.
func normalQuantile(level float64) float64 {
	const decimals = 1e15
	tail := math.Round((1-level)*decimals) / decimals
	if !(tail > 0 && tail < 1) {
		return math.NaN()
	}
	z := -mathext.NormalQuantile(tail / 2)
	density := math.Exp(-z*z/2) / (math.SqrtPi * math.Sqrt2)
	return z + (twoSided(z)-tail)/(2*density)
}

// 1/sqrt(2) as an unevaluated sum of two doubles; the long decimal is the exact
// value of the first.
const (
	rootHalf    = 1 / math.Sqrt2
	rootHalfLow = 1/math.Sqrt2 - 0.70710678118654757273731092936941422522068023681640625
)

// twoSided is the probability that |Z| >= |z| for a standard normal Z. Far out
// the relative error of z/sqrt(2) is magnified by z^2, so its rounding error is
// kept and corrected for with one Taylor step.
func twoSided(z float64) float64 {
	z = math.Abs(z)
	x := z * rootHalf
	if z > 40 || z != z {
		return math.Erfc(x) // below the smallest float64, or NaN
	}
	rounding := math.FMA(z, rootHalf, -x) + z*rootHalfLow
	return math.Erfc(x) - 2/math.SqrtPi*math.Exp(-x*x)*rounding
}

// Wilson is the score interval of a rate of k in n (Wilson 1927),
//
//	(2k + z^2 -+ z sqrt(z^2 + 4k(n-k)/n)) / (2(n + z^2))
//
// where z is the two-sided normal quantile of the level, 0 < level < 1, and the n
// trials are independent. It never leaves [0,1] and is sound for small n and for k = 0 or n. NaN if n
// is zero.
func Wilson(k, n int, level float64) (low, high float64) {
	return wilson(float64(k), float64(n), level)
}

// wilson is Wilson for counts that need not be whole, such as effective ones.
func wilson(k, n, level float64) (low, high float64) {
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	z := normalQuantile(level)
	upper := 2*k + z*z + z*math.Sqrt(z*z+4*k*(n-k)/n)
	// The lower limit is the product of both limits, k^2/(n(n+z^2)), over the
	// upper one: the difference in the formula cancels when k is small.
	low = 2 * k * k / (n * upper)
	high = min(1, upper/(2*(n+z*z)))
	if k == n {
		high = 1
	}
	return low, high
}

// ClopperPearson is the exact interval of a rate of k in n independent trials (Clopper and
// Pearson 1934): the rates at which k or more, or k or fewer, are just as likely as
// (1-level)/2. It covers the rate at least as often as the level says, mostly more often,
// and so is wider than [Wilson], which the reports use; auditors who must not fall short
// ask for it. NaN if n is zero or k is not in [0, n].
func ClopperPearson(k, n int, level float64) (low, high float64) {
	if n <= 0 || k < 0 || k > n || !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	tail := (1 - level) / 2
	low, high = 0, 1
	if k > 0 {
		low = mathext.InvRegIncBeta(float64(k), float64(n-k+1), tail)
	}
	if k < n {
		high = mathext.InvRegIncBeta(float64(k+1), float64(n-k), 1-tail)
	}
	return low, high
}
