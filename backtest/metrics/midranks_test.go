package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The sort in place gives the order of the one that takes a second copy, row by row.
func TestSparingSortIsTheSort(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 20_000} {
		rows := make([]keyed, n)
		for i := range rows {
			rows[i] = keyed{rng.Uint64N(5000), uint32(i)}
		}
		copied := sortSparingly(slices.Clone(rows), n)
		for spare := range min(n, 2) {
			if got := sortSparingly(slices.Clone(rows), spare); !slices.Equal(got, copied) {
				t.Errorf("%d rows: the two orders differ", n)
			}
		}
		if !slices.IsSortedFunc(copied, compareKeys) {
			t.Errorf("%d rows are not in order", n)
		}
	}
}

func TestMidranksEqualCounting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOf(rapid.SampledFrom([]float64{-2, -1, math.Copysign(0, -1), 0, 0.5, 3, math.NaN()})).Draw(t, "x")
		ranks := slices.Clone(x)
		sorted := Midranks(ranks)
		present := 0
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
				present++
				if want := below + (same+1)/2; ranks[i] != want {
					t.Fatalf("rank of %v is %v, want %v", v, ranks[i], want)
				}
			} else if ranks[i] == ranks[i] {
				t.Fatalf("NaN has rank %v", ranks[i])
			}
		}
		for i := range sorted {
			if i > 0 && sorted[i] < sorted[i-1] {
				t.Fatalf("%v is not sorted", sorted)
			}
		}
		if len(sorted) != present {
			t.Fatalf("%d values of %d", len(sorted), present)
		}
	})
}
