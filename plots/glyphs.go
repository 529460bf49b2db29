package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// polygon is a filled marker with equal sides, turned by a part of a full turn:
// {3, 0.25} is a triangle that points up. A thin edge of paper keeps markers that
// lie on each other apart.
type polygon struct {
	sides int
	turn  float64
}

// DrawGlyph makes polygon a [draw.GlyphDrawer].
func (p polygon) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	c.FillPolygon(paper, p.around(at, style.Radius+1))
	c.FillPolygon(style.Color, p.around(at, style.Radius))
}

// around are the corners at a distance from the centre, counter-clockwise.
func (p polygon) around(at vg.Point, radius vg.Length) []vg.Point {
	edge := make([]vg.Point, p.sides)
	for i := range edge {
		sin, cos := math.Sincos(2 * math.Pi * (p.turn + float64(i)/float64(p.sides)))
		edge[i] = vg.Point{X: at.X + radius*vg.Length(cos), Y: at.Y + radius*vg.Length(sin)}
	}
	return edge
}
