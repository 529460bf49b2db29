package logit

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// firthRefinements bounds the double-double steps of a Firth fit: they converge
// linearly, by the factor that firth states, which is worst where rows are fewest.
const firthRefinements = 400

// The full Newton step of Firth's objective needs third derivatives. The step with the
// information instead of that Hessian reaches the same point, linearly instead of
// quadratically, and costs passes that small samples afford.
// refineFirth is refine with Firth's score. It takes two double-double passes a step,
// for the information and for the leverages in it.
func (o *optimum) refineFirth(ctx context.Context, chol *mat.Cholesky) error {
	pass := newExactPasses(o.d)
	last := math.Inf(1)
	for range firthRefinements {
		root, err := o.information(ctx, pass)
		if err != nil || root == nil {
			return err
		}
		grad, loglik, err := pass.firthScore(ctx, o.zeta, root)
		if err != nil {
			return err
		}
		// The Cholesky factor of float64 is good enough to step with: an error of it slows the
		// approach by that factor and does not move the end, which the exact score decides.
		theta := o.penalised(grad)
		o.loglik, o.gradient = loglik.float(), maxAbs(theta)/o.d.sumW
		step := mat.NewVecDense(len(theta), solveBy(chol, theta))
		step.ScaleVec(1/o.d.sumW, step)
		size := mat.Norm(step, math.Inf(1))
		// Steps that no longer shrink are rounding of the double-double score: thirty digits are
		// reached. Also ends the loop at NaN.
		if !(size < last) {
			break
		}
		last = size
		o.move(step.RawVector().Data)
		if size < 1e-24 {
			break
		}
	}
	_, err := o.information(ctx, pass)
	o.refined = err == nil
	return err
}

// information sets the Hessian of the sum to X'WX at zeta and returns its Cholesky
// factor, nil if it is not positive definite.
func (o *optimum) information(ctx context.Context, pass *exactPasses) ([]dd, error) {
	hess, err := pass.gram(ctx, o.zeta)
	if err != nil {
		return nil, err
	}
	o.hess = hess
	root, _ := ddCholesky(hess, o.d.size())
	return root, nil
}

// firthScore is score with the half events of the leverages; root is the Cholesky factor
// of the information.
func (e *exactPasses) firthScore(ctx context.Context, zeta, root []dd) (grad []dd, loglik dd, err error) {
	q := e.d.size()
	total, err := e.run(ctx, q+1, func(w *exactRow, i int, slot []dd) {
		w.read(i)
		eta := e.d.exactEta(i, w.z, zeta)
		wi, y := e.d.weight(i), e.d.y[i]
		mu, v := eta.sigmoid()
		// h is the leverage of the row, the diagonal of the hat matrix of W^.5 X. The score becomes
		// that of a logistic regression with h/2 events and h/2 non-events added to each row.
		h := w.length(root).mul(v.mulFloat(wi))
		r := dd{y, 0}.sub(mu).mulFloat(wi).add(h.mul(dd{0.5, 0}.sub(mu)))
		for j, z := range w.z {
			slot[j] = slot[j].add(z.mul(r))
		}
		slot[q] = slot[q].add(rowLogLik(eta, y).mulFloat(wi))
	})
	if err != nil {
		return nil, dd{}, err
	}
	return total[:q], total[q], nil
}

// length returns the squared length of root^-1 u for the row at hand. It uses up u.
func (w *exactRow) length(root []dd) dd {
	u := w.d.exactRebase(w)
	if w.d.basis == nil {
		copy(w.u, u)
	}
	ddForward(root, w.u, len(w.u))
	var sum dd
	for _, x := range w.u {
		sum = sum.add(x.mul(x))
	}
	return sum
}

// jeffreys is half the log determinant of X'WX in the columns as they were given, of
// which theta is a linear map: Z = X T with det T the product of the scales, and U = Z B.
func (o *optimum) jeffreys() float64 {
	q := o.d.size()
	root, ok := ddCholesky(o.hess, q)
	if !ok {
		return math.NaN()
	}
	sum := 0.0
	for i := range q {
		// Logs of factors instead of the log of their product, which under- or overflows with 30
		// columns in large units. The basis is triangular: its determinant is its diagonal.
		sum += math.Log(root[i*q+i].float()) - math.Log(math.Abs(o.d.basisAt(i, i)))
	}
	for _, s := range o.d.scale {
		sum -= math.Log(s)
	}
	return sum
}
