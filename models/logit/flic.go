package logit

import (
	"context"
	"fmt"
)

// FLIC returns a Firth fit with the intercept that makes the mean probability the mean
// response (Puhr, Heinze, Nold, Lusa and Geroldinger 2017, Statistics in Medicine 36,
// section 2.3). Firth's penalty pulls probabilities towards 1/2, which overstates rare
// events; FLIC keeps its weights and takes the pull out of the level.
//
// Intercept, log likelihood, deviance and information criteria are those of the new
// probabilities. PenalisedLogLik, covariance and standard errors remain those of f.
func FLIC(ctx context.Context, p Problem, f *Fitted) (*Fitted, error) {
	if p.NoIntercept {
		return nil, fmt.Errorf("logit: FLIC of a model without an intercept; there is nothing to correct")
	}
	if len(f.Coef) != p.width() {
		return nil, fmt.Errorf("logit: FLIC: %d coefficients for %d columns; give the problem of the fit", len(f.Coef), p.width())
	}
	offset, err := f.weighed(p)
	if err != nil {
		return nil, err
	}
	level, err := Fit(ctx, Problem{Y: p.Y, Weights: p.Weights, Offset: offset}, Settings{})
	if err != nil {
		return nil, err
	}
	out := *f
	out.Intercept, out.LogLik, out.Deviance = level.Intercept, level.LogLik, level.Deviance
	out.AIC += 2 * (f.LogLik - level.LogLik)
	out.BIC += 2 * (f.LogLik - level.LogLik)
	return &out, nil
}

// weighed is the linear predictor of every row without the intercept.
func (f *Fitted) weighed(p Problem) ([]float64, error) {
	without := *f
	without.Intercept = 0
	d := &design{x: p.matrix(), n: len(p.Y), source: make([]int, len(f.Coef))}
	for j := range d.source {
		d.source[j] = j
	}
	rows, eta := newWindow(d), make([]float64, d.n)
	for chunk := range d.chunks() {
		if err := rows.load(chunk); err != nil {
			return nil, err
		}
		without.linear(p, rows, eta[rows.lo:rows.hi])
	}
	return eta, nil
}
