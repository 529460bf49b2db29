package metrics

import (
	"math/rand/v2"
	"testing"
)

// Sums of rows are whole, so that both ways must agree, and with counting one by one.
func TestSumsOfRowsAreThoseOfTheirMultiplicities(t *testing.T) {
	rng := rand.New(rand.NewPCG(76, 0))
	for _, most := range []uint8{0, 1, 7, 255} {
		packed := make([]word, 50)
		for g := range packed {
			for l := range lanes {
				n := uint64(rng.IntN(int(most) + 1))
				if l < 8 {
					packed[g].low |= n << (8 * l)
				} else {
					packed[g].high |= n << (8 * (l - 8))
				}
			}
		}
		for _, n := range []int{0, 1, 3, 4, 5, 255, 257, 258, 1000} {
			accounts := make([]uint32, n+3)
			var want [lanes]int64
			for i := range accounts {
				accounts[i] = uint32(rng.IntN(len(packed)))
				if i < n {
					for l := range lanes {
						want[l] += int64(packed[accounts[i]].lane(l))
					}
				}
			}
			tape := newTape(accounts, packed, most)
			if got := tape.next(n); got != want || len(tape.accounts) != 3 {
				t.Fatalf("%d rows up to %d: %v, want %v", n, most, got, want)
			}
			if few := min(n, tape.words); few == n {
				var got [lanes]int64
				if addRowsGo(&got, accounts[:n], packed, tape.bytes); got != want {
					t.Fatalf("%d rows up to %d without vectors: %v, want %v", n, most, got, want)
				}
			}
		}
	}
}
