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
// in metrics.csv: clustered DeLong for AUC; percentiles over draws of accounts for averages
// and for lists by the head; BCa, corrected for skewness and with as many degrees of freedom
// as the few large accounts leave ([holdfast/backtest/metrics.Replicates.HeavyTailed]), for
// the money on the lists; and closed forms for the rest. Empty for a metric without one.
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
