package models

import (
	"math"
	"testing"
)

// A sensor that writes the largest number for "unknown" must not make a model that cannot be
// written: sums and squares of such numbers are beyond float64.
func TestTheDeviationOfHugeNumbersIsFinite(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		fact string
		x    []float64
		n    int
		want float64 // by hand
	}{
		{"2 and 4, one missing", []float64{2, nan, 4}, 2, 1},
		{"the sum overflows", []float64{1.5e308, 0.5e308}, 2, 0.5e308},
		{"the squares overflow", []float64{-1e200, 1e200, nan}, 2, 1e200},
		{"their distance overflows", []float64{-1e308, 1e308}, 2, 1e308},
		{"nothing but zeros", []float64{0, 0}, 2, 0},
	} {
		if got := deviation(c.x, c.n); !(math.Abs(got-c.want) <= 1e-12*c.want) {
			t.Errorf("%s: %v, want %v", c.fact, got, c.want)
		}
	}
}
