package features

import (
	"math"
	"slices"
)

// moments returns the mean and the population standard deviation. Where squares would overflow or
// vanish, as of 1e300 and 1e-300, the values are multiplied by a power of two first, which loses nothing.
func moments(x []float64) (mean, sd float64) {
	const least = 0x1p-900 // of the squares: beside it what vanishes is nothing
	mean, squares := twoPass(x, 1)
	if squares < least || squares > math.MaxFloat64 || squares != squares {
		largest := magnitude(x)
		if largest == 0 {
			return 0, 0
		}
		_, exponent := math.Frexp(largest)
		scale := math.Ldexp(1, -max(exponent, -1000))
		mean, squares = twoPass(x, scale)
		return mean / scale, math.Sqrt(squares/float64(len(x))) / scale
	}
	return mean, math.Sqrt(squares / float64(len(x)))
}

// twoPass is the mean of the values times the scale, and the sum of the squares of their deviations from it. The
// sum of the deviations, which is 0 but for the rounding of the mean, corrects the squares (Chan, Golub and LeVeque
// 1983, Algorithms for computing the sample variance, eq. 1.7).
func twoPass(x []float64, scale float64) (mean, squares float64) {
	n := float64(len(x))
	mean = total(x, scale) / n
	deviations, squares := deviations(x, scale, mean)
	return mean, max(0, squares-float64(deviations*deviations)/n)
}

// Sums go in lanes: an addition need not wait for the one before it. The products are rounded before
// they are added, so that all processors give the same bits.

// totalBlock is how many of many values total adds up as they come.
const totalBlock = 64

// total is the sum with what rounding loses of it: a mean of 0.72375 is that, and has no digits of noise. Within
// blocks rounding is chance, which comes to nothing where there are as many blocks as values to a block; fewer
// values are blocks of one.
func total(x []float64, scale float64) float64 {
	size := 1
	if len(x) >= totalBlock*totalBlock {
		size = totalBlock
	}
	var all sum
	for len(x) > 0 {
		block := x[:min(size, len(x))]
		all.add(blockTotal(block, scale))
		x = x[len(block):]
	}
	return all.high + all.low
}

// blockTotal is the sum in eight lanes.
func blockTotal(x []float64, scale float64) float64 {
	var a, b, c, d, e, f, g, h float64
	for ; len(x) >= 8; x = x[8:] {
		v := x[:8]
		a, b, c, d = a+float64(v[0]*scale), b+float64(v[1]*scale), c+float64(v[2]*scale), d+float64(v[3]*scale)
		e, f, g, h = e+float64(v[4]*scale), f+float64(v[5]*scale), g+float64(v[6]*scale), h+float64(v[7]*scale)
	}
	for _, v := range x {
		a += float64(v * scale)
	}
	return ((a + e) + (b + f)) + ((c + g) + (d + h))
}

// sum is a sum and what rounding has lost of it (Knuth 1998, The Art of Computer Programming 2, theorem 4.2.2B).
type sum struct{ high, low float64 }

func (s *sum) add(v float64) {
	t := s.high + v
	part := t - s.high
	s.low += (s.high - (t - part)) + (v - part)
	s.high = t
}

// deviations are the sums of the deviations from the mean and of their squares.
func deviations(x []float64, scale, mean float64) (sum, squares float64) {
	var a, b, c, d, a2, b2, c2, d2 float64
	for ; len(x) >= 4; x = x[4:] {
		v := x[:4]
		p, q, r, s := float64(v[0]*scale)-mean, float64(v[1]*scale)-mean, float64(v[2]*scale)-mean, float64(v[3]*scale)-mean
		a, b, c, d = a+p, b+q, c+r, d+s
		a2, b2, c2, d2 = a2+float64(p*p), b2+float64(q*q), c2+float64(r*r), d2+float64(s*s)
	}
	for _, v := range x {
		p := float64(v*scale) - mean
		a, a2 = a+p, a2+float64(p*p)
	}
	return (a + b) + (c + d), (a2 + b2) + (c2 + d2)
}

// magnitude is the largest |v|, NaN where there is one, and 0 of nothing. Without the sign, the
// bits of numbers are in their order, and NaN is above them all.
func magnitude(x []float64) float64 {
	largest := uint64(0)
	for _, v := range x {
		largest = max(largest, math.Float64bits(v)<<1)
	}
	return math.Float64frombits(largest >> 1)
}

// moments are those of the values that are there, where the form leaves some missing; x itself
// is not changed.
func (f *Encoding) moments(form Form, x []float64) (mean, sd float64) {
	if f.leavesMissing(form) {
		x = slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	}
	return moments(x)
}
