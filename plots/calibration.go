package plots

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/plots/words"
)

// Calibration draws predicted against observed churn for the champion and the
// best challenger, side by side on one scale: points on the diagonal can be taken
// at face value. Bars are Wilson intervals of each group that respect accounts; the grey
// band is where groups of their size would lie if the predictions were right (the
// consistency bars of Bröcker and Smith 2007), so that only a group outside it says
// something; the histogram beneath shows where the predictions lie. Candidates without groups give
// [ErrNothingToDraw].
func Calibration(r *backtest.Result) (Chart, error) {
	panels := calibrationPanels(r, func(i int) bool { return large(r, i) })
	if len(panels) == 0 {
		return Chart{}, nothing("calibration", "neither champion nor challenger has calibration groups")
	}
	return calibrationChart("calibration", "Can the probabilities be taken at face value?", panels, 2), nil
}

// CalibrationOthers draws the same, smaller, for all other candidates. Without any
// the error is [ErrNothingToDraw].
func CalibrationOthers(r *backtest.Result) (Chart, error) {
	panels := calibrationPanels(r, func(i int) bool { return !large(r, i) })
	if len(panels) == 0 {
		return Chart{}, nothing("calibration", "no other candidate has calibration groups")
	}
	return calibrationChart("calibration_others", "Calibration of the other candidates", panels, 3), nil
}

// large says who gets a large panel: the two scores that the verdict is about. The
// others would be too small to read beside them, and have a picture of their own.
func large(r *backtest.Result, i int) bool {
	return i == r.Champion || r.Candidates[i].Name == r.Verdict.Challenger
}

// panelHead is the room above a panel for the name of a candidate and its slope.
const panelHead vg.Length = 34

// panel is the calibration of one candidate.
type panel struct {
	entry
	result backtest.CandidateResult
}

// calibrationPanels are the wanted candidates that have groups, in the order of the
// Result.
func calibrationPanels(r *backtest.Result, wanted func(i int) bool) []panel {
	var panels []panel
	for i, look := range traces(r) {
		c := r.Candidates[i]
		if wanted(i) && len(c.Bins) > 0 {
			panels = append(panels, panel{entry{look, c.Name, slopeNote(c)}, c})
		}
	}
	return panels
}

// slopeNote is the one number that sums up a panel: 1 is right, below 1 the probabilities are
// too extreme; n/a where everybody has the same.
func slopeNote(c backtest.CandidateResult) string {
	slope := backtest.Find(c.Pooled, backtest.CalibrationSlope)
	return "slope " + words.Estimate(slope)
}

// calibrationChart lays the panels out in rows of at most the given number, square but for their
// head. All share one scale, or the better calibrated would look like the worse.
func calibrationChart(name, title string, panels []panel, across int) Chart {
	side := (chartWidth - 2*margin) / vg.Length(across)
	high := side + panelHead
	lines := (len(panels) + across - 1) / across
	c := Chart{
		Name: name, Title: title, Alt: calibrationAlt(panels),
		Width: float64(chartWidth), Height: float64(headHeight + margin + vg.Length(lines)*high),
	}
	limit := commonLimit(panels)
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "groups of about equal size; above the dashed line more churned than predicted; grey: where groups lie if the score is right")
		for i, p := range panels {
			left, top := side*vg.Length(i%across), high*vg.Length(i/across)
			room := draw.Crop(body, left, 0, 0, -top)
			room.Max.X, room.Min.Y = room.Min.X+side-10, room.Max.Y-high+6
			ofCandidate(room, p.name, func() { drawPanel(room, p, limit, 7-across) })
		}
	}
	return c
}

// commonLimit is the end of the axes of all panels: a whole tenth beyond every
// group and interval.
func commonLimit(panels []panel) float64 {
	b := newBounds()
	for _, p := range panels {
		for _, g := range p.result.Bins {
			b.add(g.MeanP, g.Rate, g.High, g.ConsistentHigh)
		}
	}
	if b.empty() {
		return 1
	}
	return min(1, max(0.1, math.Ceil(10*b.high-tiny)/10))
}

// strip is the height, below zero, in which the histogram stands, as a share of the scale.
const strip = 0.2

// drawPanel draws one candidate. The histogram shares the plot, below zero, so that
// its cells stand under the predictions that they count whatever the width of the
// labels on the left.
func drawPanel(c draw.Canvas, p panel, limit float64, ticks int) {
	caption(c, p.entry, vg.Point{X: c.Min.X + 4, Y: c.Max.Y - 8})
	c.Max.Y -= panelHead + 4
	x := linear("predicted churn", 0, limit, ticks, percentage)
	y := linear("observed churn", 0, limit, ticks, percentage)
	x.max, y.max, y.min = limit, limit, -strip*limit
	x.ticks, y.ticks = within(x.ticks, limit), within(y.ticks, limit)
	pl := axes(x, y)
	pl.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		drawConsistency(c, p.result.Bins, x, y)
		drawHistogram(c, p.result.Histogram, limit, x, y)
		c.StrokeLine2(dashed(faint, 1.2, 4, 4), x(0), y(0), x(limit), y(limit))
		drawGroups(c, p, x, y)
	}))
	pl.Draw(c)
}

// within leaves out the ticks that lie beyond the limit.
func within(ticks []plot.Tick, limit float64) []plot.Tick {
	var out []plot.Tick
	for _, t := range ticks {
		if t.Value <= limit+tiny {
			out = append(out, t)
		}
	}
	return out
}

// drawGroups joins the groups by a line, which is only there to lead the eye; the
// intervals say how far each may be off.
func drawGroups(c draw.Canvas, p panel, x, y func(float64) vg.Length) {
	var path []tip
	colour := rgbOf(p.entry)
	for _, g := range p.result.Bins {
		if !finite(g.MeanP, g.Rate) {
			continue
		}
		at := vg.Point{X: x(g.MeanP), Y: y(g.Rate)}
		path = append(path, tip{at, groupInWords(g)})
		if finite(g.Low, g.High) {
			interval(c, solid(colour, 1), vg.Point{X: at.X, Y: y(g.Low)}, vg.Point{X: at.X, Y: y(g.High)})
		}
	}
	for i := range path[:max(0, len(path)-1)] {
		c.StrokeLine2(solid(colour, 1.4), path[i].at.X, path[i].at.Y, path[i+1].at.X, path[i+1].at.Y)
	}
	for _, g := range path {
		telling(c, g.text, func() { c.DrawGlyph(draw.GlyphStyle{Color: colour, Radius: 3.5, Shape: draw.CircleGlyph{}}, g.at) })
	}
}

// drawConsistency fills where the groups would lie if the predictions were right: between the
// limits of metrics.CalibrationBin, group by group.
func drawConsistency(c draw.Canvas, bins []metrics.CalibrationBin, x, y func(float64) vg.Length) {
	var low, high []spot
	for _, g := range bins {
		if finite(g.MeanP, g.ConsistentLow, g.ConsistentHigh) {
			low, high = append(low, spot{g.MeanP, g.ConsistentLow}), append(high, spot{g.MeanP, g.ConsistentHigh})
		}
	}
	ribbon(c, low, high, shade(ink), x, y)
}

// groupInWords reads out one group.
func groupInWords(g metrics.CalibrationBin) string {
	return fmt.Sprintf("%s predicted, %s observed (%d of %d)", words.Percent(g.MeanP, 1), words.Percent(g.Rate, 1), g.Churned, g.N)
}

// drawHistogram draws the equal cells of [0,1] that lie within the limit, the
// fullest as high as the strip allows.
func drawHistogram(c draw.Canvas, counts []int, limit float64, x, y func(float64) vg.Length) {
	fullest := 1
	for _, n := range counts {
		fullest = max(fullest, n)
	}
	floor, room := -strip*limit, 0.85*strip*limit
	width := 1 / float64(max(1, len(counts)))
	for i, n := range counts {
		from, to := float64(i)*width, float64(i+1)*width
		if n == 0 || to > limit+tiny {
			continue
		}
		top := floor + room*float64(n)/float64(fullest)
		c.FillPolygon(faint, corners(x(from)+0.4, y(floor), x(to)-0.4, max(y(top), y(floor)+0.8)))
	}
	c.StrokeLine2(solid(gridline, 1), x(0), y(floor), x(limit), y(floor))
	if n := beyond(counts, limit); n > 0 {
		note := words.Count(n) + " above " + words.Percent(limit, 0)
		write(c, rightAligned(lettering(smallSize, quiet)), vg.Point{X: x(limit) - 2, Y: y(-0.4 * strip * limit)}, note)
	}
}

// beyond counts the predictions in cells that end beyond the limit: they are not
// drawn, and the picture says so.
func beyond(counts []int, limit float64) int {
	total := 0
	for i, n := range counts {
		if float64(i+1)/float64(len(counts)) > limit+tiny {
			total += n
		}
	}
	return total
}

// calibrationAlt reads out every group: this is the table behind the picture.
func calibrationAlt(panels []panel) string {
	said := make([]string, len(panels))
	for i, p := range panels {
		groups := make([]string, len(p.result.Bins))
		for k, g := range p.result.Bins {
			groups[k] = groupInWords(g)
			if in := words.Interval(words.Percent(g.ConsistentLow, 1), words.Percent(g.ConsistentHigh, 1)); in != "" {
				groups[k] += " where " + in + " would be consistent"
			}
		}
		said[i] = spoken(p.name, p.champion) + ", calibration " + p.note + ": " + strings.Join(groups, ", ")
	}
	return "Predicted against observed churn. " + strings.Join(said, "; ") + "."
}
