package logittest

import (
	"math"
	"testing"
)

func TestDigitsAreTheLogRelativeError(t *testing.T) {
	for _, c := range []struct {
		name string
		got  float64
		want string
		is   float64
	}{
		{"one in a thousand", 1.001, "1", 3},
		{"one in a thousand below", -0.999, "-1", 3},
		{"of zero it is absolute", 1e-9, "0", 9},
		{"the same number has seventeen", 0.5, "0.5", 17},
		{"half an ulp of a third", 1.0 / 3, "0.3333333333333333333333333", 16.2553}, // 2^-54 relative: 54 log10 2
		{"twice too large has none", 2, "1", 0},
		{"no number has none", math.NaN(), "1", 0},
		{"infinity has none", math.Inf(-1), "1", 0},
	} {
		if d := Digits(c.got, c.want); !(math.Abs(d-c.is) < 5e-4) {
			t.Errorf("%s: %.4f digits, want %.4f", c.name, d, c.is)
		}
	}
}

func TestFiguresHaveTheDigitsThatArePrinted(t *testing.T) {
	for _, c := range []struct {
		name    string
		got     float64
		printed string
		has     int
		reached float64
	}{
		{"rounds to the print", 1.0349, "1.03", 3, 3},
		{"leading zeros are none", -.0042332262, "-.0042332262", 8, 8},
		{"trailing zeros are", 0.10299, ".1030", 4, 4},
		{"five units off", 1.08, "1.03", 3, 2},
		{"ten times farther", 1.53, "1.03", 3, 1},
		{"with an exponent", 6.4581407352949e-07, "6.45814073529e-07", 12, 12},
		{"with an exponent, a unit off", 2e3, "1e3", 1, 1 - math.Log10(2)},
		{"never below none", 1e9, "1.03", 3, 0},
		{"no number has none", math.NaN(), "1.03", 3, 0},
	} {
		has, reached := Figure(c.got, c.printed)
		if has != c.has || math.Abs(reached-c.reached) > 1e-9 {
			t.Errorf("%s: %.4f of %d, want %.4f of %d", c.name, reached, has, c.reached, c.has)
		}
	}
}
