package plots

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/features"
	"holdfast/models"
	"holdfast/plots/words"
)

// The panels of the picture of effects: so many across, of that height, and in all. What moves
// less is counted in the subtitle.
const (
	panelsPerRow           = 3
	panelHeight  vg.Length = 170
	mostPanels             = 24
)

// Effects draws the partial effect of every factor: the probability of churn that the model
// gives over the values of the factor, all others at their mean, and beside it, as rings, the
// share of rows that did churn. Where the two part, other factors explain it. The factors
// that move the probability most come first; all panels share one scale. Without effects the
// error is [ErrNothingToDraw].
func Effects(model string, effects []models.Effect) (Chart, error) {
	shown := movers(effects)
	if len(shown) == 0 {
		return Chart{}, nothing("effects", "no factor of the model has a partial effect")
	}
	rows := (len(shown) + panelsPerRow - 1) / panelsPerRow
	c := Chart{
		Name:   "weights_effects",
		Title:  "What each factor does: " + words.Label(model, 40),
		Alt:    effectsAlt(model, shown),
		Width:  float64(chartWidth),
		Height: float64(headHeight + 2*margin + vg.Length(rows)*panelHeight),
	}
	c.paint = func(dc draw.Canvas) {
		subtitle := "line: probability of churn with all other factors at their mean; rings: share of rows that churned"
		if left := len(effects) - len(shown); left > 0 {
			subtitle += fmt.Sprintf("; %d flatter ones are not shown", left)
		}
		drawPanels(frame(dc, c.Title, subtitle), shown)
	}
	return c, nil
}

// movers are the effects that can be drawn, the largest first.
func movers(effects []models.Effect) []models.Effect {
	shown := slices.DeleteFunc(slices.Clone(effects), func(x models.Effect) bool { return reach(x) < 0 })
	slices.SortStableFunc(shown, func(a, b models.Effect) int { return cmp.Compare(reach(b), reach(a)) })
	return shown[:min(len(shown), mostPanels)]
}

// reach is how far an effect moves the probability, from its lowest point to its highest;
// negative without any point.
func reach(x models.Effect) float64 {
	b := newBounds()
	for _, p := range x.Points {
		b.add(float64(p.P))
	}
	return b.high - b.low
}

// drawPanels lays the panels out by rows. Their common scale begins at zero and holds the rings
// as well: where a ring leaves the line is what the picture is for.
func drawPanels(c draw.Canvas, shown []models.Effect) {
	b := newBounds()
	b.add(0)
	for _, x := range shown {
		for _, p := range x.Points {
			b.add(float64(p.P))
			if p.Examples >= ringRows {
				b.add(churnRate(p))
			}
		}
	}
	width := (c.Max.X - c.Min.X) / panelsPerRow
	for i, x := range shown {
		left, top := c.Min.X+vg.Length(i%panelsPerRow)*width, c.Max.Y-vg.Length(i/panelsPerRow)*panelHeight
		room := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: left, Y: top - panelHeight + 8}, Max: vg.Point{X: left + width - 10, Y: top}}}
		drawEffectPanel(room, x, b)
	}
}

// ringRows is how many rows a ring stands for at least: the churn of fewer is chance.
const ringRows = 10

// churnRate is what the rows of a point did.
func churnRate(p models.EffectPoint) float64 { return float64(p.Churned) / float64(p.Examples) }

// drawEffectPanel draws one factor.
func drawEffectPanel(c draw.Canvas, x models.Effect, b bounds) {
	title := bold(lettering(textSize, ink))
	write(c, title, vg.Point{X: c.Min.X + 4, Y: c.Max.Y - textSize/2}, fit(x.Factor, title, c.Max.X-c.Min.X-8))
	at, ticks := places(x)
	low, high := ends(at)
	p := axes(scale{min: low, max: high, ticks: ticks, bare: true}, linear("", b.low, b.high, 3, percentage))
	p.Add(marks(func(c draw.Canvas, sx, sy func(float64) vg.Length) {
		drawEffect(c, x, at, sx, sy)
	}))
	p.Draw(draw.Crop(c, 0, 0, 0, -textSize-4))
}

// drawEffect draws the line, which breaks before rows without a value, and the rings.
func drawEffect(c draw.Canvas, x models.Effect, at []float64, sx, sy func(float64) vg.Length) {
	ring := draw.GlyphStyle{Color: faint, Radius: 2.6, Shape: draw.RingGlyph{}}
	dot := draw.GlyphStyle{Color: blue, Radius: 2.4, Shape: draw.CircleGlyph{}}
	var line []vg.Point
	for i, p := range x.Points {
		if p.Examples >= ringRows {
			c.DrawGlyph(ring, vg.Point{X: sx(at[i]), Y: sy(churnRate(p))})
		}
		if !finite(float64(p.P)) {
			continue
		}
		spot := vg.Point{X: sx(at[i]), Y: sy(float64(p.P))}
		if p.Level != "" {
			c.DrawGlyph(dot, spot)
			continue
		}
		if from, to := float64(p.From), float64(p.To); x.Steps && finite(from, to) {
			line = append(line, vg.Point{X: sx(from), Y: spot.Y}, vg.Point{X: sx(to), Y: spot.Y})
			continue
		}
		line = append(line, spot)
	}
	c.StrokeLines(solid(blue, 1.8), line)
}

// places are where the points lie, by their index: numbers at their value, levels side by side,
// and rows without a value left of the numbers. ticks name them.
func places(x models.Effect) (at []float64, ticks []plot.Tick) {
	b := newBounds()
	for _, p := range x.Points {
		b.add(float64(p.Value))
	}
	if b.empty() {
		return besides(x)
	}
	low, high := apart(b.low, b.high)
	s := linear("", low, high, 3, words.Fixed)
	for _, t := range s.ticks {
		if t.Value >= low-tiny && t.Value <= high+tiny {
			ticks = append(ticks, t)
		}
	}
	for _, p := range x.Points {
		if v := float64(p.Value); finite(v) {
			at = append(at, v)
			continue
		}
		aside := low - 0.14*(high-low)
		at = append(at, aside)
		ticks = append(ticks, plot.Tick{Value: aside, Label: "none"})
	}
	return at, ticks
}

// besides places the levels of a category side by side.
func besides(x models.Effect) (at []float64, ticks []plot.Tick) {
	room := max(3, 30/max(1, len(x.Points)))
	for i, p := range x.Points {
		at = append(at, float64(i))
		label := words.Label(p.Level, room)
		if p.Level == features.MissingLevel {
			label = words.Label("none", room)
		}
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: label})
	}
	return at, ticks
}

// ends are the ends of the axis, a little beyond the outermost points.
func ends(at []float64) (low, high float64) {
	b := newBounds()
	b.add(at...)
	low, high = apart(b.low, b.high)
	room := 0.06 * (high - low)
	return low - room, high + room
}

// effectsAlt reads out where each effect begins and ends.
func effectsAlt(model string, shown []models.Effect) string {
	said := make([]string, len(shown))
	for i, x := range shown {
		said[i] = words.Label(x.Factor, 40) + " " + span(x)
	}
	return fmt.Sprintf("Probability of churn by %s over the values of each factor, all others at their mean: %s.", label(model), strings.Join(said, "; "))
}

// span is an effect in words: a number from its lowest value to its highest, a category
// between its levels.
func span(x models.Effect) string {
	var numbers []float64
	b := newBounds()
	for _, p := range x.Points {
		b.add(float64(p.P))
		if p.Level == "" {
			numbers = append(numbers, float64(p.P))
		}
	}
	if len(numbers) == 0 {
		return fmt.Sprintf("between %s and %s", words.Percent(b.low, 1), words.Percent(b.high, 1))
	}
	return fmt.Sprintf("from %s to %s", words.Percent(numbers[0], 1), words.Percent(numbers[len(numbers)-1], 1))
}
