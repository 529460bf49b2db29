package plots

import (
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// PrecisionRecall draws for every candidate which part of a list churned against the part
// of all churners that are on it, as the list grows from left to right. The dashed line is
// the churn rate, where any order ends and guessing stays. Lists shorter than a hundredth
// of the accounts are left out: their precision leaps with every account. Candidates without a curve are
// left out; without any, the error is [ErrNothingToDraw].
func PrecisionRecall(r *backtest.Result) (Chart, error) {
	entries, lines, found := cutLines(r, backtest.AveragePrecision, func(c backtest.Cut) (spot, bool) {
		return spot{c.Recall, c.Precision}, c.Listed >= 0.01
	})
	if len(entries) == 0 {
		return Chart{}, nothing("precision_recall", "no candidate has a curve; it needs churned and renewed test examples")
	}
	rate := found[0][len(found[0])-1].Precision
	c := Chart{
		Name: "precision_recall", Title: "How much of the list is churn",
		Alt:    precisionAlt(entries, found, words.Level(r.Options.Level)),
		Width:  float64(chartWidth),
		Height: float64(headHeight + 2*margin + max(400, legendHeight(len(entries)))),
	}
	b := bounds{0, rate}
	for _, line := range lines {
		for _, at := range line {
			b.add(at.y)
		}
	}
	x := linear("churners found", 0, 1, 5, percentage)
	y := linear("share of the list that churned", b.low, b.high, 5, percentage)
	c.paint = func(dc draw.Canvas) {
		left, right := columns(frame(dc, c.Title, "precision and recall over all test windows, from 1% of the accounts on; dashed: the churn rate"), 428)
		curves{x, y, entries, lines, tellPrecision, func(c draw.Canvas, x, y func(float64) vg.Length) {
			c.StrokeLine2(dashed(faint, 1, 4, 4), x(0), y(rate), x(1), y(rate))
		}}.draw(square(left))
		legend(draw.Crop(right, 18, 0, 0, 0), entries, false)
	}
	return c, nil
}

// tellPrecision reads off a point.
func tellPrecision(p spot) string {
	return words.Percent(p.y, 0) + " of the list churned when " + words.Percent(p.x, 0) + " of the churners are on it"
}

// cutLines are the candidates that have cuts, with their curves: as they are drawn, of the
// cuts that are wanted and thinned, and whole. The note is their metric. The three slices are by
// the same index. A candidate whose last cut has no precision was tested on one outcome only.
func cutLines(r *backtest.Result, metric string, at func(backtest.Cut) (spot, bool)) (entries []entry, lines [][]spot, found [][]backtest.Cut) {
	for i, look := range traces(r) {
		c := r.Candidates[i]
		cuts := c.Cuts()
		if len(cuts) == 0 || !finite(cuts[len(cuts)-1].Precision) {
			continue
		}
		var line []spot
		for _, cut := range cuts {
			if p, wanted := at(cut); wanted {
				line = append(line, p)
			}
		}
		entries = append(entries, entry{look, c.Name, pooled(c, metric)})
		lines, found = append(lines, thin(line)), append(found, cuts)
	}
	return entries, lines, found
}

// precisionAlt reads out the precision at which a quarter, half and three quarters of the
// churners are found, at the first score that finds as many.
func precisionAlt(entries []entry, found [][]backtest.Cut, level string) string {
	said := make([]string, len(entries))
	for i, e := range entries {
		said[i] = spoken(e.name, e.champion) + ": " + e.note
		for _, recall := range []float64{0.25, 0.5, 0.75} {
			said[i] += ", " + words.Percent(reaching(found[i], recall).Precision, 1) + " of the list when " + words.Percent(recall, 0) + " are found"
		}
	}
	return "Precision against recall of " + words.Plural(len(entries), "candidate", "candidates") +
		" with the average precision of each and its " + level + " interval. " + strings.Join(said, "; ") + "."
}

// reaching is the first cut that finds this share of the churners; the last finds all.
func reaching(cuts []backtest.Cut, recall float64) backtest.Cut {
	for _, c := range cuts {
		if c.Recall >= recall {
			return c
		}
	}
	return cuts[len(cuts)-1]
}
