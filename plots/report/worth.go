package report

import (
	"math"
	"slices"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// worthDetails are what else the lists are worth: the revenue kept, the best campaign, the
// tiers and the periods. Each is there only if one of its tables has a row.
func worthDetails(r *backtest.Result) []Detail {
	var list []Detail
	add := func(summary, what string, tables ...Table) {
		tables = slices.DeleteFunc(tables, func(t Table) bool { return len(t.Rows) == 0 })
		if len(tables) > 0 {
			list = append(list, Detail{Summary: summary, Text: []string{what}, Tables: tables})
		}
	}
	add("Revenue that could have been kept (GRR)",
		"Gross revenue retention: the value of the accounts that stayed, and of the share of the listed churners that is saved, over all value. With a save rate of 0% it is what really happened.",
		retentionOf(r))
	add("The best campaign at any length of the list",
		"What contacting the accounts with the highest risk would earn at best per account, if every account had the mean value, and the share to contact for that (MPC). "+
			"The last line takes the save rate as unknown, about 30% (EMPC; Verbraken, Verbeke and Baesens 2013). Where the best is to contact nobody, contacts do not pay.",
		campaignTable(r))
	add("Lists of another length",
		"What the lists would have held if the team could work fewer accounts in every period, or more.",
		listsTable(r))
	add("Tiers with a team of their own",
		"Each tier has its own list, capacity and cost of a contact.",
		tierTable(r), tierGains(r))
	add("Period by period",
		"Expected is the sum of risk times value over the accounts of the period: what the score said would be at risk.",
		periodTable(r))
	return list
}

// retentionOf has a row per candidate and a column per save rate.
func retentionOf(r *backtest.Result) Table {
	t := Table{Caption: "Gross revenue retention, by save rate", Head: []Column{text("Candidate")}}
	for _, i := range order(r) {
		w := r.Candidates[i].Worth
		if w == nil || len(w.Retention) == 0 {
			continue
		}
		line := cells(title(r, i))
		for k, x := range w.Retention {
			if len(t.Head) == k+1 {
				t.Head = append(t.Head, number(words.Percent(x.SaveRate, 0)+" saved"))
			}
			line = append(line, shareOf(x.GRR, x.Low, x.High))
		}
		t.Rows = append(t.Rows, candidateRow(r, i, line))
	}
	return t
}

// campaignTable has a row per candidate and save rate.
func campaignTable(r *backtest.Result) Table {
	t := Table{Caption: "Best profit per account", Head: []Column{text("Candidate"), number("Save rate"), number("Profit per account"), number("Share to contact")}}
	for _, i := range order(r) {
		w := r.Candidates[i].Worth
		if w == nil {
			continue
		}
		for _, x := range w.Campaigns {
			rate := words.Percent(x.SaveRate, 0)
			if rate == words.Undefined {
				rate = "unknown"
			}
			t.Rows = append(t.Rows, Row{Candidate: placeOf(r, r.Candidates[i].Name), Cells: cells(title(r, i), rate, profit(x.Profit), words.Percent(x.Targeted, 1))})
		}
	}
	return t
}

// tierTable has a row per tier and candidate.
func tierTable(r *backtest.Result) Table {
	t := Table{Caption: "Value of the churned accounts, by tier", Head: []Column{
		text("Tier"), text("Candidate"), number("Capacity"), number("Examples"), number("Churned"), number("At risk"), number("On the lists"), number("Missed"), number("Break-even save rate"),
	}}
	for _, i := range order(r) {
		w := r.Candidates[i].Worth
		if w == nil {
			continue
		}
		for _, x := range w.Tiers {
			t.Rows = append(t.Rows, Row{Candidate: placeOf(r, r.Candidates[i].Name), Cells: []Cell{
				{Value: name(x.Tier.Segment)}, {Value: title(r, i)}, {Value: words.Count(x.Tier.Capacity)}, {Value: words.Count(x.N)}, {Value: words.Count(x.Churned)},
				money(x.AtRisk.Value, x.AtRisk.Low, x.AtRisk.High), money(x.Captured.Value, x.Captured.Low, x.Captured.High), money(x.Missed.Value, x.Missed.Low, x.Missed.High),
				shareOf(x.BreakEven.SaveRate, x.BreakEven.Low, x.BreakEven.High),
			}})
		}
	}
	return t
}

// tierGains has a row per tier, challenger and save rate of the project.
func tierGains(r *backtest.Result) Table {
	t := Table{Caption: "Value protected beyond the champion, by tier", Head: []Column{text("Tier"), text("Candidate"), number("Save rate"), number("Gain"), number("Wide interval")}}
	for _, d := range r.Dollars {
		if d.Tier == "" || !slices.Contains(r.Options.SaveRates, d.SaveRate) {
			continue
		}
		t.Rows = append(t.Rows, Row{Candidate: placeOf(r, d.Challenger), Cells: cells(name(d.Tier), name(d.Challenger), words.Percent(d.SaveRate, 0), dollars(d),
			orUndefined(words.Interval(signedAmount(d.FamilyLow), signedAmount(d.FamilyHigh))))})
	}
	return t
}

// periodTable has a row per period and contender.
func periodTable(r *backtest.Result) Table {
	t := Table{Caption: "Value in each period", Head: []Column{
		text("Period from"), text("Candidate"), number("Accounts"), number("Worked"), number("Value of all"), number("Expected at risk"), number("At risk"), number("On the list"), number("Missed"),
	}}
	for _, i := range order(r) {
		w := r.Candidates[i].Worth
		if w == nil || !isContender(r, i) {
			continue
		}
		for _, x := range w.Periods {
			if x.Fold < 0 || x.Fold >= len(r.Folds) {
				continue
			}
			t.Rows = append(t.Rows, Row{Candidate: placeOf(r, r.Candidates[i].Name), Cells: cells(r.Folds[x.Fold].Cutoff.String(), title(r, i), words.Count(x.Accounts), words.Count(x.Worked),
				words.Amount(x.Stake), words.Amount(x.Expected), words.Amount(x.AtRisk), words.Amount(x.Captured), words.Amount(x.Missed))})
		}
	}
	return t
}

// profit is money per account, which may be cents or thousands.
func profit(x float64) string {
	if math.Abs(x) >= 100 {
		return words.Amount(x)
	}
	return words.Fixed(x, 2)
}
