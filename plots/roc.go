package plots

import (
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/plots/words"
)

// ROC draws the receiver operating characteristic of every candidate over all
// test windows: the share of churners found against the share of false alarms,
// as the list grows. Candidates without a curve are left out; without any, the
// error is [ErrNothingToDraw].
func ROC(r *backtest.Result) (Chart, error) {
	looks := traces(r)
	var entries []entry
	var curves [][]metrics.Point
	for i, c := range r.Candidates {
		if len(c.ROC) > 1 {
			entries = append(entries, entry{looks[i], c.Name, pooled(c, backtest.AUC)})
			curves = append(curves, thin(c.ROC))
		}
	}
	if len(entries) == 0 {
		return Chart{}, nothing("roc", "no candidate has a curve; it needs churned and renewed test examples")
	}
	c := Chart{
		Name:   "roc",
		Title:  "Who finds the churners first",
		Alt:    rocAlt(entries, words.Level(r.Options.Level)),
		Width:  float64(chartWidth),
		Height: float64(headHeight + 2*margin + max(400, legendHeight(len(entries)))),
	}
	c.paint = func(dc draw.Canvas) {
		left, right := columns(frame(dc, c.Title, "ROC curves over all test windows; the further up and left, the better"), 428)
		drawROC(left, entries, curves)
		legend(draw.Crop(right, 18, 0, 0, 0), entries, false)
	}
	return c, nil
}

// drawROC draws the curves in a square: the diagonal, which is guessing, has to rise
// at 45 degrees to be recognised.
func drawROC(c draw.Canvas, entries []entry, curves [][]metrics.Point) {
	height := min(c.Max.Y-c.Min.Y, 404)
	c = draw.Crop(c, 0, 0, c.Max.Y-c.Min.Y-height, 0)
	p := axes(
		linear("renewals wrongly put on the list", 0, 1, 5, percentage),
		linear("churners found", 0, 1, 5, percentage))
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		c.StrokeLine2(dashed(faint, 1, 4, 4), x(0), y(0), x(1), y(1))
		for _, i := range championLast(entries) {
			c.StrokeLines(entries[i].line, rocPath(curves[i], x, y))
		}
	}))
	p.Draw(c)
}

// rocPath puts the points of a curve on the canvas.
func rocPath(curve []metrics.Point, x, y func(float64) vg.Length) []vg.Point {
	path := make([]vg.Point, len(curve))
	for i, p := range curve {
		path[i] = vg.Point{X: x(p.FPR), Y: y(p.TPR)}
	}
	return path
}

// championLast is the order of drawing: the champion lies on top.
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

// thin leaves out points that lie within a quarter of a pixel of the one before,
// so that a million distinct scores do not make a picture of forty megabytes.
// The ends stay.
func thin(curve []metrics.Point) []metrics.Point {
	const grain = 1.0 / 1600
	kept := []metrics.Point{curve[0]}
	for _, p := range curve[1 : len(curve)-1] {
		last := kept[len(kept)-1]
		if finite(p.FPR, p.TPR) && math.Abs(p.FPR-last.FPR)+math.Abs(p.TPR-last.TPR) >= grain {
			kept = append(kept, p)
		}
	}
	return append(kept, curve[len(curve)-1])
}

// pooled is a metric over all test windows as a legend has it.
func pooled(c backtest.CandidateResult, metric string) string {
	return words.Metric(metric).Label + " " + words.Estimate(backtest.Find(c.Pooled, metric))
}

// rocAlt reads out the area under every curve: the picture has no other number.
func rocAlt(entries []entry, level string) string {
	said := make([]string, len(entries))
	for i, e := range entries {
		said[i] = spoken(e.name, e.champion) + ": " + e.note
	}
	return "ROC curves of " + words.Plural(len(entries), "candidate", "candidates") +
		" with the area under each and its " + level + " interval. " + strings.Join(said, "; ") + "."
}

// label is a name in running text.
func label(name string) string { return words.Label(name, 60) }
