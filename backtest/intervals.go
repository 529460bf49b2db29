package backtest

import "slices"

// The methods of intervals. All respect that an account is seen more than once.
const (
	byDeLong    = "clustered DeLong"
	byBootstrap = "account bootstrap" // percentiles
	byBCa       = "account bootstrap, BCa"
	byGap       = "jackknife by account, less its bias"
	bySkewed    = "jackknife by account, BCa" // what BCa comes to without draws
	bySandwich  = "sandwich by account"
)

// IntervalMethod says how the interval of a metric of all test rows comes about, by the name
// in metrics.csv. Empty for a metric without one.
//
//   - Clustered DeLong: AUC and Gini.
//   - Percentiles over draws of accounts: averages and lists by the head. Simulated companies
//     hold the truth in them as often as in BCa ones, or more often, so that the correction
//     would add noise only ([holdfast/backtest/metrics.Replicates.Percentile]).
//   - BCa over the same draws: the money on the lists, which is skewed, with as many degrees of
//     freedom as the few large accounts leave ([holdfast/backtest/metrics.Replicates.HeavyTailed]).
//   - Jackknife by account, BCa: all that is counted by value, and rates. Accounts are left out
//     one by one, to first order, and no draws are needed ([holdfast/backtest/metrics.Skewed]).
//   - The same around KS less its bias, and the sandwich for the lines of calibration.
//
// Distances that are never below zero have none, nor has KS by value: their bias cannot be told
// well enough.
func IntervalMethod(metric string) string {
	switch metric {
	case AUC, Gini:
		return byDeLong
	case KS:
		return byGap
	case AveragePrecision, LogLoss, Brier, Precision, Lift, Capture:
		return byBootstrap
	case ValueCaptured, ValueCapture, ValueMissed:
		return byBCa
	case CalibrationIntercept, CalibrationSlope, CITL:
		return bySandwich
	}
	if slices.Contains([]string{BrierUncertainty, LogLossUncertainty, ValueMeanP, ValueBrierUncertainty, ValueLogLossUncertainty,
		ValueCalibrationIntercept, ValueCalibrationSlope, ValueCITL, ValueAUC, ValueGini, ValueAveragePrecision, ValueLogLoss, ValueBrier, ValueObservedExpected,
		ValuePrecision, ValueLift, ValueBaseRate}, metric) {
		return bySkewed
	}
	return ""
}

// IntervalMethods are the methods of the metrics that a candidate of the result has with an
// interval.
func (r *Result) IntervalMethods() map[string]string {
	methods := make(map[string]string)
	for _, c := range r.Candidates {
		list := c.Pooled
		if c.Worth != nil {
			list = slices.Concat(list, c.Worth.Weighted)
		}
		for _, m := range list {
			if method := IntervalMethod(m.Name); method != "" && m.Low == m.Low {
				methods[m.Name] = method
			}
		}
	}
	return methods
}
