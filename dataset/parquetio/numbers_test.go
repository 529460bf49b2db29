package parquetio

import (
	"math"
	"testing"
)

// The numbers on both sides of what is finite, by IEEE 754: an exponent of all ones is an infinity or no number.
func TestSpecialsAreCountedAndNothingElse(t *testing.T) {
	nan := math.NaN()
	nanNegative := math.Float64frombits(0xFFF0000000000001)
	for name, c := range map[string]struct {
		values []float64
		nulls  int
		want   tally
	}{
		"finite numbers to the edge": {[]float64{0, math.Copysign(0, -1), 5e-324, -5e-324, math.MaxFloat64, -math.MaxFloat64}, 0, tally{}},
		"nulls only":                 {[]float64{nan, 1, nan}, 2, tally{nulls: 2}},
		"a stored NaN beside a null": {[]float64{nan, 1, nanNegative}, 1, tally{nulls: 1, nans: 1}},
		"infinities of both signs":   {[]float64{1, math.Inf(-1), nan, math.Inf(1)}, 1, tally{nulls: 1, infs: 2, firstInf: 11}},
		"no rows":                    {nil, 0, tally{}},
	} {
		got := tally{nulls: c.nulls}
		if plainZeros(c.values) {
			got.countSpecials(c.values, 10)
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
		for i, v := range c.values {
			if bits := math.Float64bits(v); v == 0 && bits != 0 || v != v && bits != math.Float64bits(nan) {
				t.Errorf("%s: value %d is %#x: equal values have other bits", name, i, bits)
			}
		}
	}
}
