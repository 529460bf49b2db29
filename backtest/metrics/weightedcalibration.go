package metrics

import (
	"fmt"
	"math"
)

// WeightedCalibrate is [Calibrate] of rows that weigh differently, by money for example: the
// lines maximise the weighted likelihood, and the score vectors of the cluster-robust
// covariance carry the weights, so that only their ratios matter. A weight of 0 leaves a row
// out, one of 2 equals the row twice in the same account.
//
// Where a few accounts weigh much, the sandwich is too small, since the line gives way to them,
// and badly known. The intervals take how far the line moves as each account is left out
// (Bell and McCaffrey 2002, the jackknife of clusters; MacKinnon, Nielsen and Webb 2023) and are
// [Skewed] with Student's quantile; StdErr is still that of the sandwich.
// It returns an error also for
// weights of another number, or that are negative or not finite.
func WeightedCalibrate(eta []float64, churned []bool, weight []float64, cluster []int32, level float64) (Calibration, error) {
	if err := checkCalibration(eta, churned, cluster, level); err != nil {
		return Calibration{}, err
	}
	return NewForecast(eta, churned).weightedCalibration(weight, cluster, level)
}

// WeightedCalibrate is [WeightedCalibrate].
func (f *Forecast) WeightedCalibrate(weight []float64, cluster []int32, level float64) (Calibration, error) {
	if err := checkCalibration(f.eta, f.churned, cluster, level); err != nil {
		return Calibration{}, err
	}
	return f.weightedCalibration(weight, cluster, level)
}

// weightedCalibration fits the lines of rows that are checked but for their weights.
func (f *Forecast) weightedCalibration(weight []float64, cluster []int32, level float64) (Calibration, error) {
	eta := f.eta
	if len(weight) != len(eta) {
		return Calibration{}, fmt.Errorf("metrics: calibration: %d weights and %d rows must be equally many", len(weight), len(eta))
	}
	heavy := make([]int, 0, len(weight))
	var all exactSum
	for i, w := range weight {
		if !isWeight(w) {
			return Calibration{}, fmt.Errorf("metrics: calibration: the weight of row %d is %v; weights must be finite and not negative", i, w)
		}
		if w > 0 {
			heavy = append(heavy, i)
		}
	}
	all.addAll(weight)
	// Weights of 1 in the mean keep the numbers of Newton's method where it expects them.
	mean := ratio(all.value(), float64(len(heavy)))
	kept := make([]float64, len(heavy))
	for k, i := range heavy {
		kept[k] = weight[i] / mean
	}
	if len(heavy) == len(weight) {
		return f.calibrated(cluster, kept, level), nil
	}
	if cluster != nil {
		cluster = some(cluster, heavy)
	}
	return NewForecast(some(eta, heavy), some(f.churned, heavy)).calibrated(cluster, kept, level), nil
}

// some gathers the given rows.
func some[T any](of []T, rows []int) []T {
	out := make([]T, len(rows))
	for k, i := range rows {
		out[k] = of[i]
	}
	return out
}

// WeightedECE is [ECEEqualCount] over weight: the groups are those of equally many rows, and
// in each the weighted means of p and of the outcome are compared,
//
//	sum_b |sum_b w (p - y)| / sum w.
//
// 0 bins asks for as many as ECEEqualCount takes. NaN for no rows, bins < 0, a NaN in eta, if
// nothing weighs anything, or a weight is negative or not finite.
func WeightedECE(eta []float64, churned []bool, weight []float64, bins int) float64 {
	return NewForecast(eta, churned).WeightedECE(weight, bins)
}

// WeightedECE is [WeightedECE].
func (f *Forecast) WeightedECE(weight []float64, bins int) float64 {
	if bins == 0 {
		bins = max(5, cubeRoot(len(f.eta)))
	}
	mustMatch(len(f.eta), len(weight))
	if !allWeights(weight, len(weight)) {
		return math.NaN()
	}
	var all, off exactSum
	all.addAll(weight)
	groups := f.equalCountGroups(bins)
	for _, rows := range groups {
		var excess exactSum
		excess.addEach(len(rows), func(i int) float64 { return weight[rows[i].row] * -f.residual(int(rows[i].row)) })
		off.add(math.Abs(excess.value()))
	}
	if len(groups) == 0 {
		return math.NaN()
	}
	return ratio(off.value(), all.value())
}
