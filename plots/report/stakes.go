package report

import (
	"slices"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// stakesDetail is the money behind the panel of sliders, for readers without it and on
// paper: what was at risk, when contacts pay, and what a challenger adds.
func stakesDetail(r *backtest.Result) []Detail {
	stakes, gains := stakesTable(r), dollarTable(r)
	if len(stakes.Rows) == 0 {
		return nil
	}
	d := Detail{
		Summary: "Value at risk, captured and missed",
		Text: []string{"At risk is the value of the accounts that churned and could have been listed. It is the same for every candidate; they differ in how much of it their lists held. " +
			"The break-even save rate is the share of listed churners who have to stay before the contacts have paid for themselves; above 100% they cannot."},
		Tables: []Table{stakes},
	}
	if len(gains.Rows) > 0 {
		d.Text = append(d.Text, "Against the champion, both teams make as many contacts, so that their cost cancels. "+
			"Intervals are of the difference, on the same accounts; the wide one allows for having tried several challengers. ~ marks a difference that chance may explain.")
		d.Tables = append(d.Tables, gains)
	}
	return []Detail{d}
}

// stakesTable has a row per candidate with money.
func stakesTable(r *backtest.Result) Table {
	t := Table{Caption: "Value of the churned accounts, at the capacity of the team", Head: []Column{
		text("Candidate"), number("At risk"), number("On the lists"), number("Missed"), number("Break-even save rate"),
	}}
	for _, i := range order(r) {
		w := r.Candidates[i].Worth
		if w == nil {
			continue
		}
		t.Rows = append(t.Rows, candidateRow(r, i, []Cell{
			{Value: title(r, i)}, money(w.AtRisk.Value, w.AtRisk.Low, w.AtRisk.High), money(w.Captured.Value, w.Captured.Low, w.Captured.High),
			money(w.Missed.Value, w.Missed.Low, w.Missed.High), breakEven(r, w),
		}))
	}
	return t
}

// money is an amount with its interval.
func money(value, low, high float64) Cell {
	return Cell{words.Amount(value), words.Interval(words.Amount(low), words.Amount(high))}
}

// breakEven is the save rate from which contacts pay at the cost of the project; n/a where the
// run did not work it out for that cost.
func breakEven(r *backtest.Result, w *backtest.Worth) Cell {
	for _, b := range w.BreakEven {
		if b.ContactCost == r.Options.ContactCost {
			return Cell{words.Percent(b.SaveRate, 1), words.Interval(words.Percent(b.Low, 1), words.Percent(b.High, 1))}
		}
	}
	return Cell{Value: words.Undefined}
}

// dollars is a gain in money, marked "~" where chance may explain it.
func dollars(d backtest.DollarGain) string {
	gain := signedAmount(d.Gain)
	if d.FamilyLow <= 0 && d.FamilyHigh >= 0 {
		return "~ " + gain
	}
	return gain
}

// dollarTable has a row per challenger and save rate of the project, all accounts
// together.
func dollarTable(r *backtest.Result) Table {
	t := Table{Caption: "Value protected beyond the champion", Head: []Column{
		text("Candidate"), number("Save rate"), number("Gain"), number(words.Level(r.Options.Level) + " interval"), number("Wide interval"),
	}}
	for _, d := range r.Dollars {
		if d.Tier != "" || !slices.Contains(r.Options.SaveRates, d.SaveRate) {
			continue
		}
		t.Rows = append(t.Rows, Row{Candidate: placeOf(r, d.Challenger), Cells: cells(
			name(d.Challenger), words.Percent(d.SaveRate, 0), dollars(d), orUndefined(words.Interval(signedAmount(d.Low), signedAmount(d.High))),
			orUndefined(words.Interval(signedAmount(d.FamilyLow), signedAmount(d.FamilyHigh))),
		)})
	}
	return t
}
