package logit

import "math"

// ln2Hi + ln2Lo is log 2 to 32 digits.
const (
	ln2Hi = 6.931471805599453094e-01
	ln2Lo = 2.319046813846299616e-17
)

// exp returns e^a for a <= 0 to about 30 digits, and 0 below the range of
// float64. With a = k ln2 + 512 r, |r| < 7e-4, it sums the Taylor series of
// e^r - 1 and squares nine times; keeping the -1 apart keeps the digits.
func (a dd) exp() dd {
	if a.hi < -745 {
		return dd{}
	}
	k := math.Round(a.hi / math.Ln2)
	// 1/k! for k = 3..8
	factors := [...]dd{
		{1.66666666666666657e-01, 9.25185853854297066e-18},
		{4.16666666666666644e-02, 2.31296463463574266e-18},
		{8.33333333333333322e-03, 1.15648231731787138e-19},
		{1.38888888888888894e-03, -5.30054395437357706e-20},
		{1.98412698412698413e-04, 1.72095582934207053e-22},
		{2.48015873015873016e-05, 2.15119478667758816e-23},
	}
	r := a.sub(dd{ln2Hi, ln2Lo}.mulFloat(k)).scale(1.0 / 512)
	t := r.mul(r)
	s := r.add(t.scale(0.5))
	for _, f := range factors {
		t = t.mul(r)
		s = s.add(t.mul(f))
	}
	for range 9 {
		s = s.scale(2).add(s.mul(s))
	}
	s = s.add(dd{1, 0})
	return dd{math.Ldexp(s.hi, int(k)), math.Ldexp(s.lo, int(k))}
}

// sigmoid returns p = 1/(1+e^-a) and p(1-p) to about 30 digits. Both come
// from e^-|a|, so neither loses digits to a subtraction in either tail.
func (a dd) sigmoid() (p, variance dd) {
	z := a
	if z.hi > 0 {
		z = z.neg()
	}
	e := z.exp()
	d := dd{1, 0}.div(dd{1, 0}.add(e))
	q := e.mul(d)
	if a.hi > 0 {
		return d, q.mul(d)
	}
	return q, q.mul(d)
}
