package logit

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// Profile returns likelihood-ratio tests and profile intervals of the listed
// coefficients, 0 for the intercept and j+1 for column j. An interval holds every value b
// that the ratio does not reject at the level (Venzon and Moolgavkar 1988),
//
//	r(b)^2 = 2 (l - l_p(b)) <= z^2,   z the normal quantile of (1+level)/2,
//
// l the maximum of the penalised log likelihood of the problem and l_p(b) its maximum with
// the coefficient held at b. Under Firth's penalty the determinant is that of all columns,
// the held one included (Heinze and Schemper 2002, section 2.3).
//
// In each result Z is r(0) with the sign of the estimate and P its two-sided normal tail,
// the test of b = 0. An end that the likelihood does not bound is NaN, and so is all of
// an aliased column but its estimate.
func (f *Fitted) Profile(ctx context.Context, p Problem, s Settings, coefficients []int, level float64) ([]Interval, error) {
	if !(level > 0 && level < 1) {
		return nil, fmt.Errorf("logit: profile: level is %v; it must be between 0 and 1", level)
	}
	s = s.withDefaults(p.Firth)
	s.Start = f.start()
	if err := p.check(s); err != nil {
		return nil, err
	}
	d, err := newDesign(p, nil)
	if err != nil {
		return nil, err
	}
	n, err := solve(ctx, d, s)
	if err != nil {
		return nil, err
	}
	out := make([]Interval, 0, len(coefficients))
	for _, at := range coefficients {
		i, err := f.profile(ctx, n, at, distuv.UnitNormal.Quantile((1+level)/2))
		if err != nil {
			return nil, err
		}
		out = append(out, i)
	}
	return out, nil
}

// start is the fit as a warm start.
func (f *Fitted) start() []float64 { return append([]float64{f.Intercept}, f.Coef...) }

// profile tests one coefficient; n is at the maximum.
func (f *Fitted) profile(ctx context.Context, n *newton, at int, c float64) (Interval, error) {
	out := Interval{StdErr: f.InterceptStdErr, Estimate: f.Intercept, Z: math.NaN(), P: math.NaN(), Low: math.NaN(), High: math.NaN()}
	if at < 0 || at > len(f.Coef) {
		return out, fmt.Errorf("logit: profile: no coefficient %d among %d", at, len(f.Coef)+1)
	}
	if at > 0 {
		out.StdErr, out.Estimate = f.StdErr[at-1], f.Coef[at-1]
	}
	r, ok := newRatio(n, at, out.Estimate, out.StdErr)
	if !ok {
		return out, nil
	}
	z, err := r.root(ctx, 0)
	if err != nil {
		return out, err
	}
	out.Z, out.P = math.Copysign(z, out.Estimate), math.Erfc(z/math.Sqrt2)
	if out.Low, err = r.end(ctx, -1, c); err != nil {
		return out, err
	}
	out.High, err = r.end(ctx, 1, c)
	return out, err
}

// ratio is the likelihood ratio of one coefficient as a function of its value.
type ratio struct {
	top      *newton // at the maximum
	row      []float64
	slope    []float64 // how theta moves per unit of the held coefficient, to first order
	estimate float64
	stdErr   float64
}

// newRatio reports false for a coefficient that was not estimated.
func newRatio(n *newton, at int, estimate, stdErr float64) (*ratio, bool) {
	for i, position := range n.d.positions() {
		if position != at {
			continue
		}
		r := &ratio{top: n, estimate: estimate, stdErr: stdErr}
		for _, a := range n.d.rawRows()[i] {
			r.row = append(r.row, a.float())
		}
		r.slope = n.against(r.row)
		floats.Scale(1/floats.Dot(r.row, r.slope), r.slope)
		return r, true
	}
	return nil, false
}

// against solves H x = a with the factor at hand.
func (n *newton) against(a []float64) []float64 { return solveBy(&n.chol, a) }

// root is r(b).
func (r *ratio) root(ctx context.Context, b float64) (float64, error) {
	n := newNewton(r.top.d, r.top.settings, append([]float64(nil), r.top.theta...))
	n.held = r.row
	floats.AddScaled(n.theta, b-floats.Dot(r.row, n.theta), r.slope)
	if err := n.objective.at(ctx, n.theta, n.now); err != nil {
		return 0, err
	}
	if err := n.run(ctx); err != nil {
		return 0, fmt.Errorf("logit: profile: coefficient held at %.6g: %w", b, err)
	}
	return math.Sqrt(max(0, 2*r.top.d.sumW*(n.now.loss-r.top.now.loss))), nil
}

const (
	profileTries = 60    // the secant needs about six
	profileDigit = 1e-12 // relative, of the root
	profileNoise = 1e-14 // relative, of a log likelihood in float64
)

// end finds the b on one side of the estimate at which r(b) = c. r is nearly a straight
// line through 0 of slope 1/stdErr, so the secant converges fast; the bracket keeps it on
// the road.
func (r *ratio) end(ctx context.Context, side, c float64) (float64, error) {
	inside, outside := 0.0, math.Inf(1) // distances from the estimate with r below and above c
	lastT, lastR, t := 0.0, 0.0, c*r.stdErr
	tolerance := profileDigit*c + profileNoise*r.top.d.sumW*math.Abs(r.top.now.loss)
	for range profileTries {
		at, err := r.root(ctx, r.estimate+side*t)
		if err != nil {
			return 0, err
		}
		if math.Abs(at-c) <= tolerance || outside-inside <= profileDigit*r.stdErr {
			return r.estimate + side*t, nil
		}
		if at < c {
			inside = t
		} else {
			outside = t
		}
		next := t + (c-at)*(t-lastT)/(at-lastR)
		if !(next > inside && next < outside) {
			next = min((inside+outside)/2, 2*inside+r.stdErr)
		}
		lastT, lastR, t = t, at, next
	}
	return math.NaN(), nil
}
