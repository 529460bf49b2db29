package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/plots/words"
)

// warningSection answers: how early does it warn? It is empty where nobody was watched
// over time.
func warningSection(r *backtest.Result) Section {
	s := Section{ID: "warning", Title: "How early does it warn?"}
	if !anyCandidate(r, func(c backtest.CandidateResult) bool { return c.Warning != nil && c.Warning.Churns > 0 }) {
		return s
	}
	s.Lead = warningLead(r)
	s.Tables = []Table{warningTableOf(r)}
	s.Notes = []string{"A warning is an account in yellow or red, and it counts from the day since which it has stood without a break. " +
		"Whether the warning was ever up is no praise by itself: a score that flickers warns of everybody sooner or later."}
	s.Notes = append(s.Notes, colouredLast(r)...)
	s.Details = []Detail{onceDetail(r)}
	if t := valueWarningTable(r); len(t.Rows) > 0 {
		s.Details = append(s.Details, Detail{Summary: "Warnings by value", Tables: []Table{t},
			Text: []string{"The same with every churner counted by the money that left with it."}})
	}
	if d := silentDetail(r); len(d.Tables) > 0 {
		s.Details = append(s.Details, d)
	}
	return s
}

// colouredLast says of how many churners "left while green" is the share, where that is not all
// of them: a score that a fold gave the base rate has no colours there.
func colouredLast(r *backtest.Result) []string {
	var said []string
	for _, i := range order(r) {
		c := r.Candidates[i]
		if w := c.Warning; w != nil && w.Surprise.N < w.Churns {
			said = append(said, fmt.Sprintf("%s had a colour for %s of %s when they left", name(c.Name), words.Count(w.Surprise.N), words.Plural(w.Churns, "churner", "churners")))
		}
	}
	if len(said) == 0 {
		return nil
	}
	return []string{strings.Join(said, "; ") + ". The share that left while green is of these."}
}

// anyCandidate says whether there is one of a kind.
func anyCandidate(r *backtest.Result, is func(backtest.CandidateResult) bool) bool {
	for _, c := range r.Candidates {
		if is(c) {
			return true
		}
	}
	return false
}

// warningLead sets the warnings of challenger and champion side by side.
func warningLead(r *backtest.Result) string {
	var said []string
	for _, c := range contenders(r) {
		if c.Warning != nil && c.Warning.Churns > 0 {
			said = append(said, warned(c, len(said) > 0))
		}
	}
	if len(said) == 0 {
		return "Neither the score in use nor its challenger has colours that could have warned of anybody."
	}
	return strings.Join(said, "; ") + "." + flagging(r)
}

// flagging says how many accounts were warned of in all: who flags more finds more churners,
// and calls more that would have stayed.
func flagging(r *backtest.Result) string {
	var said []string
	for _, c := range contenders(r) {
		if c.Warning != nil && c.Warning.Churns > 0 && !math.IsNaN(c.Warning.Flagged) {
			said = append(said, fmt.Sprintf("%s had %s", name(c.Name), words.Percent(c.Warning.Flagged, 0)))
		}
	}
	if len(said) == 0 {
		return ""
	}
	said[0] += " of its scores in yellow or red"
	return " For that, " + strings.Join(said, ", ") + "."
}

// warned is a candidate's warning in words, or in short after another's.
func warned(c backtest.CandidateResult, short bool) string {
	green := words.Percent(c.Warning.Surprise.Value, 0)
	days := words.Fixed(c.Warning.MedianDays.Value, 0)
	switch {
	case days == words.Undefined && short:
		return "with " + name(c.Name) + " all of them left unwarned"
	case days == words.Undefined:
		return name(c.Name) + " warned of none of the " + words.Plural(c.Warning.Churns, "churner", "churners") + " to the last"
	case short:
		return fmt.Sprintf("with %s it was %s days, and %s left while green", name(c.Name), days, green)
	}
	return fmt.Sprintf("Where %s warned of a churn, the warning had stood for %s days in the middle case when the account left, and %s of the churners left while it still showed them green",
		name(c.Name), days, green)
}

// warningDays are the distances from the churn that tables show.
func warningDays() []int { return []int{30, 60, 90, 180} }

// warningTableOf has a row per candidate that warns.
func warningTableOf(r *backtest.Result) Table {
	t := Table{Caption: "Share of the churners that a standing warning had been out for", Head: []Column{text("Candidate")}}
	for _, days := range warningDays() {
		t.Head = append(t.Head, number(words.Count(days)+" days before"))
	}
	t.Head = append(t.Head, number("Median days of warning"), number("Left while green"))
	if r.Data.HasValue {
		t.Head = append(t.Head, number("By value"))
	}
	for _, i := range order(r) {
		w := r.Candidates[i].Warning
		if w == nil {
			continue
		}
		line := cells(title(r, i))
		for _, days := range warningDays() {
			p := pointAt(w, days)
			line = append(line, shareOf(p.Standing, p.StandingLow, p.StandingHigh))
		}
		line = append(line, within(w.MedianDays, 0), rate(w.Surprise))
		if r.Data.HasValue {
			line = append(line, shareOf(w.SurpriseBy, w.SurpriseByLow, w.SurpriseByHigh))
		}
		t.Rows = append(t.Rows, candidateRow(r, i, line))
	}
	return t
}

// pointAt is the curve of a warning so many days before the churn; undefined where it does not
// reach so far.
func pointAt(w *backtest.EarlyWarning, days int) backtest.WarningPoint {
	for _, p := range w.Curve {
		if p.Days == days {
			return p
		}
	}
	nan := math.NaN()
	return backtest.WarningPoint{Days: days, Flagged: nan, Low: nan, High: nan, Red: nan, Standing: nan, StandingLow: nan, StandingHigh: nan, Scored: nan, Stayed: nan}
}

// shareOf is a share with its interval.
func shareOf(value, low, high float64) Cell {
	c := Cell{Value: words.Percent(value, 1)}
	if c.Value != words.Undefined {
		c.Interval = words.Interval(words.Percent(low, 1), words.Percent(high, 1))
	}
	return c
}

// rate is a share of rows with its interval; of no rows, it is undefined.
func rate(x metrics.Rate) Cell {
	if x.N == 0 {
		return Cell{Value: words.Undefined}
	}
	return shareOf(x.Value, x.Low, x.High)
}

// onceDetail is the kinder way to count, with what it costs.
func onceDetail(r *backtest.Result) Detail {
	t := Table{Caption: "Flagged at any time of the year, 90 days or more before", Head: []Column{
		text("Candidate"), number("Churners flagged"), number("Churners red"), number("Renewals flagged"), number("Median days since the first flag"), number("All scores flagged"),
	}}
	scored := math.NaN()
	for _, i := range order(r) {
		w := r.Candidates[i].Warning
		if w == nil {
			continue
		}
		p := pointAt(w, 90)
		scored = p.Scored
		t.Rows = append(t.Rows, candidateRow(r, i, append(cells(title(r, i)),
			shareOf(p.Flagged, p.Low, p.High), Cell{Value: words.Percent(p.Red, 1)}, Cell{Value: words.Percent(p.Stayed, 1)},
			within(w.MedianFirst, 0), Cell{Value: words.Percent(w.Flagged, 1)})))
	}
	return Detail{
		Summary: "Ever flagged, and how often in vain",
		Text: []string{fmt.Sprintf("A good score flags many of the churners and few of those who renewed; where the two shares are alike, the flags say nothing. "+
			"%s of the churners had a score 90 days before: no candidate can flag more.", words.Percent(scored, 0))},
		Tables: []Table{t},
	}
}

// mostAccounts is how many accounts a table names.
const mostAccounts = 12

// silentDetail names the churners that were green, of the candidate in use after the
// verdict.
func silentDetail(r *backtest.Result) Detail {
	d := Detail{
		Summary: "The silent churners: green shortly before they left",
		Text: []string{"What spoke for them are the factors that kept the score low, the strongest first, in brackets by how much they moved the log-odds of churn. " +
			"They are where to look for what the score does not see."},
	}
	best, _ := find(r, winner(r))
	if best.Warning == nil || len(best.Warning.Silent) == 0 {
		return d
	}
	d.Tables = []Table{silentCounts(r)}
	for i, s := range best.Warning.Silent {
		switch {
		case len(s.List) == 0:
		case i > 0 && slices.EqualFunc(s.List, best.Warning.Silent[i-1].List, sameChurner):
			d.Text = append(d.Text, fmt.Sprintf("Those that were green %s before they left are the same.", words.Plural(s.Days, "day", "days")))
		default:
			d.Tables = append(d.Tables, silentTable(r, best.Name, s))
		}
	}
	return d
}

// sameChurner says whether two lists name the same account at the same score: where
// snapshots are rare, what was known 90 days before is what was known 30 days before.
func sameChurner(a, b backtest.SilentChurner) bool {
	return a.Account == b.Account && a.AsOf == b.AsOf && a.Churned == b.Churned
}

// silentCounts has a row per candidate and a column per distance.
func silentCounts(r *backtest.Result) Table {
	t := Table{Caption: "Churners that were green", Head: []Column{text("Candidate")}}
	for _, i := range order(r) {
		w := r.Candidates[i].Warning
		if w == nil {
			continue
		}
		line := cells(title(r, i))
		for _, s := range w.Silent {
			if len(t.Head) <= len(w.Silent) {
				t.Head = append(t.Head, number(words.Count(s.Days)+" days before"))
			}
			c := Cell{Value: words.Count(s.Green) + " of " + words.Count(s.Churns)}
			if value := words.Amount(s.Value); value != words.Undefined {
				c.Interval = "worth " + value
				if share := words.Percent(s.Value/s.Stake, 1); share != words.Undefined {
					c.Interval += ", " + share + " of the churned value"
				}
			}
			line = append(line, c)
		}
		t.Rows = append(t.Rows, candidateRow(r, i, line))
	}
	return t
}

// silentTable names the accounts, those with the most money first, and says how many there
// are.
func silentTable(r *backtest.Result, candidate string, s backtest.Silent) Table {
	shown := s.List[:min(len(s.List), mostAccounts)]
	t := Table{
		Caption: fmt.Sprintf("Green in %s %s before they left: %s of %s", name(candidate), words.Plural(s.Days, "day", "days"), words.Count(len(shown)), words.Count(s.Green)),
		Head:    []Column{text("Account")},
	}
	if r.Data.HasValue {
		t.Head = append(t.Head, number("Value"))
	}
	t.Head = append(t.Head, number("Risk then"), text("Scored"), text("Left"), text("What spoke for it"))
	for _, x := range shown {
		line := cells(name(x.Account))
		if r.Data.HasValue {
			line = append(line, Cell{Value: words.Amount(x.Value)})
		}
		line = append(line, cells(words.Percent(x.P, 1), x.AsOf.String(), x.Churned.String(), names(x.Calmed))...)
		t.Rows = append(t.Rows, Row{Cells: line})
	}
	return t
}

// names are users' names in a row.
func names(list []string) string {
	clean := make([]string, len(list))
	for i, x := range list {
		clean[i] = words.Label(x, 40)
	}
	return words.Prose(strings.Join(clean, ", "))
}

// leftOut says how many of a list a table does not show; nothing if it shows all.
func leftOut(all, shown int, things string) []string {
	if all <= shown {
		return nil
	}
	return []string{fmt.Sprintf("Of %s %s the table names %s.", words.Count(all), things, words.Count(shown))}
}
