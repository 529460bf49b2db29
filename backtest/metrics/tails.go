package metrics

import "math"

// This file is the arithmetic of losses, row by row: the definition of what the vector
// instructions of tails_amd64.s compute. Both do the same operations in the same order, with
// products and sums fused in the same places, so that they agree to the last bit, and what is
// computed of a single row agrees with what is computed of many. The exponential that it
// begins with is that of package logit.

// The constants of the series, in the order in which vectors load them: 1 and 2, then the
// series of (atanh(s)/s - 1)/s^2 in s^2 for s <= 1/3, whose remainder is below 1e-16. It is
// Taylor's: one or two more terms than a fitted polynomial has are worth having no fitted
// numbers.
var tailTable = [...]float64{
	1, 2,

	1. / 33, 1. / 31, 1. / 29, 1. / 27, 1. / 25, 1. / 23, 1. / 21, 1. / 19,
	1. / 17, 1. / 15, 1. / 13, 1. / 11, 1. / 9, 1. / 7, 1. / 5, 1. / 3,
}

// atanhAt is where the series begins.
const atanhAt = 2

// tailLanes are the doubles of a vector.
const tailLanes = 4

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

// logOnePlus sets l to logOnePlusOf of every e.
func logOnePlus(l, e []float64) {
	body := len(e) &^ (tailLanes - 1)
	logMany(l[:body], e[:body])
	for i, v := range e[body:] {
		l[body+i] = logOnePlusOf(v)
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

// deriveGo adds rows of the log-odds x with e = e^-|x|, the regressor z, and the weights
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
