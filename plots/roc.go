package plots

import (
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
	var lines [][]spot
	for i, c := range r.Candidates {
		if len(c.ROC) > 1 {
			entries = append(entries, entry{looks[i], c.Name, pooled(c, backtest.AUC)})
			lines = append(lines, rocLine(c.ROC))
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
		left, right := columns(frame(dc, c.Title, rocSubtitle(r)), 428)
		x, y := rocScales()
		curves{x, y, entries, lines, tellROC, func(c draw.Canvas, x, y func(float64) vg.Length) {
			drawROCBands(c, r, x, y)
			diagonal(c, x, y)
		}}.draw(square(left))
		legend(draw.Crop(right, 18, 0, 0, 0), entries, false)
	}
	return c, nil
}

// rocSubtitle says how to read the picture, and nothing that is not in it.
func rocSubtitle(r *backtest.Result) string {
	text := "ROC curves over all test windows; the further up and left, the better"
	for i, c := range r.Candidates {
		if large(r, i) && len(c.ROCBand) > 0 {
			return text + "; bands: " + words.Level(r.Options.Level) + " of champion and challenger"
		}
	}
	return text
}

// drawROCBands fills the bands of champion and challenger in their colours: those of all
// would be a fog.
func drawROCBands(c draw.Canvas, r *backtest.Result, x, y func(float64) vg.Length) {
	looks := traces(r)
	for i, cand := range r.Candidates {
		if !large(r, i) {
			continue
		}
		var low, high []spot
		for _, p := range cand.ROCBand {
			if finite(p.FPR, p.Low, p.High) {
				low, high = append(low, spot{p.FPR, p.Low}), append(high, spot{p.FPR, p.High})
			}
		}
		ofCandidate(c, cand.Name, func() { ribbon(c, low, high, shade(rgbOf(entry{trace: looks[i]})), x, y) })
	}
}

// rocScales are both shares of their outcome.
func rocScales() (x, y scale) {
	return linear("those who stayed, wrongly put on the list", 0, 1, 5, percentage), linear("churners found", 0, 1, 5, percentage)
}

// diagonal is what guessing does.
func diagonal(c draw.Canvas, x, y func(float64) vg.Length) {
	c.StrokeLine2(dashed(faint, 1, 4, 4), x(0), y(0), x(1), y(1))
}

// tellROC reads off a point.
func tellROC(p spot) string {
	return words.Percent(p.y, 0) + " of the churners found with " + words.Percent(p.x, 0) + " of those who stayed on the list"
}

// rocLine is the curve as it is drawn: thinned, without its thresholds.
func rocLine(curve []metrics.Point) []spot {
	line := make([]spot, len(curve))
	for i, p := range curve {
		line[i] = spot{p.FPR, p.TPR}
	}
	return thin(line)
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
