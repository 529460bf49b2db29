package radix

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The vectors do what the definition says, of any number of numbers and with bounds of any kind.
func TestBetweenIsByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1, math.NaN(), -math.NaN(), math.Inf(1), math.Inf(-1)}), rapid.Float64())
		block := rapid.SliceOfN(number, 0, 40).Draw(t, "block")
		low, high := number.Draw(t, "low"), number.Draw(t, "high")
		var want []float64
		less, numbers := 0, 0
		for _, v := range block {
			if v >= low && v <= high {
				want = append(want, v)
			}
			if v < low {
				less++
			}
			if !math.IsNaN(v) {
				numbers++
			}
		}
		out := make([]float64, len(block)+4)
		kept, below, n := between(out, block, low, high)
		if below != less || n != numbers || !slices.Equal(bits(out[:kept]), bits(want)) {
			t.Fatalf("%v, %d below, %d numbers; want %v, %d, %d", out[:kept], below, n, want, less, numbers)
		}
	})
}
