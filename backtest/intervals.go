package backtest

import "slices"

// The methods of intervals. All respect that an account is seen more than once.
const (
	byDeLong    = "clustered DeLong"
	byBootstrap = "account bootstrap"      // percentiles
	byBCa       = "account bootstrap, BCa" // of a run; where one candidate cannot be corrected, its percentiles
	byGap       = "jackknife by account, less its bias"
	bySkewed    = "jackknife by account, BCa" // what BCa comes to without draws
	bySandwich  = "sandwich by account"
	byInversion = "test inversion, noise by account"
	byWilson    = "Wilson at the effective number of rows"
	byRatio     = "normal, of a ratio over accounts"
)

// IntervalMethod says how the interval of a metric of all test rows comes about, by the name
// in metrics.csv. Empty for a metric without one.
//
//   - Clustered DeLong: AUC and Gini.
//
//   - Percentiles over draws of accounts: averages and lists by the head. With Intervals BCa
//     the replicates are corrected for their bias, and for the skewness of the accounts'
//     influences ([holdfast/backtest/metrics.Replicates.BCa]); where that is not defined, because
//     all replicates lie on one side of the metric, percentiles stand in. In 2,000 simulated
//     companies BCa intervals of log loss and Brier score hold the truth as often as percentiles
//     do (95 %), but those of average precision and lists less often (92 to 93 % against 94 to
//     97 %): percentiles are the default.
//
//   - BCa over the same draws, in any case: the money on the lists, which is skewed, with as many
//     degrees of freedom as the few large accounts leave
//     ([holdfast/backtest/metrics.Replicates.HeavyTailed]).
//
//   - Jackknife by account, BCa: all that is counted by value, and rates. Accounts are left out
//     one by one, to first order, and no draws are needed ([holdfast/backtest/metrics.Skewed]).
//
//   - The same around KS less its bias, and the sandwich for the lines of calibration.
//
//   - Test inversion: distances that are never below zero, discrimination, and KS by value. Chance makes
//     them too large, so that their value may lie above the interval of the truth
//     ([holdfast/backtest/metrics.Forecast.Distances]).
//
//   - Wilson's, as groups have it, for the churn rate, and the normal one of a ratio for the mean
//     probability.
//
// Nothing is drawn of a single fold, nor of what a band holds. What is drawn of all folds together
// has the jackknife there, or Wilson's interval where it is a share of accounts.
//
// Thresholds and medians of days have percentiles whatever is asked for: the
// jackknife, by which BCa tells skewness, fails for a quantile (Efron and Tibshirani 1993,
// section 11.6). So have the refits of a validation in sample, in which no account can be left
// out without one more refit each.
func (o Options) IntervalMethod(metric string) string {
	switch metric {
	case AUC, Gini:
		return byDeLong
	case KS:
		return byGap
	case AveragePrecision, LogLoss, Brier, Precision, Lift, Capture:
		if o.Intervals == BCa {
			return byBCa
		}
		return byBootstrap
	case ValueCaptured, ValueCapture, ValueMissed:
		return byBCa
	case CalibrationIntercept, CalibrationSlope, CITL:
		return bySandwich
	case BrierMiscalibration, BrierDiscrimination, LogLossMiscalibration, LogLossDiscrimination, ECE, ICI, CalibrationE50, CalibrationE90,
		ValueBrierMiscalibration, ValueBrierDiscrimination, ValueLogLossMiscalibration, ValueLogLossDiscrimination,
		ValueECE, ValueICI, ValueCalibrationE50, ValueCalibrationE90, ValueKS:
		return byInversion
	case BaseRate:
		return byWilson
	case MeanP:
		return byRatio
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
			if method := r.Options.IntervalMethod(m.Name); method != "" && m.Low == m.Low {
				methods[m.Name] = method
			}
		}
	}
	return methods
}
