package metrics

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
)

// Where rows are taken together to save time, what that does to a replicate must be small
// beside what the draw does to it.
func TestCondensedReplicatesDifferLittleBesideTheirSpread(t *testing.T) {
	const n, replicates = 300_000, 32
	rng := rand.New(rand.NewPCG(21, 22))
	score, churned, cluster := make([]float64, n), make([]bool, n), make([]int32, n)
	for i := range score {
		score[i] = rng.NormFloat64()
		churned[i], cluster[i] = rng.Float64() < sigmoid(score[i]-2), int32(i/5)
	}
	r, m := NewRanking(score, churned, cluster), RankMetrics{}
	if exact, few := len(r.plan(false).blocks), len(r.condensed().blocks); exact <= finestPlan || few > exact/3 {
		t.Fatalf("%d blocks became %d: nothing was condensed", exact, few)
	}
	got, err := BootstrapRanks(context.Background(), []*Ranking{r}, m, replicates, 5)
	if err != nil {
		t.Fatal(err)
	}
	for column, u := range m.Influence(r) {
		se := InfluenceStdErr(u)
		for k := range replicates {
			count := make([]int32, len(r.account))
			draw(count, rand.NewPCG(5, uint64(k)))
			if off := (got.Values[k*got.Width+column] - m.Of(r, count)[column]) / se; math.Abs(off) > 0.1 {
				t.Errorf("replicate %d, column %d: off by %.3f standard errors", k, column, off)
			}
		}
	}
}

// Everything that many rows make possible is held against the same by hand on few: cells of
// one tie each are the ties.
func TestCellsOfOneTieEachAreTheTies(t *testing.T) {
	r := NewRanking([]float64{3, 3, 2, 1, 1}, bools(1, 0, 0, 1, 1), []int32{0, 1, 2, 0, 1})
	p := r.inSteps(0)
	want := []block{{0, 1, 1}, {0, 1, 0}, {0, 0, 2}}
	for k, b := range p.blocks {
		if b != want[k] {
			t.Errorf("cell %d is %+v, want %+v", k, b, want[k])
		}
	}
	if got := p.countCells([]int32{2, 0, 5}, nil); got[0] != 0 || got[1] != 2 || got[2] != 5 || got[3] != 0 || got[4] != 0 || got[5] != 2 {
		t.Errorf("accounts 0 twice and 2 five times: %v", got)
	}
	if all := r.inSteps(5).blocks; len(all) != 1 || all[0] != (block{0, 2, 3}) {
		t.Errorf("one cell for all: %+v", all)
	}
}

func TestGivenDrawsCountEveryReplicateAlike(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	for _, most := range []int32{1, 30, 255, 700} { // 700 does not fit a byte
		const n, accounts = 400, 60
		score, churned, cluster, value := make([]float64, n), make([]bool, n), make([]int32, n), make([]float64, n)
		for i := range score {
			score[i], churned[i], cluster[i] = float64(rng.IntN(40)), rng.IntN(4) == 0, int32(rng.IntN(accounts))
			value[i] = float64(rng.IntN(1000)) // whole: no sum is rounded
		}
		numbers := make([]float64, 2*accounts)
		for k := range numbers {
			numbers[k] = rng.Float64()
		}
		var given [][]int32
		for range MaxDraws - 1 {
			count := make([]int32, accounts)
			for g := range count {
				count[g] = rng.Int32N(most + 1)
			}
			given = append(given, count)
		}
		d, r := DrawsOf(given...), NewRanking(score, churned, cluster)
		sums := make([][]float64, d.Len())
		for l := range sums {
			sums[l] = make([]float64, 2)
		}
		d.Sums(numbers, sums)
		for _, k := range []int{0, 1, 17, 5000, 1 << 20} {
			tops := d.Top(r, value, k)
			for l, count := range given {
				want := r.Top(count, value, k)
				if got := tops[l]; got.Rows != want.Rows || got.Churned != want.Churned || math.Abs(got.Value-want.Value) > 1e-9*want.Value {
					t.Errorf("the %d riskiest with counts up to %d: %+v, one replicate alone %+v", k, most, got, want)
				}
			}
		}
		for l, count := range given {
			var want [2]float64
			for g, c := range count {
				want[0] += float64(float64(c) * numbers[2*g])
				want[1] += float64(float64(c) * numbers[2*g+1])
			}
			if [2]float64(sums[l]) != want {
				t.Errorf("sums %v, want %v", sums[l], want)
			}
		}
	}
}
