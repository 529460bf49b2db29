package plots

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/plots/words"
)

// Leads draws how well every candidate ranks by how long before the renewal it is
// asked: the champion with whiskers. With a single lead the error is
// [ErrNothingToDraw].
func Leads(r *backtest.Result) (Chart, error) {
	b := leadBounds(r)
	if len(r.Leads) < 2 || b.empty() {
		return Chart{}, nothing("leads", "the project asks for a single lead")
	}
	var entries []entry
	for i, look := range traces(r) {
		entries = append(entries, entry{look, r.Candidates[i].Name, ""})
	}
	c := Chart{
		Name:   "lead",
		Title:  "How well the scores rank, asked earlier and later",
		Alt:    leadsAlt(r),
		Width:  float64(chartWidth),
		Height: float64(headHeight + 2*margin + max(270, legendHeight(len(entries)))),
	}
	c.paint = func(dc draw.Canvas) {
		subtitle := "AUC by days before the renewal; whiskers: " + words.Level(r.Options.Level) + " interval of the champion"
		left, right := columns(frame(dc, c.Title, subtitle), 470)
		drawLeads(left, r, b, entries)
		legend(draw.Crop(right, 14, 0, 0, 0), entries, true)
	}
	return c, nil
}

// drawLeads draws one line per candidate, the earliest warning on the left.
func drawLeads(c draw.Canvas, r *backtest.Result, b bounds, entries []entry) {
	longest := float64(r.Leads[len(r.Leads)-1].Days)
	x := scale{min: -longest * 1.04, max: -float64(r.Leads[0].Days) + longest*0.04, label: "days before the renewal"}
	for _, l := range r.Leads {
		x.ticks = append(x.ticks, plot.Tick{Value: -float64(l.Days), Label: fmt.Sprint(l.Days)})
	}
	p := axes(x, linear("AUC", b.low, b.high, 5, words.Fixed))
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		for _, i := range championLast(entries) {
			ofCandidate(c, entries[i].name, func() { drawLead(c, r.Leads, i, entries[i], x, y) })
		}
	}))
	p.Draw(c)
}

// drawLead draws the line of one candidate; leads without an AUC are passed over. The line joins
// what is left, as the days between two leads are no gap in time.
func drawLead(c draw.Canvas, leads []backtest.Lead, candidate int, look entry, x, y func(float64) vg.Length) {
	var line []vg.Point
	var said []string
	for _, l := range leads {
		e := l.AUC[candidate]
		if !finite(e.Value) {
			continue
		}
		at := vg.Point{X: x(-float64(l.Days)), Y: y(e.Value)}
		line = append(line, at)
		said = append(said, "AUC "+estimated(e)+" at "+fmt.Sprint(l.Days)+" days")
		if look.champion && finite(e.Low, e.High) {
			interval(c, solid(faint, 1.2), vg.Point{X: at.X, Y: y(e.Low)}, vg.Point{X: at.X, Y: y(e.High)})
		}
	}
	c.StrokeLines(look.line, line)
	for k, at := range line {
		telling(c, label(look.name)+": "+said[k], func() { c.DrawGlyph(look.glyph, at) })
	}
}

// estimated is a metric to three digits with its interval.
func estimated(e metrics.Estimate) string {
	text := words.Fixed(e.Value, 3)
	if in := words.Interval(words.Fixed(e.Low, 3), words.Fixed(e.High, 3)); in != "" {
		text += " (" + in + ")"
	}
	return text
}

// leadBounds is the range of all values and of the champion's intervals.
func leadBounds(r *backtest.Result) bounds {
	b := newBounds()
	for _, l := range r.Leads {
		for i, e := range l.AUC {
			b.add(e.Value)
			if i == r.Champion {
				b.add(e.Low, e.High)
			}
		}
	}
	return b
}

// leadsAlt lists the values, the shortest lead first.
func leadsAlt(r *backtest.Result) string {
	var said []string
	for i, c := range r.Candidates {
		var values []string
		for _, l := range r.Leads {
			values = append(values, fmt.Sprintf("%s at %d days", words.Fixed(l.AUC[i].Value, 3), l.Days))
		}
		said = append(said, spoken(c.Name, i == r.Champion)+": "+strings.Join(values, ", "))
	}
	return "AUC by days before the renewal. " + strings.Join(said, "; ") + "."
}
