package plots

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/models"
)

// trace is how one candidate looks, the same in every chart.
type trace struct {
	line     draw.LineStyle  // its Color is an rgb
	glyph    draw.GlyphStyle // in the colour of the line
	champion bool
}

// traces returns the look of every candidate of r, by its index. The champion is the thick
// black line and the baseline the thin dotted one, whatever their place; the
// others take colours, dashes and markers in turn, so that leaving one out of a run changes
// the look of those after it.
func traces(r *backtest.Result) []trace {
	looks := make([]trace, len(r.Candidates))
	challengers := 0
	for i, c := range r.Candidates {
		switch {
		case i == r.Champion:
			looks[i] = newTrace(solid(ink, 2.8), draw.CircleGlyph{}, 4)
			looks[i].champion = true
		case c.Kind == models.Baseline:
			looks[i] = newTrace(dashed(faint, 1.6, 1.5, 3), draw.CircleGlyph{}, 2.5)
		default:
			looks[i] = challenger(challengers)
			challengers++
		}
	}
	return looks
}

// challenger is the look of the i-th candidate that is neither champion nor
// baseline. Six colours times six dashes repeat after thirty-six.
func challenger(i int) trace {
	colours := [...]rgb{blue, vermilion, green, purple, orange, sky}
	shapes := [...]polygon{{4, 0.125}, {3, 0.25}, {4, 0}, {3, 0.75}, {5, 0.25}, {6, 0}}
	patterns := [...][]vg.Length{nil, {7, 3}, {2, 2}, {9, 3, 2, 3}, {4, 2}, {12, 3, 2, 3, 2, 3}}
	line := dashed(colours[i%len(colours)], 1.9, patterns[(i+i/len(colours))%len(patterns)]...)
	return newTrace(line, shapes[i%len(shapes)], 4.5)
}

// newTrace gives the marker the colour of the line.
func newTrace(line draw.LineStyle, shape draw.GlyphDrawer, radius vg.Length) trace {
	return trace{line: line, glyph: draw.GlyphStyle{Color: line.Color, Radius: radius, Shape: shape}}
}

// entry is one line of a legend.
type entry struct {
	trace
	name string
	note string // such as "AUC 0.81 (0.78 to 0.84)"
}

// entryHeight is the room of one line of a legend, with its note beneath.
const entryHeight vg.Length = 37

// legendHeight is the room that n entries take.
func legendHeight(n int) vg.Length { return vg.Length(n) * entryHeight }

// legend lists candidates from the top down, each with a sample of its line.
// withGlyph adds the marker, for charts that draw it.
func legend(c draw.Canvas, entries []entry, withGlyph bool) {
	const sample = 30
	y := c.Max.Y - 8
	for _, e := range entries {
		ofCandidate(c, e.name, func() {
			c.StrokeLine2(e.line, c.Min.X, y, c.Min.X+sample, y)
			if withGlyph {
				c.DrawGlyph(e.glyph, vg.Point{X: c.Min.X + sample/2, Y: y})
			}
			caption(c, e, vg.Point{X: c.Min.X + sample + 8, Y: y})
		})
		y -= entryHeight
	}
}

// caption writes the name of a candidate and its note beneath. The champion is
// bold, and said to be the champion.
func caption(c draw.Canvas, e entry, at vg.Point) {
	style, suffix := lettering(textSize, ink), ""
	if e.champion {
		style, suffix = bold(style), " (champion)"
	}
	room := c.Max.X - at.X - style.Width(suffix)
	write(c, style, at, fit(e.name, style, room)+suffix)
	write(c, lettering(smallSize, quiet), vg.Point{X: at.X, Y: at.Y - textSize - 2}, e.note)
}

// spoken is the name of a candidate in alternative texts, where nobody sees the thick line.
func spoken(name string, champion bool) string {
	if champion {
		return label(name) + " (champion)"
	}
	return label(name)
}

// pairedHeight is the room that n entries take side by side in pairs.
func pairedHeight(n int) vg.Length { return legendHeight((n + 1) / 2) }

// pairedLegend lists candidates in two columns, for charts that take the whole width.
func pairedLegend(c draw.Canvas, entries []entry) {
	half := (len(entries) + 1) / 2
	left, right := columns(c, (c.Max.X-c.Min.X)/2)
	legend(draw.Crop(left, 0, -8, 0, 0), entries[:half], false)
	legend(right, entries[half:], false)
}
