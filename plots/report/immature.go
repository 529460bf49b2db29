package report

import (
	"fmt"
	"math"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// immatureSection answers: and the accounts whose outcome is not in yet? It is empty where
// there are none.
func immatureSection(r *backtest.Result) Section {
	s := Section{ID: "immature", Title: "And the accounts whose outcome is not in yet?"}
	if r.Immature == nil || len(r.Immature.Quarters) == 0 {
		return s
	}
	s.Lead = immatureLead(r)
	s.Tables = []Table{immatureTable(r)}
	s.Notes = []string{"An estimate takes the probabilities at their word (Kivimäki et al. 2025): it sees that other accounts are there, and not that accounts leave for other reasons. " +
		"Its interval is as wide as its errors of the past were."}
	if t := recordOfEstimates(r); len(t.Rows) > 0 {
		s.Details = []Detail{{Summary: "The record of such estimates", Tables: []Table{t},
			Text: []string{"The same estimate, made for past test windows whose outcomes are known: how far it lay from what came true."}}}
	}
	return s
}

// immatureLead says how the newest accounts should be going.
func immatureLead(r *backtest.Result) string {
	n := 0
	for _, q := range r.Immature.Quarters {
		n += q.N
	}
	lead := words.Plural(n, "account and date has", "accounts and dates have") + " no outcome yet"
	last := r.Immature.Quarters[len(r.Immature.Quarters)-1]
	for i, c := range r.Candidates {
		if c.Name == winner(r) && i < len(last.MeanP) && i < len(last.AUC) && !math.IsNaN(last.MeanP[i]) {
			lead += fmt.Sprintf("; of those of %s %s expects %s to churn", quarterName(last.Start), name(c.Name), words.Percent(last.MeanP[i], 0))
			if auc := words.Fixed(100*last.AUC[i].Value, 0); auc != words.Undefined {
				lead += "; it should pick the churner " + auc + " times out of 100"
			}
		}
	}
	return lead + "."
}

// immatureTable has a row per quarter and contender: estimates without labels, whose intervals
// are those of their record.
func immatureTable(r *backtest.Result) Table {
	t := Table{Caption: "What to expect where outcomes are not in", Head: []Column{
		text("Quarter"), text("Candidate"), number("Accounts and dates"), number("Expected churn"), number("Estimated AUC"), number("Estimated Brier score"),
	}}
	for _, q := range r.Immature.Quarters {
		for _, i := range order(r) {
			if !isContender(r, i) || i >= len(q.MeanP) || i >= len(q.AUC) || i >= len(q.Brier) {
				continue
			}
			t.Rows = append(t.Rows, Row{Candidate: placeOf(r, r.Candidates[i].Name), Cells: []Cell{
				{Value: quarterName(q.Start)}, {Value: title(r, i)}, {Value: words.Count(q.N)}, {Value: words.Percent(q.MeanP[i], 1)},
				within(q.AUC[i], 3), within(q.Brier[i], 4),
			}})
		}
	}
	return t
}

// recordOfEstimates has a row per candidate with a record.
func recordOfEstimates(r *backtest.Result) Table {
	t := Table{Caption: "Estimates of the past against what came true", Head: []Column{
		text("Candidate"), number("Windows"), number("AUC: estimate less truth"), number("AUC: typical error"), number("Brier: estimate less truth"), number("Brier: typical error"),
	}}
	for _, i := range order(r) {
		if i >= len(r.Immature.Record) || len(r.Immature.Record[i].Folds) == 0 {
			continue
		}
		x := r.Immature.Record[i]
		t.Rows = append(t.Rows, candidateRow(r, i, cells(title(r, i), words.Count(len(x.Folds)), words.Signed(x.AUC.Bias, 3), words.Fixed(x.AUC.Typical, 3),
			words.Signed(x.Brier.Bias, 4), words.Fixed(x.Brier.Typical, 4))))
	}
	return t
}
