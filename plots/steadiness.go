package plots

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/models"
	"holdfast/plots/words"
)

// mostSteady is how many weights the picture of the folds holds, the heaviest.
const mostSteady = 24

// WeightsOverFolds draws what every fold's model weighed, a small dot each, beside the
// weight of the final model: a weight that wanders or changes sides from one training set
// to the next should not be read as a cause. It shows the model that is in use after the
// verdict. Without a model that was fitted in two folds or more the error is
// [ErrNothingToDraw].
func WeightsOverFolds(r *backtest.Result) (Chart, error) {
	m, folds := kept(r), [][]models.Weight(nil)
	for _, c := range r.Candidates {
		if m != nil && c.Name == m.Name {
			folds = c.FoldWeights
		}
	}
	rows, left := steadyRows(m, folds)
	if len(rows) == 0 {
		return Chart{}, nothing("weights_over_folds", "the model has no weights from two folds or more")
	}
	c := Chart{
		Name:   "weights_over_folds",
		Title:  "How steady the weights are: " + words.Label(m.Name, 40),
		Alt:    steadyAlt(m, rows),
		Width:  float64(chartWidth),
		Height: float64(forestHeight(len(rows))),
	}
	c.paint = func(dc draw.Canvas) {
		subtitle := "small: the model of each test window; large: the final model; right: windows on the same side of zero"
		if left > 0 {
			subtitle += fmt.Sprintf("; %d lighter ones are not shown", left)
		}
		body := frame(dc, c.Title, subtitle)
		forest(body, forestScale(weightUnit(m), rows), rows, wideFigures)
	}
	return c, nil
}

// steadyRows are the heaviest weights of the final model with those of the folds, in the
// order of [Weights], and how many lighter ones are left out. Weights that were set by hand
// or by a platform are steady whatever the data, and not shown.
func steadyRows(m *models.Model, folds [][]models.Weight) (rows []estimate, left int) {
	if m == nil || m.Kind != models.Logistic {
		return nil, 0
	}
	weights, left := heaviest(m.Weights, mostSteady)
	for _, w := range weights {
		row := weightRow(m, w)
		row.others = weightIn(folds, w)
		if len(row.others) < 2 {
			continue
		}
		row.figure = fmt.Sprintf("%d of %d", sameSide(row.others, row.value), len(row.others))
		rows = append(rows, row)
	}
	return rows, left
}

// weightIn collects a weight from the folds whose model has it, per standard deviation and in
// time order. A level that was pooled in a fold, and a fold that was skipped, have none.
func weightIn(folds [][]models.Weight, w models.Weight) []float64 {
	var values []float64
	for _, fold := range folds {
		for _, v := range fold {
			if v.Factor == w.Factor && v.Level == w.Level && v.Segment == w.Segment && finite(float64(v.PerSD)) {
				values = append(values, float64(v.PerSD))
			}
		}
	}
	return values
}

// sameSide counts the values on the side of zero where the final weight is; zero itself is on
// no side.
func sameSide(values []float64, final float64) int {
	n := 0
	for _, v := range values {
		if v*final > 0 {
			n++
		}
	}
	return n
}

// steadyAlt reads out the range of every weight.
func steadyAlt(m *models.Model, rows []estimate) string {
	said := make([]string, len(rows))
	for i, e := range rows {
		low, high := math.Inf(1), math.Inf(-1)
		for _, v := range e.others {
			low, high = min(low, v), max(high, v)
		}
		said[i] = fmt.Sprintf("%s %s, in the folds %s, on the same side in %s", e.name, words.Signed(e.value, 2),
			words.Interval(words.Signed(low, 2), words.Signed(high, 2)), e.figure)
	}
	return fmt.Sprintf("Weights of %s in the final model and in every fold, in %s: %s.", label(m.Name), weightUnit(m), strings.Join(said, "; "))
}
