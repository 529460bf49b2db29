package metrics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// BCa is the bias-corrected and accelerated interval of a column (Efron 1987; DiCiccio and
// Efron 1996, equation 2.3): quantiles of the replicates as in [Replicates.Percentile], at
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
// Where there is nothing to correct by, because all replicates lie on one side of the
// estimate (z0 is infinite) or the acceleration is NaN, it is the percentile interval, and
// corrected is false. NaN where the estimate is or no replicate is left.
func (r *Replicates) BCa(col int, estimate, acceleration, level float64) (low, high float64, corrected bool) {
	defined := r.defined(col)
	slices.Sort(defined)
	if len(defined) == 0 || estimate != estimate {
		return math.NaN(), math.NaN(), false
	}
	z0, z := biasOf(defined, estimate), normalQuantile(level)
	if math.IsInf(z0, 0) || acceleration != acceleration {
		return quantile(defined, (1-level)/2), quantile(defined, (1+level)/2), false
	}
	return quantile(defined, accelerated(z0, -z, acceleration)), quantile(defined, accelerated(z0, z, acceleration)), true
}

// tieNoise is how near to the estimate, as a share of their range, replicates count as equal
// to it: sums that differ in their order alone differ in the last digits.
const tieNoise = 1e-9

// biasOf is z0 of sorted replicates.
func biasOf(sorted []float64, estimate float64) float64 {
	n := len(sorted)
	noise := tieNoise * (sorted[n-1] - sorted[0])
	below, _ := slices.BinarySearch(sorted, estimate-noise)
	through := below
	for through < n && sorted[through] <= estimate+noise {
		through++
	}
	return mathext.NormalQuantile(float64(below+through) / float64(2*n))
}

// accelerated is the share of the replicates below a limit that is z standard errors away.
// Past the pole of the formula the limit is the end on its side.
func accelerated(z0, z, a float64) float64 {
	scale := 1 - a*(z0+z)
	if scale <= 0 {
		return normalBelow(math.Inf(int(math.Copysign(1, z))))
	}
	return normalBelow(z0 + (z0+z)/scale)
}

// normalBelow is the standard normal distribution function.
func normalBelow(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
