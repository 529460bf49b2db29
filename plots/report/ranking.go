package report

import (
	"math"
	"strings"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// rankingSection answers: who finds the churners?
func rankingSection(r *backtest.Result) section {
	columns := present(r, []string{backtest.AUC, backtest.LogLoss, backtest.Brier, backtest.AveragePrecision, backtest.KS})
	s := section{ID: "ranking", Title: "Who finds the churners?", Lead: rankingLead(r)}
	if len(columns) == 0 {
		return s
	}
	s.Tables = []table{metricTable(r, "All candidates, over all test windows", columns)}
	s.Notes = []string{
		"Beneath each value: its " + words.Level(r.Options.Level) + " interval, which allows for seeing the same account in several periods. " +
			"The baseline tells everyone the same probability, the churn rate of its training examples; a score that does not beat it knows nothing.",
	}
	s.Details = []detail{glossary(columns)}
	return s
}

// rankingLead says AUC as what it is, the share of pairs in the right order (Hanley
// and McNeil 1982).
func rankingLead(r *backtest.Result) string {
	var said []string
	for _, c := range contenders(r) {
		if auc := backtest.Find(c.Pooled, backtest.AUC).Value; !math.IsNaN(auc) {
			said = append(said, name(c.Name)+" picks the churner "+outOf100(auc))
		}
	}
	if len(said) == 0 {
		return "The test windows do not hold both churned and renewed accounts, so no ranking can be judged."
	}
	return "Shown one account that churned and one that renewed, " + strings.Join(said, ", ") + "; guessing would be right 50 times."
}

// outOf100 is a share as people count it.
func outOf100(share float64) string { return words.Fixed(100*share, 0) + " times out of 100" }

// present keeps the metrics that at least one candidate has.
func present(r *backtest.Result, metrics []string) []string {
	var out []string
	for _, m := range metrics {
		for _, c := range r.Candidates {
			if !math.IsNaN(backtest.Find(c.Pooled, m).Value) {
				out = append(out, m)
				break
			}
		}
	}
	return out
}
