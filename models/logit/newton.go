package logit

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// newton minimises the mean penalised negative log likelihood f(theta):
//
//  1. evaluate f, its gradient g and Hessian H in one pass;
//  2. solve H step = -g (direction), adding a multiple of H's diagonal if H
//     is not numerically positive definite (Levenberg 1944);
//  3. stop when both g and step are small (converged). A small gradient alone
//     proves nothing: on separated outcomes it falls by 1/e per iteration
//     for ever while the step keeps its length;
//  4. halve the step until f falls enough (search; Armijo 1966);
//  5. from recessionAfter iterations on, ask whether the step is a direction
//     in which f falls for ever (recession, in separation.go).
type newton struct {
	d          *design
	pass       *passes
	settings   Settings
	theta      []float64
	step       []float64
	next       []float64
	now, trial *evaluation
	chol       mat.Cholesky
	iterations int
}

const (
	recessionAfter = 8     // healthy fits are done by then
	stepTolerance  = 1e-8  // relative to 1 + max |theta|
	armijo         = 1e-4  // fraction of the predicted fall that is enough
	lossNoise      = 1e-12 // falls below this are rounding, and the gradient decides
	halvings       = 10    // of the step, before it shrinks faster
	shrinkings     = 40    // in all: down to 1e-39 of the step
)

// newNewton owns theta from here on.
func newNewton(d *design, s Settings, theta []float64) *newton {
	q := d.size()
	return &newton{
		d: d, pass: newPasses(d), settings: s, theta: theta,
		step: make([]float64, q), next: make([]float64, q),
		now: newEvaluation(q), trial: newEvaluation(q),
	}
}

// run iterates from an evaluated theta to the optimum.
func (n *newton) run(ctx context.Context) error {
	for n.iterations = 0; n.iterations < n.settings.MaxIterations; n.iterations++ {
		solved := n.direction()
		if n.converged() {
			// The step is already paid for, and with quadratic convergence
			// it squares an error that is below 1e-8.
			for i, s := range n.step {
				n.theta[i] += s
			}
			return nil
		}
		if n.iterations >= recessionAfter || !solved {
			if err := n.recession(ctx); err != nil {
				return err
			}
		}
		moved, err := n.search(ctx)
		if err != nil {
			return err
		}
		if !moved {
			break
		}
	}
	if err := n.recession(ctx); err != nil {
		return err
	}
	return &ConvergenceError{Iterations: n.iterations, Gradient: maxAbs(n.now.grad), Tolerance: n.settings.Tolerance}
}

// direction solves H step = -g. It reports whether H was positive definite as
// it stood.
func (n *newton) direction() bool {
	q := n.d.size()
	h := mat.NewSymDense(q, append([]float64(nil), n.now.hess...))
	solved := n.chol.Factorize(h)
	// Growing the diagonal turns Newton into a short gradient step, which
	// always descends. It is reached when probabilities of 0 and 1 have
	// taken the curvature out of some direction.
	for damping := 1e-12; !solved && damping < 1; damping *= 100 {
		for i := range q {
			h.SetSym(i, i, n.now.hess[i*q+i]*(1+damping)+math.SmallestNonzeroFloat64)
		}
		if n.chol.Factorize(h) {
			n.solve()
			return false
		}
	}
	n.solve()
	return solved
}

// solve applies the factor at hand. gonum reports a large condition number as
// an error after solving all the same; the step is still one of descent, and
// search decides what it is worth.
func (n *newton) solve() {
	for i := range n.step {
		n.step[i] = 0
	}
	x := mat.NewVecDense(len(n.step), n.step)
	if err := n.chol.SolveVecTo(x, mat.NewVecDense(len(n.step), n.now.grad)); err != nil && !isCondition(err) {
		return
	}
	for i := range n.step {
		n.step[i] = -n.step[i]
	}
}

// isCondition reports whether err only warns of ill-conditioning.
func isCondition(err error) bool {
	_, ok := err.(mat.Condition)
	return ok
}

// converged asks for both, see step 3.
func (n *newton) converged() bool {
	return maxAbs(n.now.grad) <= n.settings.Tolerance &&
		maxAbs(n.step) <= stepTolerance*(1+maxAbs(n.theta))
}

// search moves theta along the step and leaves its evaluation in now. It
// reports whether any fraction of the step was an improvement.
func (n *newton) search(ctx context.Context) (bool, error) {
	slope := 0.0
	for i, g := range n.now.grad {
		slope += g * n.step[i]
	}
	for t, k := 1.0, 0; k < shrinkings; t, k = t/shrinkage(k), k+1 {
		for i := range n.next {
			n.next[i] = n.theta[i] + t*n.step[i]
		}
		if err := n.pass.evaluate(ctx, n.next, 1, n.trial); err != nil {
			return false, err
		}
		if n.better(t * slope) {
			n.theta, n.next = n.next, n.theta
			n.now, n.trial = n.trial, n.now
			return true, nil
		}
	}
	return false, nil
}

// shrinkage divides the step after k failures. Halving is right near the optimum;
// after a jump to where a probability is 1e-16 the curvature is as small, the
// next step as many times too long, and halving alone would not get back.
func shrinkage(k int) float64 {
	if k < halvings {
		return 2
	}
	return 16
}

// better compares the trial with the current point: enough of the predicted
// fall, or, where the loss has no digits left to tell, a gradient that has
// not grown.
func (n *newton) better(predicted float64) bool {
	fall := n.trial.loss - n.now.loss
	if fall <= armijo*predicted {
		return true
	}
	return math.Abs(fall) <= lossNoise*(1+n.now.loss) && maxAbs(n.trial.grad) <= maxAbs(n.now.grad)
}

// maxAbs is the largest magnitude, and NaN as soon as there is one.
func maxAbs(v []float64) float64 {
	var m float64
	for _, x := range v {
		a := math.Abs(x)
		if math.IsNaN(a) {
			return a
		}
		m = max(m, a)
	}
	return m
}
