package logit

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func (a dd) big() *big.Float { return plus(num(a.hi), num(a.lo)) }

// relative is |got - want| / |want|, for want computed in 400 bits.
func relative(got dd, want *big.Float) float64 {
	e := minus(got.big(), want)
	if want.Sign() != 0 {
		e = divide(e, want)
	}
	f, _ := e.Abs(e).Float64()
	return f
}

func drawDD(t *rapid.T, label string) dd {
	hi := rapid.Float64Range(-1e6, 1e6).Draw(t, label)
	if math.Abs(hi) < 1e-100 {
		hi = 1
	}
	low := rapid.Float64Range(-1, 1).Draw(t, label+" low")
	if math.Abs(low) < 0x1p-60 {
		low = 0 // further down the 400 bits of the oracle do not reach
	}
	return fastTwoSum(hi, hi*low*0x1p-54)
}

func TestDoubleDoubleArithmeticKeepsItsBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawDD(t, "a"), drawDD(t, "b")
		root := dd{math.Abs(a.hi), math.Copysign(a.lo, a.lo*a.hi)}
		cases := []struct {
			name  string
			got   dd
			want  *big.Float
			bound float64
		}{
			{"sum", a.add(b), plus(a.big(), b.big()), 0x1p-103},
			{"difference", a.sub(b), minus(a.big(), b.big()), 0x1p-103},
			{"product", a.mul(b), times(a.big(), b.big()), 0x1p-101},
			{"product with a float", a.mulFloat(b.hi), times(a.big(), num(b.hi)), 0x1p-102},
			{"quotient", a.div(b), divide(a.big(), b.big()), 0x1p-100},
			{"root", root.sqrt(), new(big.Float).SetPrec(400).Sqrt(root.big()), 0x1p-100},
		}
		for _, c := range cases {
			if e := relative(c.got, c.want); e > c.bound {
				t.Errorf("%s of %v and %v: relative error 2^%.1f", c.name, a, b, math.Log2(e))
			}
		}
	})
}

func TestExponentialAndSigmoidKeepThirtyDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-600, 600).Draw(t, "x")
		a := twoSum(x, rapid.Float64Range(-1, 1).Draw(t, "low")*math.Abs(x)*0x1p-54)
		negative := dd{-math.Abs(a.hi), -math.Copysign(a.lo, a.lo*a.hi)}
		if e := relative(negative.exp(), bigExp(negative.big())); e > 1e-29 {
			t.Errorf("exp(%v): relative error %g", negative, e)
		}
		ex := bigExp(new(big.Float).Neg(a.big()))
		p := divide(num(1), plus(num(1), ex))
		gotP, gotV := a.sigmoid()
		if e := relative(gotP, p); e > 1e-29 {
			t.Errorf("sigmoid(%v): relative error %g", a, e)
		}
		// p(1-p) = ex p^2, which does not cancel
		if e := relative(gotV, times(ex, times(p, p))); e > 1e-29 {
			t.Errorf("p(1-p) at %v: relative error %g", a, e)
		}
	})
}

func TestExponentialAtTheEnds(t *testing.T) {
	for _, c := range []struct{ x, want float64 }{{0, 1}, {-800, 0}, {-1e300, 0}, {math.Inf(-1), 0}} {
		if got := (dd{c.x, 0}).exp().float(); got != c.want {
			t.Errorf("exp(%g) = %g", c.x, got)
		}
	}
	for _, x := range []float64{800, -800} {
		p, v := dd{x, 0}.sigmoid()
		if p.float() != max(0, math.Copysign(1, x)) || v.float() != 0 {
			t.Errorf("sigmoid(%g) = %v, %v", x, p, v)
		}
	}
}

// The log likelihood of a row stays finite and exact where 1+e^eta overflows:
// log p = -log(1+e^-eta).
func TestRowLogLikAtEightHundred(t *testing.T) {
	cases := []struct{ eta, y, want float64 }{
		{800, 1, 0}, {800, 0, -800}, {-800, 0, 0}, {-800, 1, -800}, {0, 1, -math.Ln2}, {800, 0.25, -600},
		{40, 1, -math.Exp(-40)},
	}
	for _, c := range cases {
		if got := rowLogLik(dd{c.eta, 0}, c.y).float(); got != c.want {
			t.Errorf("eta %g, y %g: got %.17g, want %.17g", c.eta, c.y, got, c.want)
		}
	}
}

func TestCholeskyOfDoubleDoublesReproducesItsMatrix(t *testing.T) {
	// The 6 x 6 Hilbert matrix: condition 1.5e7.
	const q = 6
	a := make([]dd, q*q)
	for i := range q {
		for j := range q {
			a[i*q+j] = dd{1, 0}.div(dd{float64(i + j + 1), 0})
		}
	}
	l, ok := ddCholesky(a, q)
	if !ok {
		t.Fatal("not positive definite")
	}
	for i := range q {
		row := append([]dd(nil), a[i*q:(i+1)*q]...)
		ddForward(l, row, q) // L^-1 times row i of A is row i of L
		for k, x := range row {
			if e := math.Abs(x.sub(l[i*q+k]).float()); e > 1e-24 {
				t.Errorf("entry %d, %d is off by %g", i, k, e)
			}
		}
	}
	a[0] = dd{-1, 0}
	if _, ok := ddCholesky(a, q); ok {
		t.Error("a negative pivot passed")
	}
}
