package logit

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// optimum is the end of the iteration in double-double: exact to about 30
// digits after refinement, else the float64 answer carried along.
type optimum struct {
	d          *design
	zeta       []dd // coefficients of Z, intercept first
	hess       []dd // q x q Hessian of the sum, in theta
	loglik     float64
	gradient   float64
	iterations int
	refined    bool
}

// refinements bounds the double-double steps. The first takes a float64
// answer, good to eps times the condition of the problem, to twice its
// digits; two or three are the rule.
const refinements = 8

// gramTolerance is how far, in theta, from the answer a Hessian may be taken: variances
// are then right to as many digits.
const gramTolerance = 1e-20

// finish turns the float64 optimum into the final one: refined if the
// settings ask for it, as it is otherwise.
func (n *newton) finish(ctx context.Context) (*optimum, error) {
	o := &optimum{
		d: n.d, zeta: make([]dd, n.d.size()),
		gradient: maxAbs(n.now.grad), iterations: n.chords + n.iterations,
	}
	if n.d.firth {
		// From here on the information alone counts: it is what the covariance is of.
		if err := n.pass.evaluate(ctx, n.theta, 1, n.now); err != nil {
			return nil, err
		}
	}
	o.loglik = n.logLik()
	for i, z := range n.d.fromBasis(n.theta) {
		o.zeta[i].hi = z
	}
	switch {
	case n.wantsExact() && n.d.firth:
		return o, o.refineFirth(ctx, &n.chol)
	case n.wantsExact():
		return o, o.refine(ctx, &n.chol)
	}
	o.hess = make([]dd, len(n.now.hess))
	for i, h := range n.now.hess {
		o.hess[i] = twoProd(h, n.d.sumW)
	}
	return o, nil
}

// wantsExact weighs cost against need: nearly collinear columns are refined
// at any size, because float64 has lost the digits that they differ in.
func (n *newton) wantsExact() bool {
	switch n.settings.Exact {
	case ExactAlways:
		return true
	case ExactNever:
		return false
	}
	return n.d.n <= exactRows || n.d.basis != nil
}

// logLik turns the mean objective into the sum log likelihood and takes the penalty out of the objective again.
func (n *newton) logLik() float64 {
	loss := n.now.loss * n.d.sumW
	for i, z := range n.d.fromBasis(n.theta)[n.d.first():] {
		loss -= n.d.lambda[i] * z * z / 2
	}
	return -loss
}

// refine is Newton's method with an exact gradient and a float64 Hessian:
// each step multiplies the error by the relative error of that Hessian. The
// covariance then comes from a double-double Hessian at the very end, since
// normal equations in float64 lose twice the digits of the condition number. From the
// second step on, which is nearly always the last, it is taken along with the gradient,
// and stands if the step that follows is far below the rounding of float64.
func (o *optimum) refine(ctx context.Context, chol *mat.Cholesky) error {
	// The gradient must be exact, not the direction: an error in the Hessian
	// only slows the convergence (Higham 2002, section 12.1).
	pass := newExactPasses(o.d)
	last := math.Inf(1)
	var hess []dd
	for k := range refinements {
		grad, loglik, along, err := pass.derivatives(ctx, o.zeta, k > 0)
		if err != nil {
			return err
		}
		hess = along
		theta := o.penalised(grad)
		o.loglik, o.gradient = loglik.float(), maxAbs(theta)/o.d.sumW
		step := mat.NewVecDense(len(theta), solveBy(chol, theta))
		step.ScaleVec(1/o.d.sumW, step)
		size := mat.Norm(step, math.Inf(1))
		if !(size < last/2) {
			break // at the floor of double-double
		}
		last = size
		o.move(step.RawVector().Data)
		if size < 1e-24 {
			break
		}
	}
	if hess == nil || !(last < gramTolerance) {
		var err error
		if hess, err = pass.gram(ctx, o.zeta); err != nil {
			return err
		}
	}
	o.hess, o.refined = o.withPenalty(hess), true
	return nil
}

// penalised subtracts the penalty's gradient and returns the whole in theta,
// B'(grad - lambda zeta), rounded only at the end.
func (o *optimum) penalised(grad []dd) []float64 {
	f, q := o.d.first(), o.d.size()
	for j, l := range o.d.lambda {
		grad[f+j] = grad[f+j].sub(o.zeta[f+j].mulFloat(l))
	}
	out := make([]float64, q)
	for j := range out {
		var s dd
		for i := 0; i <= j; i++ {
			s = s.add(grad[i].mulFloat(o.d.basisAt(i, j)))
		}
		out[j] = s.float()
	}
	return out
}

// move adds B step to zeta, every product exactly: the entries of B can be
// 1e10 where columns are nearly collinear, and what remains after they cancel
// is the answer.
func (o *optimum) move(step []float64) {
	for i := range o.zeta {
		for j := i; j < len(step); j++ {
			o.zeta[i] = o.zeta[i].add(twoProd(o.d.basisAt(i, j), step[j]))
		}
	}
}

// withPenalty adds B' diag(lambda) B to the Hessian.
func (o *optimum) withPenalty(hess []dd) []dd {
	f, q := o.d.first(), o.d.size()
	for k, l := range o.d.lambda {
		if l == 0 {
			continue
		}
		for i := range q {
			for j := range q {
				b := twoProd(o.d.basisAt(f+k, i), o.d.basisAt(f+k, j)).mulFloat(l)
				hess[i*q+j] = hess[i*q+j].add(b)
			}
		}
	}
	return hess
}
