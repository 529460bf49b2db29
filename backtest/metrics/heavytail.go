package metrics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// HeavyTailed is the interval of a column of money: a sum of amounts of which a few are large,
// a ratio or a difference of such sums, with the influence of every account (see
// [RankMetrics.Influence], [Ranking.InfluenceOnTop]). It is the [Replicates.BCa] interval with
// two changes, without which 95 % intervals of the churned money on lists of thirty accounts
// hold the truth in 92 % (percentile) or 91 % (BCa) of simulated companies:
//
//   - z0 is the [Acceleration] a, which it is for a sum (DiCiccio and Efron 1992, the
//     ABC method with no curvature), and is not counted off the replicates. A count sets
//     them beside one estimate, whose list ends at one account by chance; the replicates
//     average over that chance, and a correction for it would double it.
//   - z is a quantile of Student's t with [EffectiveDegrees] of freedom: the replicates know
//     the variance only as well as a few large accounts tell it, and their percentiles are as
//     short as a normal interval with an estimated variance (Hesterberg 2015,
//     the expanded percentile interval).
//
// The limits are replicates, so that no interval is wider than these. NaN as there.
func (r *Replicates) HeavyTailed(col int, influence []float64, level float64) (low, high float64) {
	defined := r.defined(col)
	slices.Sort(defined)
	sums := powersOf(influence)
	a, t := sums.acceleration(), studentQuantile(level, sums.degrees())
	if len(defined) == 0 || a != a || t != t {
		return math.NaN(), math.NaN()
	}
	return quantile(defined, accelerated(a, -t, a)), quantile(defined, accelerated(a, t, a))
}

// Skewed is the interval of the same kind for a smooth sum, ratio or difference that is not
// redrawn: the standard error s of its influences, [InfluenceStdErr], bent by their skewness,
//
//	value + s w / (1 - a w)^2,  w = a -+ t
//
// (the ABC interval of DiCiccio and Efron 1992; Efron and Tibshirani 1993, section 14.4), with a and t as
// in [Replicates.HeavyTailed]. Past the pole the limit is infinite. NaN for less than two
// accounts, which say nothing about accounts.
func Skewed(value float64, influence []float64, level float64) Estimate {
	nan := math.NaN()
	if len(influence) < 2 {
		return Estimate{Value: value, StdErr: nan, Low: nan, High: nan}
	}
	sums := powersOf(influence)
	s, a, t := sums.stdErr(), sums.acceleration(), studentQuantile(level, sums.degrees())
	limit := func(w float64) float64 {
		if 1-a*w <= 0 {
			return math.Copysign(math.Inf(1), w)
		}
		return value + s*w/((1-a*w)*(1-a*w))
	}
	e := Estimate{Value: value, StdErr: s, Low: limit(a - t), High: limit(a + t)}
	if s == 0 {
		e.Low, e.High = value, value
	}
	return e
}

// SkewedShare is [Skewed] of a share, a number between 0 and 1: the interval is that of its
// log-odds, by the delta method, turned back. It stays between 0 and 1, and is longer towards
// one half, as Wilson's is. A share of 0 or 1 has no log-odds; its influences are 0, or what
// rounding left of shares almost there, and its interval is itself.
func SkewedShare(share float64, influence []float64, level float64) Estimate {
	spread := share * (1 - share)
	if spread == 0 {
		return Skewed(share, make([]float64, len(influence)), level)
	}
	scaled := make([]float64, len(influence))
	for g, u := range influence {
		scaled[g] = u / spread
	}
	e := Skewed(math.Log(share/(1-share)), scaled, level)
	return Estimate{Value: share, StdErr: e.StdErr * spread, Low: sigmoid(e.Low), High: sigmoid(e.High)}
}

// EffectiveDegrees is how many degrees of freedom the variance has that influences give,
//
//	2 G / (k - (G-3)/(G-1)),  k = G sum U^4 / (sum U^2)^2
//
// over the G accounts: what matches the chi-squared distribution to the variance of a variance
// (O'Neill 2014, The American Statistician 68). It is G-1 where influences are as
// spread as a normal sample, less the fewer accounts make the sum, down to 2. +Inf where
// nobody has influence: there is nothing to estimate. NaN without two accounts.
func EffectiveDegrees(influence []float64) float64 { return powersOf(influence).degrees() }

// studentQuantile is the t for which |T| <= t has probability level, T with so many degrees
// of freedom: the tail beyond t is the regularised incomplete beta function of
// degrees/(degrees+t^2). Beyond ten million, where the two agree to nine digits, it is the
// normal quantile.
func studentQuantile(level, degrees float64) float64 {
	if degrees > 1e7 {
		return normalQuantile(level)
	}
	if !(degrees > 0 && level > 0 && level < 1) {
		return math.NaN()
	}
	x := mathext.InvRegIncBeta(degrees/2, 0.5, 1-level)
	return math.Sqrt(degrees * (1 - x) / x)
}
