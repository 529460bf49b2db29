package logit

import "math"

// ln2Hi + ln2Lo is log 2 to 32 digits.
const (
	ln2Hi = 6.931471805599453094e-01
	ln2Lo = 2.319046813846299616e-17
)

// inverseFactorials are 1/k! for k = 3..8.
var inverseFactorials = [...]dd{
	{1.66666666666666657e-01, 9.25185853854297066e-18},
	{4.16666666666666644e-02, 2.31296463463574266e-18},
	{8.33333333333333322e-03, 1.15648231731787138e-19},
	{1.38888888888888894e-03, -5.30054395437357706e-20},
	{1.98412698412698413e-04, 1.72095582934207053e-22},
	{2.48015873015873016e-05, 2.15119478667758816e-23},
}

// exp returns e^a for a <= 0 to about 30 digits, and 0 below the range of float64.
func (a dd) exp() dd {
	out := [1]dd{a}
	exps(out[:], new([3 * blockHalf]dd))
	return out[0]
}

// exps replaces up to blockHalf numbers a <= 0 by e^a. With a = k ln2 + 512 r, |r| < 7e-4,
// it sums the Taylor series of e^r - 1 and squares nine times; keeping the -1 apart keeps
// the digits. It takes one step for all numbers before the next, because the steps of one
// number wait for each other and those of several do not.
func exps(a []dd, room *[3 * blockHalf]dd) {
	n := len(a)
	r, t, s := room[:n], room[blockHalf:][:n], room[2*blockHalf:][:n]
	for i, x := range a {
		k := math.Round(max(x.hi, leastExp) / math.Ln2)
		r[i] = x.sub(dd{ln2Hi, ln2Lo}.mulFloat(k)).scale(1.0 / 512)
		t[i] = r[i].mul(r[i])
		s[i] = r[i].add(t[i].scale(0.5))
	}
	for _, f := range inverseFactorials {
		for i := range t {
			t[i] = t[i].mul(r[i])
			s[i] = s[i].add(t[i].mul(f))
		}
	}
	for range 9 {
		for i, x := range s {
			s[i] = x.scale(2).add(x.mul(x))
		}
	}
	for i, x := range a {
		k := int(math.Round(max(x.hi, leastExp) / math.Ln2))
		e := s[i].add(dd{1, 0})
		a[i] = dd{math.Ldexp(e.hi, k), math.Ldexp(e.lo, k)}
		if x.hi < leastExp {
			a[i] = dd{}
		}
	}
}

// leastExp is where the range of float64 ends.
const leastExp = -745

// sigmoid returns p = 1/(1+e^-a) and p(1-p) to about 30 digits. Both come
// from e^-|a|, so neither loses digits to a subtraction in either tail.
func (a dd) sigmoid() (p, variance dd) {
	z := a
	if z.hi > 0 {
		z = z.neg()
	}
	return sides(z.exp(), a.hi > 0)
}

// sides is sigmoid, given e = e^-|a| and the side of a.
func sides(e dd, right bool) (p, variance dd) {
	d := dd{1, 0}.div(dd{1, 0}.add(e))
	q := e.mul(d)
	if right {
		return d, q.mul(d)
	}
	return q, q.mul(d)
}
