package logit

import (
	"context"
	"math"
	"runtime"
)

// exactPasses runs over the rows in double-double. It takes the linear
// predictor from the coefficients zeta = B theta of Z, whose entries are
// exact, and works in the same fixed chunks as passes.
type exactPasses struct {
	d       *design
	workers []*exactRow
	slots   []dd
}

// exactRow is one worker's view of one row: z of Z, u of U. It goes by rows
// and not by blocks because the arithmetic, some twenty operations per
// product, outweighs the memory.
type exactRow struct {
	*window
	z, u []dd
}

// newExactPasses allocates slots wide enough for a score or a Gram matrix.
func newExactPasses(d *design) *exactPasses {
	q := d.size()
	e := &exactPasses{d: d, slots: make([]dd, d.chunks()*max(q*q, q+1))}
	for range min(runtime.GOMAXPROCS(0), d.chunks()) {
		e.workers = append(e.workers, &exactRow{newWindow(d), make([]dd, q), make([]dd, q)})
	}
	return e
}

// read fills z with row i of Z: one subtraction per column, whose rounding error is
// the low word.
func (w *exactRow) read(i int) {
	d, f := w.d, w.d.first()
	if d.intercept {
		w.z[0] = dd{1, 0}
	}
	for j, c := range w.cols {
		w.z[f+j] = twoSum(c[i-w.lo]*d.scale[j], -d.shift[j])
	}
}

// exactEta is the linear predictor of a row of Z.
func (d *design) exactEta(i int, z, zeta []dd) dd {
	var eta dd
	if d.offset != nil {
		eta.hi = d.offset[i]
	}
	for j, x := range z {
		eta = eta.add(x.mul(zeta[j]))
	}
	return eta
}

// score returns the gradient of the sum log likelihood with respect to zeta,
// and the log likelihood itself.
func (e *exactPasses) score(ctx context.Context, zeta []dd) (grad []dd, loglik dd, err error) {
	q := e.d.size()
	total, err := e.run(ctx, q+1, func(w *exactRow, i int, slot []dd) {
		w.read(i)
		eta := e.d.exactEta(i, w.z, zeta)
		wi, y := e.d.weight(i), e.d.y[i]
		mu, _ := eta.sigmoid()
		r := dd{y, 0}.sub(mu).mulFloat(wi)
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

// rowLogLik is y eta - log(1+e^eta) with the large parts cancelled first.
func rowLogLik(eta dd, y float64) dd {
	l := eta.mulFloat(y)
	if eta.hi > 0 {
		l = l.sub(eta)
	}
	return l.sub(dd{math.Log1p(math.Exp(-math.Abs(eta.hi))), 0})
}

// gram returns U'VU with V the weights, times the binomial variance at zeta
// unless zeta is nil. It is q x q, row-major. In the basis, nearly collinear
// columns are apart again before they meet in a product, so the matrix keeps
// the digits that squaring the condition number would cost.
func (e *exactPasses) gram(ctx context.Context, zeta []dd) ([]dd, error) {
	q := e.d.size()
	total, err := e.run(ctx, q*q, func(w *exactRow, i int, slot []dd) {
		w.read(i)
		v := dd{1, 0}
		if zeta != nil {
			_, v = e.d.exactEta(i, w.z, zeta).sigmoid()
		}
		v = v.mulFloat(e.d.weight(i))
		u := e.d.exactRebase(w)
		for a := range u {
			va := v.mul(u[a])
			sums := slot[a*q+a : (a+1)*q]
			for b, x := range u[a:] {
				sums[b] = sums[b].add(va.mul(x))
			}
		}
	})
	if err != nil {
		return nil, err
	}
	for a := range q {
		for b := range a {
			total[a*q+b] = total[b*q+a]
		}
	}
	return total, nil
}

// exactRebase returns a worker's row in the design's basis.
func (d *design) exactRebase(w *exactRow) []dd {
	if d.basis == nil {
		return w.z
	}
	q := d.size()
	for j := range q {
		var u dd
		for k := 0; k <= j; k++ {
			u = u.add(w.z[k].mulFloat(d.basis[k*q+j]))
		}
		w.u[j] = u
	}
	return w.u
}

// run calls do for every row with the slot of its chunk, size values wide,
// and returns the slots' sum in chunk order.
func (e *exactPasses) run(ctx context.Context, size int, do func(w *exactRow, i int, slot []dd)) ([]dd, error) {
	chunks := e.d.chunks()
	err := eachChunk(ctx, chunks, 1, len(e.workers), func(worker, c int) error {
		w, slot := e.workers[worker], e.slots[c*size:(c+1)*size]
		clear(slot)
		if err := w.load(c); err != nil {
			return err
		}
		for i := w.lo; i < w.hi; i++ {
			do(w, i, slot)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	total := make([]dd, size)
	for c := range chunks {
		for k, v := range e.slots[c*size : (c+1)*size] {
			total[k] = total[k].add(v)
		}
	}
	return total, nil
}
