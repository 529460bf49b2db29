package models

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/floats"

	"holdfast/models/logit"
)

// profile returns both ends of the profile-likelihood interval of a weight of
// Inference.Weights (logit.Fitted.Profile), in the unit of the weight; NaN where the
// likelihood could not be followed. Unlike a Wald interval it is the same on any scale of
// the weight, and it does not collapse when a weight is large (Hauck and Donner 1977). weight
// counts the intercept as 0. Each end is a chain of fits with the weight held, which is why
// InferenceOptions bounds the rows.
func (e *evidence) profile(ctx context.Context, weight int) (low, high float64, err error) {
	problem, fitted, unit := e.problem, e.fitted, 1.0
	if weight == 0 {
		problem, fitted, err = e.atRawZero(ctx)
	} else {
		unit = e.m.Encoder.Kept()[weight-1].SD
	}
	if err != nil {
		return 0, 0, fmt.Errorf("models: inference: %w", err)
	}
	// The ends are good to nine digits: those of the refinement would cost and not show.
	intervals, err := fitted.Profile(ctx, problem, logit.Settings{Exact: logit.ExactNever}, []int{weight}, e.o.Level)
	if err != nil {
		return 0, 0, fmt.Errorf("models: inference: %w", err)
	}
	return intervals[0].Low / unit, intervals[0].High / unit, nil
}

// atRawZero is the same fit on columns that are not centred, whose intercept is the
// log-odds where every factor is 0:
//
//	b_0 + sum_j b_j z_j = a + sum_j b_j (z_j + mean_j/sd_j)
func (e *evidence) atRawZero(ctx context.Context) (logit.Problem, *logit.Fitted, error) {
	shifted := selected{Source: e.design}
	for j, c := range e.m.Encoder.Kept() {
		shifted.keep, shifted.shift = append(shifted.keep, j), append(shifted.shift, c.Mean/c.SD)
	}
	p := e.problem
	p.Columns, p.Source = nil, shifted
	start := append([]float64{e.fitted.Intercept - floats.Dot(e.fitted.Coef, shifted.shift)}, e.fitted.Coef...)
	fitted, err := logit.Fit(ctx, p, logit.Settings{Start: start, Exact: logit.ExactNever})
	return p, fitted, err
}
