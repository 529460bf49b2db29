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
// money, no curve, no fitted weights. [All] leaves such pictures out.
var ErrNothingToDraw = errors.New("nothing to draw")

// Chart is one picture, ready to be written in any format.
type Chart struct {
	Name   string  // file stem, such as "roc"; unique among the charts of a Result
	Title  string  // what the picture shows, in words
	Alt    string  // alternative text: what it says, with the numbers
	Width  float64 // CSS pixels
	Height float64 // CSS pixels

	paint func(draw.Canvas)
}

// pixelDensity makes one unit of a chart two pixels of the PNG, sharp on screens
// and slides. A unit is 1/72 inch to gonum/plot.
const pixelDensity = 2 * 72

// All returns every chart that can be drawn from r, in the order of the report.
func All(r *backtest.Result) ([]Chart, error) {
	if r == nil {
		return nil, errors.New("plots: no result to draw; run a backtest first")
	}
	return pictures(r, Gains, Money, ValueAtCapacity, LeadTime, Decision, ROC, PrecisionRecall, CumulativeGains,
		Calibration, CalibrationOthers, ScoreHistogram, Bands, BandTransitions, SegmentForest,
		keptWeights, challengerWeights, WeightsOverFolds, Rollout,
		metricOverFolds(backtest.AUC), metricOverFolds(backtest.LogLoss), Leads, Timetable, Quarters)
}

// pictures draws what there is to draw of something.
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

// PNG renders the chart at two pixels per unit.
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
