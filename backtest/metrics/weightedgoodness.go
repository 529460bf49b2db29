package metrics

import "math"

// WeightedSpiegelhalter is [Spiegelhalter] of rows that weigh differently, by money for
// example: whether the outcomes could have come from the probabilities where it costs,
//
//	z = sum w (y-p)(1-2p) / sqrt(sum w^2 (1-2p)^2 p(1-p))
//
// If every y is 1 with probability p, independently, then w (y-p)(1-2p) has mean 0 and the
// variance w^2 (1-2p)^2 p(1-p), for w and p are fixed: z has mean 0 and variance 1, and is
// normal in the limit as long as no row dominates the sum (Lindeberg). Weights under the root
// without the square, as if a row of weight 2 were two of its kind that fell out
// independently, would make z too small or too large by the unit of the weights. So a weight is no repetition
// here, except with accounts: cluster takes the sum of squares of the accounts'
// own weighted sums for the variance, and there a row twice is a row of twice the weight. That
// variance is estimated, from few accounts in effect where values are spread widely: with 1,000
// accounts whose values have a standard deviation of 1 in logarithms, true forecasts are rejected 7 % of
// the time at 5 %, and 10 % at one of 1.5, where the sum above stays at 5 and 6 %.
//
// Only ratios of weights matter. NaN if there is no variance, for a NaN in eta and for a weight
// that is negative or not finite.
func WeightedSpiegelhalter(eta []float64, churned []bool, weight []float64, cluster []int32) Test {
	return NewForecast(eta, churned).Weighing(weight).Spiegelhalter(cluster)
}

// Spiegelhalter is [WeightedSpiegelhalter].
func (f *WeightedForecast) Spiegelhalter(cluster []int32) Test {
	if cluster != nil {
		mustMatch(len(f.whole.eta), len(cluster))
	}
	if !f.kept.ok {
		return Test{Statistic: math.NaN(), P: math.NaN()}
	}
	if cluster != nil {
		return standardNormal(sumsByAccount(inPlaces(cluster, f.kept.order), f.tiltedResiduals))
	}
	var excess, variance exactSum
	excess.addBlocks(len(f.weight), f.tiltedResiduals)
	variance.addEach(len(f.weight), func(i int) float64 {
		tilt := f.weight[i] * (f.kept.q[i] - f.kept.p[i])
		return tilt * tilt * f.kept.p[i] * f.kept.q[i]
	})
	return standardNormal(excess.value(), variance.value())
}

// tiltedResiduals are the terms in the numerator of [WeightedSpiegelhalter] of the rows from a
// place on.
func (f *WeightedForecast) tiltedResiduals(to []float64, from int) {
	for k := range to {
		i := from + k
		to[k] = f.kept.residual(i) * (f.weight[i] * (f.kept.q[i] - f.kept.p[i]))
	}
}

// WeightedHosmerLemeshow is [HosmerLemeshow] of rows that weigh differently, a legacy like it:
//
//	X2 = sum_b (sum w (y-p))^2 / (Q_b m_b (1 - m_b)),   Q_b = sum w^2,   m_b = sum w^2 p / Q_b
//
// over the rows of group b. If every y is 1 with probability p, independently, the numerator's
// sum has mean 0 and the variance sum w^2 p(1-p); Q m (1-m) is that variance with one
// probability for the whole group, the mean over w^2, and exceeds it by the spread of p within the
// group, sum w^2 (p-m)^2 (the same as in the plain test, where it is E(1-E/n) instead of
// sum p(1-p)). So X2 is chi-square in the limit as the plain statistic is, slightly conservative as
// that is, and with equal weights it is that. As in [WeightedSpiegelhalter] a weight is no
// repetition of a row.
//
// Groups are those of HosmerLemeshow among the rows with weight, each of about equally many;
// money in a few rows of a group leaves it far from normal. NaN without such rows
// or degrees of freedom, for a NaN in eta and for a weight that is negative or not finite.
func WeightedHosmerLemeshow(eta []float64, churned []bool, weight []float64, groups int, inSample bool) Test {
	return NewForecast(eta, churned).Weighing(weight).HosmerLemeshow(groups, inSample)
}

// HosmerLemeshow is [WeightedHosmerLemeshow].
func (f *WeightedForecast) HosmerLemeshow(groups int, inSample bool) Test {
	if !f.kept.ok || len(f.weight) == 0 || groups < 1 {
		return Test{Statistic: math.NaN(), P: math.NaN()}
	}
	var sum exactSum
	freedom := 0
	for _, group := range f.kept.closedAbove(groups) {
		var excess, squares, predicted exactSum
		weight, n := f.weight[group.from:group.to], group.to-group.from
		excess.addBlocks(n, func(to []float64, from int) {
			for k, w := range weight[from:][:len(to)] {
				to[k] = w * f.kept.residual(group.from+from+k)
			}
		})
		squares.addBlocks(n, func(to []float64, from int) {
			for k, w := range weight[from:][:len(to)] {
				to[k] = w * w
			}
		})
		predicted.addBlocks(n, func(to []float64, from int) {
			for k, w := range weight[from:][:len(to)] {
				to[k] = w * w * f.kept.p[group.from+from+k]
			}
		})
		if q := squares.value(); q > 0 {
			off, m := excess.value(), predicted.value()/q
			sum.add(off * off / (q * m * (1 - m)))
			freedom++
		}
	}
	if inSample {
		freedom -= 2
	}
	x2 := sum.value()
	return Test{Statistic: x2, Freedom: freedom, P: chiSquareTail(float64(freedom), x2)}
}
