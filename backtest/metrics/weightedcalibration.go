package metrics

import (
	"fmt"
	"math"
)

// WeightedCalibrate is [Calibrate] of rows that weigh differently, by money for example: the
// lines maximise the weighted likelihood, and the score vectors of the cluster-robust
// covariance carry the weights, so that only their ratios matter. A weight of 0 leaves a row
// out, one of 2 equals the row twice in the same account. It returns an error also for
// weights of another number, or that are negative or not finite.
func WeightedCalibrate(eta []float64, churned []bool, weight []float64, cluster []int32, level float64) (Calibration, error) {
	if err := checkCalibration(eta, churned, cluster, level); err != nil {
		return Calibration{}, err
	}
	if len(weight) != len(eta) {
		return Calibration{}, fmt.Errorf("metrics: calibration: %d weights and %d rows must be equally many", len(weight), len(eta))
	}
	var rows []int
	var all exactSum
	for i, w := range weight {
		if !isWeight(w) {
			return Calibration{}, fmt.Errorf("metrics: calibration: the weight of row %d is %v; weights must be finite and not negative", i, w)
		}
		if w > 0 {
			rows = append(rows, i)
			all.add(w)
		}
	}
	// Weights of 1 in the mean keep the numbers of Newton's method where it expects them.
	mean := ratio(all.value(), float64(len(rows)))
	kept := struct {
		eta, weight []float64
		churned     []bool
		cluster     []int32
	}{}
	for _, i := range rows {
		kept.eta, kept.churned, kept.weight = append(kept.eta, eta[i]), append(kept.churned, churned[i]), append(kept.weight, weight[i]/mean)
		if cluster != nil {
			kept.cluster = append(kept.cluster, cluster[i])
		}
	}
	return calibrated(kept.eta, kept.churned, kept.cluster, kept.weight, level), nil
}

// WeightedECE is [ECEEqualCount] over weight: the groups are those of equally many rows, and
// in each the weighted means of p and of the outcome are compared,
//
//	sum_b |sum_b w (p - y)| / sum w.
//
// 0 bins asks for as many as ECEEqualCount takes. NaN for no rows, bins < 0, a NaN in eta, if
// nothing weighs anything, or a weight is negative or not finite.
func WeightedECE(eta []float64, churned []bool, weight []float64, bins int) float64 {
	mustMatch(len(churned), len(weight))
	if bins == 0 {
		bins = max(5, cubeRoot(len(eta)))
	}
	var all, off exactSum
	for _, w := range weight {
		if !isWeight(w) {
			return math.NaN()
		}
		all.add(w)
	}
	groups := equalCountGroups(eta, churned, bins)
	for _, rows := range groups {
		var excess exactSum
		for _, k := range rows {
			excess.add(weight[k.row] * -residual(eta[k.row], churned[k.row]))
		}
		off.add(math.Abs(excess.value()))
	}
	if len(groups) == 0 {
		return math.NaN()
	}
	return ratio(off.value(), all.value())
}
