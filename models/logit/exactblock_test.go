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
		d, err := newDesign(p)
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

func TestManyExponentialsAreThoseOfOneByOne(t *testing.T) {
	var many [blockHalf]dd
	for i := range many {
		many[i] = dd{-math.Expm1(float64(i) / 8), 0x1p-60}
	}
	many[1], many[2] = dd{}, dd{-1e5, 0}
	single := many
	exps(many[:], new([3 * blockHalf]dd))
	for i, a := range single {
		if e := a.exp(); e != many[i] {
			t.Errorf("e^%g is %g and %g", a.hi, e, many[i])
		}
	}
	agree(t, "e^0 and e^-100000", 0, []float64{many[1].hi, many[2].hi}, []float64{1, 0})
}
