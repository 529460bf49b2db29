package expr_test

import (
	"math"
	"strings"
	"testing"

	"holdfast/dataset/expr"
)

// The ends of the ranges, where assembly of package math gives up on amd64. The values are
// those of mpmath 1.3.0 with 40 digits, rounded to 17. Powers are e^(y ln x), also those of
// math.Pow of middling numbers: they lose the rounding of the exponent, 2^-53 of its size.
func TestTheEndsOfExpLogAndPowerAreThoseOfTheNumbers(t *testing.T) {
	for _, c := range ends() {
		allowed := 4e-16
		if strings.Contains(c.what, "^") {
			allowed += 0x1p-53 * math.Abs(math.Log(c.want))
		}
		if by := math.Abs(c.got-c.want) / math.Abs(c.want); !(by <= allowed) {
			t.Errorf("%s = %.17g, want %.17g, by %.2g", c.what, c.got, c.want, by)
		}
	}
}

// Beyond the ends, nothing is finite, and nothing has a value.
func TestBeyondTheEndsOfExpAndLogIsMissing(t *testing.T) {
	for _, got := range []float64{expr.Exp.Of(709.7827128933842), expr.Exp.Of(math.Inf(1)), expr.Log.Of(0), expr.Log.Of(-5e-324), expr.Power.Of(5e-324, -0.99)} {
		if !math.IsNaN(got) {
			t.Errorf("got %v, want a missing value", got)
		}
	}
}

type end struct {
	what      string
	got, want float64
}

func ends() []end {
	return []end{
		{"exp(709.43)", expr.Exp.Of(709.43), 1.2633808701860082e308},
		{"exp(709.44)", expr.Exp.Of(709.44), 1.2760780590224527e308},
		{"exp(709.5)", expr.Exp.Of(709.5), 1.3549863193146328e308},
		{"exp(709.782712893384)", expr.Exp.Of(709.782712893384), 1.7976931348622732e308},
		{"log(5e-324)", expr.Log.Of(5e-324), -744.44007192138126},
		{"log(1e-310)", expr.Log.Of(1e-310), -713.80137882815417},
		{"log(2.225073858507201e-308)", expr.Log.Of(2.225073858507201e-308), -708.39641853226411},
		{"5e-324 ^ 0.3", expr.Power.Of(5e-324, 0.3), 1.018908996936868e-97},
		{"5e-324 ^ 0.5", expr.Power.Of(5e-324, 0.5), 2.2227587494850775e-162},
		{"1e-310 ^ -0.75", expr.Power.Of(1e-310, -0.75), 3.1622776601683866e232},
		{"1e-310 ^ 0.1", expr.Power.Of(1e-310, 0.1), 9.9999999999999573e-32},
	}
}
