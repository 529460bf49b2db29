package plots

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// Money draws what working the list at capacity would have been worth, contacts
// paid, over the save rates of the project. Champion and challenger carry their
// intervals. Without values the error is [ErrNothingToDraw].
func Money(r *backtest.Result) (Chart, error) {
	var entries []entry
	var rows [][]backtest.MoneyRow
	b := newBounds()
	for i, look := range traces(r) {
		c := r.Candidates[i]
		if drawn := definedMoney(c.Money); len(drawn) > 0 {
			entries = append(entries, entry{look, c.Name, moneyNote(drawn)})
			rows = append(rows, drawn)
			for _, m := range drawn {
				b.add(m.Net)
				if carriesInterval(r, c.Name) {
					b.add(m.Low, m.High)
				}
			}
		}
	}
	if len(entries) == 0 {
		return Chart{}, nothing("money", "the data has no values")
	}
	b.add(0)
	c := Chart{
		Name: "money", Title: "What working the list would have been worth",
		Alt:   moneyAlt(entries, rows),
		Width: float64(chartWidth), Height: float64(headHeight + 2*margin + max(270, legendHeight(len(entries)))),
	}
	c.paint = func(dc draw.Canvas) {
		left, right := columns(frame(dc, c.Title, "value kept minus the cost of contacts, over all test windows; whiskers: "+words.Level(r.Options.Level)+" intervals"), 470)
		drawMoney(left, r, entries, rows, b)
		legend(draw.Crop(right, 14, 0, 0, 0), entries, true)
	}
	return c, nil
}

// drawMoney draws a line per candidate over the save rates. Net is linear in the
// rate, so that the line between two rates is right and not a guess.
func drawMoney(c draw.Canvas, r *backtest.Result, entries []entry, rows [][]backtest.MoneyRow, b bounds) {
	p := axes(saveRates(rows), linear("", b.low, b.high, 5, amount))
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		c.StrokeLine2(solid(faint, 1), c.Min.X, y(0), c.Max.X, y(0))
		for _, i := range championLast(entries) {
			ofCandidate(c, entries[i].name, func() { drawNet(c, entries[i], rows[i], carriesInterval(r, entries[i].name), x, y) })
		}
	}))
	p.Draw(c)
}

// drawNet draws the line of one candidate.
func drawNet(c draw.Canvas, e entry, rows []backtest.MoneyRow, whiskers bool, x, y func(float64) vg.Length) {
	path := make([]vg.Point, len(rows))
	for k, m := range rows {
		path[k] = vg.Point{X: x(m.SaveRate), Y: y(m.Net)}
		if at := path[k].X + aside(e); whiskers && finite(m.Low, m.High) {
			interval(c, solid(rgbOf(e), 1.2), vg.Point{X: at, Y: y(m.Low)}, vg.Point{X: at, Y: y(m.High)})
		}
	}
	c.StrokeLines(e.line, path)
	for k, at := range path {
		telling(c, label(e.name)+", "+netAt(rows[k]), func() { c.DrawGlyph(e.glyph, at) })
	}
}

// netAt is one row of the money in words.
func netAt(m backtest.MoneyRow) string {
	text := words.Percent(m.SaveRate, 0) + " saved: " + words.Amount(m.Net)
	if in := words.Interval(words.Amount(m.Low), words.Amount(m.High)); in != "" {
		text += " (" + in + ")"
	}
	return text
}

// aside moves the whiskers of champion and challenger apart, in units: both stand at the same
// save rates.
func aside(e entry) vg.Length {
	if e.champion {
		return -3
	}
	return 3
}

// rgbOf is the colour of a candidate, for marks that are not its line.
func rgbOf(e entry) rgb {
	if c, ok := e.line.Color.(rgb); ok {
		return c
	}
	return quiet
}

// carriesInterval says whose whiskers are drawn: those of all would be a thicket.
func carriesInterval(r *backtest.Result, name string) bool {
	return name == r.Verdict.Champion || name == r.Verdict.Challenger
}

// saveRates is the horizontal scale, with a tick at every rate of the project.
func saveRates(rows [][]backtest.MoneyRow) scale {
	b := newBounds()
	var ticks []plot.Tick
	for _, m := range rows[0] {
		b.add(m.SaveRate)
		ticks = append(ticks, plot.Tick{Value: m.SaveRate, Label: words.Percent(m.SaveRate, 0)})
	}
	air := max(0.01, (b.high-b.low)*0.06)
	return scale{label: "share of listed churners who stay after a contact", min: b.low - air, max: b.high + air, ticks: ticks}
}

// definedMoney leaves out the rows without a net value; nil without money.
func definedMoney(rows []backtest.MoneyRow) []backtest.MoneyRow {
	var out []backtest.MoneyRow
	for _, m := range rows {
		if finite(m.SaveRate, m.Net) {
			out = append(out, m)
		}
	}
	return out
}

// moneyNote is the value at the last save rate, which is the end of the line.
func moneyNote(rows []backtest.MoneyRow) string {
	last := rows[len(rows)-1]
	return fmt.Sprintf("%s at a save rate of %s", words.Amount(last.Net), words.Percent(last.SaveRate, 0))
}

// moneyAlt reads out the net value of every candidate at every save rate.
func moneyAlt(entries []entry, rows [][]backtest.MoneyRow) string {
	said := make([]string, len(entries))
	for i, e := range entries {
		parts := make([]string, len(rows[i]))
		for k, m := range rows[i] {
			parts[k] = netAt(m)
		}
		said[i] = spoken(e.name, e.champion) + ", " + strings.Join(parts, ", ")
	}
	return "Net value of working the list at capacity, by save rate. " + strings.Join(said, "; ") + "."
}
