package metrics

import (
	"math/rand/v2"
	"testing"
)

// Blocks of all sizes, and empty ones, in lanes that begin with none: vectors or not, every count
// and every bit is the same.
func TestBlocksAreTakenInAlikeWithAndWithoutVectors(t *testing.T) {
	rng := rand.New(rand.NewPCG(77, 0))
	for _, largest := range []int64{1, 3, 1000, 1 << 24} {
		blocks := make([][3][lanes]int64, 40) // above, tied, churned
		var all [lanes]tally
		for b := range blocks {
			for l := range lanes {
				for k := range 3 {
					if rng.IntN(3) > 0 {
						blocks[b][k][l] = rng.Int64N(largest)
					}
				}
				blocks[b][2][l] %= 1 << 20
				all[l].renewed += blocks[b][0][l] + blocks[b][1][l]
				all[l].churned += blocks[b][2][l]
			}
		}
		fast, plain := newCurveSweep(&all), newCurveSweep(&all)
		if !fast.fewRows() {
			t.Fatalf("%d: these rows are for vectors", largest)
		}
		for b := range blocks {
			x := &blocks[b]
			fast.block(fast.inVectors(), &x[0], &x[1], &x[2])
			blockGo(plain, &x[0], &x[1], &x[2])
			if *fast != *plain {
				t.Fatalf("blocks up to %d, block %d:\n%+v, want\n%+v", largest, b, fast, plain)
			}
		}
	}
}

// The largest companies stay with the counts of 64 bits.
func TestManyRowsAreNotForVectors(t *testing.T) {
	for _, all := range []tally{{1 << 26, 0}, {0, 1 << 31}, {1, 1<<31 - 1}} {
		if newCurveSweep(&[lanes]tally{lanes - 1: all}).fewRows() {
			t.Errorf("%+v are few rows", all)
		}
	}
}
