package metrics

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestInfluenceOnAListByHand(t *testing.T) {
	// Ranked a, b, c, d by score, with values 10, 20, 30, 40; a and c churned. A list of two has
	// a reach of two rows either side: tau = (10+30)/4 of the churned value, 25 of all.
	r := NewRanking([]float64{4, 3, 2, 1}, []bool{true, false, true, false}, []int32{0, 1, 2, 3})
	u := r.InfluenceOnTop([]float64{10, 20, 30, 40}, 2)
	if want := []float64{0, -10, 0, 0}; !slices.Equal(u.Churned, want) {
		t.Errorf("churned value: %v, want %v", u.Churned, want)
	}
	if want := []float64{-15, -5, 0, 0}; !slices.Equal(u.All, want) {
		t.Errorf("all value: %v, want %v", u.All, want)
	}
}

// A list with room for all rows, or one that ends in a tie of all of them, is a sum: there the
// influence is what an account adds to the sum, or to its share of it.
func TestInfluenceOnAListWithoutACutIsThatOfASum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		n := len(s.score)
		if n == 0 {
			return
		}
		tied := rapid.Bool().Draw(t, "tied")
		k, share, tau := n, 1.0, mass{}
		if tied {
			s.score = make([]float64, n)
			k = rapid.IntRange(1, n).Draw(t, "k")
		}
		r := NewRanking(s.score, s.churned, s.cluster)
		if share = float64(k) / float64(n); k < n {
			all := r.valueOf(0, n, r.weights(nil), s.value)
			tau = mass{all.churned / float64(n), all.renewed / float64(n)}
		}
		want := make([]float64, len(r.account))
		for i, g := range s.cluster {
			y := 0.0
			if s.churned[i] {
				y = s.value[i]
			}
			want[g] += share * (y - tau.churned)
		}
		for g, got := range r.InfluenceOnTop(s.value, k).Churned {
			if math.Abs(got-want[g]) > 1e-6 {
				t.Fatalf("account %d: %v, want %v", g, got, want[g])
			}
		}
	})
}

func TestInfluenceOnAListThatIsNoneIsNothing(t *testing.T) {
	for _, r := range []*Ranking{
		NewRanking([]float64{1, 2}, []bool{true, false}, nil),
		NewRanking([]float64{1, math.NaN()}, []bool{true, false}, nil),
	} {
		k := 0
		if r.undefined {
			k = 1
		}
		if u := r.InfluenceOnTop([]float64{5, 5}, k); !slices.Equal(u.Churned, []float64{0, 0}) || !slices.Equal(u.All, []float64{0, 0}) {
			t.Errorf("%v, want nothing", u)
		}
	}
}
