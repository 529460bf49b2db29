package logit

import "math"

// This file is the kernel in Go: slower than vector instructions, and the definition of
// what they compute. math.FMA stands where those fuse a product with a sum, which costs
// one instruction on any processor of the last ten years. Conversions to float64 stand
// where a compiler could fuse what they do not: on arm64 Go fuses x*y + z on its own, and
// only a conversion forbids it.

// portable is the kernel in Go.
func portable() kernel {
	return kernel{
		standardise: standardiseGo, moments: momentsGo, predict: predictGo,
		exponential: exponentialGo, sides: sidesGo, link: linkGo, logarithm: logarithmGo,
		weigh: weighGo, gram: gramGo, inner: innerGo, term: termGo, add: addGo,
		exactStandardise: exactStandardiseGo, exactPredict: exactPredictGo,
		exactWeigh: exactWeighGo, exactAdd: exactAddGo, exactShift: exactShiftGo, exactInner: exactInnerGo,
	}
}

// standardiseGo rounds once: scales are powers of two, so that the product is exact.
func standardiseGo(z, x []float64, scale, shift float64) {
	x = x[:len(z)]
	for i := range z {
		z[i] = math.FMA(x[i], scale, -shift)
	}
}

// momentsGo keeps eight partial sums of each kind, two vectors of four, and adds first the
// vectors and then the lanes.
func momentsGo(x []float64, centre float64, sums *[2]float64) {
	var sum, square [unrolls]float64
	for ; len(x) >= unrolls; x = x[unrolls:] {
		for l, v := range x[:unrolls] {
			d := v - centre
			sum[l] += d
			square[l] = math.FMA(d, d, square[l])
		}
	}
	sums[0] += across(sum[0]+sum[4], sum[1]+sum[5], sum[2]+sum[6], sum[3]+sum[7])
	sums[1] += across(square[0]+square[4], square[1]+square[5], square[2]+square[6], square[3]+square[7])
}

// across adds the lanes of a vector, in the order in which pairs of lanes are cheapest to
// add.
func across(l0, l1, l2, l3 float64) float64 { return (l0 + l1) + (l2 + l3) }

// predictGo goes column by column, where the vector kernel goes by rows: either way, each
// row adds its terms in the order of the columns.
func predictGo(eta, z, coef []float64) {
	for j, c := range coef {
		column := z[j*blockRows:][:len(eta)]
		for i, x := range column {
			eta[i] = math.FMA(c, x, eta[i])
		}
	}
}

// exponentialGo is a pass of its own, and not part of link, so that the vector kernel can
// have four polynomials under way at once.
func exponentialGo(e, eta []float64, least float64) {
	for i, h := range eta[:len(e)] {
		e[i] = expGo(-math.Abs(h), least)
	}
}

// sidesGo is [sidesOf] of every row.
func sidesGo(p, q, eta []float64) {
	p, q = p[:len(eta)], q[:len(eta)]
	for i, h := range eta {
		p[i], q[i] = sidesOf(h, q[i])
	}
}

// linkGo takes everything from e = e^-|eta|, which cannot overflow, and from
// t = 1/(1+e), which lies in [1/2, 1]: no tail loses digits. The residual y - p is
// written y (1-p) - (1-y) p for the same reason.
func linkGo(eta, e, y, w, residual, variance []float64, sums *[4]float64) {
	n := len(eta)
	e, y, w, residual, variance = e[:n], y[:n], w[:n], residual[:n], variance[:n]
	var loss, weight, grad, hess [lanes]float64
	for i, h := range eta {
		t := 1 / (1 + e[i])
		p, q := float64(e[i]*t), t
		if h > 0 {
			p, q = q, p
		}
		r := float64(w[i] * math.FMA(y[i], q, -float64((1-y[i])*p)))
		v := float64(w[i] * float64(p*q))
		residual[i], variance[i] = r, v
		l := i % lanes
		loss[l] = math.FMA(w[i], math.FMA(-y[i], h, max(h, 0)), loss[l])
		weight[l] += w[i]
		grad[l] += r
		hess[l] += v
	}
	for k, s := range [...][lanes]float64{loss, weight, grad, hess} {
		sums[k] += across(s[0], s[1], s[2], s[3])
	}
}

// logarithmGo needs a logarithm per row. One of a product of many 1+e would do without
// weights, but not with them.
func logarithmGo(e, w []float64, sum *[1]float64) {
	var s [lanes]float64
	for i, w := range w[:len(e)] {
		s[i%lanes] = math.FMA(w, log1pGo(e[i]), s[i%lanes])
	}
	sum[0] += across(s[0], s[1], s[2], s[3])
}

// expGo is e^x for least <= x <= 0, to one unit in the last place, and e^least below.
func expGo(x, least float64) float64 {
	if x < least {
		x = least
	}
	p, biased := expSeries(x)
	// k is in the low bits of biased; shifted into the exponent it is that of 2^k.
	return float64(p * math.Float64frombits(math.Float64bits(biased)<<52+math.Float64bits(1)))
}

// expSeries takes x = k ln 2 + r apart and returns the series of e^r, with k on top of
// roundBias.
func expSeries(x float64) (p, biased float64) {
	biased = math.FMA(x, perLn2, roundBias)
	k := biased - roundBias
	r := math.FMA(-k, ln2Low, math.FMA(-k, ln2High, x))
	p = linkTable[expAt]
	for _, c := range linkTable[expAt+1 : atanhAt] {
		p = math.FMA(p, r, c)
	}
	return p, biased
}

// log1pGo is log(1+e) = 2 atanh(e/(2+e)) for 0 <= e <= 1.
func log1pGo(e float64) float64 {
	s := e / (2 + e)
	square := s * s
	p := linkTable[atanhAt]
	for _, c := range linkTable[atanhAt+1:] {
		p = math.FMA(p, square, c)
	}
	return float64((s + s) * p)
}

// weighGo multiplies by variances, which makes a row of the Hessian out of inner products.
func weighGo(u, v, z []float64) {
	v, z = v[:len(u)], z[:len(u)]
	for i := range u {
		u[i] = v[i] * z[i]
	}
}

// gramGo takes the columns of z one after the other; each sum is the same as in a tile.
func gramGo(sums []float64, width int, u, z []float64, rows int) {
	u0, u1, u2 := u[:rows], u[blockRows:][:rows], u[2*blockRows:][:rows]
	for j := 0; j*blockRows < len(z); j++ {
		a, b, c := dot3(u0, u1, u2, z[j*blockRows:][:rows])
		sums[j] += a
		sums[width+j] += b
		sums[2*width+j] += c
	}
}

// dot3 returns the inner products of three columns with one. Twelve sums and the operands
// fit the registers of arm64; that is what speed there is without vectors.
func dot3(u0, u1, u2, z []float64) (a, b, c float64) {
	var a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3 float64
	for i := 0; i+lanes <= len(z); i += lanes {
		x, p, q, r := (*[lanes]float64)(z[i:]), (*[lanes]float64)(u0[i:]), (*[lanes]float64)(u1[i:]), (*[lanes]float64)(u2[i:])
		a0, a1, a2, a3 = math.FMA(p[0], x[0], a0), math.FMA(p[1], x[1], a1), math.FMA(p[2], x[2], a2), math.FMA(p[3], x[3], a3)
		b0, b1, b2, b3 = math.FMA(q[0], x[0], b0), math.FMA(q[1], x[1], b1), math.FMA(q[2], x[2], b2), math.FMA(q[3], x[3], b3)
		c0, c1, c2, c3 = math.FMA(r[0], x[0], c0), math.FMA(r[1], x[1], c1), math.FMA(r[2], x[2], c2), math.FMA(r[3], x[3], c3)
	}
	return across(a0, a1, a2, a3), across(b0, b1, b2, b3), across(c0, c1, c2, c3)
}

// innerGo is gramGo for one column: the first row of what that computes, to the bit.
func innerGo(sums, u, z []float64) {
	for j := range len(z) / blockRows {
		var s [lanes]float64
		column := z[j*blockRows:][:len(u)]
		for i := 0; i+lanes <= len(u); i += lanes {
			p, x := (*[lanes]float64)(u[i:]), (*[lanes]float64)(column[i:])
			s[0], s[1], s[2], s[3] = math.FMA(p[0], x[0], s[0]), math.FMA(p[1], x[1], s[1]), math.FMA(p[2], x[2], s[2]), math.FMA(p[3], x[3], s[3])
		}
		sums[j] += across(s[0], s[1], s[2], s[3])
	}
}
