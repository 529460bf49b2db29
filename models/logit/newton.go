package logit

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
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
	objective  objective
	settings   Settings
	held       []float64 // a with a'theta to be left as it is; nil: all of theta is free
	theta      []float64
	step       []float64
	next       []float64
	now, trial *evaluation
	chol       mat.Cholesky
	iterations int // steps of run
	chords     int // steps of approach
}

const (
	recessionAfter  = 8     // healthy fits are done by then
	stepTolerance   = 1e-8  // relative to 1 + max |theta|
	linearTolerance = 1e-12 // the same, where convergence is linear
	heightTolerance = 1e-16 // of the objective
	heightFloor     = 1e-14 // the same, where probabilities of 1e-16 leave no more digits
	armijo          = 1e-4  // fraction of the predicted fall that is enough
	lossNoise       = 1e-12 // falls below this are rounding, and the gradient decides
	halvings        = 10    // of the step, before it shrinks faster
	shrinkings      = 40    // in all: down to 1e-39 of the step
)

// newNewton owns theta from here on.
func newNewton(d *design, s Settings, theta []float64) *newton {
	q := d.size()
	n := &newton{
		d: d, pass: newPasses(d), settings: s, theta: theta,
		step: make([]float64, q), next: make([]float64, q),
		now: newEvaluation(q), trial: newEvaluation(q),
	}
	n.pass.place = s.Place
	n.objective = likelihood{n.pass}
	if d.firth {
		n.objective = newFirth(n.pass)
	}
	return n
}

// objective is a function to minimise: the mean negative log likelihood with a ridge
// penalty, or with Firth's.
type objective interface {
	// at fills e with the objective, its gradient and a positive definite matrix close
	// to its Hessian. Where there is none, the loss is infinite.
	at(ctx context.Context, theta []float64, e *evaluation) error
}

// likelihood is the objective of plain and ridge regression.
type likelihood struct{ pass *passes }

func (l likelihood) at(ctx context.Context, theta []float64, e *evaluation) error {
	return l.pass.evaluate(ctx, theta, 1, e)
}

// run iterates from an evaluated theta to the optimum.
func (n *newton) run(ctx context.Context) error {
	for n.iterations = 0; n.iterations < n.settings.MaxIterations; n.iterations++ {
		solved := n.direction()
		if n.converged(n.small(), heightTolerance) {
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
	if n.converged(stepTolerance, heightFloor) {
		return nil // as close as rounding lets a linear convergence come
	}
	if err := n.recession(ctx); err != nil {
		return err
	}
	return &ConvergenceError{Iterations: n.iterations, Gradient: n.slope(n.now), Tolerance: n.settings.Tolerance}
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
	if !solved { // no number: from sums that overflow, at a start or under offsets far out
		clear(n.step)
		return false
	}
	n.solve()
	return true
}

// solveBy is x of Hx = b by the factor of H. gonum only warns of its condition: the step is
// still one of descent, and search decides what it is worth.
func solveBy(chol *mat.Cholesky, b []float64) []float64 {
	x := mat.NewVecDense(len(b), nil)
	_ = chol.SolveVecTo(x, mat.NewVecDense(len(b), b))
	return x.RawVector().Data
}

// solve applies the factor at hand.
func (n *newton) solve() {
	copy(n.step, n.against(n.now.grad))
	floats.Scale(-1, n.step)
	n.hold()
}

// hold takes out of the step what would move a'theta: the solution of
//
//	H step + m a = -g,  a'step = 0.
func (n *newton) hold() {
	if n.held == nil {
		return
	}
	u := n.against(n.held)
	if scale := floats.Dot(n.held, u); scale != 0 {
		floats.AddScaled(n.step, -floats.Dot(n.held, n.step)/scale, u)
	}
}

// slope is the largest component of the gradient, of its part across a if a is held.
func (n *newton) slope(e *evaluation) float64 {
	if n.held == nil {
		return maxAbs(e.grad)
	}
	m := floats.Dot(n.held, e.grad) / floats.Dot(n.held, n.held)
	worst := 0.0
	for i, a := range n.held {
		if g := math.Abs(e.grad[i] - m*a); !(g <= worst) {
			worst = g
		}
	}
	return worst
}

// small is the step that ends the iteration.
func (n *newton) small() float64 {
	if n.d.firth {
		return linearTolerance
	}
	return stepTolerance
}

// converged asks for both, see step 3. A profile needs the height alone: there it is the
// fall that the step promises (the Newton decrement) which must be below rounding.
func (n *newton) converged(small, height float64) bool {
	if n.held != nil {
		return -floats.Dot(n.now.grad, n.step) <= height*(1+math.Abs(n.now.loss))
	}
	return n.slope(n.now) <= n.settings.Tolerance &&
		maxAbs(n.step) <= small*(1+maxAbs(n.theta))
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
		if slices.Equal(n.next, n.theta) {
			return false, nil
		}
		if err := n.objective.at(ctx, n.next, n.trial); err != nil {
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
	return math.Abs(fall) <= lossNoise*(1+n.now.loss) && n.slope(n.trial) <= n.slope(n.now)
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
