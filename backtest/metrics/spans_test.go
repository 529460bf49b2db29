package metrics

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// tied draws a forecast of few or many distinct log-odds.
func tied(t *rapid.T) *Forecast {
	levels := rapid.IntRange(1, 30).Draw(t, "levels")
	eta := rapid.SliceOfN(rapid.Map(rapid.IntRange(1, levels), func(i int) float64 { return float64(i) / 8 }), 1, 80).Draw(t, "eta")
	churned := rapid.SliceOfN(rapid.Bool(), len(eta), len(eta)).Draw(t, "churned")
	return NewForecast(eta, churned)
}

// groupsBy puts tie by tie into groups by the definition, ranks counted from the lowest eta: the
// groups that are not empty, by rising eta.
func groupsBy(f *Forecast, binOf func(lowest, highest int) int) (groups []span) {
	n, last := len(f.eta), -1
	for end := n; end > 0; {
		from := tieStart(f.eta, end)
		if b := binOf(n-end, n-1-from); b != last {
			groups, last = append(groups, span{from, end}), b
		}
		groups[len(groups)-1].from = from
		end = from
	}
	return groups
}

func TestGroupsOfEqualCountTakeATieWhereItsHighestRankFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, bins := tied(t), rapid.IntRange(1, 20).Draw(t, "bins")
		want := groupsBy(f, func(_, highest int) int { return binOfRank(highest, len(f.eta), bins) })
		if got := f.ofEqualCount(bins); !slices.Equal(got, want) {
			t.Fatalf("%v in %d bins: %v, want %v", f.eta, bins, got, want)
		}
	})
}

func TestClosedGroupsTakeATieWhereItsLowestRankFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, bins := tied(t), rapid.IntRange(1, 20).Draw(t, "bins")
		want := groupsBy(f, func(lowest, _ int) int { return closedBin(lowest, len(f.eta), bins) })
		slices.Reverse(want)
		if got := f.closedAbove(bins); !slices.Equal(got, want) {
			t.Fatalf("%v in %d bins: %v, want %v", f.eta, bins, got, want)
		}
	})
}

// Ties are places of their own up to their number, beyond it as many as begin in one share of the
// rows are one.
func TestPlacesEndWhereTheNextTieBeginsANewShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, most := tied(t), rapid.IntRange(1, 40).Draw(t, "places")
		shares := most
		if countTies(f.eta) <= most {
			shares = len(f.eta)
		}
		want := groupsBy(f, func(lowest, _ int) int {
			if shares == len(f.eta) {
				return lowest
			}
			return binOfRank(lowest, len(f.eta), shares)
		})
		if got, _ := f.inPlacesOf(most); !slices.Equal(got, want) {
			t.Fatalf("%v at %d places: %v, want %v", f.eta, most, got, want)
		}
	})
}

// The order of rows that weigh is that of a sort by comparison, whatever the order they come in
// and however long the ties are.
func TestRowsWithWeightStandByEtaOutcomeAndWeight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		few := tied(t)
		times := rapid.SampledFrom([]int{1, 40, 2000}).Draw(t, "times")
		eta, churned := slices.Repeat(few.eta, times), slices.Repeat(few.churned, times)
		top := rapid.IntRange(1, 9).Draw(t, "largest weight")
		rows, weight := make([]int, 0, len(eta)), make([]float64, len(eta))
		for i := range eta {
			if weight[i] = float64(i * i % (top + 1)); weight[i] > 0 {
				rows = append(rows, i)
			}
		}
		w := NewForecast(eta, churned).Weighing(weight)
		slices.SortFunc(rows, func(a, b int) int {
			return cmp.Or(cmp.Compare(eta[b], eta[a]), cmp.Compare(index(churned[a]), index(churned[b])), cmp.Compare(weight[a], weight[b]))
		})
		if len(w.weight) != len(rows) {
			t.Fatalf("%d rows weigh something, want %d", len(w.weight), len(rows))
		}
		for k, i := range rows {
			if row := w.kept.row(k); w.weight[k] != weight[i] || w.kept.eta[k] != eta[i] || w.kept.churned[k] != churned[i] || weight[row] != weight[i] || eta[row] != eta[i] {
				t.Fatalf("place %d holds row %d, want one like %d", k, row, i)
			}
		}
	})
}
