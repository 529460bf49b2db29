package report

import (
	"fmt"
	"math"
	"strings"

	"holdfast/backtest/health"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots/words"
)

// healthSection answers: what can the data support? It is health.Report in tables: the summary as
// text, findings first, notes and the profile of every factor in fold-outs. The words were written
// for a terminal, and are set as the page sets its own (words.Prose).
func healthSection(h *health.Report) Section {
	s := Section{ID: "health", Title: "What can the data support?", Lead: words.Prose(words.Clean(strings.Join(h.Summary[:min(1, len(h.Summary))], "")))}
	for _, line := range h.Summary[min(1, len(h.Summary)):] {
		s.Text = append(s.Text, words.Prose(words.Clean(line)))
	}
	if len(h.Findings) > 0 {
		s.Tables = append(s.Tables, findingTable("To act on", h.Findings))
	}
	s.Tables = append(s.Tables, sufficiencyTable(h.Sufficiency))
	if len(h.Leads) > 0 {
		s.Tables = append(s.Tables, leadTable(h.Leads))
	}
	s.Tables = append(s.Tables, standingTable(h.Standing))
	if len(h.Retention) > 0 {
		s.Tables = append(s.Tables, retentionTable(h.Retention))
	}
	s.Details = append(s.Details, Detail{Summary: "Every factor: ranges, what is missing, drift", Tables: []Table{factorTable(h.Factors)},
		Text: []string{"Drift is the population stability index of the newest quarter against the first half of the data; beneath it, what chance alone stays below in 95 of 100 cases. " +
			"AUC alone: below 0.5, more of the factor is healthier. Variance inflation above 10: other factors say the same."}})
	if len(h.Notes) > 0 {
		s.Details = append(s.Details, Detail{Summary: words.Plural(len(h.Notes), "thing", "things") + " worth knowing", Tables: []Table{findingTable("Notes", h.Notes)}})
	}
	return s
}

// findingTable lists findings, each of which says what to do.
func findingTable(caption string, list []dataset.Warning) Table {
	t := warningTable(list)
	t.Caption = caption
	return t
}

// sufficiencyTable holds what there is against what is needed.
func sufficiencyTable(s health.Sufficiency) Table {
	t := Table{Caption: "Is it enough?", Head: []Column{text("Rule"), number("Needed"), number("There"), text("Meaning")}}
	add := func(line ...string) { t.Rows = append(t.Rows, Row{Cells: cells(line...)}) }
	rarer, _, several := s.Rarer()
	add(several+" per design column", "10 to 20", stat(s.EventsPerColumn, 1), fmt.Sprintf("%s for %d columns of %d factors", words.Count(rarer), s.Columns, s.Factors))
	add("independent examples (Riley et al. 2020)", words.Count(s.Riley.Rows), words.Count(s.Effective), fmt.Sprintf("%s examples, some of them of one account", words.Count(s.Examples)))
	add("smallest difference in AUC to detect", "", stat(s.DetectableHalf, 3), "four times in five, when half of the examples are tested")
	t.Rows = append(t.Rows, Row{Class: "total", Cells: cells(strings.ReplaceAll(s.Verdict, "_", " "), "", "", sentence(s.Advice))})
	return t
}

// leadTable says how early the renewals could have been scored; the leads of the project stand
// out as the champion does.
func leadTable(leads []health.Lead) Table {
	t := Table{Caption: "How early the renewals can be scored", Head: []Column{text("Days ahead"), number("Covered"), number("Usable"), number("No snapshot"), number("Stale")}}
	for _, l := range leads {
		r := Row{Cells: cells(fmt.Sprint(l.Days), words.Percent(float64(l.Covered), 1), words.Count(l.Counts.Mature), words.Count(l.Counts.NoSnapshot), words.Count(l.Counts.Stale))}
		if l.Asked {
			r.Class = "champion"
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// standingTable says which accounts can be scored today.
func standingTable(s health.Standing) Table {
	t := Table{Caption: "Which accounts can be scored today", Head: []Column{text("Reason"), number("Accounts"), text("Meaning"), text("Such as")}}
	t.Rows = append(t.Rows, Row{Cells: cells("scoreable", words.Count(s.Scoreable), "of "+words.Count(s.Accounts), "")})
	for _, r := range s.Reasons {
		code := r.Code
		if r.Detail != "" {
			code += ": " + name(r.Detail)
		}
		examples := make([]string, len(r.Examples))
		for i, account := range r.Examples {
			examples[i] = name(account)
		}
		t.Rows = append(t.Rows, Row{Cells: cells(code, words.Count(r.Accounts), r.Meaning, strings.Join(examples, ", "))})
	}
	return t
}

// retentionTable follows the contracts that fell due.
func retentionTable(quarters []health.Retention) Table {
	t := Table{Caption: "What fell due, by quarter", Head: []Column{text("Quarter"), number("Due"), number("Churned"), number("Contracted"), number("Flat"), number("Expanded"),
		number("Logo churn"), number("Gross revenue kept"), number("Net revenue kept")}}
	for _, q := range quarters {
		r := Row{Cells: cells(quarterName(q.Start), words.Count(q.Due), words.Count(q.Churned), words.Count(q.Contracted), words.Count(q.Flat), words.Count(q.Expanded))}
		r.Cells = append(r.Cells, shareCell(q.LogoChurn), shareCell(q.GRR), shareCell(q.NRR))
		t.Rows = append(t.Rows, r)
	}
	return t
}

// quarterName is the quarter that a day lies in.
func quarterName(day dataset.Date) string {
	year, month, _ := day.Civil()
	return fmt.Sprintf("Q%d %d", (int(month)+2)/3, year)
}

// shareCell is a share with its interval.
func shareCell(i health.Interval) Cell {
	return Cell{Value: words.Percent(float64(i.Value), 1), Interval: words.Interval(words.Percent(float64(i.Low), 1), words.Percent(float64(i.High), 1))}
}

// factorTable is the profile of every factor.
func factorTable(factors []health.Factor) Table {
	t := Table{Caption: "Factors", Head: []Column{text("Factor"), number("Missing"), number("Smallest"), number("Median"), number("Largest"), number("Outliers"),
		number("AUC alone"), number("Variance inflation"), number("Drift")}}
	for _, f := range factors {
		drift := Cell{}
		if n := len(f.Drift.Periods); n > 0 {
			last := f.Drift.Periods[n-1]
			drift = Cell{Value: stat(last.PSI, 2), Interval: stat(last.Null95, 3)}
		}
		r := Row{Cells: cells(name(f.Name), words.Percent(float64(f.MissingShare), 1), quantity(f.Min), quantity(f.Median), quantity(f.Max), words.Count(f.Outliers), stat(f.AUC, 3), stat(f.VIF, 1))}
		r.Cells = append(r.Cells, drift)
		t.Rows = append(t.Rows, r)
	}
	return t
}

// stat writes a number, or nothing for what does not apply.
func stat(v models.Stat, decimals int) string {
	if !v.Defined() {
		return ""
	}
	return words.Fixed(float64(v), decimals)
}

// quantity writes a number of any size in some four figures; nothing for what is undefined. From
// 1,000 on it is whole, below 10 it has three decimals.
func quantity(v models.Stat) string {
	switch x := math.Abs(float64(v)); {
	case !v.Defined():
		return ""
	case x >= 1000:
		return words.Amount(float64(v))
	case x >= 10 || x == 0:
		return words.Fixed(float64(v), 1)
	}
	return words.Fixed(float64(v), 3)
}
