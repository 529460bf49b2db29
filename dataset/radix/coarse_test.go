package radix

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestCoarsePlacesKeepTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Inf(1), math.Inf(-1)})), 2, 30).Draw(t, "x")
		slices.Sort(x)
		places := make([]int, len(x))
		for i, v := range x {
			places[i] = Coarse(v + 0) // -0 + 0 is 0
		}
		if !slices.IsSorted(places) || places[0] < 0 || places[len(places)-1] >= CoarseSize {
			t.Fatalf("%v have the places %v", x, places)
		}
	})
}

func TestSixteenPlacesAreInAnOctave(t *testing.T) {
	if n := Coarse(2) - Coarse(1); n != 16 {
		t.Errorf("%d places from 1 to 2", n)
	}
}
