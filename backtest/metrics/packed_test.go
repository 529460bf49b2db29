package metrics

import (
	"context"
	"math/rand/v2"
	"testing"
)

// scenarios are rankings with no, some and nearly only ties; the last has ties
// far longer than a lane of 16 bits holds.
func scenarios(rng *rand.Rand, n, accounts int) (rankings []*Ranking) {
	churned, cluster := make([]bool, n), make([]int32, n)
	for i := range churned {
		churned[i] = rng.Float64() < 0.2
		cluster[i] = int32(rng.IntN(accounts))
	}
	cluster[0] = int32(accounts - 1)
	for _, levels := range []int{1 << 40, 50, 2} {
		score := make([]float64, n)
		for i := range score {
			score[i] = float64(rng.IntN(levels))
		}
		rankings = append(rankings, NewRanking(score, churned, cluster))
	}
	return rankings
}

func TestPackedReplicatesEqualSingleOnesBitForBit(t *testing.T) {
	rankings := scenarios(rand.New(rand.NewPCG(3, 4)), 3000, 40)
	const replicates = 19 // not a multiple of the lanes
	packed, err := BootstrapAUC(context.Background(), rankings, replicates, 7)
	if err != nil {
		t.Fatal(err)
	}
	single, err := Bootstrap(context.Background(), 40, replicates, 7, len(rankings), func() Statistic {
		return func(count []int32, out []float64) {
			for j, r := range rankings {
				out[j] = r.AUC(count)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range packed.Values {
		if !sameBits(v, single.Values[i]) {
			t.Fatalf("value %d: packed %v, single %v", i, v, single.Values[i])
		}
	}
}
