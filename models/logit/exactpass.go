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
	z, u  []dd
	block *exactBlock
	chunk int
}

// newExactPasses allocates slots wide enough for a score or a Gram matrix.
func newExactPasses(d *design) *exactPasses {
	q := d.size()
	e := &exactPasses{d: d, slots: make([]dd, d.stripes()*(q+1+q*q))}
	for range min(runtime.GOMAXPROCS(0), d.stripes()) {
		e.workers = append(e.workers, &exactRow{window: newWindow(d), z: make([]dd, q), u: make([]dd, q), block: newExactBlock(d)})
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

// derivatives returns the gradient of the sum log likelihood with respect to zeta, the
// log likelihood itself, and the Gram matrix at zeta if it is wanted and comes at little
// cost: nil otherwise.
func (e *exactPasses) derivatives(ctx context.Context, zeta []dd, wantGram bool) (grad []dd, loglik dd, gram []dd, err error) {
	q := e.d.size()
	wantGram = wantGram && e.d.basis == nil
	total, err := e.blocks(ctx, zeta, wantGram)
	if err != nil {
		return nil, dd{}, nil, err
	}
	if wantGram {
		gram = mirrored(total[q+1:], q)
	}
	return total[:q:q], total[q], gram, nil
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
	if e.d.basis == nil {
		total, err := e.blocks(ctx, zeta, true)
		if err != nil {
			return nil, err
		}
		return mirrored(total[q+1:], q), nil
	}
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
	return mirrored(total, q), nil
}

// mirrored fills the lower triangle with the upper.
func mirrored(m []dd, q int) []dd {
	for a := range q {
		for b := range a {
			m[a*q+b] = m[b*q+a]
		}
	}
	return m
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

// run calls do for every row with the slot of its stripe, size values wide,
// and returns the slots' sum.
func (e *exactPasses) run(ctx context.Context, size int, do func(w *exactRow, i int, slot []dd)) ([]dd, error) {
	return e.over(ctx, size, func(w *exactRow, slot []dd) error {
		if err := w.load(w.chunk); err != nil {
			return err
		}
		for i := w.lo; i < w.hi; i++ {
			do(w, i, slot)
		}
		return nil
	})
}

// over calls do for every chunk with the slot of its stripe, size values wide, and returns
// the slots' sum in order.
func (e *exactPasses) over(ctx context.Context, size int, do func(w *exactRow, slot []dd) error) ([]dd, error) {
	slot := func(stripe int) []dd { return e.slots[stripe*size : (stripe+1)*size] }
	err := e.d.eachChunk(ctx, 1, len(e.workers), func(stripe int) {
		clear(slot(stripe))
	}, func(worker, stripe, c int) error {
		e.workers[worker].chunk = c
		return do(e.workers[worker], slot(stripe))
	})
	if err != nil {
		return nil, err
	}
	total := make([]dd, size)
	for s := range e.d.stripes() {
		for k, v := range slot(s) {
			total[k] = total[k].add(v)
		}
	}
	return total, nil
}
