package models

import (
	"context"
	"errors"
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
	for _, w := range innerSplits(train) {
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
// as-of dates, so that every window has examples to judge by.
func innerSplits(train dataset.View) []split {
	dates := make([]dataset.Date, train.Len())
	for i, r := range train.Rows {
		dates[i] = train.Examples.AsOf[r]
	}
	slices.Sort(dates)
	var splits []split
	for k := range len(innerWindows) - 1 {
		from := dates[int(innerWindows[k]*float64(len(dates)-1))]
		to := dates[int(innerWindows[k+1]*float64(len(dates)-1))]
		if k+2 == len(innerWindows) {
			to++ // the last window ends with the last date
		}
		s := split{train: train.KnownBy(from, dataset.NoDate), test: train.ScoredIn(from, to)}
		if events := s.train.Events(); events > 0 && events < s.train.Len() && s.test.Len() > 0 {
			splits = append(splits, s)
		}
	}
	return splits
}

// judgeRidge adds the log loss of every strength on one window; n is the number
// of examples judged.
func (c Candidate) judgeRidge(ctx context.Context, w split, grid, loss []float64) (n int, err error) {
	encoder, design, _, err := features.Fit(ctx, c.inputs, w.train, features.Standardised)
	if err != nil {
		return 0, err
	}
	test, _, err := encoder.Encode(ctx, w.test.Len(), w.test.Batches())
	if err != nil {
		return 0, err
	}
	var start []float64
	for k, lambda := range grid {
		fitted, err := solve(ctx, design, w.train, lambda, logit.Settings{Start: start, Exact: logit.ExactNever, Tolerance: innerTolerance})
		if err != nil {
			if errors.Is(err, logit.ErrOneClass) {
				return 0, nil
			}
			return 0, c.explain(err, encoder.Names())
		}
		start = append([]float64{fitted.Intercept}, fitted.Coef...)
		m := Model{Intercept: fitted.Intercept, Coef: fitted.Coef, Calibration: Calibration{Slope: 1}}
		loss[k] += totalLoss(m.predict(test).Eta, w.test)
	}
	return w.test.Len(), nil
}

// totalLoss is the sum of -log p(outcome), from the linear predictor, over the rows
// that can be scored. Which those are does not depend on the strength.
func totalLoss(eta []float64, v dataset.View) float64 {
	sum := 0.0
	for i, r := range v.Rows {
		e := eta[i]
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
