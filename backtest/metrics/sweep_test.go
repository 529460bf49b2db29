package metrics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func TestPlanLaysOutTiesByHand(t *testing.T) {
	// From the top: churned, churned | renewed | tie of one each | renewed, renewed | churned.
	score := []float64{9, 8, 7, 6, 6, 5, 4, 3}
	y := bools(1, 1, 0, 1, 0, 0, 0, 1)
	r := NewRanking(score, y, nil)
	for _, c := range []struct {
		merge bool
		want  []block
	}{
		{true, []block{{0, 0, 2}, {1, 1, 1}, {2, 0, 1}, {}}},
		{false, []block{{0, 0, 1}, {0, 0, 1}, {1, 1, 1}, {2, 0, 1}, {}}},
	} {
		p := r.plan(c.merge)
		if fmt.Sprint(p.blocks) != fmt.Sprint(c.want) {
			t.Errorf("merge %v: blocks %v, want %v", c.merge, p.blocks, c.want)
		}
		if fmt.Sprint(p.renewed, p.churned) != "[2 4 5 6] [0 1 3 7]" {
			t.Errorf("renewed %v, churned %v", p.renewed, p.churned)
		}
	}
}

// Multiplicities of every size, so that sums stay in bytes, outgrow them at once, and fill
// the lanes: the sweep must give the integers that a single replicate gives.
func TestSweepEqualsSingleSweepsForAnyMultiplicities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		if len(s.score) == 0 {
			return
		}
		accounts := clusterCount(s.cluster)
		most := rapid.SampledFrom([]int{1, 3, 40, 255}).Draw(t, "most")
		packed := make([]word, (accounts+7)/8*8)
		var drawn [lanes][]uint8
		for l := range drawn {
			drawn[l] = make([]uint8, len(packed))
			for g := range accounts {
				drawn[l][g] = uint8(rapid.IntRange(0, most).Draw(t, "count"))
			}
		}
		bound := pack(packed, &drawn)
		r := NewRanking(s.score, s.churned, s.cluster)
		fast, full := newSweep(bound), newCurveSweep(totalsOf(r.account, packed))
		fast.run(r.plan(true), packed)
		full.run(r.plan(false), packed, bound)
		for l := range lanes {
			count := make([]int32, accounts)
			for g := range count {
				count[g] = int32(drawn[l][g])
			}
			want := r.Curve(count)
			sameNumbers(t, "AUC", fast.auc(l), want.AUC)
			sameNumbers(t, "AUC with curves", full.auc(l), want.AUC)
			sameNumbers(t, "KS", full.ks(l), want.KS)
			sameNumbers(t, "AP", full.averagePrecision(l), want.AveragePrecision)
		}
	})
}

// Long stretches settle in mid-sweep, with many small blocks and with blocks too large.
func TestLongSweepsSettleAndCarryOn(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	const accounts, n = 64, 40_000
	for _, levels := range []int{n * 100, 300, 3} {
		score, churned, cluster := make([]float64, n), make([]bool, n), make([]int32, n)
		for i := range score {
			score[i], churned[i], cluster[i] = float64(rng.IntN(levels)), rng.IntN(8) == 0, int32(rng.IntN(accounts))
		}
		r := NewRanking(score, churned, cluster)
		for _, most := range []int{2, 200} {
			packed := make([]word, accounts)
			var drawn [lanes][]uint8
			for l := range drawn {
				drawn[l] = make([]uint8, accounts)
				for g := range drawn[l] {
					drawn[l][g] = uint8(rng.IntN(most + 1))
				}
			}
			s := newSweep(pack(packed, &drawn))
			s.run(r.plan(true), packed)
			for l := range lanes {
				count := make([]int32, accounts)
				for g := range count {
					count[g] = int32(drawn[l][g])
				}
				sameNumbers(t, fmt.Sprint("AUC of ", levels, " levels"), s.auc(l), r.AUC(count))
			}
		}
	}
}

func TestBytesAreDrawnAsWholeNumbersAre(t *testing.T) {
	for _, accounts := range []int{1, 2, 7, 255, 1000} {
		whole, bytes := make([]int32, accounts), make([]uint8, (accounts+7)/8*8)
		draw(whole, rand.NewPCG(9, uint64(accounts)))
		draw(bytes[:accounts], rand.NewPCG(9, uint64(accounts)))
		for g, n := range whole {
			if int32(bytes[g]) != n {
				t.Errorf("account %d of %d: drawn %d times in bytes, %d in whole numbers", g, accounts, bytes[g], n)
			}
		}
		if !allDrawn(bytes, accounts) {
			t.Errorf("%d draws do not add up", accounts)
		}
		bytes[0]-- // as an overflow would: 256 too few, or here one
		if allDrawn(bytes, accounts) {
			t.Errorf("%d draws add up though one is lost", accounts)
		}
	}
}

func TestFullBytesAddUp(t *testing.T) {
	full := make([]uint8, 800)
	for i := range full {
		full[i] = math.MaxUint8
	}
	if !allDrawn(full, 800*math.MaxUint8) {
		t.Error("800 accounts drawn 255 times each do not add up")
	}
}

// Accounts of one row and of hundreds, drawn up to 255 times: sums that fit a lane and not.
func TestTotalsOfManyReplicatesAreThoseOfEach(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	accounts, times := make([]counts, 200), make([][]int32, lanes)
	for l := range times {
		times[l] = make([]int32, len(accounts))
		for g := range times[l] {
			times[l][g] = int32(rng.IntN(256))
		}
	}
	for g := range accounts {
		accounts[g] = counts{churned: rng.Uint32N(uint32(1 + g*3)), renewed: rng.Uint32N(20)}
	}
	r := &Ranking{account: accounts}
	for l, got := range totalsOf(accounts, DrawsOf(times...).packed) {
		if want := r.totals(times[l]); got != want {
			t.Errorf("replicate %d: %+v, want %+v", l, got, want)
		}
	}
}
