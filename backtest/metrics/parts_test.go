package metrics

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// some gathers the given rows.
func some[T any](of []T, rows []int) []T {
	out := make([]T, len(rows))
	for k, i := range rows {
		out[k] = of[i]
	}
	return out
}

// A part of a ranking is the ranking of the part, be the last row of a tie in it or not.
func TestPartsAreRankedAsIfAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		parts := make([]Part, 3) // the second numbers its accounts the other way round
		for i, g := range s.cluster {
			k := rapid.IntRange(-1, 2).Draw(t, "part")
			if k < 0 {
				continue
			}
			if k == 1 {
				g = slices.Max(s.cluster) - g
			}
			parts[k].Rows, parts[k].Cluster = append(parts[k].Rows, i), append(parts[k].Cluster, g)
		}
		whole := NewRanking(s.score, s.churned, s.cluster)
		for k, got := range PartRankings([]*Ranking{whole}, s.churned, parts)[0] {
			of, cluster := parts[k].Rows, parts[k].Cluster
			want := rank(some(s.score, of), some(s.churned, of), cluster, got.account)
			if !slices.Equal(got.code, want.code) || !slices.Equal(got.row, want.row) {
				t.Fatalf("part %d: codes %v of rows %v, want %v of %v", k, got.code, got.row, want.code, want.row)
			}
			for g, a := range tallies(some(s.churned, of), cluster) {
				if got.account[g] != a {
					t.Fatalf("part %d: account %d has %v, want %v", k, g, got.account[g], a)
				}
			}
		}
	})
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

func TestDeLongOfRankingsIsThatOfScoresBitForBit(t *testing.T) {
	score, eta, churned, cluster := company(3_000)
	scores := [][]float64{score, eta}
	want, err := DeLong(scores, churned, cluster)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DeLongOf(NewRankings(scores, churned, cluster))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v (error %v)", got, want, err)
	}
}

func TestDeLongOfRankingsRefusesWhatCannotBeCompared(t *testing.T) {
	nan := rankNaN()
	for name, rankings := range map[string][]*Ranking{
		"none":           nil,
		"a NaN score":    {nan},
		"other accounts": {NewRanking([]float64{1, 2}, bools(0, 1), []int32{0, 1}), NewRanking([]float64{1, 2}, bools(0, 1), []int32{0, 0})},
	} {
		if _, err := DeLongOf(rankings); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// rankNaN is a ranking that can say nothing.
func rankNaN() *Ranking { return &Ranking{undefined: true, account: make([]tally, 1)} }

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

// oneByOne is Top as its doc says: every tie from the top on by the share of it that finds room.
func oneByOne(r *Ranking, count []int32, value []float64, k int) (list List) {
	room := float64(k)
	for from := 0; from < len(r.code) && room > 0; {
		to, tied := r.block(from, count)
		size := float64(tied.churned + tied.renewed)
		share := min(1, room/max(size, 1))
		list.Rows += share * size
		list.Churned += share * float64(tied.churned)
		if value != nil && tied.churned > 0 {
			list.Value += share * r.churnedValue(from, to, count, value)
		}
		room -= size
		from = to
	}
	return list
}

func TestListsOfSeveralLengthsAreThoseOfEach(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		r := NewRanking(s.score, s.churned, s.cluster)
		count := make([]int32, len(r.account))
		for g := range count {
			count[g] = int32(rapid.IntRange(0, 3).Draw(t, "times"))
		}
		ks := rapid.SliceOfN(rapid.IntRange(-1, 60), 1, 6).Draw(t, "lengths")
		slices.Sort(ks)
		for i, got := range r.Tops(count, s.value, ks) {
			if want := oneByOne(r, count, s.value, ks[i]); got != want {
				t.Fatalf("list of %d: %+v, want %+v", ks[i], got, want)
			}
		}
	})
}

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
			lists := DrawsOf(counts...).Top(r, value, k)
			for l, count := range counts {
				if want := r.Top(count, value, k); !sameList(lists[l], want) {
					t.Errorf("list of %d, replicate %d: %+v, want %+v", k, l, lists[l], want)
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

// Accounts of one row and of hundreds, drawn up to 255 times: sums that fit a lane and not.
func TestTotalsOfManyReplicatesAreThoseOfEach(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	accounts := make([]tally, 200)
	counts := make([][]int32, lanes)
	for l := range counts {
		counts[l] = make([]int32, len(accounts))
		for g := range counts[l] {
			counts[l][g] = int32(rng.IntN(256))
		}
	}
	for g := range accounts {
		accounts[g] = tally{churned: rng.Int64N(int64(1 + g*3)), renewed: rng.Int64N(20)}
	}
	r := &Ranking{account: accounts}
	for l, got := range totalsOf(accounts, DrawsOf(counts...).packed) {
		if want := r.totals(counts[l]); got != want {
			t.Errorf("replicate %d: %+v, want %+v", l, got, want)
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
		var want []int
		for _, k := range Order(shuffled.score, shuffled.churned) {
			want = append(want, list[k])
		}
		rows := make([]int32, len(list))
		for i, row := range list {
			rows[i] = int32(row)
		}
		if got := r.OrderAlong(rows); !slices.Equal(got, want) {
			t.Fatalf("order %v along %v, want %v", got, list, want)
		}
	})
}

// everyRow numbers rows.
func everyRow(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}
