package report

import (
	"fmt"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots/words"
)

// dataSection answers: is the data sound? It is never left out: what became of every row is
// counted, and every warning repeated.
func dataSection(r *backtest.Result) Section {
	c := r.Data.Counts
	s := Section{ID: "data", Title: "Is the data sound?", Tables: []Table{countTable(c, clock(r))}}
	s.Lead = fmt.Sprintf("Of %s %s in the data, %s could be used: %s accounts, of which some appear several times, and %s cases of churn.",
		words.Count(c.Total), things(clock(r)), words.Count(c.Mature), words.Count(c.Accounts), words.Count(c.Churned))
	if c.Open > 0 {
		s.Text = append(s.Text, words.Plural(c.Open, "further account has", "further accounts have")+" snapshots but no known outcome yet: their future is what the score is for.")
	}
	if len(r.Warnings) == 0 {
		s.Text = append(s.Text, "There are no warnings.")
	} else {
		s.Tables = append(s.Tables, warningTable(r.Warnings))
	}
	return s
}

// clock is the label clock of the run; every final model has a copy, which stands in where the
// Result has none. The zero Clock where nobody knows.
func clock(r *backtest.Result) dataset.Clock {
	if r.Data.Clock.Mode != "" {
		return r.Data.Clock
	}
	for _, c := range r.Candidates {
		if c.Final != nil && c.Final.Clock.Mode != "" {
			return c.Final.Clock
		}
	}
	return dataset.Clock{}
}

// things are what the clock counts.
func things(c dataset.Clock) string {
	if c.Mode == dataset.Horizon {
		return "snapshots"
	}
	return "outcomes"
}

// countTable says what became of every row, so that the figures add up.
func countTable(c dataset.Counts, clock dataset.Clock) Table {
	t := Table{Caption: "What became of all " + things(clock), Head: []Column{text("Group"), number("Number"), number("Share"), text("Meaning")}}
	for _, line := range []struct {
		name    string
		n       int
		meaning string
	}{
		{"used (mature)", c.Mature, "the outcome is known, and there is a snapshot from before it"},
		{"too early to tell (immature)", c.Immature, "the time in which churn would show has not passed: neither churned nor stayed"},
		{"not at risk", c.NotAtRisk, "had already churned, or had already decided before the snapshot"},
		{"no snapshot", c.NoSnapshot, "nothing was recorded early enough before the outcome"},
		{"stale snapshot", c.Stale, "what was recorded early enough is too old to count"},
		{"unknown outcome", c.Unknown, "the outcome is empty in the data"},
		{"incomplete", c.Incomplete, "a factor that may not be missing has no value"},
	} {
		t.Rows = append(t.Rows, Row{Cells: cells(line.name, words.Count(line.n), share(line.n, c.Total), line.meaning)})
	}
	if c.Late > 0 { // only where the data say when they were recorded
		t.Rows = append(t.Rows, Row{Cells: cells("recorded late", words.Count(c.Late), share(c.Late, c.Total), "the snapshot was written after the day it would have been used on")})
	}
	t.Rows = append(t.Rows, Row{Class: "total", Cells: cells("all", words.Count(c.Total), share(c.Total, c.Total), "")})
	return t
}

// share is a part of all rows; of none, it is undefined.
func share(n, of int) string {
	if of == 0 {
		return words.Undefined
	}
	return words.Percent(float64(n)/float64(of), 1)
}

// warningTable repeats every warning of the run: a report that hides them would be
// believed too much.
func warningTable(warnings []dataset.Warning) Table {
	t := Table{Caption: "Warnings", Head: []Column{text("Where"), text("What, and what to do")}}
	for _, w := range warnings {
		where := "the run"
		if w.Where != "" {
			where = words.Label(w.Where, 100)
		}
		t.Rows = append(t.Rows, Row{Cells: cells(where, sentence(w.Message))})
	}
	return t
}

// training is the span of the final model, empty without one.
func training(m *models.Model) string {
	if m == nil {
		return ""
	}
	t := m.Training
	return fmt.Sprintf("The final model of %s was fitted on %s examples of %s accounts, as of %s to %s.",
		name(m.Name), words.Count(t.Examples), words.Count(t.Accounts), t.FirstAsOf, t.LastAsOf)
}
