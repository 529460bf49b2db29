package words

import "holdfast/backtest"

// Term is a metric as people meet it.
type Term struct {
	// Label is its name within a sentence, "log loss"; [Capital] makes a heading of it.
	Label string

	// Gloss is one line that says what it is, without a capital and a full stop; empty for
	// a metric that has no words.
	Gloss string

	// Better is "higher" or "lower", or empty when neither is: of a calibration slope, 1 is.
	Better string

	// Format is the value for people: [Undefined] for NaN, never nil.
	Format func(x float64) string
}

// Metric returns the words for a metric of [backtest.Metric], by its name in
// metrics.csv. One that it does not know keeps its own name, cleaned, and three
// decimals. The terms are handed on from one function to the next by subject, so
// that none of them is a list of fifty: each knows its own, and asks the next.
func Metric(name string) Term {
	switch name {
	case backtest.AUC:
		return Term{"AUC", "how often a churner is ranked as riskier than an account that stayed; 0.5 is guessing, 1 is perfect", "higher", decimals(3)}
	case backtest.Gini:
		return Term{"Gini", "2 × AUC − 1", "higher", decimals(3)}
	case backtest.KS:
		return Term{"KS", "the widest gap between the scores of churners and of those who stayed", "higher", decimals(3)}
	case backtest.AveragePrecision:
		return Term{"average precision", "precision averaged over every length of the list", "higher", decimals(3)}
	case backtest.LogLoss:
		return Term{"log loss", "how far the probabilities were from what happened; confident mistakes cost most", "lower", decimals(4)}
	case backtest.Brier:
		return Term{"Brier score", "mean squared distance of the probabilities from what happened", "lower", decimals(4)}
	}
	return calibrationTerm(name)
}

// calibrationTerm are the words of metrics that compare levels.
func calibrationTerm(name string) Term {
	switch name {
	case backtest.CalibrationSlope:
		return Term{"calibration slope", "1 is right; below 1 the probabilities are too extreme", "", decimals(2)}
	case backtest.CalibrationIntercept:
		return Term{"calibration intercept", "0 is right, at slope 1", "", signed(2)}
	case backtest.CITL:
		return Term{"calibration in the large", "0 is right; above 0 more churned than predicted", "", signed(2)}
	case backtest.BaseRate:
		return Term{"churn rate", "the share of test examples that churned", "", percent(1)}
	case backtest.MeanP:
		return Term{"mean predicted churn", "should equal the churn rate", "", percent(1)}
	}
	return capacityTerm(name)
}

// capacityTerm are the words of metrics of the list that the team works.
func capacityTerm(name string) Term {
	switch name {
	case backtest.Precision:
		return Term{"precision", "the share of the accounts on the list that churned", "higher", percent(1)}
	case backtest.Lift:
		return Term{"lift", "precision over the churn rate: how many times better than picking at random", "higher", times}
	case backtest.Capture:
		return Term{"capture", "the share of all churners that were on the list", "higher", percent(1)}
	case backtest.ValueCapture:
		return Term{"value capture", "the share of all churned value that was on the list", "higher", percent(1)}
	case backtest.ValueCaptured:
		return Term{"value captured", "the churned value that was on the lists", "higher", Amount}
	case backtest.ValueMissed:
		return Term{"value missed", "the churned value that was not on the lists", "lower", Amount}
	}
	return qualityTerm(name)
}

// decimals, signed and percent are the formats of most metrics.
func decimals(n int) func(float64) string { return func(x float64) string { return Fixed(x, n) } }
func signed(n int) func(float64) string   { return func(x float64) string { return Signed(x, n) } }
func percent(n int) func(float64) string  { return func(x float64) string { return Percent(x, n) } }

// times is the format of a lift.
func times(x float64) string {
	if text := Fixed(x, 2); text != Undefined {
		return text + "×"
	}
	return Undefined
}

// Estimate is a metric with its interval: "0.812 (0.780 to 0.844)", the value
// alone when the interval is undefined.
func Estimate(m backtest.Metric) string {
	format := Metric(m.Name).Format
	text := format(m.Value)
	if interval := Interval(format(m.Low), format(m.High)); interval != "" && text != Undefined {
		text += " (" + interval + ")"
	}
	return text
}
