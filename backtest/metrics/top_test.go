package metrics

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestTopIsTheListOfCapacity: where both are defined they are the same list.
func TestTopIsTheListOfCapacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		score, value := make([]float64, n), make([]float64, n)
		churned, cluster := make([]bool, n), make([]int32, n)
		for i := range n {
			score[i] = float64(rapid.IntRange(0, 6).Draw(t, "score"))
			value[i] = float64(rapid.IntRange(0, 9).Draw(t, "value"))
			churned[i] = rapid.Bool().Draw(t, "churned")
			cluster[i] = int32(rapid.IntRange(0, 9).Draw(t, "cluster"))
		}
		cluster[0] = 9 // so that both sides number ten accounts
		count := make([]int32, 10)
		for g := range count {
			count[g] = int32(rapid.IntRange(0, 3).Draw(t, "count"))
		}
		k := rapid.IntRange(1, 80).Draw(t, "k")
		r := NewRanking(score, churned, cluster)
		at, top := r.Capacity(count, value, k), r.Top(count, value, k)
		if at.K == 0 {
			if top != (List{}) {
				t.Fatalf("nobody was drawn and the list holds %+v", top)
			}
			return
		}
		for _, x := range [][2]float64{
			{top.Rows, float64(at.K)}, {top.Churned, at.Precision * float64(at.K)}, {top.Value, at.ValueCaptured},
		} {
			if d := x[0] - x[1]; d > 1e-9 || d < -1e-9 {
				t.Fatalf("top %+v, capacity %+v", top, at)
			}
		}
	})
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
