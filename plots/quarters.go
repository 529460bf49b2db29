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

// Quarters draws the share of decisions that were churn, by the quarter in which
// they became known: a level that shifts is why a model ages. Quarters without
// examples are left out; without any, the error is [ErrNothingToDraw].
func Quarters(r *backtest.Result) (Chart, error) {
	var known []backtest.Quarter
	b := newBounds()
	b.add(0)
	for _, q := range r.Data.Quarters {
		if q.N > 0 {
			known = append(known, q)
			b.add(rate(q))
		}
	}
	if len(known) == 0 {
		return Chart{}, nothing("quarters", "no label became known in any quarter")
	}
	c := Chart{
		Name: "quarters", Title: "Churn over time", Alt: quartersAlt(known),
		Width: float64(chartWidth), Height: 250,
	}
	c.paint = func(dc draw.Canvas) {
		drawQuarters(frame(dc, c.Title, "share of examples that churned, by the quarter in which it became known"), known, b)
	}
	return c, nil
}

// drawQuarters sets the bars on a scale that begins at zero, as bars must. Quarters
// are numbered, not dated: all are equally wide.
func drawQuarters(c draw.Canvas, quarters []backtest.Quarter, b bounds) {
	n := len(quarters)
	every := (n + 11) / 12 // no more than twelve labels fit
	x := scale{min: -0.6, max: float64(n) - 0.4, ticks: quarterTicks(quarters, every), bare: true}
	y := linear("", 0, b.high, 4, percentage)
	p := axes(x, y)
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		for i, q := range quarters {
			bar(c, q, x(float64(i)-0.35), x(float64(i)+0.35), y, every == 1)
		}
	}))
	p.Draw(c)
}

// bar draws one quarter and, where there is room, its rate.
func bar(c draw.Canvas, q backtest.Quarter, left, right vg.Length, y func(float64) vg.Length, figures bool) {
	top := y(rate(q))
	said := fmt.Sprintf("%s: %s of %s churned (%s)", quarterName(q), words.Count(q.Churned), words.Count(q.N), words.Percent(rate(q), 1))
	telling(c, said, func() { c.FillPolygon(sky, corners(left, y(0), right, top)) })
	if figures {
		style := centred(lettering(smallSize, ink))
		at := vg.Point{X: (left + right) / 2, Y: top - smallSize}
		if top-y(0) < 2*smallSize { // the bar is too low to hold its figure
			at.Y = top + smallSize
		}
		write(c, style, at, words.Percent(rate(q), 1))
	}
}

// quarterTicks names every n-th quarter.
func quarterTicks(quarters []backtest.Quarter, every int) []plot.Tick {
	var ticks []plot.Tick
	for i := 0; i < len(quarters); i += every {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: quarterName(quarters[i])})
	}
	return ticks
}

// rate is the churn of a quarter with examples, a share.
func rate(q backtest.Quarter) float64 { return float64(q.Churned) / float64(q.N) }

// quarterName is "Q2 2025".
func quarterName(q backtest.Quarter) string {
	year, month, _ := q.Start.Civil()
	return fmt.Sprintf("Q%d %d", (int(month)+2)/3, year)
}

// quartersAlt reads out counts and rates.
func quartersAlt(quarters []backtest.Quarter) string {
	said := make([]string, len(quarters))
	for i, q := range quarters {
		said[i] = fmt.Sprintf("%s %s of %s (%s)", quarterName(q), words.Count(q.Churned), words.Count(q.N), words.Percent(rate(q), 1))
	}
	return "Churned examples by quarter: " + strings.Join(said, "; ") + "."
}
