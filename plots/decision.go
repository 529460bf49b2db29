package plots

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// Decision draws the net benefit of every candidate over the probability from which an
// account is worked, in churners found per 100 accounts after paying for contacts in vain:
// the champion with its interval as a band. The dashed line is working everybody, zero is
// working nobody. The curves end where nobody would work a hundredth of the accounts. Without a curve the error is [ErrNothingToDraw].
func Decision(r *backtest.Result) (Chart, error) {
	var entries []entry
	var lines [][]spot
	b, widest := newBounds(), 0.1
	for i, look := range traces(r) {
		c := r.Candidates[i]
		if line, end := benefits(c.Decision, &b); len(line) > 0 {
			entries = append(entries, entry{look, c.Name, worthNote(c.Decision)})
			lines = append(lines, line)
			widest = max(widest, end)
		}
	}
	if len(entries) == 0 || b.high <= 0 {
		return Chart{}, nothing("decision_curve", "no candidate has a net benefit above zero")
	}
	c := Chart{
		Name: "decision_curve", Title: "From which probability on is working an account worth it",
		Alt:   decisionAlt(r),
		Width: float64(chartWidth), Height: float64(headHeight + 2*margin + max(300, legendHeight(len(entries)))),
	}
	x := linear("probability from which an account is worked", 0, min(1, widest), 6, percentage)
	y := linear("net churners found per 100 accounts", max(b.low, -0.4*b.high), b.high, 6, words.Fixed)
	c.paint = func(dc draw.Canvas) {
		subtitle := "net benefit; dashed: working everybody; band: " + words.Level(r.Options.Level) + " interval of the champion"
		left, right := columns(frame(dc, c.Title, subtitle), 450)
		curves{x, y, entries, lines, tellBenefit, func(c draw.Canvas, x, y func(float64) vg.Length) { drawAlternatives(c, r, x, y) }}.draw(left)
		legend(draw.Crop(right, 14, 0, 0, 0), entries, false)
	}
	return c, nil
}

// tellBenefit reads off a point.
func tellBenefit(p spot) string {
	return words.Fixed(p.y, 1) + " per 100 accounts, working from " + words.Percent(p.x, 0) + " on"
}

// benefits are the points of a curve per 100 accounts, and the last threshold at which a
// hundredth of them is worked. The bounds grow by the points up to there: beyond, net benefit is
// a matter of single accounts.
func benefits(curve []backtest.DecisionPoint, b *bounds) (line []spot, end float64) {
	for _, p := range curve {
		if !finite(p.Model, p.Worked) {
			continue
		}
		line = append(line, spot{p.Threshold, 100 * p.Model})
		if p.Worked >= 0.01 {
			b.add(100*p.Model, 100*p.Low, 100*p.High)
			end = p.Threshold
		}
	}
	return line, end
}

// drawAlternatives draws what the lines are held against: the champion's band, working
// everybody and working nobody. Working everybody is the same for all candidates, whose test
// rows are the same; its line plunges below zero and is clipped.
func drawAlternatives(c draw.Canvas, r *backtest.Result, x, y func(float64) vg.Length) {
	i := max(0, min(r.Champion, len(r.Candidates)-1))
	var low, high, all []spot
	for _, p := range r.Candidates[i].Decision {
		if finite(p.Low, p.High) {
			low, high = append(low, spot{p.Threshold, 100 * p.Low}), append(high, spot{p.Threshold, 100 * p.High})
		}
		if finite(p.All) {
			all = append(all, spot{p.Threshold, 100 * p.All})
		}
	}
	ofCandidate(c, r.Candidates[i].Name, func() { ribbon(c, low, high, shade(ink), x, y) })
	c.StrokeLine2(solid(faint, 1), c.Min.X, y(0), c.Max.X, y(0))
	c.StrokeLines(dashed(quiet, 1.2, 5, 4), c.ClipLinesXY(placed(all, x, y))...)
}

// worthNote is the longest stretch of thresholds at which the candidate is for certain
// better than working everybody and than working nobody, each threshold for itself.
func worthNote(curve []backtest.DecisionPoint) string {
	var first, last, start float64
	for _, p := range curve {
		if !(p.Low > 0 && p.OverAll.Low > 0) {
			start = 0
			continue
		}
		if start == 0 {
			start = p.Threshold
		}
		if first == 0 || p.Threshold-start > last-first+tiny {
			first, last = start, p.Threshold
		}
	}
	switch {
	case first == 0:
		return "not clearly of use at any"
	case first == last:
		return "clearly of use at " + words.Percent(first, 0)
	}
	return "clearly of use from " + words.Percent(first, 0) + " to " + words.Percent(last, 0)
}

// decisionAlt reads out the curves at a few thresholds.
func decisionAlt(r *backtest.Result) string {
	var said []string
	for i, c := range r.Candidates {
		var parts []string
		for _, p := range c.Decision {
			if !slices.Contains([]float64{0.05, 0.1, 0.2, 0.3, 0.5}, p.Threshold) {
				continue
			}
			text := fmt.Sprintf("%s from %s on", words.Fixed(100*p.Model, 1), words.Percent(p.Threshold, 0))
			if in := words.Interval(words.Fixed(100*p.Low, 1), words.Fixed(100*p.High, 1)); in != "" {
				text += " (" + in + "; working everybody " + words.Fixed(100*p.All, 1) + ")"
			}
			parts = append(parts, text)
		}
		if len(parts) > 0 {
			said = append(said, spoken(c.Name, i == r.Champion)+", "+worthNote(c.Decision)+": "+strings.Join(parts, ", "))
		}
	}
	return "Net benefit in churners found per 100 accounts, by the probability from which an account is worked. " + strings.Join(said, "; ") + "."
}
