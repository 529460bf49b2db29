package words

import "holdfast/backtest"

// qualityTerm are the words of what a loss is made of.
func qualityTerm(name string) Term {
	const (
		miscalibration = "what recalibrating the probabilities would take off; 0 is perfect"
		discrimination = "what the order of the accounts takes off; 0 is a score that knows nothing"
		uncertainty    = "what telling everyone the churn rate would cost; it does not depend on the score"
	)
	switch name {
	case backtest.BrierMiscalibration:
		return Term{"Brier miscalibration", miscalibration, "lower", decimals(4)}
	case backtest.BrierDiscrimination:
		return Term{"Brier discrimination", discrimination, "higher", decimals(4)}
	case backtest.BrierUncertainty:
		return Term{"Brier uncertainty", uncertainty, "", decimals(4)}
	case backtest.LogLossMiscalibration:
		return Term{"log loss miscalibration", miscalibration, "lower", decimals(4)}
	case backtest.LogLossDiscrimination:
		return Term{"log loss discrimination", discrimination, "higher", decimals(4)}
	case backtest.LogLossUncertainty:
		return Term{"log loss uncertainty", uncertainty, "", decimals(4)}
	}
	return distanceTerm(name)
}

// distanceTerm are the words of what lies between probabilities and rates.
func distanceTerm(name string) Term {
	switch name {
	case backtest.ECE:
		return Term{"expected calibration error", "mean gap between predicted and observed churn over groups of equal size; too large on the whole", "lower", percent(1)}
	case backtest.ICI:
		return Term{"integrated calibration index", "mean gap between predicted churn and a smooth curve of the observed; too large on the whole", "lower", percent(1)}
	case backtest.CalibrationE50:
		return Term{"calibration error E50", "half of the accounts are closer than this to the smooth curve of observed churn", "lower", percent(1)}
	case backtest.CalibrationE90:
		return Term{"calibration error E90", "nine in ten accounts are closer than this to the smooth curve of observed churn", "lower", percent(1)}
	case backtest.SpiegelhalterZ:
		return Term{"Spiegelhalter z", "the Brier score less what the probabilities lead one to expect, in standard errors over accounts", "", signed(2)}
	case backtest.SpiegelhalterP:
		return Term{"Spiegelhalter p", "how often probabilities that are right would lie as far off by chance", "", PValue}
	case backtest.HosmerLemeshow:
		return Term{"Hosmer-Lemeshow (legacy)", "gap of ten groups, squared; depends on the groups, takes rows for independent, kept for comparison with old reports", "lower", decimals(1)}
	case backtest.HosmerLemeshowP:
		return Term{"Hosmer-Lemeshow p (legacy)", "small for any model where examples are many, so no reason to reject one", "", PValue}
	}
	return tieTerm(name)
}

// tieTerm are the words of lists whose end ties.
func tieTerm(name string) Term {
	const worst, best = ", if ties at its end went against the score", ", if ties at its end went its way"
	switch name {
	case backtest.PrecisionWorst:
		return Term{"precision at worst", "precision of the list" + worst, "higher", percent(1)}
	case backtest.PrecisionBest:
		return Term{"precision at best", "precision of the list" + best, "higher", percent(1)}
	case backtest.LiftWorst:
		return Term{"lift at worst", "lift of the list" + worst, "higher", times}
	case backtest.LiftBest:
		return Term{"lift at best", "lift of the list" + best, "higher", times}
	case backtest.CaptureWorst:
		return Term{"capture at worst", "capture of the list" + worst, "higher", percent(1)}
	case backtest.CaptureBest:
		return Term{"capture at best", "capture of the list" + best, "higher", percent(1)}
	}
	return valueTerm(name)
}
