package plots

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/plots/words"
)

// The Gantt chart has room for the name of a fold on its left and for its test
// examples on its right.
const (
	foldRoom  vg.Length = 104
	testRoom  vg.Length = 128
	barHeight vg.Length = 11
	foldRow   vg.Length = 18
	keyHeight vg.Length = 24
)

// Timetable draws what each fold trained on, the gap in which labels had not yet
// become known (the embargo), and what it was tested on. Skipped folds are hatched
// grey; the alternative text has the reasons. Without folds the error is
// [ErrNothingToDraw].
func Timetable(r *backtest.Result) (Chart, error) {
	if len(r.Folds) == 0 {
		return Chart{}, nothing("timetable", "there are no folds")
	}
	c := Chart{
		Name:   "timetable",
		Title:  "What each fold learned from and was tested on",
		Alt:    timetableAlt(r.Folds),
		Width:  float64(chartWidth),
		Height: float64(headHeight + keyHeight + axisHeight + margin + vg.Length(len(r.Folds))*foldRow),
	}
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "by as-of date: no model saw a label that became known after its training day")
		timetableKey(body)
		drawTimetable(draw.Crop(body, 0, 0, 0, -keyHeight), r.Folds)
	}
	return c, nil
}

// drawTimetable gives every fold a row, the first on top, on a common calendar.
func drawTimetable(c draw.Canvas, folds []backtest.Fold) {
	x := calendar(firstDay(folds), folds[len(folds)-1].Next, 8)
	n := float64(len(folds))
	p := axes(x, scale{min: 0, max: n})
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		for i, f := range folds {
			drawFold(c, f, i, y(n-float64(i)-0.5), x)
		}
	}))
	p.Draw(draw.Crop(c, foldRoom, -testRoom, 0, 0))
}

// firstDay is the first as-of date that anything trains on.
func firstDay(folds []backtest.Fold) dataset.Date {
	first := folds[0].Cutoff
	for _, f := range folds {
		if f.Train.FirstAsOf != dataset.NoDate && f.Train.Examples > 0 {
			first = min(first, f.Train.FirstAsOf)
		}
	}
	return first
}

// drawFold draws one row. A bar ends after its last day, so that a window of one day
// has a width; the embargo is what lies between the last day trained on and the
// cutoff.
func drawFold(c draw.Canvas, f backtest.Fold, i int, y vg.Length, x func(float64) vg.Length) {
	at := func(d dataset.Date) vg.Length { return x(float64(d)) }
	bottom, top := y-barHeight/2, y+barHeight/2
	trained := f.Train.Examples > 0 && f.Train.FirstAsOf != dataset.NoDate
	if f.Skipped != "" {
		from := f.Cutoff
		if trained {
			from = f.Train.FirstAsOf
		}
		skippedBar(c, at(from), bottom, at(f.Next), top)
	} else {
		if trained {
			c.FillPolygon(paleBlue, corners(at(f.Train.FirstAsOf), bottom, at(f.Train.LastAsOf+1), top))
			embargoBar(c, at(f.Train.LastAsOf+1), bottom, at(f.Cutoff), top)
		}
		c.FillPolygon(blue, corners(at(f.Cutoff), bottom, at(f.Next), top))
	}
	small := lettering(smallSize, ink)
	write(c, small, vg.Point{X: c.Min.X - foldRoom, Y: y}, fmt.Sprintf("%d · %s", i+1, f.Cutoff))
	write(c, lettering(smallSize, quiet), vg.Point{X: c.Max.X + 10, Y: y}, tested(f))
}

// tested says what the test window held.
func tested(f backtest.Fold) string {
	if f.Skipped != "" {
		return "skipped"
	}
	return words.Count(f.Test.Churned) + " of " + words.Count(f.Test.Examples) + " churned"
}

// embargoBar is a dashed line: nothing was used there. It has no width where labels
// are known at once.
func embargoBar(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	if x1 <= x0 {
		return
	}
	y := (y0 + y1) / 2
	c.StrokeLine2(dashed(quiet, 1.4, 2, 2), x0, y, x1, y)
}

// skippedBar spans all that the fold would have used.
func skippedBar(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	hatch(c, solid(faint, 0.8), x0, y0, x1, y1)
	outline(c, solid(faint, 0.8), x0, y0, x1, y1)
}

// timetableKey explains the four kinds of bar in one line.
func timetableKey(c draw.Canvas) {
	const box, gap = 22, 18
	x, y := c.Min.X, c.Max.Y-6
	for _, k := range []struct {
		name string
		bar  func(x0, y0, x1, y1 vg.Length)
	}{
		{"trained on", func(x0, y0, x1, y1 vg.Length) { c.FillPolygon(paleBlue, corners(x0, y0, x1, y1)) }},
		{"embargo: labels not known yet", func(x0, y0, x1, y1 vg.Length) { embargoBar(c, x0, y0, x1, y1) }},
		{"tested on", func(x0, y0, x1, y1 vg.Length) { c.FillPolygon(blue, corners(x0, y0, x1, y1)) }},
		{"skipped", func(x0, y0, x1, y1 vg.Length) { skippedBar(c, x0, y0, x1, y1) }},
	} {
		style := lettering(smallSize, quiet)
		k.bar(x, y-barHeight/2, x+box, y+barHeight/2)
		write(c, style, vg.Point{X: x + box + 6, Y: y}, k.name)
		x += box + 6 + style.Width(k.name) + gap
	}
}

// timetableAlt reads out dates and counts, and why folds were skipped: the picture only says
// that they were.
func timetableAlt(folds []backtest.Fold) string {
	said := make([]string, len(folds))
	for i, f := range folds {
		if f.Skipped != "" {
			said[i] = fmt.Sprintf("fold %d, cutoff %s: skipped, %s", i+1, f.Cutoff, words.Shorten(words.Clean(f.Skipped), 200))
			continue
		}
		said[i] = fmt.Sprintf("fold %d: trained on %s examples from %s to %s, tested on %s from %s to before %s, of which %s churned",
			i+1, words.Count(f.Train.Examples), day(f.Train.FirstAsOf), day(f.Train.LastAsOf),
			words.Count(f.Test.Examples), f.Cutoff, f.Next, words.Count(f.Test.Churned))
	}
	return "Timetable of " + words.Plural(len(folds), "fold", "folds") + ". " + strings.Join(said, "; ") + "."
}
