package metrics

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Scores whose upper digits agree are put in order by the lower ones: by insertion where a
// run is short, by digits where it is long.
func TestScoresThatDifferInTheLastDigitsOnlyAreSorted(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, c := range []struct {
		fact  string
		n     int
		score func(i int) float64
	}{
		{"few", 100, func(int) float64 { return 1 + float64(rng.IntN(5))*0x1p-52 }},
		{"more", 200, func(int) float64 { return 1 + float64(rng.IntN(5))*0x1p-52 }},
		{"a long run", 3000, func(int) float64 { return -2 + float64(rng.IntN(1<<20))*0x1p-51 }},
		{"many runs", 3000, func(i int) float64 { return float64(i%40) + float64(rng.IntN(1<<20))*0x1p-40 }},
		{"one long tie", 3000, func(int) float64 { return 0.1 }},
		{"all magnitudes", 3000, func(int) float64 { return math.Ldexp(rng.Float64()-0.5, rng.IntN(2000)-1000) }},
		{"falling already", 3000, func(i int) float64 { return -float64(i) }},
		{"rising", 3000, func(i int) float64 { return float64(i) * 0x1p-60 }},
	} {
		t.Run(c.fact, func(t *testing.T) {
			score, churned := make([]float64, c.n), make([]bool, c.n)
			for i := range score {
				score[i], churned[i] = c.score(i), rng.IntN(3) == 0
			}
			want := make([]int, c.n)
			for i := range want {
				want[i] = i
			}
			slices.SortStableFunc(want, func(a, b int) int {
				return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(index(churned[a]), index(churned[b])))
			})
			rows, ok := descending(score, churned)
			if !ok {
				t.Fatal("a NaN was seen")
			}
			for i, row := range rows.Rows {
				if int(row) != want[i] {
					t.Fatalf("place %d holds row %d, want %d", i, row, want[i])
				}
			}
		})
	}
}
