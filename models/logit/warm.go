package logit

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

const (
	warmSteps  = 8 // Newton steps per level before it is abandoned
	warmChunks = 4 // the fewest chunks worth a level of their own
	// warmNoise divided by the square root of a level's rows is a gradient that its
	// optimum has on the other rows: nearer than that, it points nowhere.
	warmNoise = 0.25
)

// warm moves theta close to the optimum on every 64th and then every 8th
// chunk of rows, so that the passes over all rows start where Newton's method
// is already quadratic. Then gradients of all rows, which cost half a Hessian or less,
// go the rest of the way with the Hessian of that level (approach in chord.go). A level that
// does not settle, because its rows are separated or dependent although the
// whole is not, leaves theta as it was. The choice of rows depends on the
// number of rows alone. It changes the path and never the answer.
//
// Where there is a fit to go on from, nothing of the kind is needed but for one that turns out to be of
// something else.
func (n *newton) warm(ctx context.Context) error {
	if n.goOn(n.settings.From, n.settings.Kept) {
		if arrived, err := n.approach(ctx); arrived || err != nil {
			return err
		}
	}
	ready := false
	for _, skip := range []int{64, 8} {
		if n.d.chunks() <= (warmChunks-1)*skip {
			continue
		}
		copy(n.next, n.theta)
		settled, err := n.settle(ctx, skip)
		if err != nil {
			return err
		}
		if !settled {
			copy(n.theta, n.next)
		}
		ready = settled
	}
	if !ready || n.d.firth {
		return nil
	}
	_, err := n.approach(ctx)
	return err
}

// goOn takes the coefficients of another fit and its Hessian, if they can be those of this problem: without
// columns that were left out, as theta has a place for each then.
func (n *newton) goOn(fit *Fitted, kept []int) bool {
	d := n.d
	if fit == nil || d.firth || !d.intercept || len(d.source) != d.allP || len(fit.Aliased) > 0 {
		return false
	}
	from, ok := fit.expected(kept)
	var inverse mat.Cholesky
	if !ok || len(from.coef) != d.allP+1 || !inverse.Factorize(d.thetaCovariance(from)) {
		return false
	}
	hess := new(mat.SymDense)
	if inverse.InverseTo(hess) != nil {
		return false // too near to singular to be of use
	}
	if d.exchangePenalties(hess, from); !n.chol.Factorize(hess) {
		return false
	}
	copy(n.theta, d.start(from.coef))
	copy(n.next, n.theta)
	return true
}

// thetaCovariance is the inverse of the mean Hessian of another fit, in theta: T C T' times the sum of its weights,
// where T takes coefficients to theta as start does.
func (d *design) thetaCovariance(of expected) *mat.SymDense {
	q := d.size()
	to := mat.NewDense(q, q, nil)
	to.Set(0, 0, 1)
	for j, scale := range d.scale {
		to.Set(0, j+1, d.shift[j]/scale)
		to.Set(j+1, j+1, 1/scale)
	}
	var moved mat.Dense
	moved.Product(to, of.covariance, to.T())
	moved.Scale(of.sumWeights, &moved)
	symmetric := mat.NewSymDense(q, nil)
	for i := range q {
		for j := range i + 1 {
			symmetric.SetSym(i, j, moved.At(i, j))
		}
	}
	return symmetric
}

// exchangePenalties replaces the ridge penalties in a mean Hessian in theta by those of the design.
func (d *design) exchangePenalties(hess *mat.SymDense, of expected) {
	for j, scale := range d.scale {
		penalty := d.lambda[j] / d.sumW
		if of.penalties != nil {
			penalty -= of.penalties[j] * scale * scale / of.sumWeights
		}
		hess.SetSym(j+1, j+1, hess.At(j+1, j+1)+penalty)
	}
}

// settle takes full Newton steps on every skip-th chunk. It reports whether
// the loss fell all the way to a small gradient. A start whose gradient is small already,
// one from a neighbouring problem, stays where it is.
func (n *newton) settle(ctx context.Context, skip int) (bool, error) {
	loss := 0.0
	noise := warmNoise / math.Sqrt(float64(n.d.n/skip))
	for k := range warmSteps {
		if err := n.pass.evaluate(ctx, n.theta, skip, n.now); err != nil {
			return false, err
		}
		if k > 0 && !(n.now.loss <= loss*(1+lossNoise)) {
			return false, nil
		}
		loss = n.now.loss
		if !n.direction() {
			return false, nil
		}
		// The factor of this very Hessian is what approach goes on with.
		if maxAbs(n.now.grad) <= noise {
			return true, nil
		}
		for i, s := range n.step {
			n.theta[i] += s
		}
	}
	return false, nil
}
