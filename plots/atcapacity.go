package plots

import (
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// ValueAtCapacity draws the churned value on the call lists by how many accounts are worked
// in a period, up to five times the declared capacity, which is marked: champion and
// challenger carry their intervals there. Without values the error is [ErrNothingToDraw].
func ValueAtCapacity(r *backtest.Result) (Chart, error) {
	var entries []entry
	var lines [][]spot
	var worths []*backtest.Worth
	for i, look := range traces(r) {
		c := r.Candidates[i]
		if line := worthLine(c.Worth); len(line) > 1 {
			entries = append(entries, entry{look, c.Name, capturedNote(c.Worth)})
			lines, worths = append(lines, line), append(worths, c.Worth)
		}
	}
	if len(entries) == 0 {
		return Chart{}, nothing("value_at_capacity", "the data has no values")
	}
	end, b := listEnd(r, lines), newBounds()
	b.add(0)
	for i, line := range lines {
		for _, p := range line {
			if p.x <= end {
				b.add(p.y)
			}
		}
		b.add(worths[i].Captured.Value, worths[i].Captured.High)
	}
	c := Chart{
		Name: "value_at_capacity", Title: "What lists of other lengths would have held", Alt: worthAlt(r, entries, worths),
		Width: float64(chartWidth), Height: float64(headHeight + 2*margin + max(300, legendHeight(len(entries)))),
	}
	c.paint = func(dc draw.Canvas) {
		subtitle := "churned value on the call lists, of " + figures(worths[0].AtRisk.Value) + " in all; whiskers at your capacity: " + words.Level(r.Options.Level) + " intervals"
		left, right := columns(frame(dc, c.Title, subtitle), 470)
		curves{listScale(end), linear("", 0, b.high, 5, amount), entries, lines, tellWorth,
			func(c draw.Canvas, x, y func(float64) vg.Length) { drawCapacity(c, r, entries, worths, x, y) }}.draw(left)
		legend(draw.Crop(right, 14, 0, 0, 0), entries, false)
	}
	return c, nil
}

// worthLine is the curve of one candidate, from nobody worked on: x accounts in a period, y
// money over all test windows. nil without money.
func worthLine(w *backtest.Worth) []spot {
	if w == nil {
		return nil
	}
	line := []spot{{0, 0}}
	for _, p := range w.Curve {
		if finite(p.Value) {
			line = append(line, spot{float64(p.Capacity), p.Value})
		}
	}
	return line
}

// listEnd is the longest list that is drawn: beyond five times the capacity nobody decides
// anything, and the part that matters would be a corner of the picture.
func listEnd(r *backtest.Result, lines [][]spot) float64 {
	longest := 0.0
	for _, line := range lines {
		longest = max(longest, line[len(line)-1].x)
	}
	if capacity := float64(r.Options.Capacity); capacity > 0 {
		return min(longest, 5*capacity)
	}
	return longest
}

// listScale ends where the lists do, and not at the next tick.
func listScale(end float64) scale {
	s := linear("accounts worked in a period, the riskiest first", 0, end, 6, func(v float64, _ int) string { return words.Count(int(v)) })
	s.max, s.ticks = end, within(s.ticks, end)
	return s
}

// drawCapacity marks the declared capacity, with the intervals that are known there: a backtest
// redraws accounts for that one length of the list only. Nothing without a capacity.
func drawCapacity(c draw.Canvas, r *backtest.Result, entries []entry, worths []*backtest.Worth, x, y func(float64) vg.Length) {
	if r.Options.Capacity < 1 {
		return
	}
	at := x(float64(r.Options.Capacity))
	c.StrokeLine2(dashed(quiet, 1.2, 4, 4), at, c.Min.Y, at, c.Max.Y)
	for i, e := range entries {
		if w := worths[i].Captured; carriesInterval(r, e.name) && finite(w.Low, w.High) {
			from, to := vg.Point{X: at + aside(e), Y: y(max(0, w.Low))}, vg.Point{X: at + aside(e), Y: y(w.High)}
			ofCandidate(c, e.name, func() { interval(c, solid(rgbOf(e), 1.2), from, to) })
		}
	}
	write(c, lettering(smallSize, quiet), vg.Point{X: at + 6, Y: c.Min.Y + smallSize}, "your capacity, "+words.Count(r.Options.Capacity))
}

// tellWorth reads off a point.
func tellWorth(p spot) string {
	return words.Amount(p.y) + " with " + words.Plural(int(p.x+0.5), "account", "accounts") + " worked in a period"
}

// capturedNote is the value at the declared capacity, with its interval where that is known.
func capturedNote(w *backtest.Worth) string {
	note := figures(w.Captured.Value)
	if in := words.Interval(figures(w.Captured.Low), figures(w.Captured.High)); in != "" {
		note += " (" + in + ")"
	}
	return note
}

// figures is money to three figures, for places without room for more: 1,234,567 is "1.23M".
func figures(x float64) string {
	if !finite(x) || x == 0 {
		return words.ShortAmount(x)
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(x)))-2)
	return words.ShortAmount(math.Round(x/unit) * unit)
}

// worthAlt reads out the value at capacity and on either side of it.
func worthAlt(r *backtest.Result, entries []entry, worths []*backtest.Worth) string {
	said := make([]string, len(entries))
	for i, e := range entries {
		parts := []string{"at capacity " + e.note}
		for _, p := range worths[i].Curve {
			if r.Options.Capacity < 1 || p.Capacity <= 5*r.Options.Capacity {
				parts = append(parts, words.Amount(p.Value)+" with "+words.Count(p.Capacity))
			}
		}
		said[i] = spoken(e.name, e.champion) + ": " + strings.Join(parts, ", ")
	}
	return "Churned value on the call lists by the accounts worked in a period; the capacity is " + words.Count(r.Options.Capacity) + ". " + strings.Join(said, "; ") + "."
}
