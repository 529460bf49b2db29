package logit

import "math"

// ln2Hi + ln2Lo is log 2 to 32 digits.
const (
	ln2Hi = 6.931471805599453094e-01
	ln2Lo = 2.319046813846299616e-17
)

// inverseFactorials are 1/k! for k = 8..2.
var inverseFactorials = [...]dd{
	{2.48015873015873016e-05, 2.15119478667758816e-23},
	{1.98412698412698413e-04, 1.72095582934207053e-22},
	{1.38888888888888894e-03, -5.30054395437357706e-20},
	{8.33333333333333322e-03, 1.15648231731787138e-19},
	{4.16666666666666644e-02, 2.31296463463574266e-18},
	{1.66666666666666657e-01, 9.25185853854297066e-18},
	{0.5, 0},
}

// The exponential function halves its argument so often, and squares the result as often.
const expHalvings = 9

// leastExp is where the range of float64 ends.
const leastExp = -745

// exp returns e^a for a <= 0 to about 30 digits, and 0 below the range of float64. With
// a = k ln2 + 512 r, |r| < 7e-4, it sums the Taylor series of e^r - 1 and squares nine times:
// from s = e^r - 1 follows e^2r - 1 = s (2 + s). Keeping the -1 apart keeps the digits.
func (a dd) exp() dd {
	if a.hi < leastExp {
		return dd{}
	}
	k, r := a.reduced()
	s := dd{inverseFactorials[0].hi * r.hi, 0} // its low word is below the last digit
	for _, f := range inverseFactorials[1:] {
		s = s.add(f).mul(r)
	}
	s = s.mul(r).add(r)
	for range expHalvings {
		s = s.add(dd{2, 0}).mul(s)
	}
	return s.add(dd{1, 0}).times2to(k)
}

// reduced are the k and the r of exp.
func (a dd) reduced() (k int, r dd) {
	whole := math.RoundToEven(a.hi * perLn2)
	return int(whole), a.add(dd{ln2Hi, ln2Lo}.mulFloat(-whole)).scale(1. / (1 << expHalvings))
}

// times2to returns a 2^k for -1076 < k <= 0 in two steps, of which the first is exact.
func (a dd) times2to(k int) dd {
	return a.scale(power2(k >> 1)).scale(power2(k - k>>1))
}

// power2 is 2^k, -1023 < k < 1024.
func power2(k int) float64 { return math.Float64frombits(uint64(1023+k) << 52) }

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
