package metrics

import "math"

// Test is the result of a hypothesis test: the statistic, what it is compared with, and
// the probability of one at least as extreme where the hypothesis holds.
type Test struct {
	Statistic, P float64
	Freedom      int // degrees of freedom of chi-square; 0 for a standard normal statistic
}

// Spiegelhalter tests whether the outcomes could have come from the probabilities
// (Spiegelhalter, Statistics in Medicine 5, 1986):
//
//	z = sum (y-p)(1-2p) / sqrt(sum (1-2p)^2 p(1-p))
//
// which is the [Brier] score less its expectation, in standard errors. cluster nil says
// that rows are independent. With accounts that repeat, the variance under the square root
// is the sum of squares of the accounts' own sums instead, as in [Calibrate]: the plain one
// rejects far too often. NaN if there is no variance: no rows, or p = 1/2 throughout.
// An infinite eta is a certainty; P is two-sided.
func Spiegelhalter(eta []float64, churned []bool, cluster []int32) Test {
	return NewForecast(eta, churned).Spiegelhalter(cluster)
}

// Spiegelhalter is [Spiegelhalter].
func (f *Forecast) Spiegelhalter(cluster []int32) Test {
	if cluster != nil {
		mustMatch(len(f.eta), len(cluster))
		return standardNormal(sumsByAccount(inPlaces(cluster, f.order), f.tiltedResiduals))
	}
	var excess, variance exactSum
	excess.addBlocks(len(f.eta), f.tiltedResiduals)
	variance.addEach(len(f.eta), func(i int) float64 {
		tilt := f.q[i] - f.p[i]
		return tilt * tilt * f.p[i] * f.q[i]
	})
	return standardNormal(excess.value(), variance.value())
}

// tiltedResiduals are the terms in the numerator of [Spiegelhalter] of the rows from a place on;
// q - p is 1 - 2p.
func (f *Forecast) tiltedResiduals(to []float64, from int) {
	for k := range to {
		i := from + k
		to[k] = f.residual(i) * (f.q[i] - f.p[i])
	}
}

// standardNormal is the test of a sum that has mean 0 and a variance.
func standardNormal(sum, variance float64) Test {
	z := ratio(sum, math.Sqrt(variance))
	return Test{Statistic: z, P: twoSided(z)}
}

// sumsByAccount is the numerator of [Spiegelhalter], and the sum over accounts of squares of what
// each adds to it, place by place: an order for the sums of an account.
// The hypothesis says that these have mean 0, so nothing is centred and no degree of freedom
// lost; one account alone says nothing.
func sumsByAccount(cluster []int32, terms func(to []float64, from int)) (all, squares float64) {
	sums, several := make([]float64, clusterCount(cluster)), false
	var exact, exactSquares exactSum
	exact.addBlocks(len(cluster), func(to []float64, from int) {
		terms(to, from)
		for k, g := range cluster[from:][:len(to)] {
			sums[g] += to[k]
			several = several || g != cluster[0]
		}
	})
	if !several {
		return exact.value(), math.NaN()
	}
	exactSquares.addEach(len(sums), func(g int) float64 { return sums[g] * sums[g] })
	return exact.value(), exactSquares.value()
}

// HosmerLemeshow compares observed with expected churn in groups of rising probability
// (Hosmer and Lemeshow 1980),
//
//	X2 = sum_b (O_b - E_b)^2 / (E_b (1 - E_b/n_b))
//
// with the groups cut at the quantiles i/groups of p (type 7), each closed above, ties
// together; groups that stay empty are none. Freedom is groups - 2 where the model was
// fitted to these rows (inSample) and groups where it was not.
//
// It is a legacy: what it says depends on the groups, it has little power where they are
// few, rejects any model where rows are many, and knows nothing of accounts that repeat.
// [Calibrate], [DecomposeBrier] and [SmoothCalibration] say how much is wrong. NaN without
// rows or degrees of freedom, or for a NaN in eta.
func HosmerLemeshow(eta []float64, churned []bool, groups int, inSample bool) Test {
	return NewForecast(eta, churned).HosmerLemeshow(groups, inSample)
}

// HosmerLemeshow is [HosmerLemeshow].
func (f *Forecast) HosmerLemeshow(groups int, inSample bool) Test {
	if !f.ok || len(f.eta) == 0 || groups < 1 {
		return Test{Statistic: math.NaN(), P: math.NaN()}
	}
	var sum exactSum
	used := 0
	for _, group := range f.closedAbove(groups) {
		b := f.binOf(group)
		excess, expected := b.excess(), b.predicted.value()
		sum.add(excess * excess / (expected * (1 - expected/float64(b.n))))
		used++
	}
	freedom := used
	if inSample {
		freedom -= 2
	}
	x2 := sum.value()
	return Test{Statistic: x2, Freedom: freedom, P: chiSquareTail(float64(freedom), x2)}
}
