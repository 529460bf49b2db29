package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/models"
	"holdfast/plots/words"
)

// bandsSection answers: what do the colours mean? It is empty without colours.
func bandsSection(r *backtest.Result) Section {
	s := Section{ID: "bands", Title: "What do the colours mean?"}
	if !anyCandidate(r, func(c backtest.CandidateResult) bool { return c.Bands != nil && len(c.Bands.List) > 0 }) {
		return s
	}
	s.Lead = bandsLead(r)
	if said := askedWords(r); said != "" {
		s.Text = append(s.Text, said)
	}
	s.Tables = []Table{bandTable(r, "Each colour, over all test windows", func(i int) bool { return isContender(r, i) })}
	if t := thresholdTable(r); len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	s.Notes = []string{"Churned: the share of the accounts and dates of that colour that churned, with Wilson's interval allowing for repeated accounts. " +
		"Where a colour begins was learned in each training window and judged on the test window after it."}
	s.Details = bandDetails(r)
	return s
}

// bandDetails are the other candidates, the rules, the movement and the goal.
func bandDetails(r *backtest.Result) []Detail {
	var list []Detail
	if goal := goalDetail(r); len(goal.Tables) > 0 {
		list = append(list, goal)
	}
	list = append(list, ruleDetail(r))
	if d := movementDetail(r); len(d.Tables) > 0 {
		list = append(list, d)
	}
	if t := bandTable(r, "The colours of the other candidates", func(i int) bool { return !isContender(r, i) }); len(t.Rows) > 0 {
		list = append(list, Detail{Summary: "The colours of the other candidates", Tables: []Table{t}})
	}
	return list
}

// isContender says whether a candidate is the challenger or the champion.
func isContender(r *backtest.Result, i int) bool {
	return slices.ContainsFunc(contenders(r), func(c backtest.CandidateResult) bool { return c.Name == r.Candidates[i].Name })
}

// bandsLead says what happened to the red, the yellow and the green.
func bandsLead(r *backtest.Result) string {
	best, _ := find(r, winner(r))
	if best.Bands == nil {
		return name(best.Name) + " has no colours; the table shows those of the others."
	}
	var said []string
	for _, b := range riskiestFirst(best.Bands.List) {
		if b.Rate.N > 0 {
			said = append(said, fmt.Sprintf("%s %s", b.Band, words.Percent(b.Rate.Value, 0)))
		}
	}
	lead := "No account had a colour of " + name(best.Name)
	if len(said) > 0 {
		lead = "How many of the accounts that " + name(best.Name) + " showed in each colour churned: " + strings.Join(said, ", ")
	}
	if best.Goal != nil {
		lead += goalWords(best.Goal)
	}
	return lead + "."
}

// askedWords says what a colour that was drawn for a share of the accounts came to hold,
// where that is half as much again or more, or half or less: a reader who asked for 5% in
// red and finds 29% should not have to guess why.
func askedWords(r *backtest.Result) string {
	best, _ := find(r, winner(r))
	rules := r.Options.Bands.OrDefault()
	if best.Bands == nil || len(best.Bands.ByFold) == 0 {
		return ""
	}
	var said []string
	for _, b := range riskiestFirst(best.Bands.List) {
		asked := rules.Red.Share
		if b.Band == models.Yellow {
			asked = rules.Yellow.Share
		}
		if b.Band == models.Green || asked == 0 || b.Share.Value > asked/2 && b.Share.Value < asked*1.5 {
			continue
		}
		said = append(said, fmt.Sprintf("%s was to hold %s of the accounts and held %s", b.Band, words.Percent(asked, 1), words.Percent(b.Share.Value, 1)))
	}
	if len(said) == 0 {
		return ""
	}
	return words.Capital(strings.Join(said, ", ")) + ": the line was drawn on the past, and " + name(best.Name) +
		" gives the accounts that came after other risks, or gives many of them the same."
}

// goalWords says whether the board's goal was met.
func goalWords(g *backtest.Goal) string {
	goal := "; the goal of at most " + words.Percent(g.Share, 1) + " at risk, with a line drawn for it in training,"
	switch {
	case g.ByThreshold:
		return goal + " was met in the latest test window, but only because the line was moved"
	case g.Met && !g.FewerChurn:
		return goal + " was met in the latest test window, though no fewer churned"
	case g.Met:
		return goal + " was met in the latest test window"
	}
	return goal + " was not met in the latest test window"
}

// riskiestFirst turns the bands round: red is what a reader looks for.
func riskiestFirst(list []backtest.BandResult) []backtest.BandResult {
	turned := slices.Clone(list)
	slices.Reverse(turned)
	return turned
}

// bandTable has a row per candidate and colour, of those candidates that of asks for. Examples
// are accounts and dates, so that an account of four quarters is in it four times.
func bandTable(r *backtest.Result, caption string, of func(int) bool) Table {
	t := Table{Caption: caption, Head: []Column{
		text("Candidate"), text("Colour"), number("Churned"), number("Examples"), number("Share of all"), number("Share of the churners"), number("Accounts a period"),
	}}
	if r.Data.HasValue {
		t.Head = append(t.Head, number("Value"), number("Churned value"))
	}
	for _, i := range order(r) {
		if !of(i) || r.Candidates[i].Bands == nil {
			continue
		}
		for _, b := range riskiestFirst(r.Candidates[i].Bands.List) {
			line := []Cell{
				{Value: title(r, i)}, {Value: string(b.Band)}, rate(b.Rate), {Value: words.Count(b.Rate.N)},
				{Value: words.Percent(b.Share.Value, 1)}, {Value: words.Percent(b.ShareOfChurn.Value, 1)}, {Value: words.Tally(b.PerPeriod.Value)},
			}
			if r.Data.HasValue {
				line = append(line, cells(words.Amount(b.Value.Value), words.Amount(b.ChurnedValue.Value))...)
			}
			t.Rows = append(t.Rows, Row{Candidate: placeOf(r, r.Candidates[i].Name), Cells: line})
		}
	}
	return t
}

// thresholdTable says where the colours of the shipped models begin.
func thresholdTable(r *backtest.Result) Table {
	t := Table{Caption: "Where the colours begin, in the model that is shipped", Head: []Column{text("Candidate"), number("Yellow from"), number("Red from")}}
	for _, i := range order(r) {
		b := r.Candidates[i].Bands
		if b == nil || b.Final == nil {
			continue
		}
		t.Rows = append(t.Rows, candidateRow(r, i, []Cell{{Value: title(r, i)}, chance(b.Final.Yellow), chance(b.Final.Red)}))
	}
	return t
}

// chance is a probability of churn with its interval. A band that nobody can be in begins
// beyond 100%.
func chance(e metrics.Estimate) Cell {
	if e.Value > 1 {
		return Cell{Value: "never"}
	}
	return shareOf(e.Value, e.Low, e.High)
}

// ruleDetail says what the project asked the colours to be, and what that made of the
// thresholds in time.
func ruleDetail(r *backtest.Result) Detail {
	rules := r.Options.Bands.OrDefault()
	d := Detail{
		Summary: "How the colours are cut",
		Text:    []string{"Red: " + ruleWords(rules.Red) + ". Yellow: of the rest, " + ruleWords(rules.Yellow) + ". Green is what remains."},
	}
	if rules.Hysteresis > 0 {
		d.Text = append(d.Text, fmt.Sprintf("An account leaves a colour for a better one only when its risk is %s below where the colour begins (hysteresis), so that it does not flicker.",
			points(rules.Hysteresis)))
	}
	t := Table{Caption: "Where the colours began in each fold", Head: []Column{text("Trained on")}}
	shown := slices.DeleteFunc(contenders(r), func(c backtest.CandidateResult) bool { return c.Bands == nil || len(c.Bands.ByFold) != len(r.Folds) })
	for _, c := range shown {
		t.Head = append(t.Head, number("Yellow of "+words.Label(c.Name, 30)), number("Red of "+words.Label(c.Name, 30)))
	}
	for k, f := range r.Folds {
		if f.Skipped != "" || len(shown) == 0 {
			continue
		}
		line := cells(f.Cutoff.String())
		for _, c := range shown {
			line = append(line, foldThresholds(c.Bands.ByFold[k])...)
		}
		t.Rows = append(t.Rows, Row{Cells: line})
	}
	if len(t.Rows) > 0 {
		d.Tables = []Table{t}
	}
	return d
}

// foldThresholds are yellow and red of one fold; n/a for one that was skipped.
func foldThresholds(t *models.Thresholds) []Cell {
	if t == nil {
		return cells(words.Undefined, words.Undefined)
	}
	return []Cell{chance(point(t.Yellow)), chance(point(t.Red))}
}

// point is a number without an interval.
func point(x float64) metrics.Estimate {
	return metrics.Estimate{Value: x, StdErr: math.NaN(), Low: math.NaN(), High: math.NaN()}
}

// points is a difference of probabilities.
func points(x float64) string { return words.Fixed(100*x, 1) + " points" }

// ruleWords says where a band begins.
func ruleWords(b models.BandRule) string {
	switch {
	case b.Share > 0:
		return "the " + words.Percent(b.Share, 1) + " of accounts and dates at the greatest risk"
	case b.Probability > 0:
		return "those with a risk of " + words.Percent(b.Probability, 1) + " or more"
	case b.Precision > 0:
		return "as many as still let " + words.Percent(b.Precision, 0) + " of them churn"
	case b.Capacity > 0:
		return "as many as " + words.Fixed(b.Capacity, 0) + " accounts a period"
	case b.Value > 0:
		return "those at the greatest risk who hold " + words.Percent(b.Value, 1) + " of the value"
	}
	return "by its own rules"
}
