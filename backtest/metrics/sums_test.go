package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The two kernels do the same operations in the same order, so that every processor gives the
// same bits.
func TestBothSumsOfDrawsGiveTheSameBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(71, 0))
	for _, width := range []int{1, 2, 3, 4, 18, 33} {
		for _, accounts := range []int{0, 1, 7, 8, 300} {
			numbers, packed := make([]float64, accounts*width), make([]word, accounts)
			for i := range numbers {
				numbers[i] = math.Ldexp(rng.NormFloat64(), rng.IntN(60)-30)
			}
			for g := range packed {
				packed[g] = word{rng.Uint64() & rng.Uint64() & rng.Uint64(), rng.Uint64() & 0x0300ff0001020400}
			}
			fast, slow := make([]float64, lanes*width), make([]float64, lanes*width)
			sumDrawn(fast, numbers, packed, width)
			sumDrawnGo(slow, numbers, packed, width)
			for i := range slow {
				if math.Float64bits(fast[i]) != math.Float64bits(slow[i]) {
					t.Fatalf("width %d, %d accounts, element %d: %v and %v", width, accounts, i, fast[i], slow[i])
				}
			}
		}
	}
}

// A loss may be infinite, and nought times that is no number: a replicate without the account
// must not see it.
func TestSumsOfDrawsLeaveOutWhatWasNotDrawn(t *testing.T) {
	for _, sum := range []func(sums, numbers []float64, packed []word, width int){sumDrawn, sumDrawnGo} {
		sums := make([]float64, lanes*2)
		sum(sums, []float64{math.Inf(1), 3, 5, 7}, []word{{low: 0x02}, {low: 0x0100, high: 0x04}}, 2)
		want := map[int]float64{0: math.Inf(1), lanes: 6, 1: 5, lanes + 1: 7, 8: 20, lanes + 8: 28}
		for i, got := range sums {
			if got != want[i] {
				t.Errorf("element %d: %v, want %v", i, got, want[i])
			}
		}
	}
}
