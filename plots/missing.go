package plots

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest/health"
	"holdfast/dataset"
	"holdfast/plots/words"
)

// The picture of what is missing has a row a factor, its name on the left and its share
// over all examples on the right.
const (
	missingRow  vg.Length = 17
	missingName vg.Length = 150
	missingRoom vg.Length = 60
	missingRows           = 24 // factors at most, those that lack most
)

// Missing draws the share of the snapshots without a value, factor by month: a column
// that begins late, breaks off or was lost for a while is a change of colour along its
// row. Factors that never lack a value are left out; without others the error is
// [ErrNothingToDraw].
func Missing(h *health.Report) (Chart, error) {
	shown := lacking(h)
	if len(shown) == 0 {
		return Chart{}, nothing("missing", "no factor lacks a value")
	}
	c := Chart{
		Name: "missing", Title: "What is missing, and since when", Alt: missingAlt(h, shown),
		Width: float64(chartWidth), Height: float64(headHeight + keyHeight + axisHeight + margin + vg.Length(len(shown))*missingRow),
	}
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "share of the snapshots without a value, by month; right: of the examples")
		missingKey(body)
		drawMissing(draw.Crop(body, 0, 0, 0, -keyHeight), h, shown)
	}
	return c, nil
}

// lacking are the factors that lack values in some month, those that lack most in a month first
// and equals in the order of the project.
func lacking(h *health.Report) []health.Factor {
	worst := func(f health.Factor) float64 {
		most := 0.0
		for _, s := range f.MissingByMonth {
			if s.Defined() {
				most = max(most, float64(s))
			}
		}
		return most
	}
	var shown []health.Factor
	for _, f := range h.Factors {
		if worst(f) > 0 {
			shown = append(shown, f)
		}
	}
	slices.SortStableFunc(shown, func(a, b health.Factor) int { return cmp.Compare(worst(b), worst(a)) })
	return shown[:min(len(shown), missingRows)]
}

// drawMissing gives every factor a row of cells, one a month; a month without snapshots at risk
// has none.
func drawMissing(c draw.Canvas, h *health.Report, shown []health.Factor) {
	first, end := h.Months[0].Start, monthAfter(h)
	n := float64(len(shown))
	p := axes(calendar(first, end, 7), scale{min: 0, max: n})
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		for i, f := range shown {
			bottom, top := y(n-float64(i)-1)+1, y(n-float64(i))-1
			for m, s := range f.MissingByMonth {
				if !s.Defined() {
					continue
				}
				start := h.Months[m].Start
				c.FillPolygon(lack(float64(s)), corners(x(float64(start)), bottom, x(float64(start.AddMonths(1))), top))
			}
			style := lettering(smallSize, ink)
			write(c, style, vg.Point{X: c.Min.X - missingName, Y: (bottom + top) / 2}, fit(f.Name, style, missingName-12))
			write(c, lettering(smallSize, quiet), vg.Point{X: c.Max.X + 10, Y: (bottom + top) / 2}, words.Percent(float64(f.MissingShare), 0))
		}
	}))
	p.Draw(draw.Crop(c, missingName, -missingRoom, 0, 0))
}

// monthAfter is the end of the last month with snapshots.
func monthAfter(h *health.Report) (end dataset.Date) {
	for _, m := range h.Months {
		if m.Snapshots > 0 {
			end = m.Start.AddMonths(1)
		}
	}
	return end
}

// lack is the colour of a share: paper-like where all is there, dark where nothing is.
func lack(share float64) rgb { return blend(wash, vermilion, share) }

// missingKey is the scale of colours.
func missingKey(c draw.Canvas) {
	const box = 26
	x, y := c.Min.X, c.Max.Y-6
	style := lettering(smallSize, quiet)
	for _, share := range []float64{0, 0.25, 0.5, 0.75, 1} {
		c.FillPolygon(lack(share), corners(x, y-barHeight/2, x+box, y+barHeight/2))
		name := words.Percent(share, 0)
		write(c, style, vg.Point{X: x + box + 6, Y: y}, name)
		x += box + 6 + style.Width(name) + 14
	}
}

// missingAlt reads out the share over all examples and in the last month.
func missingAlt(h *health.Report, shown []health.Factor) string {
	said := make([]string, len(shown))
	for i, f := range shown {
		said[i] = fmt.Sprintf("%s %s of the examples", words.Label(f.Name, 60), words.Percent(float64(f.MissingShare), 0))
		for m := len(f.MissingByMonth) - 1; m >= 0; m-- {
			if s := f.MissingByMonth[m]; s.Defined() {
				said[i] += fmt.Sprintf(", %s in %s", words.Percent(float64(s), 0), h.Months[m].Start.String()[:7])
				break
			}
		}
	}
	return "Missing: " + strings.Join(said, "; ") + "."
}
