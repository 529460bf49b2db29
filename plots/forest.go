package plots

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// estimate is one row of a forest: a value with its interval on a common scale.
// A row with a heading only separates groups, and has nothing else. Names are as the user
// gave them, and cleaned where they are written.
type estimate struct {
	heading   string
	candidate string // whose row it is, for the group in an SVG; empty: nobody's
	name      string

	// value may be undefined, and is not drawn then. low and high are its interval, wideLow
	// and wideHigh a second, wider one drawn thinner; NaN: none is drawn. All are in the
	// unit of the scale, so that a zero value of these fields is an interval at zero.
	value     float64
	low, high float64
	wideLow   float64
	wideHigh  float64

	colour rgb
	others []float64 // the same from other data, drawn small above the row
	hollow bool      // the interval spans zero: the marker is a ring
	figure string    // the value as text, right of the plot
	tell   string    // what the marks say under the pointer; empty: name and figure
}

// A forest has room for names on its left and for figures on its right.
const (
	rowHeight   vg.Length = 19
	nameRoom    vg.Length = 236
	figureRoom  vg.Length = 46
	axisHeight  vg.Length = 44
	nameIndent  vg.Length = 12
	nameMargin  vg.Length = 10
	forestAbout           = 7 // ticks on the scale
)

// forestHeight is the height of a chart with n rows.
func forestHeight(n int) vg.Length {
	return headHeight + margin + axisHeight + vg.Length(n)*rowHeight
}

// forestScale spans the values and intervals of all rows, and zero, against which they are
// read: an interval is never cut off.
func forestScale(label string, rows []estimate) scale {
	b := newBounds()
	b.add(0)
	for _, e := range rows {
		if e.heading == "" {
			b.add(e.value, e.low, e.high, e.wideLow, e.wideHigh)
			b.add(e.others...)
		}
	}
	return linear(label, b.low, b.high, forestAbout, signedFixed)
}

// forest draws the rows from the top down against a line at zero. figures is the room on the
// right for what estimate.figure holds, the same for all rows.
func forest(c draw.Canvas, x scale, rows []estimate, figures vg.Length) {
	n := float64(len(rows))
	p := axes(x, scale{min: 0, max: n})
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		c.StrokeLine2(solid(quiet, 1.2), x(0), y(0), x(0), y(n))
		for i, e := range rows {
			ofRow(c, e, func() { row(c, e, y(n-float64(i)-0.5), figures, x) })
		}
	}))
	p.Draw(draw.Crop(c, nameRoom, -figures, 0, 0))
}

// ofRow paints a row for its candidate, if it has one.
func ofRow(c draw.Canvas, e estimate, paint func()) {
	if e.candidate == "" {
		paint()
		return
	}
	ofCandidate(c, e.candidate, paint)
}

// row paints one line of a forest.
func row(c draw.Canvas, e estimate, y, figures vg.Length, x func(float64) vg.Length) {
	if e.heading != "" {
		heading(c, e.heading, y)
		return
	}
	rowTexts(c, e, y, figures)
	tell := e.tell
	if tell == "" {
		tell = label(e.name) + ": " + e.figure
	}
	telling(c, tell, func() { rowMarks(c, e, y, x) })
}

// heading names a group of rows. It begins left of the names that belong to it.
func heading(c draw.Canvas, text string, y vg.Length) {
	style := bold(lettering(smallSize, quiet))
	write(c, style, vg.Point{X: c.Min.X - nameRoom, Y: y}, fit(text, style, nameRoom-nameMargin))
}

// rowTexts writes the name on the left and the figure on the right of the plot, so
// that no label can lie on an interval.
func rowTexts(c draw.Canvas, e estimate, y, figures vg.Length) {
	name := lettering(textSize, ink)
	write(c, name, vg.Point{X: c.Min.X - nameRoom + nameIndent, Y: y}, fit(e.name, name, nameRoom-nameIndent-nameMargin))
	write(c, rightAligned(lettering(textSize, ink)), vg.Point{X: c.Max.X + figures, Y: y}, e.figure)
}

// rowMarks draws the wide interval, the interval and the value, each on top of the
// one before. Intervals that are not known are not drawn.
func rowMarks(c draw.Canvas, e estimate, y vg.Length, x func(float64) vg.Length) {
	if finite(e.wideLow, e.wideHigh) {
		interval(c, solid(e.colour, 1), vg.Point{X: x(e.wideLow), Y: y}, vg.Point{X: x(e.wideHigh), Y: y})
	}
	if finite(e.low, e.high) {
		c.StrokeLine2(solid(e.colour, 2.4), x(e.low), y, x(e.high), y)
	}
	for _, v := range e.others {
		c.DrawGlyph(draw.GlyphStyle{Color: quiet, Radius: 2, Shape: draw.CircleGlyph{}}, vg.Point{X: x(v), Y: y - 6})
	}
	if !finite(e.value) {
		return
	}
	at := vg.Point{X: x(e.value), Y: y}
	c.DrawGlyph(draw.GlyphStyle{Color: e.colour, Radius: 4.5, Shape: draw.CircleGlyph{}}, at)
	if e.hollow {
		c.DrawGlyph(draw.GlyphStyle{Color: paper, Radius: 2.8, Shape: draw.CircleGlyph{}}, at)
	}
}

// spans says whether zero lies within an interval, ends included; false where there is none.
func spans(low, high float64) bool { return finite(low, high) && low <= 0 && high >= 0 }
