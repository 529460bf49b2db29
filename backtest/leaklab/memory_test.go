package leaklab

import (
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/synth"
)

// TestARegionRemembersTheFirstAccounts holds the short list of a region against all
// accounts that entered it.
func TestARegionRemembersTheFirstAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entered := rapid.SliceOfDistinct(rapid.Int32Range(0, 1000), rapid.ID[int32]).Draw(t, "accounts")
		var s seen
		for _, a := range entered {
			s.add(1, a)
		}
		slices.Sort(entered)
		if got, want := s[1].accounts[:s[1].n], entered[:min(len(entered), shown)]; !slices.Equal(got, want) || s[0].n != 0 {
			t.Fatalf("%v of the one kind and %d of the other, want %v and 0", got, s[0].n, want)
		}
	})
}

// TestEvidenceIsSmallerThanTheFactor: the evidence about all factors is held at once, so
// none of it may be a copy of the samples that it was found in. What hindsight needs of
// an account (four numbers) is the most, and it is bounded.
func TestEvidenceIsSmallerThanTheFactor(t *testing.T) {
	p := simulated(t, synth.Company{Accounts: 8_000, Seed: 1}, dataset.Clock{Mode: dataset.Horizon, Horizon: 90})
	l := newLab(p.panel)
	before := live()
	exhibits := make([]*exhibit, len(p.factors))
	for i, f := range p.factors {
		var err error
		if exhibits[i], err = l.examine(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	each := (live() - before) / int64(len(exhibits))
	accounts, curves := int64(len(p.panel.Snapshots.Accounts)), int64(7*4*curveSteps*100)
	if most := 4*8*accounts + curves; each > most {
		t.Errorf("the evidence about a factor takes %d bytes, want at most %d", each, most)
	}
	runtime.KeepAlive(exhibits)
	runtime.KeepAlive(l)
	runtime.KeepAlive(p)
}

// live is the heap in use after a collection.
func live() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // pools give up what they hold at the second
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestHindsightFollowsABoundedNumberOfAccounts(t *testing.T) {
	for _, c := range []struct{ accounts, stride int }{{0, 1}, {1, 1}, {hindsightRoom, 1}, {hindsightRoom + 1, 2}, {10 * hindsightRoom, 10}} {
		if got := strideOf(c.accounts); got != c.stride {
			t.Errorf("of %d accounts every %dth is followed, want every %dth", c.accounts, got, c.stride)
		}
	}
}
