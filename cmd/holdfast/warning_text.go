package main

import (
	"fmt"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/texttab"
)

// warnedAt are the days before a churn at which people ask who knew.
var warnedAt = [...]int{90, 60, 30}

// printWarning prints how early each candidate would have warned, and whom it never did.
func (a *app) printWarning(r *backtest.Result) {
	header := []string{"candidate"}
	for _, days := range warnedAt {
		header = append(header, fmt.Sprintf(">%d days", days))
	}
	t := texttab.New(append(header, ">median days", ">green at the last", ">95 % interval", ">flagged now")...)
	churns, notes := 0, ""
	for c, cand := range r.Candidates {
		w := cand.Warning
		if w == nil || w.Churns == 0 {
			continue
		}
		churns = w.Churns
		name := plain(cand.Name)
		if c == r.Champion {
			name += " (champion)"
		}
		row := []string{name}
		for _, days := range warnedAt {
			row = append(row, standing(w, days))
		}
		if w.Surprise.N < w.Churns {
			notes += fmt.Sprintf("  green at the last: of the %s churners, of %s, whose last score by %s had a colour\n", grouped(w.Surprise.N), grouped(w.Churns), plain(cand.Name))
		}
		t.Row(append(row, texttab.Number(w.MedianDays.Value, 0), percent(w.Surprise.Value), texttab.Interval(100*w.Surprise.Low, 100*w.Surprise.High, 1), percent(w.Flagged))...)
	}
	if churns == 0 {
		return
	}
	a.printf("\nEarly warning of %s churns (red or yellow without a break until the account left):\n\n", texttab.Group(fmt.Sprint(churns)))
	if !a.quiet && !a.json {
		t.Write(a.stdout)
	}
	a.printf("%s", notes)
}

// standing is the share that was flagged so many days before, and from then on.
func standing(w *backtest.EarlyWarning, days int) string {
	for _, p := range w.Curve {
		if p.Days == days {
			return percent(p.Standing)
		}
	}
	return ""
}
