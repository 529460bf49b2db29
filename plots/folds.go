package plots

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/plots/words"
)

// OverFolds draws one metric, by its name in [backtest.Metric], for every
// candidate and fold, at the cutoff of the fold. Skipped folds are gaps on a grey
// ground; the champion has whiskers where the fold has an interval. When no fold
// has a value the error is [ErrNothingToDraw].
func OverFolds(r *backtest.Result, metric string) (Chart, error) {
	b := foldBounds(r, metric)
	if b.empty() {
		return Chart{}, nothing(metric+" over folds", "no fold has a value")
	}
	term := words.Metric(metric)
	var entries []entry
	for i, look := range traces(r) {
		entries = append(entries, entry{look, r.Candidates[i].Name, "all folds: " + words.Estimate(backtest.Find(r.Candidates[i].Pooled, metric))})
	}
	c := Chart{
		Name:   metric + "_over_folds",
		Title:  words.Capital(term.Label) + " in every test window",
		Alt:    overFoldsAlt(r, metric),
		Width:  float64(chartWidth),
		Height: float64(headHeight + 2*margin + max(270, legendHeight(len(entries)))),
	}
	c.paint = func(dc draw.Canvas) {
		left, right := columns(frame(dc, c.Title, foldsSubtitle(term, r)), 470)
		drawFolds(left, r, metric, b, entries)
		legend(draw.Crop(right, 14, 0, 0, 0), entries, true)
	}
	return c, nil
}

// foldsSubtitle says how to read the picture, and nothing that is not in it.
func foldsSubtitle(term words.Term, r *backtest.Result) string {
	text := "whiskers: " + words.Level(r.Options.Level) + " interval of the champion, where it is known"
	if term.Better != "" {
		text = term.Better + " is better; " + text
	}
	if slices.ContainsFunc(r.Folds, func(f backtest.Fold) bool { return f.Skipped != "" }) {
		text += "; grey: a fold that was skipped"
	}
	return text
}

// drawFolds draws all candidates against the calendar: folds of equal length lie at
// equal distances, and a fold that was left out leaves its gap.
func drawFolds(c draw.Canvas, r *backtest.Result, metric string, b bounds, entries []entry) {
	first, last := r.Folds[0].Cutoff, r.Folds[len(r.Folds)-1].Cutoff
	x := calendar(first, max(last, first+1), 6)
	if len(r.Folds) <= 6 {
		x.ticks = cutoffTicks(r.Folds)
	}
	x.label = "models trained on"
	air := max(1, float64(last-first)*0.03) // keeps the outer markers off the edge
	x.min, x.max = x.min-air, x.max+air
	p := axes(x, linear("", b.low, b.high, 5, words.Fixed))
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		shadeSkipped(c, r.Folds, x)
		for _, i := range championLast(entries) {
			ofCandidate(c, entries[i].name, func() {
				drawCandidate(c, r.Folds, r.Candidates[i], metric, entries[i].trace, x, y)
			})
		}
	}))
	p.Draw(c)
}

// cutoffTicks names the cutoffs themselves, where there is room for all of them.
func cutoffTicks(folds []backtest.Fold) []plot.Tick {
	ticks := make([]plot.Tick, len(folds))
	for i, f := range folds {
		ticks[i] = plot.Tick{Value: float64(f.Cutoff), Label: f.Cutoff.String()}
	}
	return ticks
}

// shadeSkipped greys the cutoffs that were left out.
func shadeSkipped(c draw.Canvas, folds []backtest.Fold, x func(float64) vg.Length) {
	const half = 5
	for _, f := range folds {
		if f.Skipped != "" {
			at := x(float64(f.Cutoff))
			c.FillPolygon(wash, corners(at-half, c.Min.Y, at+half, c.Max.Y))
		}
	}
}

// drawCandidate draws a line broken where a fold has no value: to join what lies on either side
// of it would claim a value that nobody measured.
func drawCandidate(c draw.Canvas, folds []backtest.Fold, candidate backtest.CandidateResult, metric string, look trace, x, y func(float64) vg.Length) {
	var runs [][]vg.Point
	var known []tip
	broken := true
	for k, f := range folds {
		m := foldMetric(candidate, k, metric)
		if !finite(m.Value) {
			broken = true
			continue
		}
		if broken {
			runs = append(runs, nil)
			broken = false
		}
		at := vg.Point{X: x(float64(f.Cutoff)), Y: y(m.Value)}
		runs[len(runs)-1] = append(runs[len(runs)-1], at)
		known = append(known, tip{at, label(candidate.Name) + ", " + f.Cutoff.String() + ": " + words.Metric(metric).Label + " " + words.Estimate(m)})
		if look.champion && finite(m.Low, m.High) {
			interval(c, solid(faint, 1.2), vg.Point{X: at.X, Y: y(m.Low)}, vg.Point{X: at.X, Y: y(m.High)})
		}
	}
	c.StrokeLines(look.line, runs...)
	if len(folds) > 16 {
		look.glyph.Radius *= 0.7 // or neighbours would touch
	}
	for _, t := range known {
		telling(c, t.text, func() { c.DrawGlyph(look.glyph, t.at) })
	}
}

// foldMetric is the metric of a candidate in fold k, NaN throughout where it was skipped or the
// fold has none of that name.
func foldMetric(c backtest.CandidateResult, k int, metric string) backtest.Metric {
	if k >= len(c.ByFold) {
		return backtest.Find(nil, metric)
	}
	return backtest.Find(c.ByFold[k], metric)
}

// foldBounds is the range of all values and of the champion's intervals.
func foldBounds(r *backtest.Result, metric string) bounds {
	b := newBounds()
	for i, c := range r.Candidates {
		for k := range r.Folds {
			m := foldMetric(c, k, metric)
			b.add(m.Value)
			if i == r.Champion && finite(m.Value) {
				b.add(m.Low, m.High)
			}
		}
	}
	return b
}

// overFoldsAlt lists the values in the order of the folds, n/a where there is none.
func overFoldsAlt(r *backtest.Result, metric string) string {
	term := words.Metric(metric)
	said := make([]string, len(r.Candidates))
	for i, c := range r.Candidates {
		values := make([]string, len(r.Folds))
		for k := range r.Folds {
			values[k] = term.Format(foldMetric(c, k, metric).Value)
		}
		said[i] = spoken(c.Name, i == r.Champion) + ": " + strings.Join(values, ", ")
	}
	return fmt.Sprintf("%s in the test windows that begin %s. %s.", term.Label, cutoffs(r.Folds), strings.Join(said, "; "))
}

// cutoffs are the training days of all folds.
func cutoffs(folds []backtest.Fold) string {
	days := make([]string, len(folds))
	for i, f := range folds {
		days[i] = day(f.Cutoff)
	}
	return strings.Join(days, ", ")
}

// day is a date in running text: 2025-01-31.
func day(d dataset.Date) string {
	if d == dataset.NoDate {
		return "an unknown day"
	}
	return d.String()
}
