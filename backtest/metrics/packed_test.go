package metrics

import (
	"context"
	"math"
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

func TestAnAccountDrawnTooOftenForAByteIsServedSingly(t *testing.T) {
	packed := make([]uint64, 2)
	if !pack(packed, []int32{255, 0}, 3) || packed[0] != 255<<24 {
		t.Errorf("255 does not fit a byte: %x", packed)
	}
	if pack(packed, []int32{256, 0}, 4) {
		t.Error("256 fits a byte")
	}
	rankings := scenarios(rand.New(rand.NewPCG(5, 6)), 200, 20)
	b := &batch{count: make([]int32, 20), packed: make([]uint64, 20)}
	together, singly := make([]float64, 24), make([]float64, 24)
	b.run(rankings, 3, 8, together)
	b.runSingly(rankings, 3, 8, singly)
	for i := range together {
		sameNumbers(t, "replicate", singly[i], together[i])
	}
}

// Every account counted 255 times fills the lanes of 16 bits to the brim.
func TestFullLanesDoNotOverflow(t *testing.T) {
	full, count := make([]uint64, 50), make([]int32, 50)
	for g := range full {
		full[g], count[g] = 0xffffffffffffffff, 255
	}
	for i, r := range scenarios(rand.New(rand.NewPCG(7, 8)), 5000, 50) {
		for l, auc := range r.packedAUC(full) {
			if want := r.AUC(count); !sameBits(auc, want) {
				t.Errorf("ranking %d, lane %d: %v, want %v", i, l, auc, want)
			}
		}
	}
}

func TestPackedAUCOfAMissingScoreIsNaN(t *testing.T) {
	r := NewRanking([]float64{1, math.NaN()}, bools(1, 0), nil)
	out, err := BootstrapAUC(context.Background(), []*Ranking{r}, 9, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.Undefined(0); got != 9 {
		t.Errorf("%d of 9 replicates undefined", got)
	}
}
