package words

import (
	"strconv"
	"strings"

	"holdfast/backtest"
)

// valueTerm are the words of metrics in which an account counts by its value. One
// named value_X, of a metric X with words and none of its own here, has those of X.
func valueTerm(name string) Term {
	const byValue = ", each account counted by its value"
	switch name {
	case backtest.ValueAUC:
		return Term{"AUC by value", "how often churned money is ranked as riskier than money that stayed", "higher", decimals(3)}
	case backtest.ValueKS:
		return Term{"KS by value", "the widest gap between the scores of churners and of those who stayed" + byValue + "; a few large accounts make it too large, and its interval is of what would be left without chance", "higher", decimals(3)}
	case backtest.ValueAveragePrecision:
		return Term{"average precision by value", "precision averaged over every length of the list" + byValue, "higher", decimals(3)}
	case backtest.ValueLogLoss:
		return Term{"log loss by value", "how far the probabilities were from what happened" + byValue, "lower", decimals(4)}
	case backtest.ValueBrier:
		return Term{"Brier score by value", "mean squared distance of the probabilities from what happened" + byValue, "lower", decimals(4)}
	case backtest.ValueObservedExpected:
		return Term{"churned over expected value", "the money that churned over what the probabilities led one to expect; 1 is right", "", decimals(2)}
	case backtest.ValuePrecision:
		return Term{"precision by value", "the share of the money on the list that churned", "higher", percent(1)}
	case backtest.ValueLift:
		return Term{"lift by value", "precision by value over the churn rate by value", "higher", times}
	case backtest.ValueBaseRate:
		return Term{"churn rate by value", "the share of the money that churned", "", percent(1)}
	}
	if plain, twin := strings.CutPrefix(name, "value_"); twin {
		if t := Metric(plain); t.Gloss != "" {
			return Term{t.Label + " by value", t.Gloss + byValue, t.Better, t.Format}
		}
	}
	return leadTerm(name)
}

// leadTerm are the words of the AUC at another distance from the renewal. What is left
// after it has no words, and keeps its own name.
func leadTerm(name string) Term {
	before, _, _ := strings.Cut(backtest.LeadMetric(0), "0")
	if days, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(name, before), "d")); err == nil && name == backtest.LeadMetric(days) {
		return Term{"AUC " + Plural(days, "day", "days") + " ahead", "how often a churner is ranked as riskier than an account that stayed, when asked so long before", "higher", decimals(3)}
	}
	return Term{Clean(name), "", "", decimals(3)}
}
