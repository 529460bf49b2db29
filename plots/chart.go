package plots

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"holdfast/backtest"
)

// ErrNothingToDraw says that a Result does not hold what a picture shows: no
// money, no curve, no fitted weights. The error that wraps it names the picture and the reason.
// [All], [Health] and [Monitor] leave such pictures out; who asks for one picture by name
// tells it apart with errors.Is.
var ErrNothingToDraw = errors.New("nothing to draw")

// Chart is one picture, ready to be written in any format. Only the pictures of this package
// make one that can be: the zero value, and a Chart put together elsewhere, are refused with
// [ErrNothingToDraw] when they are rendered. Its texts are clean: names in them went through
// [words.Clean].
type Chart struct {
	// Name is the file stem, such as "roc": ASCII letters, digits and underscores, unique
	// among the charts of a Result, and how a report finds its section.
	Name string

	// Title is what the picture shows, in words. Alt is the alternative text: what it says,
	// with the numbers, in whole sentences.
	Title string
	Alt   string

	// Width and Height are in CSS pixels. The width is the same for all; the height grows
	// with what there is to list.
	Width  float64
	Height float64

	paint func(draw.Canvas) // reads what it closes over and changes nothing
}

// pixelDensity makes one unit of a chart two pixels of the PNG, sharp on screens
// and slides. A unit is 1/72 inch to gonum/plot.
const pixelDensity = 2 * 72

// All returns every chart that can be drawn from r, in the order of the report; none of an
// empty Result. Nothing is painted yet. A nil Result is an error.
func All(r *backtest.Result) ([]Chart, error) {
	if r == nil {
		return nil, errors.New("plots: no result to draw; run a backtest first")
	}
	return pictures(r, Gains, Money, ValueAtCapacity, LeadTime, Decision, ROC, PrecisionRecall, CumulativeGains,
		Calibration, CalibrationOthers, ScoreHistogram, Bands, BandTransitions, SegmentForest,
		keptWeights, challengerWeights, WeightsOverFolds, Rollout,
		metricOverFolds(backtest.AUC), metricOverFolds(backtest.LogLoss), Leads, Timetable, Quarters)
}

// pictures asks for a list of pictures of one thing and keeps those that have something to
// draw, in order. An error that is not [ErrNothingToDraw] ends it.
func pictures[T any](of T, list ...func(T) (Chart, error)) ([]Chart, error) {
	var charts []Chart
	for _, picture := range list {
		c, err := picture(of)
		if errors.Is(err, ErrNothingToDraw) {
			continue
		}
		if err != nil {
			return nil, err
		}
		charts = append(charts, c)
	}
	return charts, nil
}

// metricOverFolds is [OverFolds] of one metric as a picture for the list of [All].
func metricOverFolds(metric string) func(*backtest.Result) (Chart, error) {
	return func(r *backtest.Result) (Chart, error) { return OverFolds(r, metric) }
}

// PNG renders the chart at two pixels per unit, the same bytes every time. Groups and tips of
// the SVG have no place in it. Errors: [ErrNothingToDraw] of a chart that no picture made.
func (c Chart) PNG() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	canvas := vgimg.PngCanvas{Canvas: vgimg.NewWith(
		vgimg.UseWH(vg.Length(c.Width), vg.Length(c.Height)), vgimg.UseDPI(pixelDensity))}
	c.paint(draw.New(canvas))
	var out bytes.Buffer
	// Compressing harder takes a tenth of a small run, for files 4 % smaller.
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, canvas.Image()); err != nil {
		return nil, fmt.Errorf("plots: %s: writing PNG: %w", c.Name, err)
	}
	return out.Bytes(), nil
}

// check refuses a chart that no picture made: only those can paint.
func (c Chart) check() error {
	if c.paint == nil || !(c.Width > 0) || !(c.Height > 0) {
		return fmt.Errorf("plots: chart %q: %w; charts come from plots.All and its pictures", c.Name, ErrNothingToDraw)
	}
	return nil
}

// nothing is the error of a picture that has nothing to show.
func nothing(picture, why string) error {
	return fmt.Errorf("plots: %s: %w: %s", picture, ErrNothingToDraw, why)
}
