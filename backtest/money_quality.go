package backtest

import (
	"math"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

// The metrics of probabilities in which a row counts by its value. Each is that of the name
// without value_; the tests of Spiegelhalter and of Hosmer and Lemeshow count rows and have
// no such twin.
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
)

// valueQuality are the metrics of this file; those of distances from the rates have no
// interval, like their plain twins (see qualityMetrics). auc is ValueAUC with its interval.
// A sample with a negative value has none of them.
func valueQuality(s *sample, eta []float64, auc metrics.Estimate, level float64) []Metric {
	brier, loss := metrics.DecomposeBrier(eta, s.churned, s.value), metrics.DecomposeLogLoss(eta, s.churned, s.value)
	money := s.perAccount(func(i int) float64 { return s.value[i] })
	said := ratioOf(s.perAccount(func(i int) float64 { return s.value[i] * models.Probability(eta[i]) }), money)
	rate := ratioOf(s.perAccount(func(i int) float64 { return s.value[i] * indicator(s.churned[i]) }), money)
	line := valueCalibration(s, eta, level)
	return []Metric{
		{Name: ValueGini, Value: metrics.Gini(auc.Value), Low: metrics.Gini(auc.Low), High: metrics.Gini(auc.High)},
		estimated(ValueMeanP, said.estimate(level)),
		estimated(ValueCalibrationIntercept, line.Intercept), estimated(ValueCalibrationSlope, line.Slope), estimated(ValueCITL, line.CITL),
		point(ValueBrierMiscalibration, brier.Miscalibration), point(ValueBrierDiscrimination, brier.Discrimination),
		estimated(ValueBrierUncertainty, rate.along(brier.Uncertainty, 1-2*rate.value).estimate(level)),
		point(ValueLogLossMiscalibration, loss.Miscalibration), point(ValueLogLossDiscrimination, loss.Discrimination),
		estimated(ValueLogLossUncertainty, rate.along(loss.Uncertainty, math.Log(1/rate.value-1)).estimate(level)),
		point(ValueECE, metrics.WeightedECE(eta, s.churned, s.value, 0)),
	}
}

// valueCalibration is the recalibration by value; undefined where it cannot be fitted.
func valueCalibration(s *sample, eta []float64, level float64) metrics.Calibration {
	line, err := metrics.WeightedCalibrate(eta, s.churned, s.value, s.cluster, level)
	if err != nil {
		undefined := metrics.Estimate{Value: math.NaN(), StdErr: math.NaN(), Low: math.NaN(), High: math.NaN()}
		return metrics.Calibration{Intercept: undefined, Slope: undefined, CITL: undefined, ExpectedOverObserved: math.NaN()}
	}
	return line
}
