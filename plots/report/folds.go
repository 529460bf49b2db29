package report

import (
	"fmt"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// foldsSection answers: did it hold up over time?
func foldsSection(r *backtest.Result) Section {
	s := Section{ID: "folds", Title: "Did it hold up over time?", Lead: foldsLead(r)}
	if len(r.Folds) == 0 {
		return s
	}
	s.Tables = []Table{foldTable(r)}
	s.Notes = []string{"AUC: 0.5 is guessing, 1 is perfect. One window holds few churners, so single values swing."}
	if a := r.Audition; a != nil && len(a.Leaders) > 0 {
		s.Tables = append(s.Tables, leaderTable(r, a))
		s.Details = append(s.Details, auditionDetails(r, a)...)
	}
	var skipped []Term
	for i, f := range r.Folds {
		if f.Skipped != "" {
			skipped = append(skipped, Term{fmt.Sprintf("Fold %d, %s", i+1, f.Cutoff), sentence(f.Skipped)})
		}
	}
	if len(skipped) > 0 {
		s.Details = append(s.Details, Detail{Summary: "Why folds were skipped", Terms: skipped})
	}
	return s
}

// foldsLead says what a backtest is, to a reader who has never seen one.
func foldsLead(r *backtest.Result) string {
	used := windows(r)
	if used == 0 {
		return "No moment of the past could be replayed."
	}
	lead := "We replayed " + words.Plural(used, "moment", "moments") +
		" of the past: each time the scores learned only from what was known that day, and were judged by what came after"
	if skipped := len(r.Folds) - used; skipped > 0 {
		lead += "; " + words.Plural(skipped, "moment was", "moments were") + " left out"
	}
	return lead + "."
}

// windows is the number of test windows that count: the folds that were not skipped.
func windows(r *backtest.Result) int {
	used := 0
	for _, f := range r.Folds {
		if f.Skipped == "" {
			used++
		}
	}
	return used
}

// foldTable has a row per fold, skipped ones included: what was left out is part of
// the answer.
func foldTable(r *backtest.Result) Table {
	t := Table{Caption: "The folds", Head: []Column{
		text("Fold"), number("Trained on"), number("Training examples"), number("Tested until"), number("Test examples"),
	}}
	shown := contenders(r)
	for _, c := range shown {
		t.Head = append(t.Head, number("AUC of "+words.Label(c.Name, 30)))
	}
	for k, f := range r.Folds {
		line := []Cell{
			{Value: words.Count(k + 1)}, {Value: f.Cutoff.String()}, extent(f.Train), {Value: (f.Next - 1).String()}, extent(f.Test),
		}
		class := ""
		for _, c := range shown {
			line = append(line, foldAUC(c, k))
		}
		if f.Skipped != "" {
			line[0].Interval = "skipped"
			class = "baseline"
		}
		t.Rows = append(t.Rows, Row{Class: class, Cells: line})
	}
	return t
}

// extent is the number of examples with, beneath it, the churned ones.
func extent(e backtest.Extent) Cell {
	return Cell{words.Count(e.Examples), words.Count(e.Churned) + " churned"}
}

// foldAUC is the AUC of one fold, n/a where it was skipped.
func foldAUC(c backtest.CandidateResult, k int) Cell {
	if k >= len(c.ByFold) {
		return Cell{Value: words.Undefined}
	}
	return estimate(backtest.Find(c.ByFold[k], backtest.AUC))
}
