package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The unit of influences is the metric's: an interval in dollars is that in cents by a hundred, and
// by a power of two to the last bit, however far out.
func TestIntervalsOfInfluencesComeInAnyUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		influence := rapid.SliceOfN(rapid.Float64Range(-3, 3), 2, 40).Draw(t, "influence")
		unit := math.Ldexp(1, rapid.SampledFrom([]int{-900, -300, -201, -20, 20, 199, 300, 900}).Draw(t, "unit"))
		other := make([]float64, len(influence))
		for g, u := range influence {
			if math.Abs(u) < 1e-3 { // far below the others its powers round
				u, influence[g] = 0, 0
			}
			other[g] = u * unit
		}
		here, there := Skewed(0, influence, 0.95), Skewed(0, other, 0.95).over(unit)
		if !sameBits(here.Low, there.Low) || !sameBits(here.High, there.High) || !sameBits(here.StdErr, there.StdErr) {
			t.Fatalf("%+v, and in units of %v %+v", here, unit, there)
		}
	})
}

// Sums of powers by hand: 1, -2 and 3 have 14, 20 and 98; with G = 3, k = 3*98/14^2 = 1.5.
func TestPowersOfThreeInfluences(t *testing.T) {
	p := powersOf([]float64{1, -2, 3})
	if p.squares != 14 || p.cubes != 20 || p.fourths != 98 {
		t.Errorf("%+v, want 14, 20 and 98", p)
	}
	if got, want := p.degrees(), 6/1.5; got != want {
		t.Errorf("%v degrees of freedom, want %v", got, want)
	}
	if got, want := p.stdErr(), math.Sqrt(21); got != want {
		t.Errorf("standard error %v, want %v", got, want)
	}
	if got, want := p.acceleration(), 20/(6*14*math.Sqrt(14)); got != want {
		t.Errorf("acceleration %v, want %v", got, want)
	}
}
