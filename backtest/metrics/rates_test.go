package metrics

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The rates of all numbers of days at once are those of each by itself, to the bit, by rows and by
// weight, with accounts and without.
func TestRatesOfAllNumbersAreThoseOfEach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const most = 4
		n := rapid.IntRange(0, 30).Draw(t, "rows")
		number := rapid.SliceOfN(rapid.IntRange(-1, most+2), n, n).Draw(t, "numbers")
		weight := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, 1, 0.1, 3e7, 1e-9, -1}), n, n).Draw(t, "weights")
		var cluster []int32
		if rapid.Bool().Draw(t, "accounts") {
			cluster = rapid.SliceOfN(rapid.Int32Range(0, 6), n, n).Draw(t, "account")
		}
		plain, byWeight := ClusteredRates(number, cluster, most, 0.9), WeightedRates(number, weight, cluster, most, 0.9)
		for d := range most + 1 {
			reached := make([]bool, n)
			for i, x := range number {
				reached[i] = x >= d
			}
			if want := ClusteredRate(reached, cluster, 0.9); !sameRate(plain[d], want) {
				t.Fatalf("%d or more: %+v, want %+v", d, plain[d], want)
			}
			if want := WeightedRate(reached, weight, cluster, 0.9); !sameRate(byWeight[d], want) {
				t.Fatalf("%d or more by weight: %+v, want %+v", d, byWeight[d], want)
			}
		}
	})
}

// sameRate compares bits.
func sameRate(a, b Rate) bool {
	bits := func(r Rate) []uint64 {
		return []uint64{uint64(r.N), uint64(r.Churned), math.Float64bits(r.Value), math.Float64bits(r.Low), math.Float64bits(r.High), math.Float64bits(r.DesignEffect)}
	}
	return slices.Equal(bits(a), bits(b))
}
