package plots

import (
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// ScoreHistogram draws where the predicted probabilities of the accounts that churned and
// of those that renewed lie, each as shares of its own, for the champion and the best
// challenger: the less the two overlap, the better the score tells them apart. Without
// predictions of both the error is [ErrNothingToDraw].
func ScoreHistogram(r *backtest.Result) (Chart, error) {
	var panels []outcomes
	for i, look := range traces(r) {
		if !large(r, i) {
			continue
		}
		if p, ok := outcomesOf(r.Candidates[i], look); ok {
			panels = append(panels, p)
		}
	}
	if len(panels) == 0 {
		return Chart{}, nothing("score_histogram", "neither champion nor challenger has predictions of accounts that churned and of accounts that stayed")
	}
	const side, high = (chartWidth - 2*margin) / 2, 250
	c := Chart{
		Name: "score_histogram", Title: "Do those who churn look different beforehand?",
		Alt:   outcomesAlt(panels),
		Width: float64(chartWidth), Height: float64(headHeight + margin + high),
	}
	limit, top := outcomesLimits(panels)
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "red: accounts that churned; grey: accounts that stayed; each adds up to 100%")
		for i, p := range panels {
			room := body
			room.Min.X += side * vg.Length(i)
			room.Max.X = room.Min.X + side - 10
			ofCandidate(room, p.name, func() { p.draw(room, limit, top) })
		}
	}
	return c, nil
}

// outcomes are the shares of the cells of [0,1] for one candidate: equally wide cells, from 0,
// and each of the two adds up to 1. Shares and not counts, as churners are few.
type outcomes struct {
	entry
	churned, stayed []float64
}

// outcomesOf turns counts into shares; ok is false where one outcome is absent, or the counts of
// the churned are not by the same cells.
func outcomesOf(c backtest.CandidateResult, look trace) (outcomes, bool) {
	n, churned := 0, 0
	for i, all := range c.Histogram {
		n += all
		if i < len(c.ChurnedHistogram) {
			churned += c.ChurnedHistogram[i]
		}
	}
	if churned == 0 || churned == n || len(c.ChurnedHistogram) != len(c.Histogram) {
		return outcomes{}, false
	}
	p := outcomes{entry: entry{look, c.Name, words.Count(churned) + " churned, " + words.Count(n-churned) + " stayed"}}
	for i, all := range c.Histogram {
		p.churned = append(p.churned, float64(c.ChurnedHistogram[i])/float64(churned))
		p.stayed = append(p.stayed, float64(all-c.ChurnedHistogram[i])/float64(n-churned))
	}
	return p, true
}

// outcomesLimits are the common ends of both scales: a whole tenth beyond all but one in
// a hundred of the accounts, and the fullest cell.
func outcomesLimits(panels []outcomes) (limit, top float64) {
	for _, p := range panels {
		for i := range p.churned {
			top = max(top, p.churned[i], p.stayed[i])
		}
		limit = max(limit, lastFull(p.churned), lastFull(p.stayed))
	}
	return min(1, math.Ceil(10*limit-tiny)/10), top
}

// lastFull is the end of the cell beyond which less than a hundredth lies.
func lastFull(shares []float64) float64 {
	const rest = 0.01
	beyond := 0.0
	for i := len(shares) - 1; i >= 0; i-- {
		if beyond += shares[i]; beyond >= rest {
			return float64(i+1) / float64(len(shares))
		}
	}
	return 0
}

// draw fills the cells of those who stayed and outlines those of the churned, so that both are
// seen where they overlap.
func (p outcomes) draw(c draw.Canvas, limit, top float64) {
	caption(c, p.entry, vg.Point{X: c.Min.X + 4, Y: c.Max.Y - 8})
	c.Max.Y -= panelHead + 4
	x := linear("predicted churn", 0, limit, 5, percentage)
	x.max, x.ticks = limit, within(x.ticks, limit)
	pl := axes(x, linear("accounts", 0, top, 4, percentage))
	pl.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		width := 1 / float64(len(p.stayed))
		var line []vg.Point
		for i := range p.stayed {
			from, to := float64(i)*width, float64(i+1)*width
			if to > limit+tiny {
				break
			}
			if p.stayed[i] > 0 {
				telling(c, p.cell(i, from, to), func() {
					c.FillPolygon(faint, corners(x(from)+0.4, y(0), x(to)-0.4, y(p.stayed[i])))
				})
			}
			at := y(p.churned[i])
			line = append(line, vg.Point{X: x(from), Y: at}, vg.Point{X: x(to), Y: at})
		}
		c.StrokeLines(solid(vermilion, 1.8), line)
	}))
	pl.Draw(c)
}

// cell reads off one cell.
func (p outcomes) cell(i int, from, to float64) string {
	return words.Percent(from, 0) + " to " + words.Percent(to, 0) + " predicted: " +
		words.Percent(p.churned[i], 1) + " of the churned, " + words.Percent(p.stayed[i], 1) + " of those who stayed"
}

// outcomesAlt reads out how many of each lie above a few probabilities.
func outcomesAlt(panels []outcomes) string {
	said := make([]string, len(panels))
	for i, p := range panels {
		var parts []string
		for _, from := range []float64{0.1, 0.2, 0.3, 0.5} {
			parts = append(parts, words.Percent(shareFrom(p.churned, from), 0)+" of the churned and "+
				words.Percent(shareFrom(p.stayed, from), 0)+" of those who stayed at "+words.Percent(from, 0)+" or more")
		}
		said[i] = spoken(p.name, p.champion) + ", " + p.note + ": " + strings.Join(parts, ", ")
	}
	return "Predicted churn of accounts that churned and of accounts that stayed. " + strings.Join(said, "; ") + "."
}

// shareFrom adds up the cells from a probability on.
func shareFrom(shares []float64, from float64) float64 {
	sum := 0.0
	for i, s := range shares {
		if float64(i)/float64(len(shares)) >= from-tiny {
			sum += s
		}
	}
	return sum
}
