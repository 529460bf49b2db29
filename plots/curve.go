package plots

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// spot is a point of a curve, in data.
type spot struct{ x, y float64 }

// curves are lines of several candidates on common scales: the body of every picture with one
// curve per candidate.
type curves struct {
	x, y    scale
	entries []entry
	lines   [][]spot // one per entry, each in the order in which it is drawn

	// tell is what a point says under the pointer, after the name; nil: nothing. under
	// draws what lies beneath the lines: bands, diagonals, marks.
	tell  func(p spot) string
	under func(c draw.Canvas, x, y func(float64) vg.Length)
}

// draw draws the champion last, on top. Lines that leave the scales are clipped. The glass of
// the tips lies over all lines, or the topmost line would be the only one to be read off.
func (s curves) draw(c draw.Canvas) {
	p := axes(s.x, s.y)
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		s.under(c, x, y)
		for _, i := range championLast(s.entries) {
			ofCandidate(c, s.entries[i].name, func() {
				c.StrokeLines(s.entries[i].line, c.ClipLinesXY(placed(s.lines[i], x, y))...)
			})
		}
		for _, i := range championLast(s.entries) {
			ofCandidate(c, s.entries[i].name, func() { tips(c, s.tips(i, x, y)) })
		}
	}))
	p.Draw(c)
}

// tips are the texts along the line of one entry.
func (s curves) tips(i int, x, y func(float64) vg.Length) []tip {
	if s.tell == nil {
		return nil
	}
	list := make([]tip, len(s.lines[i]))
	for k, p := range s.lines[i] {
		list[k] = tip{vg.Point{X: x(p.x), Y: y(p.y)}, label(s.entries[i].name) + ": " + s.tell(p)}
	}
	return list
}

// squareSide is the height of a plot whose two axes are shares, drawn alike: a diagonal
// has to rise at 45 degrees to be recognised.
const squareSide vg.Length = 404

// square cuts a canvas to the height of such a plot.
func square(c draw.Canvas) draw.Canvas {
	height := min(c.Max.Y-c.Min.Y, squareSide)
	return draw.Crop(c, 0, 0, c.Max.Y-c.Min.Y-height, 0)
}

// placed puts the points of a curve on the canvas.
func placed(curve []spot, x, y func(float64) vg.Length) []vg.Point {
	path := make([]vg.Point, len(curve))
	for i, p := range curve {
		path[i] = vg.Point{X: x(p.x), Y: y(p.y)}
	}
	return path
}

// ribbon fills what lies between two curves over the same places, low[i] beneath high[i],
// clipped to the plot. Fewer than two places have no area.
func ribbon(c draw.Canvas, low, high []spot, colour color.Color, x, y func(float64) vg.Length) {
	back := slices.Clone(high)
	slices.Reverse(back)
	if edge := append(placed(low, x, y), placed(back, x, y)...); len(edge) > 2 {
		c.FillPolygon(colour, c.ClipPolygonXY(edge))
	}
}

// championLast is the order of drawing, as indices: the champion lies on top.
func championLast(entries []entry) []int {
	var order, champions []int
	for i, e := range entries {
		if e.champion {
			champions = append(champions, i)
		} else {
			order = append(order, i)
		}
	}
	return append(order, champions...)
}

// thin leaves out points of a curve over shares that lie within a quarter of a pixel of
// the one before, so that a million distinct scores do not make a picture of forty
// megabytes. The ends stay.
func thin(curve []spot) []spot {
	const grain = 1.0 / 1600
	if len(curve) < 3 {
		return curve
	}
	kept := []spot{curve[0]}
	for _, p := range curve[1 : len(curve)-1] {
		last := kept[len(kept)-1]
		if finite(p.x, p.y) && math.Abs(p.x-last.x)+math.Abs(p.y-last.y) >= grain {
			kept = append(kept, p)
		}
	}
	return append(kept, curve[len(curve)-1])
}
