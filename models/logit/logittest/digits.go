package logittest

import (
	"math"
	"math/big"
	"strings"
)

// mostDigits caps a count: a float64 that is right to the last bit has no more.
const mostDigits = 17

// Digits is the log relative error, the number of correct decimal digits: -log10 of
// |got - want| / |want|, and of |got| where zero is wanted (McCullough 1998, section 3). It is
// 17 at most, and 0 at least: NaN has no digit.
func Digits(got float64, want string) float64 {
	if math.IsNaN(got) || math.IsInf(got, 0) {
		return 0
	}
	w := decimal(want)
	diff := difference(exactly(got), w)
	if w.Sign() != 0 {
		diff.Quo(diff, w)
	}
	return count(diff)
}

// count is -log10 of an error, within what can be said of a float64.
func count(e *big.Float) float64 {
	v, _ := e.Abs(e).Float64()
	return max(0, min(-math.Log10(v), mostDigits))
}

// Figure compares a number with one that was printed. It returns how many significant
// digits the print has, and how many of them the number confirms: all of them when it
// rounds to the print, and one less for every power of ten that it is farther away than
// half a unit in the last place.
//
// A log relative error would not do here: of 1.03 it cannot exceed 2.3 however right the
// number is, and of 9.97 it reaches 3.3.
func Figure(got float64, printed string) (has int, reached float64) {
	mantissa, exponent := cut(printed)
	has = len(strings.TrimLeft(strings.Replace(mantissa, ".", "", 1), "-+0."))
	if math.IsNaN(got) || math.IsInf(got, 0) {
		return has, 0
	}
	decimals := 0
	if _, after, ok := strings.Cut(mantissa, "."); ok {
		decimals = len(after)
	}
	half := decimal("0.5e" + exponent)
	half.Quo(half, power(decimals))
	diff := difference(exactly(got), decimal(printed))
	v, _ := diff.Quo(diff.Abs(diff), half).Float64()
	return has, max(0, min(float64(has), float64(has)-math.Log10(v)))
}

// cut separates the exponent, "0" where none is written.
func cut(printed string) (mantissa, exponent string) {
	mantissa, exponent, ok := strings.Cut(strings.ToLower(printed), "e")
	if !ok {
		exponent = "0"
	}
	return mantissa, exponent
}

func power(decimals int) *big.Float {
	v := exactly(1)
	for range decimals {
		v.Mul(v, exactly(10))
	}
	return v
}

// decimal reads a number that a source printed. Something else is a mistake in a test.
func decimal(s string) *big.Float {
	v, _, err := big.ParseFloat(s, 10, precision, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return v
}
