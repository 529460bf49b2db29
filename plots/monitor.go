package plots

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest/metrics"
	"holdfast/backtest/monitor"
	"holdfast/dataset"
	"holdfast/plots/words"
)

// Monitor returns every chart that can be drawn of a model in use: how far its factors have
// moved, and what came true of what was promised of the ranking (AUC) and of the probabilities
// (log loss). The report is that of monitor.Watch, with a Reference; a nil one is an error.
func Monitor(r *monitor.Report) ([]Chart, error) {
	if r == nil {
		return nil, errors.New("plots: no report to draw; watch a model first")
	}
	return pictures(r, Drift, promiseKept(monitor.AUC), promiseKept(monitor.LogLoss))
}

// promiseKept is [Kept] of one metric as a picture for the list of [Monitor].
func promiseKept(metric string) func(*monitor.Report) (Chart, error) {
	return func(r *monitor.Report) (Chart, error) { return Kept(r, metric) }
}

// driftLines is how many factors are told apart: those that have moved most.
const driftLines = 8

// drifting is the index of one factor, or of the score, quarter by quarter.
type drifting struct {
	name string
	psi  []float64 // NaN where the quarter was not judged
	most float64
}

// Drift draws the population stability index of the score, and of the factors that have
// moved most, by quarter, with the limit beyond which it is too much. Quarters that were not
// judged are gaps; when none was the error is [ErrNothingToDraw].
func Drift(r *monitor.Report) (Chart, error) {
	lines := driftOf(r)
	if len(lines) == 0 {
		return Chart{}, nothing("drift", "no quarter has enough accounts")
	}
	entries := make([]entry, len(lines))
	for i, l := range lines {
		look := challenger(i)
		if l.name == "score" && i == 0 {
			look = newTrace(solid(ink, 2.8), draw.CircleGlyph{}, 4)
		}
		entries[i] = entry{look, l.name, "at most " + words.Fixed(l.most, 3)}
	}
	c := Chart{
		Name: "monitor_drift", Title: "How far the accounts have moved", Alt: driftAlt(r, lines),
		Width: float64(chartWidth), Height: float64(headHeight + 2*margin + max(270, legendHeight(len(entries)))),
	}
	c.paint = func(dc draw.Canvas) {
		left, right := columns(frame(dc, c.Title, "population stability index against the year before the model was made; dashed: the limit"), 470)
		drawDrift(left, r, lines, entries)
		legend(draw.Crop(right, 14, 0, 0, 0), entries, true)
	}
	return c, nil
}

// driftOf are the score and, after it, the factors that have moved most in any quarter, the
// furthest first; nil when no quarter was judged.
func driftOf(r *monitor.Report) []drifting {
	if !r.Judged() {
		return nil
	}
	score := drifting{name: "score"}
	factors := make([]drifting, len(r.Reference.Factors))
	for _, q := range r.Quarters {
		score.add(q.Score.PSI, q.Judged)
		for i := range factors {
			psi := math.NaN()
			if i < len(q.Factors) {
				factors[i].name, psi = q.Factors[i].Factor, q.Factors[i].PSI
			}
			factors[i].add(psi, q.Judged)
		}
	}
	slices.SortStableFunc(factors, func(a, b drifting) int { return cmp.Compare(b.most, a.most) })
	return append([]drifting{score}, factors[:min(len(factors), driftLines-1)]...)
}

// add adds a quarter.
func (d *drifting) add(psi float64, judged bool) {
	if !judged {
		psi = math.NaN()
	}
	d.psi = append(d.psi, psi)
	if finite(psi) {
		d.most = max(d.most, psi)
	}
}

// drawDrift draws a line per entry, broken where a quarter has no index.
func drawDrift(c draw.Canvas, r *monitor.Report, lines []drifting, entries []entry) {
	b := newBounds()
	b.add(0, 1.1*r.Options.PSI)
	for _, l := range lines {
		b.add(l.most)
	}
	p := axes(watchedScale(r), linear("", 0, b.high, 5, words.Fixed))
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		limit := y(r.Options.PSI)
		c.StrokeLine2(dashed(quiet, 1.2, 5, 3), c.Min.X, limit, c.Max.X, limit)
		for i := len(lines) - 1; i >= 0; i-- { // the score on top
			drawWatched(c, r, lines[i].psi, entries[i].trace, x, y, func(k int) string {
				return label(lines[i].name) + ", " + watchedName(r.Quarters[k].Start) + ": " + words.Fixed(lines[i].psi[k], 3)
			})
		}
	}))
	p.Draw(c)
}

// drawWatched draws values by quarter as a line with markers, broken where one is undefined.
// values are by the index of r.Quarters, and tell is asked of the defined ones only.
func drawWatched(c draw.Canvas, r *monitor.Report, values []float64, look trace, x, y func(float64) vg.Length, tell func(k int) string) {
	var runs [][]vg.Point
	broken := true
	for k, v := range values {
		if !finite(v) {
			broken = true
			continue
		}
		if broken {
			runs, broken = append(runs, nil), false
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], vg.Point{X: x(float64(k)), Y: y(v)})
	}
	c.StrokeLines(look.line, runs...)
	for k, v := range values {
		if finite(v) {
			telling(c, tell(k), func() { c.DrawGlyph(look.glyph, vg.Point{X: x(float64(k)), Y: y(v)}) })
		}
	}
}

// watchedScale numbers the quarters and names as many of them as fit.
func watchedScale(r *monitor.Report) scale {
	n := len(r.Quarters)
	every := (n + 5) / 6
	var ticks []plot.Tick
	for k := 0; k < n; k += every {
		ticks = append(ticks, plot.Tick{Value: float64(k), Label: watchedName(r.Quarters[k].Start)})
	}
	return scale{min: -0.4, max: float64(n) - 0.6, ticks: ticks, bare: true}
}

// watchedName is "Q2 2025".
func watchedName(start dataset.Date) string {
	year, month, _ := start.Civil()
	return fmt.Sprintf("Q%d %d", (int(month)+2)/3, year)
}

// driftAlt reads out the indices.
func driftAlt(r *monitor.Report, lines []drifting) string {
	said := make([]string, len(lines))
	for i, l := range lines {
		values := make([]string, len(l.psi))
		for k, v := range l.psi {
			values[k] = words.Fixed(v, 3)
		}
		said[i] = label(l.name) + ": " + strings.Join(values, ", ")
	}
	return fmt.Sprintf("Population stability index by quarter from %s; more than %s is too much. %s.",
		watchedName(r.Quarters[0].Start), words.Fixed(r.Options.PSI, 2), strings.Join(said, "; "))
}

// Kept draws one metric, by its name in [monitor.Kept], on the labels of each quarter that
// have matured, with its interval, over the interval that the backtest promised. Without a
// matured quarter the error is [ErrNothingToDraw].
func Kept(r *monitor.Report, metric string) (Chart, error) {
	values := keptOf(r, metric)
	if !slices.ContainsFunc(values, func(k monitor.Kept) bool { return finite(k.Observed.Value) }) {
		return Chart{}, nothing("matured "+metric, "no label has matured since the model was made")
	}
	term := words.Metric(metric)
	c := Chart{
		Name: "monitor_" + metric, Title: words.Capital(term.Label) + ": promised, and come true", Alt: keptAlt(r, values, term),
		Width: float64(chartWidth), Height: 300,
	}
	subtitle := "by quarter of the as-of date, with " + words.Level(r.Options.Level) + " intervals"
	if finite(promisedOf(values).Value) {
		subtitle += "; shaded: what the backtest promised"
	}
	c.paint = func(dc draw.Canvas) { drawKept(frame(dc, c.Title, subtitle), r, values) }
	return c, nil
}

// keptOf is the metric of each quarter, undefined throughout where there is none.
func keptOf(r *monitor.Report, metric string) []monitor.Kept {
	nan := math.NaN()
	undefined := metrics.Estimate{Value: nan, StdErr: nan, Low: nan, High: nan}
	values := make([]monitor.Kept, len(r.Quarters))
	for k, q := range r.Quarters {
		values[k] = monitor.Kept{Name: metric, Observed: undefined, Promised: undefined, P: nan}
		if q.Matured == nil {
			continue
		}
		if at := slices.IndexFunc(q.Matured.Metrics, func(m monitor.Kept) bool { return m.Name == metric }); at >= 0 {
			values[k] = q.Matured.Metrics[at]
		}
	}
	return values
}

// promisedOf is the promise, which is the same for all quarters; undefined where none was made.
// There is at least one quarter.
func promisedOf(values []monitor.Kept) metrics.Estimate {
	at := slices.IndexFunc(values, func(k monitor.Kept) bool { return finite(k.Promised.Value) })
	return values[max(at, 0)].Promised // the first says that there is none
}

// drawKept draws the promise as a band with its middle, and what came true on top.
func drawKept(c draw.Canvas, r *monitor.Report, values []monitor.Kept) {
	promise, b := promisedOf(values), newBounds()
	b.add(promise.Value, promise.Low, promise.High)
	points := make([]float64, len(values))
	for k, v := range values {
		points[k] = v.Observed.Value
		b.add(v.Observed.Value, v.Observed.Low, v.Observed.High)
	}
	p := axes(watchedScale(r), linear("", b.low, b.high, 5, words.Fixed))
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		if finite(promise.Value, promise.Low, promise.High) {
			c.FillPolygon(shade(blue), corners(c.Min.X, y(promise.Low), c.Max.X, y(promise.High)))
			c.StrokeLine2(solid(blue, 1.2), c.Min.X, y(promise.Value), c.Max.X, y(promise.Value))
		}
		for k, v := range values {
			if finite(v.Observed.Low, v.Observed.High) {
				interval(c, solid(faint, 1.2), vg.Point{X: x(float64(k)), Y: y(v.Observed.Low)}, vg.Point{X: x(float64(k)), Y: y(v.Observed.High)})
			}
		}
		drawWatched(c, r, points, newTrace(solid(ink, 2), draw.CircleGlyph{}, 4), x, y, func(k int) string {
			return watchedName(r.Quarters[k].Start) + ": " + words.Fixed(points[k], 3)
		})
	}))
	p.Draw(c)
}

// keptAlt reads out the values.
func keptAlt(r *monitor.Report, values []monitor.Kept, term words.Term) string {
	var said []string
	for k, v := range values {
		if finite(v.Observed.Value) {
			said = append(said, watchedName(r.Quarters[k].Start)+" "+term.Format(v.Observed.Value))
		}
	}
	text := term.Label + " on matured labels: " + strings.Join(said, "; ") + "."
	if p := promisedOf(values); finite(p.Value) {
		text += fmt.Sprintf(" The backtest promised %s, %s to %s.", term.Format(p.Value), term.Format(p.Low), term.Format(p.High))
	}
	return text
}
