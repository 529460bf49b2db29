package logit

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// firth is the objective of Firth (1993, Biometrika 80, section 3.1), the likelihood
// times Jeffreys' prior,
//
//	l*(b) = l(b) + 1/2 log det X'WX,   W = diag w_i p_i (1-p_i),
//	U*(b) = sum_i [w_i (y_i - p_i) + h_i (1/2 - p_i)] x_i,
//
// with h_i the leverages, the diagonal of W^1/2 X (X'WX)^-1 X'W^1/2. Its maximum is
// finite whatever separates the outcomes (Heinze and Schemper 2002).
//
// The score is that of data in which every row has h_i more trials, half of them events.
// The steps use the Hessian of those data,
//
//	sum_i (w_i + h_i) p_i (1-p_i) x_i x_i',
//
// positive definite everywhere, and exact but for the movement of h. So they converge
// linearly, by a factor of about q/n.
type firth struct {
	pass  *passes
	lever *evaluation // the part that the leverages add
}

func newFirth(pass *passes) firth {
	return firth{pass: pass, lever: newEvaluation(pass.d.size())}
}

// at takes two passes: one for the information, one for the leverages in it. The log
// determinant is that of the information per unit of weight, in theta.
func (f firth) at(ctx context.Context, theta []float64, e *evaluation) error {
	if err := f.pass.evaluate(ctx, theta, 1, e); err != nil {
		return err
	}
	root, logDet, ok := inverseRoot(e.hess, len(e.grad))
	if !ok {
		e.loss = math.Inf(1)
		return nil
	}
	if err := f.pass.over(ctx, theta, 1, f.lever, func(w *scratch, chunk int, slot []float64) error {
		return w.leverages(chunk, root, slot)
	}); err != nil {
		return err
	}
	e.loss -= logDet / 2 / f.pass.d.sumW
	for i, g := range f.lever.grad {
		e.grad[i] += g / f.pass.d.sumW
	}
	for i, h := range f.lever.hess {
		e.hess[i] += h / f.pass.d.sumW
	}
	return nil
}

// inverseRoot returns L^-1, row-major, for a = L L', and log det a; false if a is not
// positive definite.
func inverseRoot(a []float64, q int) (root []float64, logDet float64, ok bool) {
	var chol mat.Cholesky
	if !chol.Factorize(mat.NewSymDense(q, append([]float64(nil), a...))) {
		return nil, 0, false
	}
	var l, inverse mat.TriDense
	chol.LTo(&l)
	_ = inverse.InverseTri(&l) // gonum only warns of its condition
	root = make([]float64, q*q)
	for i := range q {
		for j := range i + 1 {
			root[i*q+j] = inverse.At(i, j)
		}
	}
	return root, chol.LogDet(), true
}

// leverages adds to the slot the gradient and the Hessian that the leverages of one
// chunk bring in, times the sum of weights. The root is that of the mean information.
func (s *scratch) leverages(chunk int, root, slot []float64) error {
	return s.blocks(chunk, func(lo, rows int) {
		s.pull(lo, rows, root, slot)
		s.gram(rows, slot)
	})
}

// pull turns eta into what the half events of the leverages add to residuals and
// variances. Probabilities are bounded as those of the information are: of smaller ones the
// leverages would vanish, and with them the slope that leads back from far out. The root being
// that of the mean information, all of it is too large by the sum of weights, which the caller
// takes out.
func (s *scratch) pull(lo, rows int, root, slot []float64) {
	h := s.project(rows, root)
	for i, eta := range s.eta[:rows] {
		w := s.d.weight(lo + i)
		e := math.Exp(max(-math.Abs(eta), leastExponent))
		t := 1 / (1 + e)
		v := e * t * t
		h := w * v * h[i]
		// 1/2 - p is -(1-e)/(1+e)/2 on the right of 0, and the opposite on the left.
		r := h * math.Copysign((1-e)*t/2, -eta)
		slot[slotWeight] += w
		slot[slotGrad0] += r
		slot[slotHess0] += h * v
		s.residual[i], s.variance[i] = r, h*v
	}
	full := roundUp(rows, grain)
	clear(s.residual[rows:full])
	clear(s.variance[rows:full])
}

// project returns the squared length of root u for every row u of the block.
func (s *scratch) project(rows int, root []float64) []float64 {
	q, f := s.d.size(), s.d.first()
	length, t := s.u[:rows], s.u[blockRows:][:roundUp(rows, grain)]
	clear(length)
	for i := range q {
		for k := range t {
			t[k] = 0
			if f == 1 {
				t[k] = root[i*q]
			}
		}
		s.kernel.predict(t, s.z, root[i*q+f:i*q+max(f, i+1)])
		for k := range length {
			length[k] += t[k] * t[k]
		}
	}
	return length
}
