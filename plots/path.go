package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/models"
	"holdfast/plots/words"
)

// mostPaths is how many factors are drawn, those that move farthest: that many lines can be told
// apart. The alternative text has all of them.
const mostPaths = 8

// Path draws the way from hand weights to those of the data: the points of each factor on
// top, and below, how well every step predicts rows that it had not seen. The hand weights
// are on the left. With fewer than two steps the error is [ErrNothingToDraw].
func Path(steps []models.PathStep) (Chart, error) {
	if len(steps) < 2 || len(steps[0].Weights) == 0 {
		return Chart{}, nothing("path", "there is no way between two weights")
	}
	c := Chart{
		Name:   "weights_path",
		Title:  "From your weights to those of the data",
		Alt:    pathAlt(steps),
		Width:  float64(chartWidth),
		Height: 480,
	}
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "points out of 100 by how much the data may say; below: log loss on rows that no step had seen, lower is better")
		height := body.Max.Y - body.Min.Y
		points, loss := draw.Crop(body, 0, 0, height*0.36, 0), draw.Crop(body, 0, 0, 0, -height*0.66)
		left, right := columns(points, 540)
		drawPoints(left, right, steps)
		left, _ = columns(loss, 540)
		drawLoss(left, steps)
	}
	return c, nil
}

// drawPoints draws a line per factor, and names it where it ends.
func drawPoints(c, names draw.Canvas, steps []models.PathStep) {
	b := newBounds()
	b.add(0)
	for _, s := range steps {
		for _, w := range s.Weights {
			b.add(float64(w.Points))
		}
	}
	p := axes(stepsScale(steps, ""), linear("points", b.low, b.high, 5, words.Fixed))
	var entries []entry
	drawn := farthest(steps)
	for i, k := range drawn {
		entries = append(entries, entry{challenger(i), steps[0].Weights[k].Factor, "to " + words.Fixed(float64(steps[len(steps)-1].Weights[k].Points), 0)})
	}
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		for n, e := range entries {
			var line []vg.Point
			for i, s := range steps {
				if v := float64(s.Weights[drawn[n]].Points); finite(v) {
					line = append(line, vg.Point{X: x(float64(i)), Y: y(v)})
				}
			}
			c.StrokeLines(e.line, line)
		}
	}))
	p.Draw(c)
	legend(draw.Crop(names, 14, 0, 0, 0), entries, false)
}

// farthest are the factors whose points move farthest on the way, in the order of the candidate.
func farthest(steps []models.PathStep) []int {
	list, moved := make([]int, len(steps[0].Weights)), make([]float64, len(steps[0].Weights))
	for k := range list {
		b := newBounds()
		for _, s := range steps {
			b.add(float64(s.Weights[k].Points))
		}
		list[k], moved[k] = k, b.high-b.low
	}
	slices.SortStableFunc(list, func(i, j int) int { return cmp.Compare(moved[j], moved[i]) })
	list = list[:min(mostPaths, len(list))]
	slices.Sort(list)
	return list
}

// drawLoss draws the log loss on later rows, its least marked.
func drawLoss(c draw.Canvas, steps []models.PathStep) {
	b, best := newBounds(), -1
	for i, s := range steps {
		v := float64(s.Inner.LogLoss)
		b.add(v)
		if finite(v) && (best < 0 || v < float64(steps[best].Inner.LogLoss)) {
			best = i
		}
	}
	if best < 0 {
		return // too few dates to judge a step by
	}
	p := axes(stepsScale(steps, "how much the data may say"), linear("log loss", b.low, b.high, 3, words.Fixed))
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		var line []vg.Point
		for i, s := range steps {
			if v := float64(s.Inner.LogLoss); finite(v) {
				line = append(line, vg.Point{X: x(float64(i)), Y: y(v)})
			}
		}
		c.StrokeLines(solid(ink, 1.6), line)
		c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: 3.5, Shape: draw.CircleGlyph{}}, vg.Point{X: x(float64(best)), Y: y(float64(steps[best].Inner.LogLoss))})
	}))
	p.Draw(c)
}

// stepsScale names the ends: the steps between are half-decades of a penalty that nobody
// has to know.
func stepsScale(steps []models.PathStep, label string) scale {
	last := float64(len(steps) - 1)
	return scale{label: label, min: -0.2, max: last + 0.2, ticks: []plot.Tick{{Value: 0, Label: "yours"}, {Value: last, Label: "data alone"}}}
}

// pathAlt reads out the ends.
func pathAlt(steps []models.PathStep) string {
	first, last := steps[0], steps[len(steps)-1]
	said := make([]string, len(first.Weights))
	for k, w := range first.Weights {
		said[k] = fmt.Sprintf("%s from %s to %s", words.Label(w.Factor, 40), words.Fixed(float64(w.Points), 0), words.Fixed(float64(last.Weights[k].Points), 0))
	}
	text := "Points from your weights to those of the data: " + strings.Join(said, "; ") + "."
	if a, z := float64(first.Inner.LogLoss), float64(last.Inner.LogLoss); !math.IsNaN(a) && !math.IsNaN(z) {
		text += fmt.Sprintf(" Log loss on later rows from %s to %s.", words.Fixed(a, 4), words.Fixed(z, 4))
	}
	return text
}
