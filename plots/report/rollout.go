package report

import (
	"fmt"
	"strings"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// rolloutSection answers: what changes on the day of the rollout? It is empty where nobody
// challenges, or nobody can be scored today.
func rolloutSection(r *backtest.Result) Section {
	s := Section{ID: "rollout", Title: "What changes on the day of the rollout?"}
	roll := r.Rollout
	if roll == nil || roll.Accounts == 0 {
		return s
	}
	s.Lead = rolloutLead(roll)
	s.Tables = []Table{changeTable(r, roll)}
	if t := rolloutSegmentTable(r, roll); len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	if len(roll.Changed) > 0 {
		s.Tables = append(s.Tables, accountTable(r, "The accounts that change, the most money first", roll.Changed[:min(len(roll.Changed), mostAccounts)]))
	}
	s.Notes = []string{fmt.Sprintf("As of %s, with the models as they would be shipped. A reason is a factor with the value of the account; "+
		"beneath it, how far it moves the log-odds of churn in %s and how far in %s. "+
		"Each score has colours of its own, which begin at other percentages: an account may become greener while its risk reads higher.", roll.AsOf, name(roll.Challenger), name(roll.Champion))}
	if more := len(roll.Changed) - mostAccounts; more > 0 {
		list := roll.Changed[mostAccounts:min(len(roll.Changed), mostAccounts+mostChanges)]
		s.Details = []Detail{{
			Summary: words.Plural(more, "further account that changes", "further accounts that change"),
			Text:    leftOut(more, len(list), "further accounts"),
			Tables:  []Table{accountTable(r, "Further accounts that change", list)},
		}}
	}
	return s
}

// mostChanges is how many accounts are named in the fold-out.
const mostChanges = 60

// rolloutLead says how many people notice, and what becomes of the call list.
func rolloutLead(roll *backtest.Rollout) string {
	worse, better := 0, 0
	for from, line := range roll.Counts {
		for to, n := range line {
			switch {
			case to > from:
				worse += n
			case to < from:
				better += n
			}
		}
	}
	lead := fmt.Sprintf("With %s in the place of %s, none of %s accounts changes its colour", name(roll.Challenger), name(roll.Champion), words.Count(roll.Accounts))
	if worse+better > 0 {
		lead = fmt.Sprintf("With %s in the place of %s, %s of %s accounts change their colour: %s for the worse and %s for the better",
			name(roll.Challenger), name(roll.Champion), words.Count(worse+better), words.Count(roll.Accounts), words.Count(worse), words.Count(better))
	}
	if roll.Capacity > 0 {
		lead += fmt.Sprintf("; of the %s at the top of the call list, %s stay on it", words.Plural(roll.Capacity, "account", "accounts"), words.Count(roll.OnBoth))
	}
	return lead + "."
}

// changeTable has a row per colour of today.
func changeTable(r *backtest.Result, roll *backtest.Rollout) Table {
	t := Table{Caption: "Accounts by colour: with " + name(roll.Champion) + ", then with " + name(roll.Challenger), Head: []Column{text("With " + name(roll.Champion)), number("then green"), number("then yellow"), number("then red")}}
	for from, colour := range colours() {
		line := cells(colour)
		for to := range roll.Counts[from] {
			c := Cell{Value: words.Count(roll.Counts[from][to])}
			if r.Data.HasValue {
				c.Interval = "worth " + words.Amount(roll.Values[from][to])
			}
			line = append(line, c)
		}
		t.Rows = append(t.Rows, Row{Cells: line})
	}
	return t
}

// rolloutSegmentTable says in which segments people notice.
func rolloutSegmentTable(r *backtest.Result, roll *backtest.Rollout) Table {
	t := Table{Caption: "The change by segment", Head: []Column{text("Segment"), number("Accounts"), number("To a worse colour"), number("To a better colour")}}
	for _, g := range roll.Segments {
		segment := "(none)"
		if g.Segment != "" {
			segment = name(g.Segment)
		}
		worse, better := Cell{Value: words.Count(g.Worse)}, Cell{Value: words.Count(g.Better)}
		if r.Data.HasValue {
			worse.Interval, better.Interval = "worth "+words.Amount(g.WorseValue), "worth "+words.Amount(g.BetterValue)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Value: segment}, {Value: words.Count(g.Accounts)}, worse, better}})
	}
	return t
}

// accountTable names accounts that change, each with its reasons, in the order of the Result:
// the most money first.
func accountTable(r *backtest.Result, caption string, list []backtest.RolloutChange) Table {
	t := Table{Caption: caption, Head: []Column{text("Account")}}
	if r.Data.HasValue {
		t.Head = append(t.Head, number("Value"))
	}
	t.Head = append(t.Head, text("Colour"), number("Risk with "+words.Label(r.Rollout.Champion, 30)), number("With "+words.Label(r.Rollout.Challenger, 30)), text("Why"))
	for _, c := range list {
		account := Cell{Value: name(c.Account)}
		if c.Segment != "" {
			account.Interval = name(c.Segment)
		}
		line := []Cell{account}
		if r.Data.HasValue {
			line = append(line, Cell{Value: words.Amount(c.Value)})
		}
		line = append(line, cells(fmt.Sprintf("%s → %s", c.From, c.To), words.Percent(c.PFrom, 1), words.Percent(c.PTo, 1))...)
		t.Rows = append(t.Rows, Row{Cells: append(line, reasons(c.Differences))})
	}
	return t
}

// mostReasons is how many factors explain a change.
const mostReasons = 3

// reasons are the factors that move an account, with what each does in the two models.
func reasons(list []backtest.Difference) Cell {
	var what, size []string
	for _, d := range list[:min(len(list), mostReasons)] {
		what = append(what, words.Clean(words.Label(d.Factor, 40)+" "+words.Shorten(words.Clean(d.Value.String()), 30)))
		size = append(size, words.Signed(d.Challenger, 2)+", was "+words.Signed(d.Champion, 2))
	}
	return Cell{strings.Join(what, "; "), strings.Join(size, "; ")}
}
