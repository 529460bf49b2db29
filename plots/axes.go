package plots

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"

	"holdfast/plots/words"
)

// scale is an axis: what it means, where it begins and ends, and its ticks. min lies below max;
// ticks may lie anywhere between, in rising order, and may be none. The zero value is no axis.
type scale struct {
	label    string
	min, max float64
	ticks    []plot.Tick
	bare     bool // no grid lines at the ticks
}

// axes returns an empty plot in the house style: a pale grid instead of axis
// lines, so that the data is the darkest thing in the picture. The plot has no title and no
// legend, which are the frame's and the chart's.
func axes(x, y scale) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil // the frame has painted the paper
	set(&p.X, x)
	set(&p.Y, y)
	grid := plotter.NewGrid()
	grid.Vertical = solid(gridline, 1)
	grid.Horizontal = solid(gridline, 1)
	if x.bare {
		grid.Vertical.Color = nil
	}
	p.Add(grid)
	return p
}

// set dresses one axis. Alignment and rotation of its texts are gonum/plot's.
func set(a *plot.Axis, s scale) {
	a.Min, a.Max = s.min, s.max
	a.LineStyle.Width = 0
	a.Padding = 4
	a.Tick.LineStyle.Width = 0
	a.Tick.Length = 2
	a.Tick.Marker = plot.ConstantTicks(s.ticks)
	small, normal := lettering(smallSize, quiet), lettering(textSize, quiet)
	a.Tick.Label.Font, a.Tick.Label.Color, a.Tick.Label.Handler = small.Font, small.Color, small.Handler
	a.Label.Text = s.label
	a.Label.Padding = vg.Length(4)
	a.Label.TextStyle.Font, a.Label.TextStyle.Color, a.Label.TextStyle.Handler = normal.Font, normal.Color, normal.Handler
}

// linear is a scale from low to high, widened to whole ticks, with about n of
// them: 2 to 9 for the n that pictures ask for. show puts a value in words, given the decimals
// that the step calls for. low and high are finite; equal ones are pulled apart.
func linear(label string, low, high float64, n int, show func(x float64, decimals int) string) scale {
	low, high = apart(low, high)
	step := niceStep((high - low) / float64(n))
	first, last := math.Floor(low/step+tiny), math.Ceil(high/step-tiny)
	s := scale{label: label, min: first * step, max: last * step}
	for i := range int(last-first) + 1 {
		at := (first + float64(i)) * step
		s.ticks = append(s.ticks, plot.Tick{Value: at, Label: show(at, decimalsOf(step))})
	}
	return s
}

// apart widens a range that is too narrow for ticks that double precision can tell
// apart: one value only, or values that differ by rounding.
func apart(low, high float64) (float64, float64) {
	size := max(math.Abs(low), math.Abs(high))
	switch {
	case size < 1/largest:
		return -0.5, 0.5
	case high-low > tiny*size:
		return low, high
	}
	return low - 0.05*size, high + 0.05*size
}

// tiny forgives the rounding of a bound that lies on a tick.
const tiny = 1e-9

// niceStep is the least of 1, 2 and 5 times a power of ten that is not below x > 0.
func niceStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x*(1-tiny) {
			return m * power
		}
	}
	return 10 * power
}

// decimalsOf is how many decimals tell multiples of step apart.
func decimalsOf(step float64) int {
	return int(max(0, -math.Floor(math.Log10(step)+tiny)))
}

// percentage shows a share; the decimals of the share become those of percent.
func percentage(x float64, decimals int) string { return words.Percent(x, max(0, decimals-2)) }

// amount shows money.
func amount(x float64, _ int) string { return words.ShortAmount(x) }

// bounds grows a range over numbers, leaving out what is undefined.
type bounds struct{ low, high float64 }

// newBounds is the empty range: its ends are the wrong way round, so that any number
// becomes both of them.
func newBounds() bounds { return bounds{math.Inf(1), math.Inf(-1)} }

// add grows the range to hold the values that are numbers.
func (b *bounds) add(values ...float64) {
	for _, v := range values {
		if finite(v) {
			b.low, b.high = min(b.low, v), max(b.high, v)
		}
	}
}

// empty says whether nothing was added.
func (b *bounds) empty() bool { return b.low > b.high }

// finite says whether all values are numbers, and small enough to have a place on
// an axis. It is what every picture asks before it draws: what is undefined is left out, and
// never drawn as 0.
func finite(values ...float64) bool {
	for _, v := range values {
		if !(math.Abs(v) < largest) {
			return false
		}
	}
	return true
}

// largest bounds what is drawn: sums and quotients of such numbers do not overflow.
const largest = 1e100
