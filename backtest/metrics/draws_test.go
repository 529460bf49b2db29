package metrics

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestPackedListsAreThoseOfEveryReplicate(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, r := range scenarios(rng, 3_000, 400)[:2] { // without ties, and with
		value := make([]float64, len(r.code))
		for i := range value {
			value[i] = float64(rng.IntN(1000)) // sums are exact in any order
		}
		counts := make([][]int32, 3)
		for l := range counts {
			counts[l] = make([]int32, len(r.account))
			draw(counts[l], rand.NewPCG(5, uint64(l)))
		}
		for _, k := range []int{0, 1, 7, 250, 5_000} {
			for _, value := range [][]float64{value, nil} {
				lists := DrawsOf(counts...).Top(r, value, k)
				for l, count := range counts {
					if want := r.Top(count, value, k); !sameList(lists[l], want) {
						t.Errorf("list of %d, replicate %d: %+v, want %+v", k, l, lists[l], want)
					}
				}
			}
		}
	}
}

// sameList allows for the rounding of shares that are applied before or after adding up.
func sameList(a, b List) bool {
	return closeTo(a.Rows, b.Rows) && closeTo(a.Churned, b.Churned) && closeTo(a.Value, b.Value)
}

func closeTo(a, b float64) bool { return a-b <= 1e-9*(1+b) && b-a <= 1e-9*(1+b) }

// A count that overflows its byte is too rare to wait for: the way around the packed ones is taken here
// by hand, and must lead to the same draws and to what is summed and ranked over them.
func TestDrawsOutsideOfTheirBytesAreTheSame(t *testing.T) {
	const accounts, width, first, seed = 30, 2, 32, 9
	rng := rand.New(rand.NewPCG(5, 5))
	numbers := make([]float64, accounts*width)
	for i := range numbers {
		numbers[i] = float64(rng.IntN(1000)) // sums are exact in any order
	}
	churned, cluster, score := make([]bool, 200), make([]int32, 200), make([]float64, 200)
	for i := range churned {
		churned[i], cluster[i], score[i] = i%3 == 0, int32(i%accounts), float64(rng.IntN(60))
	}
	plans, fpr := []*plan{NewRanking(score, churned, cluster).inSteps(cellStep)}, []float64{0, 0.1, 0.5, 1}
	type said struct {
		counts [][]int32
		sums   [][]float64
		rates  []float64
	}
	var got [2]said
	for way := range got {
		d := newDraws(accounts)
		d.draw(seed, first, 3)
		d.fits = d.fits && way == 0
		s := &got[way]
		for l := range d.Len() {
			s.counts, s.sums = append(s.counts, slices.Clone(d.Count(l))), append(s.sums, make([]float64, width))
		}
		d.Sums(numbers, s.sums)
		s.rates = make([]float64, d.Len()*len(fpr))
		new(cellSums).rates(d, plans, fpr, s.rates)
	}
	for l, count := range got[0].counts {
		want, sum := make([]int32, accounts), make([]float64, width)
		draw(want, rand.NewPCG(seed, uint64(first+l)))
		for g, n := range want {
			for k := range sum {
				sum[k] += float64(n) * numbers[g*width+k]
			}
		}
		for way, s := range got {
			if !slices.Equal(s.counts[l], want) || !slices.Equal(s.sums[l], sum) {
				t.Errorf("replicate %d, way %d: %v with sums %v, want %v with %v", l, way, count, s.sums[l], want, sum)
			}
		}
	}
	if !slices.Equal(got[0].rates, got[1].rates) {
		t.Errorf("rates %v and %v", got[0].rates, got[1].rates)
	}
}

func TestGivenDrawsAreWhatWasGiven(t *testing.T) {
	counts := [][]int32{{0, 1, 2}, {3, 255, 256}} // one too large for its byte
	d := DrawsOf(counts...)
	for l, want := range counts {
		if got := d.Count(l); d.Len() != 2 || !slices.Equal(got, want) {
			t.Errorf("replicate %d of %d: %v, want %v", l, d.Len(), got, want)
		}
	}
	sums := [][]float64{{0}, {0}}
	if d.Sums([]float64{5, 7, 11}, sums); sums[0][0] != 7+2*11 || sums[1][0] != 3*5+255*7+256*11 {
		t.Errorf("sums %v", sums)
	}
	for fact, counts := range map[string][][]int32{
		"none": nil, "more than a batch": slices.Repeat([][]int32{{1}}, MaxDraws+1), "of other accounts": {{1, 2}, {1}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", fact)
				}
			}()
			DrawsOf(counts...)
		}()
	}
}

// Other columns stand behind those of the candidates, on the draws that these have.
func TestColumnsOfAnotherKindAreOfTheSameDraws(t *testing.T) {
	rankings := scenarios(rand.New(rand.NewPCG(3, 4)), 600, 40)
	const replicates, seed = 35, 7 // not a multiple of the lanes
	m := RankMetrics{Lists: []int{40}}
	single := checksum()
	got, err := BootstrapRanksAnd(context.Background(), rankings, m, 2, func() PackedStatistic {
		return func(d *Draws, out [][]float64) {
			for l := range d.Len() {
				single(d.Count(l), out[l])
			}
		}
	}, replicates, seed)
	if err != nil {
		t.Fatal(err)
	}
	ranks, _ := BootstrapRanks(context.Background(), rankings, m, replicates, seed)
	more, _ := Bootstrap(context.Background(), 40, replicates, seed, 2, checksum)
	for r := range replicates {
		row, width := got.Values[r*got.Width:][:got.Width], ranks.Width
		if !slices.Equal(row[:width], ranks.Values[r*width:][:width]) || !slices.Equal(row[width:], more.Values[2*r:][:2]) {
			t.Fatalf("replicate %d: %v, want %v and %v", r, row, ranks.Values[r*width:][:width], more.Values[2*r:][:2])
		}
	}
}
