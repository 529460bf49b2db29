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
	if err := checkCalibration(eta, churned, cluster, level, itself); err != nil {
		return Calibration{}, err
	}
	if len(weight) != len(eta) {
		return Calibration{}, fmt.Errorf("metrics: calibration: %d weights and %d rows must be equally many", len(weight), len(eta))
	}
	return NewForecast(eta, churned).Weighing(weight).Calibrate(cluster, level)
}

// Calibrate is [WeightedCalibrate]; it is an error if a weight is none.
func (f *WeightedForecast) Calibrate(cluster []int32, level float64) (Calibration, error) {
	if err := checkCalibration(f.whole.eta, f.whole.churned, cluster, level, f.whole.row); err != nil {
		return Calibration{}, err
	}
	for i, w := range f.weighs {
		if !isWeight(w) {
			return Calibration{}, fmt.Errorf("metrics: calibration: the weight of row %d is %v; weights must be finite and not negative", f.whole.row(i), w)
		}
	}
	// Weights of 1 in the mean keep the numbers of Newton's method where it expects them.
	mean := ratio(f.all, float64(len(f.weight)))
	kept := make([]float64, len(f.weight))
	for i, w := range f.weight {
		kept[i] = w / mean
	}
	return f.kept.calibrated(cluster, kept, level), nil
}

// WeightedECE is [ECEEqualCount] over weight: the groups are those of equally many rows, and
// in each the weighted means of p and of the outcome are compared,
//
//	sum_b |sum_b w (p - y)| / sum w.
//
// 0 bins asks for as many as ECEEqualCount takes. NaN for no rows, bins < 0, a NaN in eta, if
// nothing weighs anything, or a weight is negative or not finite.
func WeightedECE(eta []float64, churned []bool, weight []float64, bins int) float64 {
	return NewForecast(eta, churned).Weighing(weight).ECE(bins)
}

// ECE is [WeightedECE].
func (f *WeightedForecast) ECE(bins int) float64 {
	if bins == 0 {
		bins = max(5, cubeRoot(len(f.weighs)))
	}
	if !f.kept.ok {
		return math.NaN()
	}
	var off exactSum
	groups := f.whole.ofEqualCount(bins)
	for _, rows := range groups {
		var excess exactSum
		excess.addBlocks(rows.to-rows.from, func(to []float64, from int) {
			for k := range to {
				i := rows.from + from + k
				to[k] = f.weighs[i] * -f.whole.residual(i)
			}
		})
		off.add(math.Abs(excess.value()))
	}
	if len(groups) == 0 {
		return math.NaN()
	}
	return ratio(off.value(), f.all)
}
