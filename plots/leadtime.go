package plots

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// LeadTime draws which share of the accounts that churned had been flagged at least so many
// days before: time runs to the right, to the day of the churn. Yellow or worse is on the
// left, the champion with its interval; red, where a candidate has it, on the right. The
// dashed line is the share that had a score so early: no candidate can flag more. Without
// scores over time the error is [ErrNothingToDraw].
func LeadTime(r *backtest.Result) (Chart, error) {
	list := warnings(r)
	if len(list) == 0 {
		return Chart{}, nothing("lead_time", "no candidate was followed over time; it needs bands and snapshots between the renewals")
	}
	entries := make([]entry, len(list))
	for i, w := range list {
		entries[i] = w.entry
	}
	const high, gap = 270, 16
	c := Chart{
		Name: "lead_time", Title: "How long before the churn the score had warned", Alt: leadTimeAlt(list),
		Width: float64(chartWidth), Height: float64(headHeight + 2*margin + high + gap + pairedHeight(len(entries))),
	}
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "share of churned accounts flagged so long before; dashed: had a score by then; band: "+words.Level(r.Options.Level)+" interval of the champion")
		top, below := draw.Crop(body, 0, 0, gap+pairedHeight(len(entries)), 0), draw.Crop(body, 0, 0, 0, -high-gap-margin)
		if slices.ContainsFunc(list, warning.reds) {
			left, right := columns(top, (top.Max.X-top.Min.X)/2)
			drawWarnings(draw.Crop(right, 8, 0, 0, 0), "been red", list, func(p backtest.WarningPoint) float64 { return p.Red }, false)
			top = draw.Crop(left, 0, -8, 0, 0)
		}
		drawWarnings(top, "been yellow or red", list, func(p backtest.WarningPoint) float64 { return p.Flagged }, true)
		pairedLegend(below, entries)
	}
	return c, nil
}

// warning is the early warning of one candidate.
type warning struct {
	entry
	*backtest.EarlyWarning
}

// warnings are the candidates that were followed through churns, in the order of the Result. All
// were followed through the same ones: the first stands for all where it comes to their number
// and to who had a score.
func warnings(r *backtest.Result) []warning {
	var list []warning
	for i, look := range traces(r) {
		c := r.Candidates[i]
		if w := c.Warning; w != nil && w.Churns > 0 && len(w.Curve) > 1 && finite(w.Curve[0].Flagged) {
			list = append(list, warning{entry{look, c.Name, warningNote(w)}, w})
		}
	}
	return list
}

// warningNote is how early the warning came, and what it cost.
func warningNote(w *backtest.EarlyWarning) string {
	first := w.Curve[0]
	note := words.Percent(first.Flagged, 0) + " flagged"
	if m := w.MedianFirst; finite(m.Value) {
		note += ", median " + words.Fixed(m.Value, 0) + " days before"
	}
	if finite(first.Stayed) {
		note += "; " + words.Percent(first.Stayed, 0) + " of renewals"
	}
	return note
}

// reds says whether anybody was ever red.
func (w warning) reds() bool { return w.Curve[0].Red > 0 }

// line is a share over the days, which count down to the churn: x is minus the days before it,
// rising, and the last point the day itself.
func (w warning) line(share func(backtest.WarningPoint) float64) []spot {
	var line []spot
	for _, p := range w.Curve {
		if v := share(p); finite(v) {
			line = append(line, spot{-float64(p.Days), v})
		}
	}
	slices.Reverse(line)
	return line
}

// drawWarnings draws one line per candidate.
func drawWarnings(c draw.Canvas, what string, list []warning, share func(backtest.WarningPoint) float64, band bool) {
	title := bold(lettering(textSize, ink))
	write(c, title, vg.Point{X: c.Min.X + 4, Y: c.Max.Y - 8}, "had "+what)
	s := curves{x: countdown(list), y: linear("", 0, 1, 5, percentage)}
	for _, w := range list {
		s.entries, s.lines = append(s.entries, w.entry), append(s.lines, w.line(share))
	}
	s.tell = func(p spot) string {
		return words.Percent(p.y, 0) + " had " + what + " " + words.Fixed(-p.x, 0) + " days before"
	}
	s.under = func(c draw.Canvas, x, y func(float64) vg.Length) { drawPossible(c, list, band, x, y) }
	s.draw(draw.Crop(c, 0, 0, 0, -textSize-8))
}

// drawPossible draws what no candidate can exceed, and the champion's interval.
func drawPossible(c draw.Canvas, list []warning, band bool, x, y func(float64) vg.Length) {
	for _, w := range list {
		if band && w.champion {
			low, high := w.line(func(p backtest.WarningPoint) float64 { return p.Low }), w.line(func(p backtest.WarningPoint) float64 { return p.High })
			ofCandidate(c, w.name, func() { ribbon(c, low, high, shade(ink), x, y) })
		}
	}
	scored := list[0].line(func(p backtest.WarningPoint) float64 { return p.Scored })
	c.StrokeLines(dashed(faint, 1.2, 4, 4), placed(scored, x, y))
}

// countdown is the scale of days, the churn on the right.
func countdown(list []warning) scale {
	curve := list[0].Curve
	last := curve[len(curve)-1].Days
	s := scale{label: "days before the churn", min: -float64(last), max: 0}
	for d := last - last%30; d >= 0; d -= 30 {
		s.ticks = append(s.ticks, plot.Tick{Value: -float64(d), Label: fmt.Sprint(d)})
	}
	return s
}

// leadTimeAlt reads out the curves at a few distances.
func leadTimeAlt(list []warning) string {
	said := make([]string, len(list))
	for i, w := range list {
		var parts []string
		for _, p := range w.Curve {
			if p.Days%30 != 0 {
				continue
			}
			text := words.Percent(p.Flagged, 0)
			if in := words.Interval(words.Percent(p.Low, 0), words.Percent(p.High, 0)); in != "" {
				text += " (" + in + ")"
			}
			parts = append(parts, fmt.Sprintf("%s, red %s, %d days before", text, words.Percent(p.Red, 0), p.Days))
		}
		said[i] = fmt.Sprintf("%s, %s: %s", spoken(w.name, w.champion), w.note, strings.Join(parts, "; "))
	}
	return "Share of " + words.Plural(list[0].Churns, "churn", "churns") + " that had been yellow or red so long before. " + strings.Join(said, ". ") + "."
}
