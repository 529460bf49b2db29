package metrics

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Power is the probability that a two-sided test at the level finds a difference of the
// given size beyond the margin, when its estimate is normal with this standard error; the
// chance to find it on the wrong side is not counted. level is that of the interval, such
// as 0.95.
func Power(difference, stdErr, margin, level float64) float64 {
	return normalBelow((difference-margin)/stdErr - normalQuantile(level))
}

// FurtherRows says how many more rows like the n at hand are needed until a difference as
// large as the one observed clears the margin with the given power: the variance of a paired
// difference falls with the number of rows, so
//
//	n' = n ((z_level + z_power) se / (difference - margin))^2,  rows = n' - n
//
// (Lachin 1981, equation 1, with the observed paired standard error in place of an assumed
// one). With accounts that repeat, se has to be the clustered one, and further rows to come
// from accounts as they did so far. z_level is two-sided, as the interval is.
//
// 0 if n are enough; +Inf if the difference does not exceed the margin, for then no number
// of rows would do; NaN if a number is missing.
func FurtherRows(difference, stdErr float64, n int, margin, level, power float64) float64 {
	gap := difference - margin
	if gap != gap || stdErr != stdErr {
		return math.NaN()
	}
	if gap <= 0 {
		return math.Inf(1)
	}
	z := normalQuantile(level) + mathext.NormalQuantile(power)
	need := float64(n) * (z * stdErr / gap) * (z * stdErr / gap)
	return math.Ceil(max(0, need-float64(n)))
}
