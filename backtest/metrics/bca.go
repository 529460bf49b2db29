package metrics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// BCa is the bias-corrected and accelerated interval of a column (Efron 1987): quantiles of
// the replicates as in [Replicates.Percentile], at
//
//	Phi(z0 + (z0 + z) / (1 - a (z0 + z))),  z = -+ z_level
//
// where z0 corrects for replicates that lie on the whole above or below the estimate from
// all rows, and the [Acceleration] a for a standard error that changes with the metric. z0
// = Phi^-1 of the share of replicates below the estimate, those equal to it counting one
// half. With a = z0 = 0 it is the percentile interval. For KS, which is the largest of many
// gaps and so too high on the whole, the percentile interval misses the truth twice as often
// as it says, and this one does not.
//
// Where the correction is beyond repair (all replicates on one side) the limits are the
// least or the greatest replicate, and NaN where the estimate is or no replicate is left.
func (r *Replicates) BCa(col int, estimate, acceleration, level float64) (low, high float64) {
	defined := r.defined(col)
	slices.Sort(defined)
	if len(defined) == 0 || estimate != estimate || acceleration != acceleration {
		return math.NaN(), math.NaN()
	}
	below, _ := slices.BinarySearch(defined, estimate)
	equal := 0
	for below+equal < len(defined) && defined[below+equal] == estimate {
		equal++
	}
	z0 := mathext.NormalQuantile((float64(below) + float64(equal)/2) / float64(len(defined)))
	z := normalQuantile(level)
	return quantile(defined, accelerated(z0, -z, acceleration)), quantile(defined, accelerated(z0, z, acceleration))
}

// accelerated is the share of the replicates below a limit that is z standard errors away.
// Past the pole of the formula the limit is the end on its side.
func accelerated(z0, z, a float64) float64 {
	if math.IsInf(z0, 0) {
		return normalBelow(z0)
	}
	scale := 1 - a*(z0+z)
	if scale <= 0 {
		return normalBelow(math.Inf(int(math.Copysign(1, z))))
	}
	return normalBelow(z0 + (z0+z)/scale)
}

// normalBelow is the standard normal distribution function.
func normalBelow(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
