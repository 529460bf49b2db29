package models

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"holdfast/models/logit"
)

// A profile-likelihood interval holds every value b of a weight that the likelihood
// ratio does not reject,
//
//	{ b : r(b) <= c },   r(b)^2 = 2 (l - l_p(b)),   c = the normal quantile of the level,
//
// where l is the maximum and l_p(b) the maximum with the weight held at b (Venzon and
// Moolgavkar 1988). Unlike a Wald interval it is the same on any scale of the weight,
// and it does not collapse when a weight is large (Hauck and Donner 1977).

// There is no formula for l_p(b), so each value of it is a fit of all other weights. Three
// things keep these fits few and short: r is nearly a straight line, so that the secant
// finds its root in about five steps; the other weights move with b as their covariance
// says, which starts each fit next to its maximum; and nobody needs its standard errors,
// so that the refinement of the solver is left out. The ends are good to nine digits.

// profiled is the problem in which one weight can be held: its column goes into the
// offset.
type profiled struct {
	rest   logit.Problem // the other columns
	column []float64     // of the held weight; nil: the intercept, a column of ones
	lambda float64       // the ridge penalty of the held weight

	estimate float64
	stdErr   float64
	start    []float64 // the other coefficients at the maximum, as logit.Settings.Start ...
	slope    []float64 // ... and how they move per unit of the held one, to first order
	top      float64   // the maximum of the penalised log likelihood
}

// profile returns both ends for a weight of Inference.Weights, in the unit of the
// weight; NaN where the likelihood could not be followed.
func (e *evidence) profile(ctx context.Context, weight int) (low, high float64, err error) {
	var p *profiled
	unit := 1.0
	if weight == 0 {
		p = e.holdIntercept()
	} else {
		unit = e.m.Encoder.Kept()[weight-1].SD
		if p, err = e.holdColumn(weight - 1); err != nil {
			return 0, 0, err
		}
	}
	c := distuv.UnitNormal.Quantile((1 + e.o.Level) / 2)
	if low, err = p.end(ctx, -1, c); err != nil {
		return 0, 0, err
	}
	high, err = p.end(ctx, 1, c)
	return low / unit, high / unit, err
}

// holdColumn holds the coefficient of a design column.
func (e *evidence) holdColumn(column int) (*profiled, error) {
	p := &profiled{column: make([]float64, e.design.Rows), estimate: e.fitted.Coef[column], stdErr: e.fitted.StdErr[column], top: e.height(e.fitted, e.problem)}
	piece, err := e.design.Piece(column, 0, p.column)
	if err != nil {
		return nil, fmt.Errorf("models: inference: %w", err)
	}
	p.column = piece
	var keep []int
	p.rest, p.start, keep = e.without(column, column+1)
	if e.problem.L2 != nil {
		p.lambda = e.problem.L2[column]
	}
	cov := e.fitted.Covariance
	p.slope = []float64{cov.At(0, column+1) / cov.At(column+1, column+1)}
	for _, j := range keep {
		p.slope = append(p.slope, cov.At(j+1, column+1)/cov.At(column+1, column+1))
	}
	return p, nil
}

// holdIntercept holds the log-odds where every factor is 0. Columns that are not centred
// make them a coefficient of their own:
//
//	b_0 + sum_j b_j z_j = a + sum_j b_j (z_j + mean_j/sd_j)
func (e *evidence) holdIntercept() *profiled {
	columns := e.m.Encoder.Kept()
	g := direction(columns, 0)
	p := &profiled{rest: e.problem, top: e.height(e.fitted, e.problem)}
	shifted := selected{Source: e.design}
	for j, c := range columns {
		shifted.keep, shifted.shift = append(shifted.keep, j), append(shifted.shift, c.Mean/c.SD)
	}
	p.rest.Columns, p.rest.Source, p.rest.NoIntercept = nil, shifted, true
	p.start = append([]float64{0}, e.fitted.Coef...)
	p.estimate = e.fitted.Intercept
	for j, b := range e.fitted.Coef {
		p.estimate += b * g.AtVec(j+1)
	}
	var with mat.VecDense // covariances with the intercept at zero
	with.MulVec(e.fitted.Covariance, g)
	variance := mat.Dot(g, &with)
	p.stdErr, p.slope = math.Sqrt(variance), []float64{0}
	for j := range columns {
		p.slope = append(p.slope, with.AtVec(j+1)/variance)
	}
	return p
}

// height is the penalised log likelihood of a fit.
func (e *evidence) height(f *logit.Fitted, p logit.Problem) float64 {
	return f.LogLik - ridgeCost(f, p)
}

// ridgeCost is what the penalty takes off the log likelihood.
func ridgeCost(f *logit.Fitted, p logit.Problem) float64 {
	cost := 0.0
	for j, lambda := range p.L2 {
		cost += lambda / 2 * f.Coef[j] * f.Coef[j]
	}
	return cost
}

const (
	profileTries = 40    // the secant needs about five
	profileNoise = 4e-13 // relative, of a log likelihood in float64
	profileDigit = 1e-9  // relative, of the root
)

// end finds the b on one side at which r(b) = c. r is nearly a straight line from 0 at
// the estimate with slope 1/stdErr, so the secant through the last two points is as good
// as Newton's method; a bracket keeps it from leaving the road.
func (p *profiled) end(ctx context.Context, side, c float64) (float64, error) {
	inside, outside := 0.0, math.Inf(1) // distances from the estimate with r below and above c
	lastT, lastR := 0.0, 0.0
	t := c * p.stdErr
	tolerance := profileDigit*c + profileNoise*math.Abs(p.top)
	for range profileTries {
		r, err := p.root(ctx, p.estimate+side*t)
		if err != nil || math.IsNaN(r) {
			return math.NaN(), err
		}
		if math.Abs(r-c) <= tolerance {
			return p.estimate + side*t, nil
		}
		if r < c {
			inside = t
		} else {
			outside = t
		}
		next := t + (c-r)*(t-lastT)/(r-lastR)
		if !(next > inside && next < outside) {
			next = min((inside+outside)/2, 2*inside+p.stdErr)
		}
		lastT, lastR, t = t, r, next
	}
	return math.NaN(), nil
}

// root is r(b) of the held weight; NaN when the rest has no maximum that the solver
// finds.
func (p *profiled) root(ctx context.Context, b float64) (float64, error) {
	rest := p.rest
	rest.Offset = make([]float64, len(rest.Y))
	for i := range rest.Offset {
		rest.Offset[i] = b
		if p.column != nil {
			rest.Offset[i] = b * p.column[i]
		}
	}
	start := make([]float64, len(p.start))
	for k := range start {
		start[k] = p.start[k] + p.slope[k]*(b-p.estimate)
	}
	if _, columns := rest.Source.Size(); columns == 0 && rest.NoIntercept {
		return math.NaN(), nil
	}
	f, err := logit.Fit(ctx, rest, logit.Settings{Start: start, Exact: logit.ExactNever})
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if noMaximum(err) {
		return math.NaN(), nil
	}
	if err != nil {
		return 0, fmt.Errorf("models: inference: %w", err)
	}
	// Rounding may put a fit at the estimate itself a hair above the maximum: r is 0 there.
	held := f.LogLik - ridgeCost(f, rest) - p.lambda/2*b*b
	return math.Sqrt(max(0, 2*(p.top-held))), nil
}
