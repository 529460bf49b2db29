package features

import (
	"math"
	"slices"
)

// moments returns the mean and the population standard deviation. Values are
// divided by their largest magnitude first, so that neither 1e300 nor 1e-300
// overflows or vanishes when squared.
func moments(x []float64) (mean, sd float64) {
	largest := 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 || len(x) == 0 {
		return 0, 0
	}
	n := float64(len(x))
	var sum, rest float64 // Neumaier (1974): the sum and what rounding lost of it
	for _, v := range x {
		v /= largest
		t := sum + v
		if math.Abs(sum) >= math.Abs(v) {
			rest += (sum - t) + v
		} else {
			rest += (v - t) + sum
		}
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

// moments are those of the values that are there, where the form leaves some missing; x itself
// is not changed.
func (f *Encoding) moments(form Form, x []float64) (mean, sd float64) {
	if f.leavesMissing(form) {
		x = slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	}
	return moments(x)
}
