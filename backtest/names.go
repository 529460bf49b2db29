package backtest

// MetricNames are the names of all metrics that a candidate may have, in the order of
// metrics.csv. Which of them a list holds depends on what is known: those of money need
// values, and those after MeanP are pooled only.
func MetricNames() []string {
	return []string{
		AUC, Gini, KS, AveragePrecision, LogLoss, Brier,
		CalibrationIntercept, CalibrationSlope, CITL,
		Precision, Lift, Capture, ValueCaptured, ValueCapture, ValueMissed, BaseRate, MeanP,

		BrierMiscalibration, BrierDiscrimination, BrierUncertainty,
		LogLossMiscalibration, LogLossDiscrimination, LogLossUncertainty,
		ECE, ICI, CalibrationE50, CalibrationE90, SpiegelhalterZ, SpiegelhalterP, HosmerLemeshow, HosmerLemeshowP,
		PrecisionWorst, PrecisionBest, LiftWorst, LiftBest, CaptureWorst, CaptureBest,
	}
}
