package report

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// alertsSection answers: what would an alert have been worth? It is empty without alerts
// and playbooks.
func alertsSection(r *backtest.Result) Section {
	s := Section{ID: "alerts", Title: "What would an alert have been worth?"}
	best, _ := find(r, winner(r))
	if len(best.Triggers)+len(best.Playbooks) == 0 {
		return s
	}
	s.Lead = alertsLead(best)
	s.Tables = alertTables(r, "of "+name(best.Name), func(i int) bool { return r.Candidates[i].Name == best.Name })
	s.Notes = []string{"An alert counts once for as long as it stands, not once a week. Precision is the share of the alerts that came true; beneath it, its interval and what an alert " +
		"at every score would have had (else); alerts whose outcome is not known yet are left out of it. Recall is the share of the churners that any alert announced."}
	if others := alertTables(r, "", func(i int) bool { return r.Candidates[i].Name != best.Name }); len(others) > 0 {
		s.Details = []Detail{{Summary: "Alerts and playbooks of the other candidates", Tables: others}}
	}
	return s
}

// alertsLead speaks of the first rule, which is the one that a team would begin with: an alert,
// or without any a playbook. Alerts whose outcome is open have no part in what came true.
func alertsLead(c backtest.CandidateResult) string {
	list, what := c.Triggers, "the alert"
	if len(list) == 0 {
		list, what = c.Playbooks, "the playbook"
	}
	t := list[0]
	if t.Alerts == 0 {
		return fmt.Sprintf("%s %q of %s would never have been raised.", words.Capital(what), name(t.Name), name(c.Name))
	}
	lead := fmt.Sprintf("With %s, %s %q would have been raised %s times a week", name(c.Name), what, name(t.Name), words.Tally(t.AlertsPerWeek))
	if t.Precision.N > 0 {
		lead += fmt.Sprintf("; of those whose outcome is known %s came true, where one raised at random would have %s of the time", words.Percent(t.Precision.Value, 0), words.Percent(t.BaseRate, 0))
	}
	if t.Recall.N > 0 {
		lead += fmt.Sprintf(", and %s of the churners were announced", words.Percent(t.Recall.Value, 0))
	}
	return lead + "."
}

// alertTables are the alerts and the playbooks of some candidates. Where all are of one, the
// caption says whose, and the rows need not.
func alertTables(r *backtest.Result, whose string, of func(int) bool) []Table {
	var tables []Table
	for _, kind := range []struct {
		caption, head string
		list          func(backtest.CandidateResult) []backtest.TriggerResult
	}{
		{"Alerts", "Alert", func(c backtest.CandidateResult) []backtest.TriggerResult { return c.Triggers }},
		{"Playbooks", "Playbook", func(c backtest.CandidateResult) []backtest.TriggerResult { return c.Playbooks }},
	} {
		t := Table{Caption: strings.TrimSpace(kind.caption + " " + whose), Head: []Column{
			text(kind.head), text("When"), number("Raised"), number("A week"), number("Precision"), number("Recall"), number("Median days ahead"),
		}}
		if whose == "" {
			t.Head = slices.Insert(t.Head, 1, text("Candidate"))
		}
		if r.Data.HasValue {
			t.Head = append(t.Head, number("Value announced"))
		}
		for _, i := range order(r) {
			if !of(i) {
				continue
			}
			for _, x := range kind.list(r.Candidates[i]) {
				line := alertCells(r, x)
				if whose == "" {
					line = slices.Insert(line, 1, Cell{Value: title(r, i)})
				}
				t.Rows = append(t.Rows, Row{Candidate: placeOf(r, r.Candidates[i].Name), Cells: line})
			}
		}
		if len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// alertCells is the line of one rule, after the candidate. What it caught is in money where the
// data has values.
func alertCells(r *backtest.Result, x backtest.TriggerResult) []Cell {
	raised := Cell{Value: words.Count(x.Alerts)}
	if x.Open > 0 {
		raised.Interval = words.Count(x.Open) + " still open"
	}
	line := []Cell{
		{Value: name(x.Name)}, {Value: name(x.When)}, raised, {Value: words.Tally(x.AlertsPerWeek)},
		against(rate(x.Precision), x.BaseRate), rate(x.Recall), within(x.MedianDays, 0),
	}
	if r.Data.HasValue {
		line = append(line, Cell{Value: words.Amount(x.ValueCaught)})
	}
	return line
}

// against adds to a share what chance would have given.
func against(c Cell, chance float64) Cell {
	base := words.Percent(chance, 1)
	if c.Interval == "" || base == words.Undefined {
		return c
	}
	c.Interval += "; else " + base
	return c
}
