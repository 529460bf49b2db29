package report

import (
	"holdfast/backtest"
	"holdfast/models"
	"holdfast/plots/words"
)

// targetsSection answers: who shrinks, and who grows? It is empty where churn is all that
// anybody predicts.
func targetsSection(r *backtest.Result, o *backtest.Outlook) Section {
	s := Section{ID: "targets", Title: "Who shrinks, and who grows?"}
	if len(r.Further) == 0 {
		return s
	}
	for _, further := range r.Further {
		line := words.Capital(eventWords(further.Target)) + ". " + sentence(further.Verdict.Headline)
		if s.Lead == "" {
			s.Lead = line
		} else {
			s.Text = append(s.Text, line)
		}
		s.Tables = append(s.Tables, targetTable(further))
	}
	s.Notes = []string{"Each is a contest of its own, with a base rate, a champion and a verdict; nobody is compared across them."}
	if o != nil {
		if t := outlookTable(o.Classes(&r.Predictions, level(r.Options))); len(t.Rows) > 0 {
			s.Tables = append(s.Tables, t)
		}
	}
	for _, further := range r.Further {
		if len(further.Verdict.Gates) > 0 {
			s.Details = append(s.Details, Detail{
				Summary: "The tests for " + eventWords(further.Target),
				Text:    gateWords(further.Verdict.Gates),
				Tables:  []Table{gateTable(further.Target, further.Verdict.Gates)},
			})
		}
	}
	return s
}

// level is the coverage of intervals, 0.95 where the options leave it open.
func level(o backtest.Options) float64 {
	if o.Level == 0 {
		return 0.95
	}
	return o.Level
}

// eventWords says what a target is about.
func eventWords(t models.Target) string {
	switch t {
	case models.Contraction:
		return "renewals for less"
	case models.Expansion:
		return "renewals for more"
	case models.Churn:
		return "churn"
	}
	return words.Label(string(t), 40)
}

// targetTable has a row per candidate for one target. Its candidates are not those of the
// picker.
func targetTable(r *backtest.Result) Table {
	columns := present(r, []string{backtest.AUC, backtest.LogLoss, backtest.Brier, backtest.CalibrationSlope, backtest.Capture, backtest.MeanP})
	t := Table{Caption: words.Capital(eventWords(r.Target)) + ", over all test windows", Head: []Column{text("Candidate"), number("Examples"), number("Events")}}
	for _, m := range columns {
		t.Head = append(t.Head, number(targetLabel(m)))
	}
	for _, i := range order(r) {
		base := backtest.Find(r.Candidates[i].Pooled, backtest.BaseRate)
		line := cells(title(r, i), words.Count(base.N), words.Count(base.Churned))
		for _, m := range columns {
			line = append(line, estimate(backtest.Find(r.Candidates[i].Pooled, m)))
		}
		t.Rows = append(t.Rows, Row{Class: class(r, i), Cells: line})
	}
	return t
}

// targetLabel is the name of a metric where the event is not churn.
func targetLabel(metric string) string {
	if metric == backtest.MeanP {
		return "Mean predicted"
	}
	return words.Capital(words.Metric(metric).Label)
}

// outlookTable sets what was expected of all accounts beside what happened.
func outlookTable(classes []backtest.OutlookClass) Table {
	t := Table{Caption: "What was expected of all accounts, and what happened", Head: []Column{text("Accounts that"), number("Expected"), number("Happened"), number("Number")}}
	for _, c := range classes {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Value: words.Label(c.Name, 40)}, {Value: words.Percent(c.Expected, 1)}, rate(c.Happened), {Value: words.Count(c.Happened.Churned)},
		}})
	}
	return t
}
