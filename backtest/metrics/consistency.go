package metrics

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/mathext"
)

// consistent is where the observed rate of a group of n rows would lie with probability
// level, at least, if its mean prediction p were right: the consistency bar of Bröcker and
// Smith (2007, section 3b). They draw rows of the group with replacement and an outcome for
// each from its own probability. A row drawn at random has the outcome with the mean
// probability p, so that the draws are those of a binomial distribution, and its quantiles
// (1-level)/2 and (1+level)/2 take no simulation.
//
// deff is the design effect of the group: with accounts that repeat, n/deff rows are drawn,
// rounded, as in [ClusteredRate].
func consistent(p float64, n int, deff, level float64) (low, high float64) {
	draws := max(1, int(math.Round(float64(n)/deff)))
	low = float64(binomialQuantile((1-level)/2, draws, p)) / float64(draws)
	high = float64(binomialQuantile((1+level)/2, draws, p)) / float64(draws)
	return low, high
}

// binomialQuantile is the least k with P(X <= k) >= q for X of n trials with probability p.
func binomialQuantile(q float64, n int, p float64) int {
	return sort.Search(n, func(k int) bool { return binomialCDF(k, n, p) >= q })
}

// binomialCDF is P(X <= k), the regularised incomplete beta function I_{1-p}(n-k, k+1)
// (Abramowitz and Stegun 1964, 26.5.24).
func binomialCDF(k, n int, p float64) float64 {
	if k >= n {
		return 1
	}
	return mathext.RegIncBeta(float64(n-k), float64(k+1), 1-p)
}
