package logit

import "math"

// The logistic function and its exponential, of one number or of many. Many are taken by the
// kernel of this machine, with the bits that each number has by itself: what is said of a row
// does not depend on the rows beside it, nor on the processor.

// leastNormal is the least exponent x for which e^x is a normal number, with room to spare.
const leastNormal = -708

// Decay is e^-|x|, to 0.9 units in the last place: 1 at 0, 0 beyond 745.13, NaN of NaN.
func Decay(x float64) float64 {
	if x = -math.Abs(x); x < leastNormal {
		return faintDecay(x)
	}
	return expGo(x, leastNormal)
}

// faintDecay is e^x for x < leastNormal, where 2^k is no normal number. Ldexp rounds once.
func faintDecay(x float64) float64 {
	if x < leastExp-1 {
		return 0
	}
	p, biased := expSeries(x)
	return math.Ldexp(p, int(biased-roundBias))
}

// Decays sets e to [Decay] of every x. Both are as long, and do not overlap.
func Decays(e, x []float64) {
	if len(x) < batch {
		for i, v := range x {
			e[i] = Decay(v)
		}
		return
	}
	k, last := fastest(), len(x)-batch
	body := len(x) &^ (batch - 1)
	k.exponential(e[:body], x[:body], leastNormal)
	k.exponential(e[last:len(x)], x[last:], leastNormal) // some of them for the second time
	for i, v := range x {
		if math.Abs(v) > -leastNormal {
			e[i] = faintDecay(-math.Abs(v))
		}
	}
}

// Logistic is the logistic function p = 1/(1+e^-eta) of log-odds, and q = 1-p = 1/(1+e^eta)
// with all its digits: each side keeps those of its tail. That of -eta is (q, p), to the bit.
// NaN of NaN.
func Logistic(eta float64) (p, q float64) { return sidesOf(eta, Decay(eta)) }

// sidesOf is Logistic, given e = e^-|eta|.
func sidesOf(eta, e float64) (p, q float64) {
	large, small := 1/(1+e), e/(1+e)
	if math.Signbit(eta) {
		return small, large
	}
	return large, small
}

// Logistics sets p and q to [Logistic] of every eta. All are as long, and none overlap.
func Logistics(p, q, eta []float64) {
	k := fastest()
	for from := 0; from < len(eta); from += termRows {
		to := min(from+termRows, len(eta))
		body := from + (to-from)&^(lanes-1)
		Decays(q[from:to], eta[from:to])
		k.sides(p[from:body], q[from:body], eta[from:body])
		sidesGo(p[body:to], q[body:to], eta[body:to])
	}
}
