package features

import (
	"math"
	"slices"
)

// moments returns the mean and the population standard deviation. Values are
// divided by their largest magnitude first, so that neither 1e300 nor 1e-300
// overflows or vanishes when squared.
func moments(x []float64) (mean, sd float64) {
	largest := magnitude(x)
	if largest == 0 {
		return 0, 0
	}
	n := float64(len(x))
	var sum, rest float64 // the sum and what rounding lost of it (Knuth 1998, The Art of Computer Programming 2, theorem 4.2.2B)
	for _, v := range x {
		v /= largest
		t := sum + v
		part := t - sum
		rest += (sum - (t - part)) + (v - part)
		sum = t
	}
	mean = (sum + rest) / n
	var squares, deviations float64
	for _, v := range x {
		d := v/largest - mean
		squares += d * d
		deviations += d
	}
	// The second term corrects the mean's own rounding (Chan, Golub and LeVeque 1983).
	return mean * largest, largest * math.Sqrt(max(0, squares-deviations*deviations/n)/n)
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
