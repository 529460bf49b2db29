package report

import (
	"fmt"
	"math"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// touchedSection answers: did the team's own work change the figures? It is empty where
// nobody wrote down whom the team worked.
func touchedSection(r *backtest.Result) Section {
	s := Section{ID: "touched", Title: "Did the team's own work change the figures?"}
	if r.Touched == nil || len(r.Touched.Candidates) != len(r.Candidates) || r.Touched.N == 0 {
		return s
	}
	s.Lead = touchedLead(r)
	s.Tables = []Table{touchedTable(r, backtest.AUC)}
	s.Notes = []string{"An account that the team worked, and that renewed, may have been saved: the score that warned of it is then counted as wrong. " +
		"What would have happened is not known; the last column is the end of what is possible, in which nobody worked would have stayed."}
	s.Details = []Detail{
		{Summary: "Log loss and Brier score in the same four ways", Tables: []Table{touchedTable(r, backtest.LogLoss), touchedTable(r, backtest.Brier)}},
		{
			Summary: "Who was worked",
			Text: []string{"Fifths of the test examples by the probability that the champion gave them. Weighted: the accounts left alone stand in for those worked in the same fifth " +
				"(Rosenbaum and Rubin 1984). " + words.Plural(r.Touched.Unmatched, "worked example has", "worked examples have") + " nobody left alone in its fifth."},
			Tables: []Table{strataTable(r.Touched.Strata)},
		},
	}
	return s
}

// touchedLead says between what the ranking of the score in use lies.
func touchedLead(r *backtest.Result) string {
	lead := fmt.Sprintf("The team worked %s of the %s accounts and dates between their score and their outcome",
		words.Count(r.Touched.N), words.Count(len(r.Predictions.Fold)))
	for i, c := range r.Candidates {
		if c.Name != winner(r) {
			continue
		}
		low, high := math.Inf(1), math.Inf(-1)
		for _, m := range fourWays(r.Touched.Candidates[i], backtest.AUC) {
			if !math.IsNaN(m.Value) {
				low, high = min(low, m.Value), max(high, m.Value)
			}
		}
		if low <= high {
			lead += fmt.Sprintf("; however that is allowed for, %s picks the churner between %s and %s times out of 100", name(c.Name), words.Fixed(100*low, 0), words.Fixed(100*high, 0))
		}
	}
	return lead + "."
}

// fourWays is a metric with the touched in, out, weighted and lost.
func fourWays(t backtest.TouchedMetrics, metric string) [4]backtest.Metric {
	return [...]backtest.Metric{backtest.Find(t.In, metric), backtest.Find(t.Out, metric), backtest.Find(t.Weighted, metric), backtest.Find(t.Lost, metric)}
}

// touchedTable has a row per candidate.
func touchedTable(r *backtest.Result, metric string) Table {
	t := Table{Caption: words.Capital(words.Metric(metric).Label) + " and the accounts that were worked", Head: []Column{
		text("Candidate"), number("In"), number("Out"), number("Out, weighted"), number("In, as if lost"),
	}}
	for _, i := range order(r) {
		line := cells(title(r, i))
		for _, m := range fourWays(r.Touched.Candidates[i], metric) {
			line = append(line, estimate(m))
		}
		t.Rows = append(t.Rows, candidateRow(r, i, line))
	}
	return t
}

// strataTable says how the work was spread over the risk: a row per fifth, lowest risk first.
func strataTable(strata []backtest.TouchedStratum) Table {
	t := Table{Caption: "Worked and left alone, by risk", Head: []Column{
		text("Risk"), number("Left alone"), number("of them churned"), number("Worked"), number("of them stayed"),
	}}
	for _, s := range strata {
		t.Rows = append(t.Rows, Row{Cells: cells(words.Percent(s.Low, 1)+" to "+words.Percent(s.High, 1),
			words.Count(s.N), words.Count(s.Churned), words.Count(s.Touched), words.Count(s.Saved))})
	}
	return t
}
