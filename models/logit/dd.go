package logit

import "math"

// dd is a double-double number, the unevaluated sum hi + lo with
// |lo| <= ulp(hi)/2: about 32 significant digits. The algorithms are those of
// Dekker (1971) and Knuth as collected by Hida, Li and Bailey (2001),
// "Library for double-double and quad-double arithmetic". Bounds are relative
// errors for arguments clear of overflow and underflow.
type dd struct{ hi, lo float64 }

// twoSum returns a+b exactly (Knuth).
func twoSum(a, b float64) dd {
	s := a + b
	t := s - a
	return dd{s, (a - (s - t)) + (b - t)}
}

// fastTwoSum returns a+b exactly when |a| >= |b| or a is zero (Dekker).
func fastTwoSum(a, b float64) dd {
	s := a + b
	return dd{s, b - (s - a)}
}

// twoProd returns a*b exactly.
func twoProd(a, b float64) dd {
	p := a * b
	return dd{p, math.FMA(a, b, -p)}
}

// add returns a+b within 2^-104, also under cancellation.
func (a dd) add(b dd) dd {
	s := twoSum(a.hi, b.hi)
	t := twoSum(a.lo, b.lo)
	s = fastTwoSum(s.hi, s.lo+t.hi)
	return fastTwoSum(s.hi, s.lo+t.lo)
}

func (a dd) neg() dd { return dd{-a.hi, -a.lo} }

func (a dd) sub(b dd) dd { return a.add(b.neg()) }

// mul returns a*b within 2^-102.
func (a dd) mul(b dd) dd {
	p := twoProd(a.hi, b.hi)
	return fastTwoSum(p.hi, p.lo+(a.hi*b.lo+a.lo*b.hi))
}

// mulFloat returns a*b within 2^-103.
func (a dd) mulFloat(b float64) dd {
	p := twoProd(a.hi, b)
	return fastTwoSum(p.hi, math.FMA(a.lo, b, p.lo))
}

// div returns a/b within 2^-101: three quotient digits of long division.
func (a dd) div(b dd) dd {
	q1 := a.hi / b.hi
	r := a.sub(b.mulFloat(q1))
	q2 := r.hi / b.hi
	r = r.sub(b.mulFloat(q2))
	q := fastTwoSum(q1, q2)
	return q.add(dd{r.hi / b.hi, 0})
}

// sqrt returns the root of a >= 0 within 2^-100: one Newton step from the
// float64 root (Karp and Markstein 1997).
func (a dd) sqrt() dd {
	if a.hi <= 0 {
		return dd{}
	}
	x := 1 / math.Sqrt(a.hi)
	root := a.hi * x
	rest := a.sub(twoProd(root, root))
	return fastTwoSum(root, rest.hi*(x*0.5))
}

// scale returns a*s for s a power of two, exactly.
func (a dd) scale(s float64) dd { return dd{a.hi * s, a.lo * s} }

// float returns the float64 nearest to a.
func (a dd) float() float64 { return a.hi + a.lo }
