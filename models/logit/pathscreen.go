package logit

import (
	"context"
	"fmt"
	"math"
)

// screen chooses the columns that the model of the next strength is about: those in the
// model, and those that the strong rule cannot rule out (Tibshirani et al. 2012, equation
// 4), because a slope rarely grows faster than the strength falls:
//
//	|g_j| >= l1_j (2 lambda - last).
//
// The rule can err. Columns that it left out wrongly are found by violation and let in.
func (w *walker) screen(lambda, last float64) {
	for j, g := range w.now.grad[w.d.first():] {
		k := w.d.first() + j
		if w.theta[k] != 0 || math.Abs(g) >= w.l1[j]*(2*lambda-last) {
			w.admit(k)
		}
	}
}

// admit makes a position part of the model. Columns stay once they are in: the Gram
// matrix is paid for.
func (w *walker) admit(k int) {
	if !w.model.known[k] {
		w.model.known[k], w.model.stale = true, true
	}
}

const (
	// wholeGram is the number of columns up to which a Gram matrix is taken of all of
	// them. It costs no more than a few gradients, and none is due when a column enters.
	wholeGram = 64
	// foresight is the strength, per unit of the one at hand, up to whose columns a
	// wider problem's matrix looks ahead.
	foresight = 0.25
)

// foresee lets in the columns of the next strengths while a Gram matrix is due anyway.
func (w *walker) foresee(lambda float64) {
	for j, g := range w.now.grad[w.d.first():] {
		if len(w.l1) <= wholeGram || lambda > 0 && math.Abs(g) >= w.l1[j]*lambda*foresight {
			w.admit(w.d.first() + j)
		}
	}
}

// violation is the largest slope of the objective at theta, per standard deviation of a
// column, in a direction that leads downhill and that the limits allow. With g the
// derivative of the smooth part, the derivatives to the right and to the left of b are
// g + t and g - t at b = 0 and both g + t sign(b) elsewhere, t = lambda l1.
func (w *walker) violation(lambda float64) float64 {
	worst := 0.0
	if w.d.intercept {
		worst = math.Abs(w.now.grad[0])
	}
	for j := range w.l1 {
		v := w.violationAt(lambda, j)
		if !(v <= worst) {
			worst = v
		}
	}
	return worst
}

func (w *walker) violationAt(lambda float64, j int) float64 {
	b, t := w.theta[w.d.first()+j], lambda*w.l1[j]
	g := w.now.grad[w.d.first()+j] + lambda*w.l2[j]*b
	right, left := g+t, g-t
	if b > 0 {
		left = right
	}
	if b < 0 {
		right = left
	}
	v := 0.0
	if b < w.high[j] {
		v = max(v, -right)
	}
	if b > w.low[j] {
		v = max(v, left)
	}
	return v / w.spread[j]
}

const (
	// contraction is how much of the violation a step may leave for the Gram matrix to
	// be kept: at 24 columns a new one costs as much as four gradients.
	contraction  = 0.1
	pathHalvings = 30
)

// solve moves theta to the optimum of one strength.
func (w *walker) solve(ctx context.Context, lambda float64) error {
	last := math.Inf(1)
	v := w.violation(lambda)
	for range w.settings.MaxIterations {
		if v <= w.settings.Tolerance {
			return nil
		}
		w.admitViolators(lambda)
		if w.model.stale || !w.fresh && v > contraction*last {
			w.foresee(lambda)
			if err := w.renew(ctx); err != nil {
				return err
			}
		}
		last = v
		copy(w.next, w.theta)
		w.descend(lambda, w.now.grad, w.next)
		if err := w.move(ctx, lambda); err != nil {
			return err
		}
		v = w.violation(lambda)
	}
	if v <= w.settings.Tolerance {
		return nil
	}
	return fmt.Errorf("logit: elastic net of strength %.6g: %w", lambda, &ConvergenceError{Iterations: w.settings.MaxIterations, Gradient: v, Tolerance: w.settings.Tolerance})
}

// admitViolators lets in what the screen left out wrongly.
func (w *walker) admitViolators(lambda float64) {
	for j := range w.l1 {
		if w.violationAt(lambda, j) > w.settings.Tolerance {
			w.admit(w.d.first() + j)
		}
	}
}

// move goes to next, or half as far as often as it takes not to climb. A step that climbs
// under an old Gram matrix is not taken at all: a new one is due.
func (w *walker) move(ctx context.Context, lambda float64) error {
	top := w.now.loss + w.penalty(lambda, w.theta)
	for range pathHalvings {
		if err := w.gradient(ctx, w.next, w.trial); err != nil {
			return err
		}
		if w.trial.loss+w.penalty(lambda, w.next) <= top+lossNoise*(1+top) {
			w.theta, w.next = w.next, w.theta
			w.now, w.trial = w.trial, w.now
			w.model.learn(w.next, w.theta, w.trial, w.now)
			w.fresh = false
			return nil
		}
		if !w.fresh {
			w.model.stale = true
			return nil
		}
		for k := range w.next {
			w.next[k] = (w.next[k] + w.theta[k]) / 2
		}
	}
	return nil
}

// penalty is that of the objective.
func (w *walker) penalty(lambda float64, theta []float64) float64 {
	sum := 0.0
	for j, b := range theta[w.d.first():] {
		sum += lambda * (w.l1[j]*math.Abs(b) + w.l2[j]*b*b/2)
	}
	return sum
}

// gradient evaluates loss and gradient at theta for every column, without a Hessian.
func (w *walker) gradient(ctx context.Context, theta []float64, e *evaluation) error {
	w.passes++
	return w.pass.slope(ctx, theta, e)
}

// renew takes the Gram matrix at theta for the positions of the model: a design of their
// columns alone, since all others are at zero. A pass over k columns costs k^2 and reads
// k columns, so on wide problems, of which few are in, it is cheap beside a gradient.
func (w *walker) renew(ctx context.Context) error {
	w.passes++
	m := w.model
	var kept []int
	for k, known := range m.known {
		if known {
			kept = append(kept, k)
		}
	}
	part := *w.d
	part.keep(kept)
	theta := gather(w.theta, kept)
	e := newEvaluation(len(kept))
	if err := newPasses(&part).evaluate(ctx, theta, 1, e); err != nil {
		return err
	}
	for a, i := range kept {
		for b, k := range kept {
			m.hess[i*m.q+k] = e.hess[a*len(kept)+b]
		}
	}
	m.stale, w.fresh = false, true
	return nil
}
