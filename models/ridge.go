package models

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// ridgeGrid holds the candidate strengths, strongest first, so that each fit can
// start from the one before it.
func ridgeGrid() []float64 {
	grid := make([]float64, 0, 9)
	for k := range 9 {
		grid = append(grid, math.Pow(10, -float64(k)/2))
	}
	return grid
}

// innerTolerance bounds the gradient of the inner fits. The strength is picked from
// half-decades, so the last digits of a weight change nothing.
const innerTolerance = 1e-6

// innerWindows are the shares of the as-of dates at which the inner walk forward
// places its cutoffs.
var innerWindows = []float64{0.5, 0.65, 0.8, 1}

// chooseRidge picks the strength with the lowest log loss in a walk forward
// inside the training rows, under the same embargo as the outer one: a model of an
// inner cutoff learns from labels known by then and is judged on later as-of
// dates. Random folds would let the future choose. Ties go to the stronger
// penalty. Where the dates leave no room, the strength is 1/n and a warning says so.
func (c Candidate) chooseRidge(ctx context.Context, train dataset.View) (float64, *dataset.Warning, error) {
	grid := ridgeGrid()
	loss := make([]float64, len(grid))
	judged := 0
	for w := range innerSplits(train) {
		n, err := c.judgeRidge(ctx, w, grid, loss)
		if err != nil {
			return 0, nil, err
		}
		judged += n
	}
	if judged == 0 {
		return 1 / float64(train.Len()), &dataset.Warning{Code: "ridge_default", Where: "candidate " + c.Name,
			Message: "too few dates in the training rows to choose the ridge strength in time order; 1/n was used"}, nil
	}
	best := 0
	for k := range grid {
		if loss[k] < loss[best] {
			best = k
		}
	}
	return grid[best], nil, nil
}

// split is one step of the inner walk forward.
type split struct{ train, test dataset.View }

// innerSplits lays out the inner walk forward. Its cutoffs are quantiles of the
// as-of dates, so that every window has examples to judge by. A split is made when its
// turn comes: at ten million rows each is a hundred megabytes of row numbers.
func innerSplits(train dataset.View) iter.Seq[split] {
	return func(yield func(split) bool) {
		for _, w := range innerWindowsOf(train) {
			s := split{train: train.KnownBy(w.from, dataset.NoDate), test: train.ScoredIn(w.from, w.to)}
			if events := s.train.Events(); events > 0 && events < s.train.Len() && s.test.Len() > 0 && !yield(s) {
				return
			}
		}
	}
}

// window is the days [from, to).
type window struct{ from, to dataset.Date }

// innerWindowsOf places the windows on the as-of dates.
func innerWindowsOf(train dataset.View) []window {
	dates := make([]dataset.Date, train.Len())
	for i, r := range train.Rows {
		dates[i] = train.Examples.AsOf[r]
	}
	slices.Sort(dates)
	var windows []window
	for k := range len(innerWindows) - 1 {
		from := dates[int(innerWindows[k]*float64(len(dates)-1))]
		to := dates[int(innerWindows[k+1]*float64(len(dates)-1))]
		if k+2 == len(innerWindows) {
			to++ // the last window ends with the last date
		}
		windows = append(windows, window{from, to})
	}
	return windows
}

// judgeRidge adds the log loss of every strength on one window; n is the number
// of examples judged.
func (c Candidate) judgeRidge(ctx context.Context, w split, grid, loss []float64) (n int, err error) {
	encoder, design, _, err := features.Fit(ctx, c.inputs, w.train, features.Standardised)
	if err != nil {
		return 0, err
	}
	defer design.Close()
	test, _, err := encoder.EncodeView(ctx, w.test)
	if err != nil {
		return 0, err
	}
	defer test.Close()
	var start []float64
	y := responses(w.train)
	for k, lambda := range grid {
		fitted, err := solve(ctx, design, y, lambda, logit.Settings{Start: start, Exact: logit.ExactNever, Tolerance: innerTolerance})
		if err != nil {
			if errors.Is(err, logit.ErrOneClass) {
				return 0, nil
			}
			return 0, c.explain(err, encoder.Names())
		}
		start = append([]float64{fitted.Intercept}, fitted.Coef...)
		m := Model{Intercept: fitted.Intercept, Coef: fitted.Coef, Calibration: Calibration{Slope: 1}}
		sum := 0.0
		if err := m.eachBlock(test, func(from int, _, eta []float64) { sum = addLoss(sum, eta, w.test, from) }); err != nil {
			return 0, err
		}
		loss[k] += sum
	}
	return w.test.Len(), nil
}

// addLoss adds -log p(outcome), from the linear predictor, of the rows of the view from
// the given one on that can be scored. Which those are does not depend on the strength.
func addLoss(sum float64, eta []float64, v dataset.View, from int) float64 {
	for i, e := range eta {
		r := v.Rows[from+i]
		if e != e {
			continue // an unseen level with unseen: error
		}
		if v.Examples.Churned[r] {
			e = -e
		}
		sum += max(e, 0) + math.Log1p(math.Exp(-math.Abs(e)))
	}
	return sum
}
