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
	var excess, variance exactSum
	tilt := func(i int) float64 { return f.q[i] - f.p[i] } // 1 - 2p
	excess.addEach(len(f.eta), func(i int) float64 { return f.residual(i) * tilt(i) })
	if cluster == nil {
		variance.addEach(len(f.eta), func(i int) float64 { return tilt(i) * tilt(i) * f.p[i] * f.q[i] })
	}
	spread := variance.value()
	if cluster != nil {
		spread = f.clusteredExcess(cluster)
	}
	z := ratio(excess.value(), math.Sqrt(spread))
	return Test{Statistic: z, P: twoSided(z)}
}

// clusteredExcess is the sum over accounts of squares of what each adds to the numerator.
// The hypothesis says that these have mean 0, so nothing is centred and no degree of freedom
// lost; one account alone says nothing.
func (f *Forecast) clusteredExcess(cluster []int32) float64 {
	mustMatch(len(f.eta), len(cluster))
	sums := make([]float64, clusterCount(cluster))
	seen := make([]bool, len(sums))
	for _, k := range f.rows { // an order for the sums of an account
		g := cluster[k.row]
		sums[g] += float64(f.residual(int(k.row)) * (f.q[k.row] - f.p[k.row]))
		seen[g] = true
	}
	var squares exactSum
	squares.addEach(len(sums), func(g int) float64 { return sums[g] * sums[g] })
	if countTrue(seen) < 2 {
		return math.NaN()
	}
	return squares.value()
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
	rows := f.rows
	if !f.ok || len(rows) == 0 || groups < 1 {
		return Test{Statistic: math.NaN(), P: math.NaN()}
	}
	var sum exactSum
	used := 0
	for _, group := range closedGroups(rows, groups) {
		if b := f.binOf(group); b.n > 0 {
			excess, expected := b.excess(), b.predicted.value()
			sum.add(excess * excess / (expected * (1 - expected/float64(b.n))))
			used++
		}
	}
	freedom := used
	if inSample {
		freedom -= 2
	}
	x2 := sum.value()
	return Test{Statistic: x2, Freedom: freedom, P: chiSquareTail(float64(freedom), x2)}
}

// closedGroups are the rows of each group of [HosmerLemeshow], by rising p; some may be empty.
func closedGroups(rows []keyed, groups int) [][]keyed {
	out := make([][]keyed, groups)
	start, current := 0, groups // above any group: the first tie opens one
	for i := 0; i < len(rows); {
		end := tieEnd(rows, i)
		if b := closedBin(len(rows)-end, len(rows), groups); b != current {
			start, current = i, b
		}
		out[current] = rows[start:end]
		i = end
	}
	return out
}

// closedBin is the bin of a tie whose lowest rank, from 0, is given: the number of inner
// quantiles, at (n-1)i/bins, that lie below it. In integers, as [binOfRank].
func closedBin(rank, n, bins int) int {
	if rank == 0 {
		return 0
	}
	return min((rank*bins-1)/(n-1), bins-1)
}
