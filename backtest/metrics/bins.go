package metrics

import (
	"math"
	"slices"
)

// CalibrationBin compares predicted and observed churn in one group of rows.
type CalibrationBin struct {
	N, Churned int
	MeanP      float64 // mean predicted probability
	Rate       float64 // Churned / N
	Low, High  float64 // interval of Rate, that of [ClusteredRate]

	// Where Rate would lie if MeanP were right: the consistency bar of Bröcker and Smith
	// (2007), at the same effective number of rows as the interval.
	ConsistentLow, ConsistentHigh float64
}

// CalibrationBins groups the rows by rising eta into at most the given number of
// bins of about equal count. Rows with equal eta are never split: a tie goes
// where its highest rank falls, the rule of bins [low, high) between the
// percentiles of eta (numpy.percentile and numpy.digitize), the last one closed. Bins that
// stay empty are left out. cluster is nil or the account of each row; level is that of the
// intervals. It returns nil for no rows, bins < 1 or a NaN.
func CalibrationBins(eta []float64, churned []bool, cluster []int32, bins int, level float64) []CalibrationBin {
	return NewForecast(eta, churned).CalibrationBins(cluster, bins, level)
}

// CalibrationBins is [CalibrationBins].
func (f *Forecast) CalibrationBins(cluster []int32, bins int, level float64) []CalibrationBin {
	if cluster != nil {
		mustMatch(len(f.eta), len(cluster))
	}
	cluster = inPlaces(cluster, f.order)
	var out []CalibrationBin
	for _, rows := range f.ofEqualCount(bins) {
		var accounts []int32
		if cluster != nil {
			accounts = cluster[rows.from:rows.to]
		}
		b, r := f.binOf(rows), ClusteredRate(f.churned[rows.from:rows.to], accounts, level)
		c := CalibrationBin{N: b.n, Churned: b.churned, Rate: r.Value, Low: r.Low, High: r.High}
		c.MeanP = b.predicted.value() / float64(b.n)
		c.ConsistentLow, c.ConsistentHigh = consistent(c.MeanP, b.n, r.DesignEffect, level)
		out = append(out, c)
	}
	return out
}

// ECEEqualWidth is the expected calibration error, sum_b n_b/n |rate_b - meanp_b|
// (Naeini, Cooper and Hauskrecht 2015), over the given number of bins of equal
// width in p, [i/bins, (i+1)/bins), the last one closed; 0 asks for 10. NaN for
// no rows, bins < 0 or a NaN in eta.
//
// It depends on the bins chosen and is biased upwards: a companion of a
// calibration plot, not a criterion.
func ECEEqualWidth(eta []float64, churned []bool, bins int) float64 {
	mustMatch(len(churned), len(eta))
	if bins == 0 {
		bins = 10
	}
	p := make([]float64, len(eta))
	for i, e := range eta {
		p[i] = sigmoid(e)
	}
	return expectedError(equalWidthBins(p, churned, bins), len(p))
}

// ECEEqualCount is the expected calibration error over the bins of
// [CalibrationBins]; 0 asks for max(5, floor(cube root of n)) of them. NaN for no
// rows, bins < 0 or a NaN in eta.
func ECEEqualCount(eta []float64, churned []bool, bins int) float64 {
	return NewForecast(eta, churned).ECEEqualCount(bins)
}

// bin collects the rows of one group.
type bin struct {
	n, churned int
	predicted  exactSum // of p
}

// add takes in one row.
func (b *bin) add(p float64, churned bool) {
	b.n++
	if churned {
		b.churned++
	}
	b.predicted.add(p)
}

// excess is predicted minus observed churned rows, rounded once: in a calibrated
// bin the two nearly cancel, and rounding the sum of p first would show.
func (b *bin) excess() float64 {
	s := b.predicted
	s.add(-float64(b.churned))
	return s.value()
}

// expectedError is sum |excess| / n, and NaN without bins.
func expectedError(bins []bin, n int) float64 {
	if len(bins) == 0 {
		return math.NaN()
	}
	var sum exactSum
	for i := range bins {
		sum.add(math.Abs(bins[i].excess()))
	}
	return sum.value() / float64(n)
}

// equalWidthBins groups by p; bins without rows are left out. It takes
// probabilities, not log-odds, so that edges are compared as given.
func equalWidthBins(p []float64, churned []bool, bins int) []bin {
	if bins < 1 {
		return nil
	}
	all := make([]bin, bins)
	for i, v := range p {
		if v != v {
			return nil
		}
		all[widthBin(v, bins)].add(v, churned[i])
	}
	return slices.DeleteFunc(all, func(b bin) bool { return b.n == 0 })
}

// widthBin is floor(p*bins) for the exact double p: the product rounds up to an
// edge for p just below one (0.7 is less than 7/10), and the sign of the fused
// difference tells.
func widthBin(p float64, bins int) int {
	b := int(p * float64(bins))
	if math.FMA(p, float64(bins), -float64(b)) < 0 {
		b--
	}
	return min(b, bins-1)
}

// cubeRoot is the floor of the cube root of n.
func cubeRoot(n int) int {
	r := int(math.Cbrt(float64(n)))
	for (r+1)*(r+1)*(r+1) <= n {
		r++
	}
	for r*r*r > n {
		r--
	}
	return r
}
