package logit

import (
	"math"
	"testing"
)

// The same Gram matrix by blocks and, because a basis is installed, by rows: the identity
// changes nothing else. They share no arithmetic but dd.
func TestExactBlocksAgreeWithExactRowsTo28Digits(t *testing.T) {
	for _, n := range []int{5, 64, 130, chunkRows + 3} {
		p := skewed(n, 5)
		p.Y[0], p.Y[1] = 0, 1
		p.Weights, p.Offset = make([]float64, n), make([]float64, n)
		for i := range n {
			p.Weights[i], p.Offset[i] = 1+float64(i%5)/3, math.Sin(float64(i))
		}
		d, err := newDesign(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		q := d.size()
		zeta := make([]dd, q)
		for j := range zeta {
			zeta[j] = dd{math.Cos(float64(j)), 0x1p-56}
		}
		for _, at := range [][]dd{zeta, nil} {
			d.setBasis(nil)
			byBlocks, err := newExactPasses(d).gram(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			identity := make([]float64, q*q)
			for j := range q {
				identity[j*q+j] = 1
			}
			d.setBasis(identity)
			byRows, err := newExactPasses(d).gram(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			for a := range q {
				for b := range q {
					// Relative to the diagonal: off it, sums may cancel.
					size := math.Sqrt(byRows[a*q+a].hi * byRows[b*q+b].hi)
					if difference := byBlocks[a*q+b].sub(byRows[a*q+b]).float(); !(math.Abs(difference) <= 1e-28*size) {
						t.Errorf("%d rows: entry %d, %d differs by %g", n, a, b, difference/size)
					}
				}
			}
		}
	}
}

// The logistic function by columns and one number after the other share the series and no more: the
// quotient is Newton's in the one and long division in the other.
func TestTheLogisticFunctionOfABlockIsThatOfItsRows(t *testing.T) {
	for name, k := range map[string]kernel{"fastest": fastest(), "portable": portable()} {
		l := &exactLink{kernel: k}
		var eta ddColumn
		for i := range blockHalf {
			eta.set(i, dd{math.Sinh(float64(i-30) / 5), 0x1p-60})
			l.y[i], l.w[i] = float64(i%2), 1+float64(i%3)
		}
		eta.set(0, dd{})
		eta.set(1, dd{-1e5, 0})
		eta.set(2, dd{1e5, 0})
		eta.set(3, dd{-740, 0})
		rows, residual, variance := eta, make([]float64, blockRows), make([]float64, blockRows)
		l.link(&eta, residual, variance)
		var loglik dd
		for i := range blockHalf {
			p, v := rows.at(i).sigmoid()
			y, w := dd{l.y[i], 0}, l.w[i]
			r := y.sub(p).mulFloat(w)
			loglik = loglik.add(rowLogLik(rows.at(i), l.y[i]).mulFloat(w))
			near := func(what string, got, want dd, size float64) {
				if d := got.sub(want).float(); !(math.Abs(d) <= 1e-29*size) {
					t.Errorf("%s, eta %g: %s is %g, off by %g", name, rows[i], what, want.hi, d)
				}
			}
			near("residual", dd{residual[i], residual[blockHalf+i]}, r, w) // a difference: y and p may cancel
			near("variance", dd{variance[i], variance[blockHalf+i]}, v.mulFloat(w), w*v.hi)
		}
		if got := l.take(); !(math.Abs(got.sub(loglik).float()) <= 1e-15*math.Abs(loglik.hi)) {
			t.Errorf("%s: log likelihood %g, want %g", name, got.hi, loglik.hi)
		}
		if again := l.take(); again != (dd{}) {
			t.Errorf("%s: %g is left of what was taken", name, again.hi)
		}
	}
}
