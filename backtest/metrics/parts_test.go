package metrics

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// some gathers the given rows.
func some[T any](of []T, rows []int32) []T {
	out := make([]T, len(rows))
	for k, i := range rows {
		out[k] = of[i]
	}
	return out
}

// A part of a ranking is the ranking of the part, be the last row of a tie in it or not.
func TestPartsAreRankedAsIfAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		partsAreRanked(t, drawSample(t), func() int { return rapid.IntRange(-1, 2).Draw(t, "part") })
	})
	rng := rand.New(rand.NewPCG(5, 1)) // rows that are gone through in several pieces
	var s sample
	for i := range 2*gatherBlock + 9 {
		s.score, s.churned, s.cluster = append(s.score, float64(rng.IntN(100))), append(s.churned, rng.IntN(3) == 0), append(s.cluster, int32(i%50))
	}
	partsAreRanked(t, s, func() int { return rng.IntN(4) - 1 })
}

// partsAreRanked deals the rows out to three parts, -1 for none.
func partsAreRanked(t fataler, s sample, deal func() int) {
	t.Helper()
	parts := make([]Part, 3) // the second numbers its accounts the other way round
	for i, g := range s.cluster {
		k := deal()
		if k < 0 {
			continue
		}
		if k == 1 {
			g = slices.Max(s.cluster) - g
		}
		parts[k].Rows, parts[k].Cluster = append(parts[k].Rows, int32(i)), append(parts[k].Cluster, g)
	}
	whole := NewRanking(s.score, s.churned, s.cluster)
	for k, got := range PartRankings([]*Ranking{whole}, s.churned, parts)[0] {
		of, cluster := parts[k].Rows, parts[k].Cluster
		want := rank(some(s.score, of), some(s.churned, of), cluster, got.account)
		if !slices.Equal(got.code, want.code) || !slices.Equal(got.row, want.row) {
			t.Fatalf("part %d: codes %v of rows %v, want %v of %v", k, got.code, got.row, want.code, want.row)
		}
		if !slices.Equal(got.account, tallies(some(s.churned, of), cluster)) {
			t.Fatalf("part %d: accounts %v, want %v", k, got.account, tallies(some(s.churned, of), cluster))
		}
	}
}

func TestRowsInTheOrderOfARankingAreRankedAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		r := NewRanking(s.score, s.churned, s.cluster)
		if order := Order(s.score, s.churned); !slices.Equal(r.Order(), order) {
			t.Fatalf("order %v, want %v", r.Order(), order)
		}
		o := s.taken(r.Order())
		got, want := r.InOrder(o.cluster), NewRanking(o.score, o.churned, o.cluster)
		if !slices.Equal(got.code, want.code) || !slices.Equal(got.row, want.row) {
			t.Fatalf("codes %v of rows %v, want %v of %v", got.code, got.row, want.code, want.row)
		}
	})
}

// With five rows, the middle three tied, a list of two has one place for the three.
func TestChancesOnAListAreThoseOfTheTieAtItsEnd(t *testing.T) {
	r := NewRanking([]float64{1, 5, 3, 3, 3}, bools(0, 0, 1, 0, 1), nil)
	third := 1.0 / 3
	for k, want := range [][]float64{{0, 0, 0, 0, 0}, {0, 1, 0, 0, 0}, {0, 1, third, third, third}} {
		got := make([]float64, 5)
		if r.Listed(k, got); !slices.Equal(got, want) {
			t.Errorf("list of %d: %v, want %v", k, got, want)
		}
	}
}

// Rows of one score and outcome stand as the list has them, and everything else as it would.
func TestTiesStandAlongAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		r := NewRanking(s.score, s.churned, s.cluster)
		list := rapid.Permutation(everyRow(len(s.score))).Draw(t, "list")
		shuffled := s.taken(list)
		var want []int32
		for _, k := range Order(shuffled.score, shuffled.churned) {
			want = append(want, list[k])
		}
		if got := r.OrderAlong(list); !slices.Equal(got, want) {
			t.Fatalf("order %v along %v, want %v", got, list, want)
		}
	})
}

// everyRow numbers rows.
func everyRow(n int) []int32 {
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}
