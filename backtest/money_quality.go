package backtest

import (
	"math"

	"holdfast/backtest/metrics"
)

// The metrics of probabilities in which a row counts by its value. Each is that of the name
// without value_.
const (
	ValueGini                  = "value_gini"
	ValueMeanP                 = "value_mean_p"
	ValueCalibrationIntercept  = "value_calibration_intercept"
	ValueCalibrationSlope      = "value_calibration_slope"
	ValueCITL                  = "value_citl"
	ValueBrierMiscalibration   = "value_brier_miscalibration"
	ValueBrierDiscrimination   = "value_brier_discrimination"
	ValueBrierUncertainty      = "value_brier_uncertainty"
	ValueLogLossMiscalibration = "value_log_loss_miscalibration"
	ValueLogLossDiscrimination = "value_log_loss_discrimination"
	ValueLogLossUncertainty    = "value_log_loss_uncertainty"
	ValueECE                   = "value_ece"
	ValueICI                   = "value_ici"
	ValueCalibrationE50        = "value_calibration_e50"
	ValueCalibrationE90        = "value_calibration_e90"
	ValueSpiegelhalterZ        = "value_spiegelhalter_z"
	ValueSpiegelhalterP        = "value_spiegelhalter_p"
	ValueHosmerLemeshow        = "value_hosmer_lemeshow_legacy"
	ValueHosmerLemeshowP       = "value_hosmer_lemeshow_legacy_p"
)

// valueQuality are the metrics of this file; those of distances from the rates have intervals like
// their plain twins (see qualityMetrics). f is the forecast by value and within its intervals, said is
// the mean probability over value, auc and rate are ValueAUC and ValueBaseRate with their
// intervals. A sample with a negative value has none of them.
func valueQuality(s ranked, f *metrics.WeightedForecast, within metrics.Distances, said tilted, auc, rate metrics.Estimate, level float64) []Metric {
	brier, loss := s.forecast.Decompose(s.said.value)
	line, smooth := valueCalibration(f, s.said.cluster, level), f.SmoothCalibration(curvePlaces)
	spiegelhalter := f.Spiegelhalter(s.said.cluster)
	hosmer := f.HosmerLemeshow(hosmerGroups, false)
	return []Metric{
		{Name: ValueGini, Value: metrics.Gini(auc.Value), Low: metrics.Gini(auc.Low), High: metrics.Gini(auc.High)},
		estimated(ValueMeanP, said.share(level)),
		estimated(ValueCalibrationIntercept, line.Intercept), estimated(ValueCalibrationSlope, line.Slope), estimated(ValueCITL, line.CITL),
		limited(ValueBrierMiscalibration, brier.Miscalibration, within.BrierMiscalibration), limited(ValueBrierDiscrimination, brier.Discrimination, within.BrierDiscrimination),
		estimated(ValueBrierUncertainty, uncertaintyOf(brier.Uncertainty, rate, spreadOfRate)),
		limited(ValueLogLossMiscalibration, loss.Miscalibration, within.LogLossMiscalibration), limited(ValueLogLossDiscrimination, loss.Discrimination, within.LogLossDiscrimination),
		estimated(ValueLogLossUncertainty, uncertaintyOf(loss.Uncertainty, rate, entropyOfRate)),
		limited(ValueECE, f.ECE(0), within.ECE),
		limited(ValueICI, smooth.ICI, within.ICI), limited(ValueCalibrationE50, smooth.E50, within.E50), limited(ValueCalibrationE90, smooth.E90, within.E90),
		point(ValueSpiegelhalterZ, spiegelhalter.Statistic), point(ValueSpiegelhalterP, spiegelhalter.P),
		point(ValueHosmerLemeshow, hosmer.Statistic), point(ValueHosmerLemeshowP, hosmer.P),
	}
}

// valueCalibration is the recalibration by value; undefined where it cannot be fitted.
func valueCalibration(f *metrics.WeightedForecast, cluster []int32, level float64) metrics.Calibration {
	line, err := f.Calibrate(cluster, level)
	if err != nil {
		undefined := metrics.Estimate{Value: math.NaN(), StdErr: math.NaN(), Low: math.NaN(), High: math.NaN()}
		return metrics.Calibration{Intercept: undefined, Slope: undefined, CITL: undefined, ExpectedOverObserved: math.NaN()}
	}
	return line
}

// gapByValue is the interval of KS by value, at hand where log-odds order and tie the rows as the
// score does.
func (s ranked) gapByValue(within metrics.Distances, level float64) metrics.Limits {
	if s.place == nil && tiesOf(s.score) == tiesOf(s.odds) {
		return within.KS
	}
	return metrics.WidestGap(s.score, s.churned, s.value, s.cluster, level, distanceSeed)
}
