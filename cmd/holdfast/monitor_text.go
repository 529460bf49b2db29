package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"holdfast/backtest/monitor"
	"holdfast/cmd/holdfast/internal/texttab"
)

// printMonitor is what the user sees: first whether anything is the matter, then why.
func (a *app) printMonitor(r *monitor.Report) {
	a.printf("%s\n\n", monitorHeadline(r))
	ref := r.Reference
	a.printf("%s knows labels up to %s; it is held against %s snapshots of %s accounts, %s to %s\n",
		plain(r.Model), r.KnownBy, grouped(ref.Rows), grouped(ref.Accounts), ref.From, ref.Until)
	a.printFindings(r)
	a.printQuarters(r)
	if q := newestJudged(r); q != nil {
		a.printMoved(q)
	}
	a.printMatured(r)
	a.printOpen(r)
	if a.out != "" {
		a.printf("\nWritten to %s\n", plain(a.out))
	}
}

// monitorHeadline says in one sentence whether somebody has to act.
func monitorHeadline(r *monitor.Report) string {
	standing := len(r.Standing())
	over := "" // what is listed besides, and was in earlier quarters only
	if n := len(r.Findings) - standing; n > 0 {
		over = fmt.Sprintf(", and %d of earlier quarters", n)
	}
	switch {
	case !r.Judged():
		return fmt.Sprintf("Too early to say: no quarter since %s has %d accounts.", r.KnownBy, r.Options.Accounts)
	case standing == 1:
		return "Attention: 1 finding" + over + "."
	case standing > 0:
		return fmt.Sprintf("Attention: %d findings%s.", standing, over)
	case len(r.Findings) > 0:
		return "All well now; there were findings in earlier quarters."
	}
	return "All well: nothing is beyond its limit and beyond chance."
}

// printFindings lists what somebody should look at.
func (a *app) printFindings(r *monitor.Report) {
	for _, f := range r.Findings {
		when := quarter(f.Quarter)
		switch {
		case f.Pooled:
			when = "since then"
		case f.Until != f.Quarter:
			when += " to " + quarter(f.Until)
		}
		a.printf("\n  %s: %s\n    %s.\n", when, plain(f.Words), plain(f.Do))
	}
}

// printTable prints a table where people read.
func (a *app) printTable(title string, t *texttab.Table) {
	if a.quiet || a.json {
		return
	}
	a.printf("\n%s\n\n", title)
	t.Write(a.stdout)
}

// printQuarters is one row per quarter.
func (a *app) printQuarters(r *monitor.Report) {
	if len(r.Quarters) == 0 {
		return
	}
	t := texttab.New("quarter", ">accounts", ">scored", ">red", ">yellow", ">PSI of score", ">by chance", "moved most", ">PSI", ">by chance")
	for _, q := range r.Quarters {
		if !q.Judged {
			t.Row(quarter(q.Start), grouped(q.Accounts), "too few to judge")
			continue
		}
		red, yellow := "", ""
		if q.Bands != nil {
			red, yellow = percent(q.Bands[2].Now), percent(q.Bands[1].Now)
		}
		row := []string{quarter(q.Start), grouped(q.Accounts), percent(q.Coverage.Now), red, yellow, texttab.Number(q.Score.PSI, 3), texttab.Number(q.Score.Null95, 3)}
		if len(q.Factors) > 0 {
			most := slices.MaxFunc(q.Factors, func(x, y monitor.FactorShift) int { return cmp.Compare(x.PSI, y.PSI) })
			row = append(row, plain(most.Factor), texttab.Number(most.PSI, 3), texttab.Number(most.Null95, 3))
		}
		t.Row(row...)
	}
	a.printTable("Quarter by quarter (by chance: what a PSI stays below in 95 of 100 cases without a change)", t)
}

// printMoved is one row per factor.
func (a *app) printMoved(q *monitor.Quarter) {
	t := texttab.New("factor", ">PSI", ">by chance", ">missing", ">before", ">unseen levels")
	for _, f := range q.Factors {
		unseen := ""
		if f.Unseen.Now > 0 {
			unseen = percent(f.Unseen.Now)
		}
		t.Row(plain(f.Factor), texttab.Number(f.PSI, 3), texttab.Number(f.Null95, 3), percent(f.Missing.Now), percent(f.Missing.Then), unseen)
	}
	a.printTable(quarter(q.Start)+" by factor", t)
	for _, u := range q.Unscored {
		a.printf("  not scored: %s accounts, %s of %s\n", grouped(u.Accounts), u.Code, plain(u.Factor))
	}
}

// printMatured sets what came true beside what was promised.
func (a *app) printMatured(r *monitor.Report) {
	if r.Since == nil {
		a.printf("\nNo label of an as-of date since then has matured\n")
		return
	}
	t := texttab.New("since then", ">came true", ">95 % interval", ">promised", ">95 % interval", "")
	for _, k := range r.Since.Metrics {
		said := ""
		switch {
		case math.IsNaN(k.P) || !r.Since.Judged:
		case k.Inside:
			said = "inside"
		case k.P >= 1-r.Options.Level:
			said = "outside, and it may be chance"
		default:
			said = "outside"
		}
		t.Row(k.Name, texttab.Number(k.Observed.Value, 3), texttab.Interval(k.Observed.Low, k.Observed.High, 3),
			texttab.Number(k.Promised.Value, 3), texttab.Interval(k.Promised.Low, k.Promised.High, 3), said)
	}
	a.printTable(fmt.Sprintf("%s labels have matured, %s churned", grouped(r.Since.N), grouped(r.Since.Churned)), t)
	t = texttab.New("as-of quarter", ">matured", ">churned", ">expected", ">AUC", ">95 % interval", ">expected", ">log loss")
	for _, q := range r.Quarters {
		if m := q.Matured; m != nil {
			auc := m.Metrics[0].Observed
			t.Row(quarter(q.Start), grouped(m.N), percent(float64(m.Churned)/float64(m.N)), percent(m.MeanP),
				texttab.Number(auc.Value, 3), texttab.Interval(auc.Low, auc.High, 3), texttab.Number(m.Expected.AUC, 3), texttab.Number(m.Metrics[1].Observed.Value, 4))
		}
	}
	a.printTable("By quarter, with what the model alone would have expected", t)
}

// printOpen tells what is to be expected of labels that are not in yet.
func (a *app) printOpen(r *monitor.Report) {
	for _, o := range r.Open {
		interval := texttab.Interval(o.AUC.Low, o.AUC.High, 3)
		if interval == "" {
			interval = fmt.Sprintf("(no interval: it takes three judged quarters, and there are %d)", r.Record.AUC.N)
		}
		a.printf("\nStill open, %s: %s accounts, of whom %s are expected to churn; expected AUC %s %s\n",
			quarter(o.Start), grouped(o.N), percent(o.MeanP), texttab.Number(o.AUC.Value, 3), interval)
	}
}
