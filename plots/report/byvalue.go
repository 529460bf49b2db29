package report

import (
	"math"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// valueGainsTables are the gains tables in tenths of the value, of challenger and champion.
func valueGainsTables(r *backtest.Result) []Table {
	var list []Table
	for _, c := range contenders(r) {
		if c.Worth == nil || len(c.Worth.Gains) == 0 {
			continue
		}
		t := Table{Caption: "Gains of " + name(c.Name) + " by value", Head: []Column{
			number("Tenth of the value"), number("Value"), number("Churned value"), number("Churn rate by value"), number("Captured down to here"), number("Lift down to here"),
		}}
		lift := words.Metric(backtest.Lift).Format
		for k, g := range c.Worth.Gains {
			line := cells(words.Count(k+1), words.Amount(g.Weight), words.Amount(g.Churned), words.Percent(g.Rate, 1))
			line = append(line, shareOf(g.Capture.Value, g.Capture.Low, g.Capture.High),
				Cell{lift(g.CumulativeLift.Value), words.Interval(lift(g.CumulativeLift.Low), lift(g.CumulativeLift.High))})
			t.Rows = append(t.Rows, Row{Cells: line})
		}
		list = append(list, t)
	}
	return list
}

// valueLeadsTable is [leadsTable] with every account counted by its value.
func valueLeadsTable(r *backtest.Result) Table {
	t := Table{Caption: "AUC by value, by days before the renewal", Head: []Column{text("Candidate")}}
	for _, l := range r.Leads {
		if l.ValueAUC == nil {
			return Table{}
		}
		t.Head = append(t.Head, number(words.Plural(l.Days, "day", "days")))
	}
	for _, i := range order(r) {
		if len(r.Leads) == 0 {
			break
		}
		line := cells(title(r, i))
		for _, l := range r.Leads {
			if i >= len(l.ValueAUC) {
				line = append(line, Cell{Value: words.Undefined})
				continue
			}
			line = append(line, within(l.ValueAUC[i], 3))
		}
		t.Rows = append(t.Rows, candidateRow(r, i, line))
	}
	return t
}

// benefitThresholds are the probabilities that the tables of net benefit show, of the hundred
// that the curve has: where calling begins for teams that are short of people, and for those
// that are not.
func benefitThresholds() []float64 { return []float64{0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5} }

// decisionDetail is the decision curve as a table; ok is false where nobody has one.
func decisionDetail(r *backtest.Result) (d Detail, ok bool) {
	d = Detail{Summary: "From which risk on is it worth calling?", Text: []string{
		"Net benefit is the churners found among 1,000 accounts and dates, less the calls in vain at what they cost: at a threshold of 20%, four calls in vain cost one churner found. " +
			"A score is worth using at a threshold where its net benefit is above that of calling everybody, and above 0, that of calling nobody (Vickers and Elkin 2006)."}}
	for _, c := range contenders(r) {
		if t := decisionTable(c); len(t.Rows) > 0 {
			d.Tables = append(d.Tables, t)
		}
	}
	valued := len(d.Tables)
	for _, c := range contenders(r) {
		if t := valueDecisionTable(c); len(t.Rows) > 0 {
			d.Tables = append(d.Tables, t)
		}
	}
	if len(d.Tables) > valued {
		d.Text = append(d.Text, "By value, each account counts with its money, both when it is found and when it is called in vain. "+
			"In money per account it is what each account and date is worth at that threshold.")
	}
	return d, len(d.Tables) > 0
}

// decisionTable has a row per threshold.
func decisionTable(c backtest.CandidateResult) Table {
	t := Table{Caption: "Net benefit of " + name(c.Name) + ", in churners per 1,000 accounts and dates", Head: []Column{
		number("Called from a risk of"), number("Called"), number("Net benefit"), number("Of calling everybody"), number("Better than everybody by"),
	}}
	for _, p := range c.Decision {
		if !isShown(p.Threshold) {
			continue
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Value: words.Percent(p.Threshold, 0)}, {Value: words.Percent(p.Worked, 1)},
			perThousand(p.Model, p.Low, p.High), perThousand(p.All, math.NaN(), math.NaN()), perThousand(p.OverAll.Value, p.OverAll.Low, p.OverAll.High)}})
	}
	return t
}

// valueDecisionTable is the same by value.
func valueDecisionTable(c backtest.CandidateResult) Table {
	t := Table{Caption: "Net benefit of " + name(c.Name) + " by value", Head: []Column{
		number("Called from a risk of"), number("Value called"), number("Net benefit, of all value"), number("Of calling everybody"), number("In money per account"),
	}}
	if c.Worth == nil {
		return t
	}
	for _, p := range c.Worth.Decision {
		if !isShown(p.Threshold) || math.IsNaN(p.Model) {
			continue
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Value: words.Percent(p.Threshold, 0)}, {Value: words.Percent(p.Worked, 1)},
			shareOf(p.Model, p.Low, p.High), {Value: words.Percent(p.All, 1)}, money(p.PerAccount.Value, p.PerAccount.Low, p.PerAccount.High)}})
	}
	return t
}

// isShown tells the thresholds of the tables. They were computed as i/100 and are compared with
// room for rounding.
func isShown(threshold float64) bool {
	for _, t := range benefitThresholds() {
		if math.Abs(threshold-t) < 1e-9 {
			return true
		}
	}
	return false
}

// perThousand is a share as people count it, with its interval.
func perThousand(value, low, high float64) Cell {
	shown := func(x float64) string { return words.Fixed(1000*x, 1) }
	return Cell{shown(value), words.Interval(shown(low), shown(high))}
}

// listsTable has a row per length of the lists, and of each contender what they would have
// held; none without money.
func listsTable(r *backtest.Result) Table {
	t := Table{Caption: "Lists of another length, over all test windows", Head: []Column{number("Accounts per period"), number("Accounts called")}}
	var held []*backtest.Worth
	for _, c := range contenders(r) {
		if c.Worth != nil && len(c.Worth.Curve) > 0 {
			held = append(held, c.Worth)
			t.Head = append(t.Head, number("Captured by "+name(c.Name)), number("Share of what was at risk"))
		}
	}
	if len(held) == 0 {
		return t
	}
	for k, x := range held[0].Curve {
		line := cells(words.Count(x.Capacity), words.Tally(x.Worked))
		for _, w := range held {
			if k >= len(w.Curve) {
				line = append(line, Cell{Value: words.Undefined}, Cell{Value: words.Undefined})
				continue
			}
			line = append(line, Cell{Value: words.Amount(w.Curve[k].Value)}, Cell{Value: words.Percent(w.Curve[k].Value/w.AtRisk.Value, 1)})
		}
		t.Rows = append(t.Rows, Row{Cells: line})
	}
	return t
}

// valueWarningTable has a row per candidate that warns: the share of the churned money that
// had been warned of.
func valueWarningTable(r *backtest.Result) Table {
	t := Table{Caption: "Share of the churned value that a standing warning had been out for", Head: []Column{text("Candidate")}}
	for _, days := range warningDays() {
		t.Head = append(t.Head, number(words.Count(days)+" days before"))
	}
	t.Head = append(t.Head, number("Median days of warning"), number("Left while green"), number("Once flagged, 90 days before"), number("Renewed value flagged likewise"))
	for _, i := range order(r) {
		w := r.Candidates[i].Warning
		if w == nil || math.IsNaN(w.SurpriseBy) {
			continue
		}
		line := cells(title(r, i))
		for _, days := range warningDays() {
			p := pointAt(w, days).ByValue
			line = append(line, shareOf(p.Standing, p.StandingLow, p.StandingHigh))
		}
		p := pointAt(w, 90).ByValue
		line = append(line, within(w.MedianDaysBy, 0), shareOf(w.SurpriseBy, w.SurpriseByLow, w.SurpriseByHigh),
			shareOf(p.Flagged, p.Low, p.High), Cell{Value: words.Percent(p.Stayed, 1)})
		t.Rows = append(t.Rows, candidateRow(r, i, line))
	}
	return t
}
