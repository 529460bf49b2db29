package metrics

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMidranksEqualCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOf(rapid.SampledFrom([]float64{-2, -1, math.Copysign(0, -1), 0, 0.5, 3, math.NaN()})).Draw(t, "x")
		ranks := slices.Clone(x)
		sorted := Midranks(ranks)
		var present []float64
		for i, v := range x {
			below, same := 0.0, 0.0
			for _, w := range x {
				if w < v {
					below++
				}
				if w == v {
					same++
				}
			}
			if v == v {
				present = append(present, v)
				if want := below + (same+1)/2; ranks[i] != want {
					t.Fatalf("rank of %v is %v, want %v", v, ranks[i], want)
				}
			} else if ranks[i] == ranks[i] {
				t.Fatalf("NaN has rank %v", ranks[i])
			}
		}
		if slices.Sort(present); !slices.Equal(sorted, present) {
			t.Fatalf("%v in order are %v", present, sorted)
		}
	})
}
