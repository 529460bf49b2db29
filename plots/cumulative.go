package plots

import (
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// CumulativeGains draws the share of all churners that is found by working the accounts
// from the riskiest down: the champion with whiskers at every tenth. The diagonal is
// working them in any order. Candidates without a curve are left out; without any, the
// error is [ErrNothingToDraw].
func CumulativeGains(r *backtest.Result) (Chart, error) {
	entries, lines, _ := cutLines(r, backtest.AUC, func(c backtest.Cut) (spot, bool) { return spot{c.Listed, c.Recall}, true })
	if len(entries) == 0 {
		return Chart{}, nothing("cumulative_gains", "no candidate has a curve; it needs churned and renewed test examples")
	}
	tables := gainsTables(r)
	for i := range entries {
		lines[i] = append([]spot{{0, 0}}, lines[i]...) // nobody worked, nobody found
		entries[i].note = topNote(tables[i])
	}
	c := Chart{
		Name: "cumulative_gains", Title: "How many churners the top of the list holds",
		Alt:    cumulativeAlt(entries, tables),
		Width:  float64(chartWidth),
		Height: float64(headHeight + 2*margin + max(400, legendHeight(len(entries)))),
	}
	x := linear("accounts worked, the riskiest first", 0, 1, 5, percentage)
	y := linear("churners found", 0, 1, 5, percentage)
	c.paint = func(dc draw.Canvas) {
		subtitle := "cumulative gains over all test windows; dashed: any order; whiskers: " + words.Level(r.Options.Level) + " interval of the champion"
		left, right := columns(frame(dc, c.Title, subtitle), 428)
		curves{x, y, entries, lines, tellCumulative, func(c draw.Canvas, x, y func(float64) vg.Length) {
			diagonal(c, x, y)
			for i, e := range entries {
				if e.champion {
					drawCaptured(c, tables[i], x, y)
				}
			}
		}}.draw(square(left))
		legend(draw.Crop(right, 18, 0, 0, 0), entries, false)
	}
	return c, nil
}

// tellCumulative reads off a point.
func tellCumulative(p spot) string {
	return words.Percent(p.y, 0) + " of the churners are in the top " + words.Percent(p.x, 0)
}

// gainsTables are the tables of the candidates that have cuts, in the order and under the
// condition of cutLines, so that table i is that of entry i.
func gainsTables(r *backtest.Result) [][]backtest.Slice {
	var tables [][]backtest.Slice
	for i := range r.Candidates {
		c := &r.Candidates[i]
		if cuts := c.Cuts(); len(cuts) > 0 && finite(cuts[len(cuts)-1].Precision) {
			tables = append(tables, c.Gains)
		}
	}
	return tables
}

// drawCaptured draws the intervals at the ends of the slices, but for the last, which is
// everybody. An interval ends where the picture does.
func drawCaptured(c draw.Canvas, table []backtest.Slice, x, y func(float64) vg.Length) {
	if len(table) == 0 {
		return
	}
	all := float64(table[len(table)-1].K)
	for _, s := range table[:len(table)-1] {
		if finite(s.CaptureLow, s.CaptureHigh) {
			at := x(float64(s.K) / all)
			interval(c, solid(faint, 1.2), vg.Point{X: at, Y: y(max(0, s.CaptureLow))}, vg.Point{X: at, Y: y(min(1, s.CaptureHigh))})
		}
	}
}

// topNote is what the first slice holds, as the share of the accounts that it is; empty without
// a table.
func topNote(table []backtest.Slice) string {
	if len(table) == 0 {
		return ""
	}
	top := table[0]
	note := "top " + words.Percent(float64(top.K)/float64(table[len(table)-1].K), 0) + " hold " + words.Percent(top.Capture, 0)
	if in := words.Interval(words.Percent(top.CaptureLow, 0), words.Percent(top.CaptureHigh, 0)); in != "" {
		note += " (" + in + ")"
	}
	return note
}

// cumulativeAlt reads out the tables.
func cumulativeAlt(entries []entry, tables [][]backtest.Slice) string {
	said := make([]string, len(entries))
	for i, e := range entries {
		var parts []string
		for _, s := range tables[i] {
			text := words.Percent(s.Capture, 1)
			if in := words.Interval(words.Percent(s.CaptureLow, 1), words.Percent(s.CaptureHigh, 1)); in != "" && s.K < tables[i][len(tables[i])-1].K {
				text += " (" + in + ")"
			}
			parts = append(parts, text+" in the top "+words.Percent(float64(s.K)/float64(tables[i][len(tables[i])-1].K), 0))
		}
		said[i] = spoken(e.name, e.champion) + ": " + strings.Join(parts, ", ")
	}
	return "Share of all churners found by working the riskiest accounts first. " + strings.Join(said, "; ") + "."
}
