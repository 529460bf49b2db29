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

// valueQuality are the metrics of this file; those of distances from the rates have no
// interval, like their plain twins (see qualityMetrics). said is the mean probability over value,
// auc and rate are ValueAUC and ValueBaseRate with their intervals. A sample with a negative value has none of them.
func valueQuality(s ranked, said tilted, auc, rate metrics.Estimate, level float64) []Metric {
	brier, loss := s.forecast.Decompose(s.said.value)
	f := s.forecast.Weighing(s.said.value)
	line, smooth := valueCalibration(f, s.said.cluster, level), f.SmoothCalibration(curvePlaces)
	spiegelhalter := f.Spiegelhalter(s.said.cluster)
	hosmer := f.HosmerLemeshow(hosmerGroups, false)
	return []Metric{
		{Name: ValueGini, Value: metrics.Gini(auc.Value), Low: metrics.Gini(auc.Low), High: metrics.Gini(auc.High)},
		estimated(ValueMeanP, said.share(level)),
		estimated(ValueCalibrationIntercept, line.Intercept), estimated(ValueCalibrationSlope, line.Slope), estimated(ValueCITL, line.CITL),
		point(ValueBrierMiscalibration, brier.Miscalibration), point(ValueBrierDiscrimination, brier.Discrimination),
		estimated(ValueBrierUncertainty, uncertaintyOf(brier.Uncertainty, rate, spreadOfRate)),
		point(ValueLogLossMiscalibration, loss.Miscalibration), point(ValueLogLossDiscrimination, loss.Discrimination),
		estimated(ValueLogLossUncertainty, uncertaintyOf(loss.Uncertainty, rate, entropyOfRate)),
		point(ValueECE, f.ECE(0)),
		point(ValueICI, smooth.ICI), point(ValueCalibrationE50, smooth.E50), point(ValueCalibrationE90, smooth.E90),
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
