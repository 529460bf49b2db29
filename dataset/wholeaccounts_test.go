package dataset

import (
	"math"
	"testing"
)

// repeated are examples of n accounts with so many examples each.
func repeated(n, each int) *Examples {
	e := &Examples{}
	for a := range n {
		for range each {
			e.Account, e.Churned = append(e.Account, int32(a)), append(e.Churned, false)
		}
	}
	return e
}

func TestAFewExamplesAreAllKept(t *testing.T) {
	e := repeated(10, 3)
	if got := e.All().WholeAccounts(30).Len(); got != 30 {
		t.Errorf("%d of 30 examples kept where 30 are allowed", got)
	}
}

func TestAccountsAreKeptWhole(t *testing.T) {
	const accounts, each, limit = 40_000, 5, 50_000
	e := repeated(accounts, each)
	kept := make(map[int32]int)
	for _, r := range e.All().WholeAccounts(limit).Rows {
		kept[e.Account[r]]++
	}
	for a, n := range kept {
		if n != each {
			t.Fatalf("account %d has %d of its %d examples", a, n, each)
		}
	}
	// Binomial: 40,000 accounts at 1/4 each.
	if sd := math.Sqrt(accounts * 0.25 * 0.75); math.Abs(float64(len(kept))-accounts/4) > 4*sd {
		t.Errorf("%d accounts kept, want %d within %.0f", len(kept), accounts/4, 4*sd)
	}
}

// Neither the order of the keys nor a pattern in them decides who is drawn: each residue
// class of the account numbers gets its share.
func TestDrawnAccountsFollowNoPatternOfTheKeys(t *testing.T) {
	const accounts = 100_000
	for _, period := range []int{2, 3, 7, 10, 25, 64} {
		counts := make([]int, period)
		for a := range int32(accounts) {
			if lot(a) < 0.3 {
				counts[int(a)%period]++
			}
		}
		n := float64(accounts) / float64(period)
		for residue, k := range counts {
			if sd := math.Sqrt(n * 0.3 * 0.7); math.Abs(float64(k)-0.3*n) > 5*sd {
				t.Errorf("%d of the %.0f accounts %d mod %d, want %.0f within %.0f", k, n, residue, period, 0.3*n, 5*sd)
			}
		}
	}
}
