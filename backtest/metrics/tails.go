package metrics

import "math"

// This file is the arithmetic of probabilities, row by row: the definition of what the vector
// instructions of tails_amd64.s compute. Both do the same operations in the same order, with
// products and sums fused in the same places, so that they agree to the last bit, and what is
// computed of a single row agrees with what is computed of many.

// The constants of the two series, in the order in which vectors load them: the least exponent,
// below which e^x is no normal number or nearly so; 1/ln 2; a number that, added, leaves the
// nearest integer in the low bits; ln 2 in two parts; 1 and 2. Then the series of e^r for
// |r| <= ln(2)/2, highest power first, whose remainder r^14/14! is below 5e-18, and that of
// (atanh(s)/s - 1)/s^2 in s^2 for s <= 1/3, whose remainder is below 1e-16. Both are Taylor's: one or two
// more terms than a fitted polynomial has are worth having no fitted numbers.
var tailTable = [...]float64{
	leastExponent, 1 / math.Ln2, roundBias, ln2High, ln2Low, 1, 2,

	1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320, 1. / 5040,
	1. / 720, 1. / 120, 1. / 24, 1. / 6, 1. / 2, 1, 1,

	1. / 33, 1. / 31, 1. / 29, 1. / 27, 1. / 25, 1. / 23, 1. / 21, 1. / 19,
	1. / 17, 1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3,
}

const (
	leastExponent = -708
	roundBias     = 0x1.8p52
	ln2High       = 0x1.62e42fefa39efp-1
	ln2Low        = 0x1.abc9e3b39803fp-56

	expAt   = 7          // where the series of e^r begins
	atanhAt = expAt + 14 // and that of the logarithm
)

// tailLanes are the doubles of a vector.
const tailLanes = 4

// decayOf is e^-|x| to one unit in the last place: -|x| = k ln 2 + r, and the series of e^r
// times 2^k. NaN of NaN.
func decayOf(x float64) float64 {
	x = -math.Abs(x)
	if x < leastExponent {
		return math.Exp(x)
	}
	biased := math.FMA(x, 1/math.Ln2, roundBias)
	k := biased - roundBias
	r := math.FMA(-k, ln2Low, math.FMA(-k, ln2High, x))
	p := tailTable[expAt]
	for _, c := range tailTable[expAt+1 : atanhAt] {
		p = math.FMA(p, r, c)
	}
	// k is in the low bits of biased; shifted into the exponent it is that of 2^k.
	return float64(p * math.Float64frombits(math.Float64bits(biased)<<52+math.Float64bits(1)))
}

// logOnePlusOf is log(1+e) = 2 atanh(s), s = e/(2+e), for 0 <= e <= 1, to one unit in the last
// place: what 2+e and the quotient lose by rounding is found and added to s last of all.
func logOnePlusOf(e float64) float64 {
	d := 2 + e
	lost, r := e-(d-2), 1/d
	s := float64(e * r)
	low := float64(math.FMA(-s, lost, math.FMA(-s, d, e)) * r)
	square := float64(s * s)
	p := tailTable[atanhAt]
	for _, c := range tailTable[atanhAt+1:] {
		p = math.FMA(p, square, c)
	}
	return (s + s) + math.FMA(s+s, float64(square*p), low+low)
}

// decay sets e to decayOf of every x.
func decay(e, x []float64) {
	body := len(x) &^ (tailLanes - 1)
	if !decayMany(e[:body], x[:body]) {
		body = 0 // a number that vectors do not take
	}
	for i, v := range x[body:] {
		e[body+i] = decayOf(v)
	}
}

// logOnePlus sets l to logOnePlusOf of every e.
func logOnePlus(l, e []float64) {
	body := len(e) &^ (tailLanes - 1)
	logMany(l[:body], e[:body])
	for i, v := range e[body:] {
		l[body+i] = logOnePlusOf(v)
	}
}

func decayManyGo(e, x []float64) {
	for i, v := range x {
		e[i] = decayOf(v)
	}
}

func logManyGo(l, e []float64) {
	for i, v := range e {
		l[i] = logOnePlusOf(v)
	}
}

// lineSums are the sums over rows of a step of Newton's method, in four lanes each: score vector
// and information.
type lineSums [5][tailLanes]float64

// deriveGo adds rows of the log-odds x with e = decayOf(x), the regressor z, and the weights
// that churned and were kept, and sets u to their weighted y - p with the relative
// precision of the smaller of p and 1-p. Their number is a multiple of tailLanes.
func deriveGo(u, x, e, z, churned, kept []float64, sums *lineSums) {
	n := len(u)
	x, e, z, churned, kept = x[:n], e[:n], z[:n], churned[:n], kept[:n]
	for i := range u {
		t := 1 / (1 + e[i])
		p, q := float64(e[i]*t), t
		if x[i] >= 0 {
			p, q = q, p
		}
		r := float64(churned[i]*q) - float64(kept[i]*p)
		w := float64((churned[i] + kept[i]) * float64(p*q))
		u[i] = r
		l, wz := i%tailLanes, float64(w*z[i])
		sums[0][l] += r
		sums[1][l] += float64(r * z[i])
		sums[2][l] += w
		sums[3][l] += wz
		sums[4][l] += float64(wz * z[i])
	}
}

// across adds the lanes of a sum.
func (s *lineSums) across(k int) float64 { return (s[k][0] + s[k][1]) + (s[k][2] + s[k][3]) }
