package report

import (
	"math"
	"strings"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// rankingSection answers: who finds the churners?
func rankingSection(r *backtest.Result) Section {
	columns := present(r, []string{backtest.AUC, backtest.LogLoss, backtest.Brier, backtest.AveragePrecision, backtest.KS})
	s := Section{ID: "ranking", Title: "Who finds the churners?", Lead: rankingLead(r)}
	if len(columns) == 0 {
		return s
	}
	s.Tables = []Table{metricTable(r, "All candidates, over all test windows", columns)}
	s.Notes = []string{
		"Beneath each value: its " + words.Level(r.Options.Level) + " interval, which allows for seeing the same account in several periods. " +
			"The baseline tells everyone the same probability, the churn rate of its training examples; a score that does not beat it knows nothing.",
	}
	s.Details = []Detail{glossary(columns)}
	if t := leadsTable(r); len(t.Rows) > 0 {
		tables := []Table{t}
		if t := valueLeadsTable(r); len(t.Rows) > 0 {
			tables = append(tables, t)
		}
		s.Details = append(s.Details, Detail{Summary: "Asked earlier, asked later", Tables: tables,
			Text: []string{"The same models and folds, asked at other distances from the renewal: how well each ranks then."}})
	}
	if tables := gainsTables(r); len(tables) > 0 {
		s.Details = append(s.Details, Detail{Summary: "Gains tables", Tables: tables,
			Text: []string{"Accounts and dates sorted by risk and cut into tenths, the riskiest first. Captured and lift count everything down to the end of the line. " +
				"Where a tenth ends among accounts of equal risk, their churners are shared out, which gives parts of one."}})
	}
	if tables := valueGainsTables(r); len(tables) > 0 {
		s.Details = append(s.Details, Detail{Summary: "Gains tables by value", Tables: tables,
			Text: []string{"The same with each account counted by its value, cut into tenths of all value. The account in which a tenth ends is shared out."}})
	}
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
		return "The test windows do not hold both accounts that churned and accounts that stayed, so no ranking can be judged."
	}
	return "Shown one account that churned and one that stayed, " + strings.Join(said, ", ") + "; guessing would be right 50 times."
}

// outOf100 is a share as people count it.
func outOf100(share float64) string { return words.Fixed(100*share, 0) + " times out of 100" }

// present keeps the metrics that at least one candidate has, in their order: a column of n/a
// says nothing.
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

// leadsTable has a row per candidate and a column per distance from the renewal.
func leadsTable(r *backtest.Result) Table {
	t := Table{Caption: "AUC by days before the renewal", Head: []Column{text("Candidate")}}
	for _, l := range r.Leads {
		t.Head = append(t.Head, number(words.Plural(l.Days, "day", "days")))
	}
	for _, i := range order(r) {
		if len(r.Leads) == 0 {
			break
		}
		line := cells(title(r, i))
		for _, l := range r.Leads {
			if i >= len(l.AUC) {
				line = append(line, Cell{Value: words.Undefined})
				continue
			}
			line = append(line, within(l.AUC[i], 3))
		}
		t.Rows = append(t.Rows, candidateRow(r, i, line))
	}
	return t
}

// gainsTables are those of challenger and champion, a row per tenth of the list.
func gainsTables(r *backtest.Result) []Table {
	var list []Table
	for _, c := range contenders(r) {
		if len(c.Gains) == 0 {
			continue
		}
		t := Table{Caption: "Gains of " + name(c.Name), Head: []Column{
			number("Tenth"), number("Examples"), number("Churned"), number("Churn rate"), number("Captured down to here"), number("Lift down to here"),
		}}
		if r.Data.HasValue {
			t.Head = append(t.Head, number("Value captured"))
		}
		lift := words.Metric(backtest.Lift).Format
		for k, g := range c.Gains {
			line := cells(words.Count(k+1), words.Tally(g.Rows), words.Tally(g.Churned), words.Percent(g.Rate, 1))
			line = append(line, shareOf(g.Capture, g.CaptureLow, g.CaptureHigh),
				Cell{lift(g.CumulativeLift), words.Interval(lift(g.LiftLow), lift(g.LiftHigh))})
			if r.Data.HasValue {
				line = append(line, Cell{Value: words.Percent(g.ValueCapture, 1)})
			}
			t.Rows = append(t.Rows, Row{Cells: line})
		}
		list = append(list, t)
	}
	return list
}
