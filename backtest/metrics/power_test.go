package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// scipy: ((norm.ppf(.975) + norm.ppf(.8)) .012/.02)^2 1000 - 1000 = 1825.597, rounded up, and
// norm.cdf(.02/.012 - norm.ppf(.975)).
func TestFurtherRowsEqualTheTextbookFormula(t *testing.T) {
	if got := FurtherRows(0.02, 0.012, 1000, 0, 0.95, 0.8); got != 1826 {
		t.Errorf("%v further rows, want 1826", got)
	}
	if got := Power(0.02, 0.012, 0, 0.95); !near(got, 0.38464745179032334, 1e-14) {
		t.Errorf("power %v, want 0.3846", got)
	}
}

func TestFurtherRowsAtTheirEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		fact                       string
		difference, stdErr, margin float64
		want                       float64
	}{
		{"a clear difference needs none", 0.1, 0.01, 0, 0},
		{"a difference at the margin never clears it", 0.02, 0.01, 0.02, inf},
		{"nor does one on the wrong side", -0.1, 0.01, 0, inf},
		{"a difference without error needs none", 0.01, 0, 0, 0},
		{"an unknown difference", nan, 0.01, 0, nan},
		{"an unknown error", 0.01, nan, 0, nan},
	} {
		if got := FurtherRows(c.difference, c.stdErr, 500, c.margin, 0.95, 0.8); !sameBits(got, c.want) {
			t.Errorf("%s: %v, want %v", c.fact, got, c.want)
		}
	}
}

// With the further rows the standard error has fallen to where the power is what was asked.
func TestFurtherRowsGiveThePowerAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, se := rapid.Float64Range(0.001, 0.1).Draw(t, "difference"), rapid.Float64Range(0.001, 0.1).Draw(t, "standard error")
		margin := rapid.Float64Range(-0.05, 0.0009).Draw(t, "margin")
		n, power := rapid.IntRange(50, 100_000).Draw(t, "n"), rapid.Float64Range(0.5, 0.99).Draw(t, "power")
		more := FurtherRows(d, se, n, margin, 0.95, power)
		after := func(rows float64) float64 {
			return Power(d, se*math.Sqrt(float64(n)/(float64(n)+rows)), margin, 0.95)
		}
		if after(more) < power-1e-9 {
			t.Fatalf("%v further rows give a power of %v, want %v", more, after(more), power)
		}
		if more > 0 && after(more-1) > power+1e-9 {
			t.Fatalf("%v further rows are one too many", more)
		}
	})
}
