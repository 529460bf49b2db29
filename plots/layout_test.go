package plots

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
	"pgregory.net/rapid"

	"holdfast/plots/internal/fixture"
)

func TestNoLabelLiesOnAnotherOrOutsideThePicture(t *testing.T) {
	cases := append(fixture.Cases(), fixture.WatchedCases()...)
	for n := 1; n <= 8; n++ {
		cases = append(cases, fixture.Case{Fact: fmt.Sprintf("%d candidates", n), Result: fixture.Company(n, 5*n, 5*n)})
	}
	for _, c := range cases {
		for _, chart := range all(t, c) {
			what := c.Fact + ": " + chart.Name
			labels := labelsOf(chart)
			for i, a := range labels {
				if a.Min.X < 0 || a.Min.Y < 0 || a.Max.X > vg.Length(chart.Width) || a.Max.Y > vg.Length(chart.Height) {
					t.Errorf("%s: %q leaves the picture: %v", what, a.text, a.Rectangle)
				}
				for _, b := range labels[:i] {
					if overlap(a.Rectangle, b.Rectangle) {
						t.Errorf("%s: %q lies on %q", what, a.text, b.text)
					}
				}
			}
		}
	}
}

func TestHatchStaysWithinItsRectangle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := func(name string) vg.Length { return vg.Length(rapid.Float64Range(1, 500).Draw(t, name)) }
		x0, y0 := length("x"), length("y")
		x1, y1 := x0+length("width"), y0+length("height")
		var rec recorder.Canvas
		hatch(draw.NewCanvas(&rec, 1000, 1000), solid(ink, 1), x0, y0, x1, y1)
		const slack = 1e-9
		for _, at := range strokes(&rec) {
			if at.X < x0-slack || at.X > x1+slack || at.Y < y0-slack || at.Y > y1+slack {
				t.Fatalf("%v lies outside (%v, %v) to (%v, %v)", at, x0, y0, x1, y1)
			}
		}
	})
}

func TestSkippedFoldsBreakTheLine(t *testing.T) {
	r := fixture.Company(2, 7, 0)
	r.Folds[3].Skipped = "for the test"
	for i := range r.Candidates {
		r.Candidates[i].ByFold[3] = nil
	}
	x := func(v float64) vg.Length { return vg.Length(v) }
	var rec recorder.Canvas
	drawCandidate(draw.NewCanvas(&rec, 100, 100), r.Folds, r.Candidates[1], "auc", traces(r)[1], x, x)
	// Fold 0 is skipped by the fixture: folds 1 and 2, then 4 to 6.
	if n := countStrokes(&rec); n != 2 {
		t.Errorf("%d lines, want 2", n)
	}
}

func TestPolygonIsAsLargeAsItsRadius(t *testing.T) {
	for _, p := range []polygon{{3, 0.25}, {4, 0}, {5, 0.25}, {6, 0}} {
		for _, at := range p.around(vg.Point{X: 10, Y: 20}, 4) {
			if d := math.Hypot(float64(at.X-10), float64(at.Y-20)); math.Abs(d-4) > 1e-12 {
				t.Errorf("%+v: a corner is %v away", p, d)
			}
		}
	}
	if top := (polygon{3, 0.25}).around(vg.Point{}, 1)[0]; math.Abs(float64(top.Y)-1) > 1e-12 {
		t.Errorf("the triangle points to %v", top)
	}
}

func TestWhiskersAreDrawnAcrossTheirDirection(t *testing.T) {
	var rec recorder.Canvas
	interval(draw.NewCanvas(&rec, 100, 100), solid(ink, 1), vg.Point{X: 10, Y: 50}, vg.Point{X: 30, Y: 50})
	points := strokes(&rec)
	if !slices.Contains(points, vg.Point{X: 10, Y: 47}) || !slices.Contains(points, vg.Point{X: 30, Y: 53}) {
		t.Errorf("no caps among %v", points)
	}
}

// box is the place of a label.
type box struct {
	vg.Rectangle
	text string
}

// labelsOf paints a chart on a canvas that remembers, and returns where its texts
// lie. Text is upright or turned by a right angle, nothing else.
func labelsOf(c Chart) []box {
	var rec recorder.Canvas
	c.paint(draw.NewCanvas(&rec, vg.Length(c.Width), vg.Length(c.Height)))
	var boxes []box
	turned := []bool{false}
	for _, action := range rec.Actions {
		switch a := action.(type) {
		case *recorder.Push:
			turned = append(turned, turned[len(turned)-1])
		case *recorder.Pop:
			turned = turned[:len(turned)-1]
		case *recorder.Rotate:
			turned[len(turned)-1] = true
		case *recorder.FillString:
			boxes = append(boxes, box{place(a, turned[len(turned)-1]), a.String})
		}
	}
	return boxes
}

// place is the box of the small letters and capitals: descenders of one line may
// reach into the next.
func place(a *recorder.FillString, turned bool) vg.Rectangle {
	face := font.DefaultCache.Lookup(a.Font, a.Size)
	width := face.Width(a.String)
	height := 0.72 * a.Size
	if turned { // by 90 degrees: x runs up and y runs left
		return vg.Rectangle{
			Min: vg.Point{X: -a.Point.Y - height, Y: a.Point.X},
			Max: vg.Point{X: -a.Point.Y, Y: a.Point.X + width},
		}
	}
	return vg.Rectangle{Min: a.Point, Max: a.Point.Add(vg.Point{X: width, Y: height})}
}

func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}

// strokes are the points of all lines that were drawn.
func strokes(rec *recorder.Canvas) []vg.Point {
	var points []vg.Point
	for _, action := range rec.Actions {
		if s, ok := action.(*recorder.Stroke); ok {
			for _, comp := range s.Path {
				points = append(points, comp.Pos)
			}
		}
	}
	return points
}

func countStrokes(rec *recorder.Canvas) int {
	n := 0
	for _, action := range rec.Actions {
		if _, ok := action.(*recorder.Stroke); ok {
			n++
		}
	}
	return n
}
