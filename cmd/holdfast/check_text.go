package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"holdfast/backtest/health"
	"holdfast/backtest/leaklab"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/models"
)

// What a terminal shows of lists that may be long; --json has all of it.
const (
	checkedFindings = 12
	checkedNotes    = 6
	checkedFactors  = 24
	checkedQuarters = 8
	checkedSegments = 6
)

// printCheck is the text of check: a summary, what to do, then the tables.
func (a *app) printCheck(r checked) {
	if a.quiet || a.json {
		return
	}
	for _, line := range r.Summary {
		a.printf("%s\n", plain(line))
	}
	a.printList("To act on", r.Findings, checkedFindings)
	a.printList("Worth knowing", r.Notes, checkedNotes)
	a.printClock(r.Report)
	a.printLeads(r.Leads)
	a.printStanding(r.Standing)
	a.printFactors(r.Report)
	a.printRates(r.Report)
	a.printSufficiency(r.Sufficiency)
	a.printLeaks(r.Leaks)
	if len(r.Refused) == 0 {
		a.printf("\nNo factor knows the answer. The data can be used.\n")
	}
}

// printLeaks lists what the leak lab found, and what came of scrambled labels.
func (a *app) printLeaks(lab *leaklab.Report) {
	if len(lab.Findings) > 0 {
		a.printf("\nLeaks\n\n")
		t := texttab.New("factor", "finding", ">evidence", "what it is", "what to set")
		for _, f := range lab.Findings[:min(len(lab.Findings), checkedFindings)] {
			t.Row(plain(f.Factor), fmt.Sprintf("%s (%s)", f.Code, f.Severity), texttab.Significant(float64(f.Evidence), 3), plain(f.Measure), plain(f.Key))
		}
		t.Write(a.stdout)
		a.printMore(len(lab.Findings), checkedFindings)
	}
	for i, s := range lab.Scrambles {
		if i == 0 {
			a.printf("\nOn scrambled labels every score must have AUC 0.5:\n\n")
		}
		verdict := "passed"
		if !s.Passed {
			verdict = "failed: the pipeline itself leaks"
		}
		a.printf("  %s %s %s, %s\n", plain(s.Candidate), texttab.Number(float64(s.AUC), 3), texttab.Interval(float64(s.Low), float64(s.High), 3), verdict)
	}
}

// printList prints findings, the first of them.
func (a *app) printList(title string, list []dataset.Warning, most int) {
	if len(list) == 0 {
		return
	}
	a.printf("\n%s\n\n", title)
	for _, w := range list[:min(len(list), most)] {
		a.printf("  %s\n", plain(w.String()))
	}
	a.printMore(len(list), most)
}

// printMore says how much of a list was left out.
func (a *app) printMore(n, most int) {
	if n > most {
		a.printf("  and %d more; all in --json\n", n-most)
	}
}

// printClock says what became of every row. Lines of nothing are left out.
func (a *app) printClock(r *health.Report) {
	c, unit := r.Counts, "outcomes"
	if r.Clock.Mode == dataset.Horizon {
		unit = "snapshots"
	}
	a.printf("\nLabel clock (%s, observed until %s)\n\n", r.Clock.Mode, r.ObservedUntil)
	t := texttab.New("what became of them", ">"+unit, "")
	t.Row("all", figures(c.Total), "")
	t.Row("mature: examples", figures(c.Mature), fmt.Sprintf("%s churned (%s) of %s; %s with snapshots and no example yet",
		figures(c.Churned), percent(float64(c.Churned)/float64(max(1, c.Mature))), counted(c.Accounts, "account"), counted(c.Open, "further account")))
	for _, line := range []struct {
		name, why string
		n         int
	}{
		{"immature", "their window has not fully passed", c.Immature},
		{"not at risk", "already gone, or already decided", c.NotAtRisk},
		{"no snapshot", "none early enough", c.NoSnapshot},
		{"stale snapshot", "the newest early enough is older than max_age allows", c.Stale},
		{"recorded late", "the snapshot was written after the day it would be used on", c.Late},
		{"unknown outcome", "the outcome is null", c.Unknown},
		{"incomplete", "a factor with missing: drop has no value", c.Incomplete},
	} {
		if line.n > 0 {
			t.Row(line.name, figures(line.n), line.why)
		}
	}
	t.Write(a.stdout)
}

// printLeads says how early the renewals could have been scored.
func (a *app) printLeads(leads []health.Lead) {
	if len(leads) == 0 {
		return
	}
	a.printf("\nCoverage by lead (* asked for)\n\n")
	t := texttab.New(">days ahead", ">covered", ">usable", ">churned", ">no snapshot", ">stale", ">already decided")
	for _, l := range leads {
		days := fmt.Sprint(l.Days)
		if l.Asked {
			days = "* " + days
		}
		t.Row(days, percent(float64(l.Covered)), figures(l.Counts.Mature), figures(l.Counts.Churned),
			figures(l.Counts.NoSnapshot), figures(l.Counts.Stale), figures(l.Counts.NotAtRisk))
	}
	t.Write(a.stdout)
}

// printStanding says which accounts can be scored today, and why others cannot.
func (a *app) printStanding(s health.Standing) {
	a.printf("\nAccounts today\n\n")
	t := texttab.New("reason", ">accounts", "", "such as")
	t.Row("scoreable", figures(s.Scoreable), "of "+figures(s.Accounts), "")
	for _, r := range s.Reasons {
		code := r.Code
		if r.Detail != "" {
			code += ": " + plain(r.Detail)
		}
		t.Row(code, figures(r.Accounts), r.Meaning, plain(strings.Join(r.Examples[:min(len(r.Examples), 3)], ", ")))
	}
	t.Write(a.stdout)
}

// printFactors profiles the factors; those with something to look at come first when not
// all of them fit.
func (a *app) printFactors(r *health.Report) {
	a.printf("\nFactors (AUC alone: below 0.5, more of it is healthier; PSI of the newest quarter, ! beyond chance and 0.1)\n\n")
	shown := r.Factors
	if len(shown) > checkedFactors {
		shown = slices.Clone(shown)
		slices.SortStableFunc(shown, func(x, y health.Factor) int { return said(r, y) - said(r, x) })
		shown = shown[:checkedFactors]
	}
	t := texttab.New("factor", ">missing", ">min", ">median", ">max", ">outliers", ">levels", ">AUC alone", ">VIF", ">PSI", "")
	for _, f := range shown {
		levels, outliers := "", ""
		if f.Levels != nil {
			levels = figures(f.Distinct)
		}
		if f.Outliers > 0 {
			outliers = figures(f.Outliers)
		}
		t.Row(plain(f.Name), percent(float64(f.MissingShare)), blank(f.Min), blank(f.Median), blank(f.Max), outliers, levels,
			fixed(f.AUC, 3), fixed(f.VIF, 1), newestPSI(f.Drift), beyond(f.Drift))
	}
	t.Write(a.stdout)
	a.printMore(len(r.Factors), checkedFactors)
}

// said counts the findings and notes about a factor, findings double.
func said(r *health.Report, f health.Factor) int {
	n := 0
	for i, w := range slices.Concat(r.Findings, r.Notes) {
		if w.Where == "factor "+f.Name {
			n++
			if i < len(r.Findings) {
				n++
			}
		}
	}
	return n
}

// newestPSI is the drift of the newest quarter.
func newestPSI(d health.Drift) string {
	if len(d.Periods) == 0 {
		return ""
	}
	return fixed(d.Periods[len(d.Periods)-1].PSI, 2)
}

// beyond marks a drift that neither chance nor the rule of thumb lets pass.
func beyond(d health.Drift) string {
	if len(d.Periods) == 0 {
		return ""
	}
	if last := d.Periods[len(d.Periods)-1]; last.PSI >= 0.1 && last.PSI > last.Null95 {
		return "!"
	}
	return ""
}

// printRates is churn and revenue over time, and churn by segment.
func (a *app) printRates(r *health.Report) {
	if len(r.Retention) > 0 {
		a.printRetention(r.Retention)
	}
	if len(r.Segments) == 0 {
		return
	}
	a.printf("\nChurn by segment\n\n")
	t := texttab.New("segment", ">examples", ">churned", ">rate", ">95 % interval")
	for _, s := range r.Segments[:min(len(r.Segments), checkedSegments)] {
		t.Row(plain(s.Segment), figures(s.N), figures(s.Churned), percent(float64(s.Rate)), percents(health.Interval{Low: s.Low, High: s.High}))
	}
	t.Write(a.stdout)
	a.printMore(len(r.Segments), checkedSegments)
}

// printRetention is what became of the contracts of the newest quarters; without amounts,
// who left is all there is to say.
func (a *app) printRetention(quarters []health.Retention) {
	shown := quarters[max(0, len(quarters)-checkedQuarters):]
	priced := slices.ContainsFunc(shown, func(q health.Retention) bool { return q.Priced > 0 })
	head, columns := "", []string{"quarter", ">due", ">churned", ">logo churn", ">95 % interval"}
	if priced {
		head = " (GRR, NRR: share of the revenue kept, without and with expansion)"
		columns = append(columns, ">contracted", ">flat", ">expanded", ">GRR", ">95 % interval", ">NRR", ">95 % interval")
	}
	a.printf("\nWhat fell due, by quarter%s\n\n", head)
	t := texttab.New(columns...)
	for _, q := range shown {
		t.Row(quarter(q.Start), figures(q.Due), figures(q.Churned), percent(float64(q.LogoChurn.Value)), percents(q.LogoChurn),
			figures(q.Contracted), figures(q.Flat), figures(q.Expanded),
			optionalPercent(q.GRR.Value), percents(q.GRR), optionalPercent(q.NRR.Value), percents(q.NRR))
	}
	t.Write(a.stdout)
	a.printMore(len(quarters), checkedQuarters)
}

// printSufficiency holds what there is against what is needed.
func (a *app) printSufficiency(s health.Sufficiency) {
	a.printf("\nIs it enough? (%s examples, worth %s independent ones)\n\n", figures(s.Examples), figures(s.Effective))
	t := texttab.New("rule", ">needed", ">there", "")
	rarer, _, several := s.Rarer()
	t.Row(several+" per design column", "10 to 20", fixed(s.EventsPerColumn, 1), fmt.Sprintf("%s for %d columns of %d factors", figures(rarer), s.Columns, s.Factors))
	t.Row("examples by Riley et al. 2020", figures(s.Riley.Rows), figures(s.Effective), fmt.Sprintf("supports about %s columns", figures(s.Riley.Columns)))
	if s.Detectable.Defined() {
		t.Row("smallest difference in AUC to detect", "", fixed(s.DetectableHalf, 3), fmt.Sprintf("on half of the examples (%s on all), around AUC %s, power 80 %%", fixed(s.Detectable, 3), fixed(s.AUC, 2)))
	}
	t.Write(a.stdout)
	a.printf("\n  %s: %s\n", strings.ReplaceAll(s.Verdict, "_", " "), plain(s.Advice))
}

// figures is a whole number for people.
func figures(n int) string { return texttab.Group(fmt.Sprint(n)) }

// fixed prints a number, or nothing for what does not apply.
func fixed(v models.Stat, digits int) string {
	if !v.Defined() {
		return ""
	}
	return texttab.Number(float64(v), digits)
}

// blank prints a quantity of any size, or nothing for what does not apply.
func blank(v models.Stat) string {
	if !v.Defined() {
		return ""
	}
	return texttab.Significant(float64(v), 4)
}

// percents prints an interval of shares.
func percents(i health.Interval) string {
	return texttab.Interval(100*float64(i.Low), 100*float64(i.High), 1)
}

// optionalPercent is percent, or nothing for what is not known.
func optionalPercent(v models.Stat) string {
	if !v.Defined() || math.IsInf(float64(v), 0) {
		return ""
	}
	return percent(float64(v))
}

// quarter is the name of the quarter that starts on a day.
func quarter(start dataset.Date) string {
	year, month, _ := start.Civil()
	return fmt.Sprintf("Q%d %d", (int(month)+2)/3, year)
}
