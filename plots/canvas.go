package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// marks is a drawing in the coordinates of a plot: x and y turn data into places
// on the canvas. It is the one [plot.Plotter] of this package: those of gonum/plot bring a look
// of their own, and cannot be told that a value is not known. What lies beyond the scales is
// drawn beyond the plot unless the drawing clips it.
type marks func(c draw.Canvas, x, y func(float64) vg.Length)

// Plot makes marks a [plot.Plotter].
func (m marks) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	m(c, x, y)
}

// frame paints the paper, the title and the subtitle, each one line that is not broken, and
// returns the room left within the margins.
func frame(c draw.Canvas, title, subtitle string) draw.Canvas {
	c.FillPolygon(paper, corners(c.Min.X, c.Min.Y, c.Max.X, c.Max.Y))
	top := c.Max.Y - margin
	write(c, bold(lettering(titleSize, ink)), vg.Point{X: c.Min.X + margin, Y: top - titleSize/2}, title)
	small := lettering(textSize, quiet)
	write(c, small, vg.Point{X: c.Min.X + margin, Y: top - titleSize - textSize}, subtitle)
	return draw.Crop(c, margin, -margin, margin/2, -margin/2-headHeight)
}

// columns cuts a canvas at a distance from its left edge: left is that wide, right the rest.
func columns(c draw.Canvas, at vg.Length) (left, right draw.Canvas) {
	width := c.Max.X - c.Min.X
	return draw.Crop(c, 0, at-width, 0, 0), draw.Crop(c, at, 0, 0, 0)
}

// write puts one line of text at a place. gonum/plot centres the box of the font,
// descenders included; readers centre on the small letters, which sit higher.
func write(c draw.Canvas, style draw.TextStyle, at vg.Point, line string) {
	at.Y += style.Font.Size / 10
	c.FillText(style, at, line)
}

// corners is the outline of a rectangle, from the bottom left, open: for FillPolygon. y rises
// upwards, as everywhere in gonum/plot.
func corners(x0, y0, x1, y1 vg.Length) []vg.Point {
	return []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}}
}

// outline strokes the edge of a rectangle.
func outline(c draw.Canvas, style draw.LineStyle, x0, y0, x1, y1 vg.Length) {
	c.StrokeLines(style, append(corners(x0, y0, x1, y1), vg.Point{X: x0, Y: y0}))
}

// hatch fills a rectangle with strokes that rise to the right, clipped to it.
func hatch(c draw.Canvas, style draw.LineStyle, x0, y0, x1, y1 vg.Length) {
	const gap = 5
	rise := y1 - y0
	for x := x0 - rise; x < x1; x += gap {
		from := vg.Point{X: max(x, x0), Y: y0 + max(0, x0-x)}
		to := vg.Point{X: min(x+rise, x1), Y: y0 + min(rise, x1-x)}
		c.StrokeLines(style, []vg.Point{from, to})
	}
}

// interval draws a whisker between two places, upright or level, with caps across its ends.
func interval(c draw.Canvas, style draw.LineStyle, from, to vg.Point) {
	const cap = 3
	c.StrokeLines(style, []vg.Point{from, to})
	for _, end := range []vg.Point{from, to} {
		if from.Y == to.Y {
			c.StrokeLine2(style, end.X, end.Y-cap, end.X, end.Y+cap)
		} else {
			c.StrokeLine2(style, end.X-cap, end.Y, end.X+cap, end.Y)
		}
	}
}
