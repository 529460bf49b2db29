package metrics

import (
	"context"
	"fmt"
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
	const replicates = 35 // not a multiple of the lanes
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
		sameNumbers(t, fmt.Sprint("value ", i), v, single.Values[i])
	}
}

func TestPackedRankMetricsEqualSingleOnesBitForBit(t *testing.T) {
	rankings := scenarios(rand.New(rand.NewPCG(3, 4)), 3000, 40)
	const replicates = 35
	m := RankMetrics{Lists: []int{1, 40, 2900, 5000}}
	packed, err := BootstrapRanks(context.Background(), rankings, m, replicates, 7)
	if err != nil {
		t.Fatal(err)
	}
	single, err := Bootstrap(context.Background(), 40, replicates, 7, packed.Width, func() Statistic {
		return func(count []int32, out []float64) {
			for j, r := range rankings {
				copy(out[j*m.Width():], m.Of(r, count))
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range packed.Values {
		sameNumbers(t, fmt.Sprint("value ", i), v, single.Values[i])
	}
}

// The chance that a count overflows its byte is too small to wait for, so the way out is
// taken here by hand.
func TestReplicatesServedSinglyEqualPackedOnes(t *testing.T) {
	rankings := scenarios(rand.New(rand.NewPCG(5, 6)), 200, 20)
	for _, m := range []*RankMetrics{nil, {Lists: []int{7, 50}}} {
		columns := 1
		if m != nil {
			columns = m.Width()
		}
		b := newBatch(20, packedColumns{ranked: columns, metrics: m})
		together, singly := make([]float64, lanes*3*columns), make([]float64, lanes*3*columns)
		var plans []*plan
		for _, r := range rankings {
			plans = append(plans, r.plan(m == nil))
		}
		b.run(plans, 3, 8, together)
		for j, p := range plans {
			b.sweepSingly(p, func(l int) []float64 { return singly[(l*3+j)*columns:][:columns] })
		}
		for i := range together {
			sameNumbers(t, "replicate", singly[i], together[i])
		}
	}
}

func TestPackingTransposesTheCounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 7))
	var drawn [lanes][]uint8
	for l := range drawn {
		drawn[l] = make([]uint8, 24)
		for g := range drawn[l] {
			drawn[l][g] = uint8(rng.Uint32())
		}
	}
	packed := make([]word, 24)
	drawn[3][5] = 0x80
	if most := pack(packed, &drawn); most != 0xff {
		t.Errorf("no count above %d", most)
	}
	for g, w := range packed {
		for l := range drawn {
			half := w.low
			if l >= 8 {
				half = w.high
			}
			if got := uint8(half >> (8 * (l % 8))); got != drawn[l][g] {
				t.Errorf("lane %d of account %d: %d, want %d", l, g, got, drawn[l][g])
			}
		}
	}
}

// Every account counted 255 times fills the lanes of 16 bits to the brim.
func TestFullLanesDoNotOverflow(t *testing.T) {
	full, count := make([]word, 50), make([]int32, 50)
	for g := range full {
		full[g], count[g] = word{math.MaxUint64, math.MaxUint64}, 255
	}
	for i, r := range scenarios(rand.New(rand.NewPCG(7, 8)), 5000, 50) {
		s, c := newSweep(255), newCurveSweep(totalsOf(r.account, full))
		s.run(r.plan(true), full)
		c.run(r.plan(false), full, 255)
		want := r.Curve(count)
		for l := range lanes {
			if got := (Curve{c.auc(l), c.ks(l), c.averagePrecision(l)}); got != want || s.auc(l) != want.AUC {
				t.Errorf("ranking %d, lane %d: %v and an AUC of %v, want %v", i, l, got, s.auc(l), want)
			}
		}
	}
}

func TestPackedMetricsOfAMissingScoreAreNaN(t *testing.T) {
	r := NewRanking([]float64{1, math.NaN()}, bools(1, 0), nil)
	m := RankMetrics{Lists: []int{1}}
	auc, err := BootstrapAUC(context.Background(), []*Ranking{r}, 9, 1)
	if err != nil {
		t.Fatal(err)
	}
	all, err := BootstrapRanks(context.Background(), []*Ranking{r}, m, 9, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := auc.Undefined(0); got != 9 {
		t.Errorf("%d of 9 replicates undefined", got)
	}
	for column := range m.Width() {
		if got := all.Undefined(column); got != 9 {
			t.Errorf("column %d: %d of 9 replicates undefined", column, got)
		}
	}
}
