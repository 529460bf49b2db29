package leaklab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/synth"
	"holdfast/features"
	"holdfast/models"
)

// TestWholeHistoriesAreSwapped looks at every permuted example: its label must be that of
// one other account, the same for all examples of the account, in the same place of the
// same quarter, and known after the same number of days.
func TestWholeHistoriesAreSwapped(t *testing.T) {
	e := simulated(t, synth.Company{Accounts: 120, Seed: 5}, dataset.Clock{Mode: dataset.Horizon, Horizon: 90}).panel.Examples
	at := make(map[int32]map[slot]int32)
	for _, h := range historiesOf(e) {
		account := make(map[slot]int32)
		for k, s := range h.slots {
			account[s] = h.first + int32(k)
		}
		at[e.Account[h.first]] = account
	}
	rapid.Check(t, func(t *rapid.T) {
		p := permute(e, rapid.Uint64().Draw(t, "seed"), rapid.IntRange(0, 3).Draw(t, "replicate"))
		donors := make(map[int32][]int32) // of each account: those whose labels it may have
		for i, h := range historiesOf(p.examples) {
			_ = i
			account := p.examples.Account[h.first]
			candidates := slices.Clone(donorsOf(e))
			for k := range h.slots {
				row := h.first + int32(k)
				original := slotOf(e, account, p.examples.AsOf[row])
				candidates = slices.DeleteFunc(candidates, func(d int32) bool {
					from, ok := at[d][original]
					return !ok || p.entry[d] != p.entry[account] || e.Churned[from] != p.examples.Churned[row] ||
						e.Known[from]-e.AsOf[from] != p.examples.Known[row]-p.examples.AsOf[row]
				})
			}
			donors[account] = candidates
			if len(candidates) == 0 {
				t.Fatalf("the labels of account %d are those of no other account", account)
			}
		}
		if len(donors) < 50 {
			t.Errorf("only %d accounts kept examples", len(donors))
		}
	})
}

// donorsOf lists the accounts with examples.
func donorsOf(e *dataset.Examples) []int32 { return slices.Compact(slices.Clone(e.Account)) }

// slotOf is the place of an example among all of its account.
func slotOf(e *dataset.Examples, account int32, asOf dataset.Date) slot {
	s := slot{quarter: quarter(asOf)}
	for i, a := range e.Account {
		if a == account && e.AsOf[i] < asOf && quarter(e.AsOf[i]) == s.quarter {
			s.place++
		}
	}
	return s
}

func TestStrataAreNeverSmall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quarters := rapid.SliceOfN(rapid.IntRange(0, 12), 1, 80).Draw(t, "quarters")
		histories := make([]history, len(quarters))
		for i, q := range quarters {
			histories[i] = history{first: int32(i), slots: []slot{{quarter: q}}}
		}
		seen := 0
		for _, g := range strata(histories) {
			seen += len(g)
			if len(g) < min(fewStratum, len(quarters)) {
				t.Errorf("a stratum of %d accounts", len(g))
			}
		}
		if seen != len(quarters) {
			t.Errorf("%d of %d accounts are in a stratum", seen, len(quarters))
		}
	})
}

// TestAMissingEmbargoShows: labels that are known the day they are asked for let the owner
// of an account tell its fate in the overlapping windows. The scramble must see it, and
// must see nothing on the same company with an honest clock.
func TestAMissingEmbargoShows(t *testing.T) {
	if testing.Short() {
		t.Skip("backtests a category a hundred times; not checked with -short")
	}
	panel := owned{accounts: 130, owners: 40, months: 18}.load(t, 3)
	types := expr.Columns{"owner": expr.Text}
	factors, err := features.Compile([]features.Factor{{Name: "owner", Expr: "owner", Kind: features.Category}}, types)
	if err != nil {
		t.Fatal(err)
	}
	candidates, err := models.Compile([]models.Candidate{{Name: "owners", Kind: models.Logistic, Penalty: models.Penalty{Kind: models.Ridge, Strength: 0.001}}}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range []bool{false, true} {
		e := *panel.Examples
		if broken {
			e.Known = slices.Clone(e.AsOf)
		}
		r, err := Run(t.Context(), &dataset.Panel{Snapshots: panel.Snapshots, Outcomes: panel.Outcomes, Examples: &e}, nil, candidates, Options{Seed: 1, Permutations: 24})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(r.Scrambles)
		if passed := r.Scrambles[0].Passed; passed == broken {
			t.Errorf("broken %v: passed %v, %+v", broken, passed, r.Scrambles)
		}
		if found := len(r.Findings) == 1 && r.Findings[0].Code == "scramble"; found != broken {
			t.Errorf("broken %v: findings %v", broken, r.Findings)
		}
	}
}

func TestReportsAreEqualOnAnyNumberOfCores(t *testing.T) {
	p := simulated(t, synth.Company{Accounts: 400, Seed: 9, Leak: synth.TimeShift}, renewal)
	var first []byte
	for _, cores := range []int{1, 2, 8} {
		before := runtime.GOMAXPROCS(cores)
		text, err := json.Marshal(p.run(t, Options{Seed: 4, Permutations: 2}))
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = text
		}
		if !bytes.Equal(first, text) {
			t.Errorf("%d cores give another report", cores)
		}
	}
}

func TestACancelledRunStops(t *testing.T) {
	p := simulated(t, synth.Company{Accounts: 60, Seed: 1}, renewal)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, p.panel, p.factors, p.candidates, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestASampleIsDrawnByAccount: a thinned company holds whole accounts, about as many
// examples as asked for.
func TestASampleIsDrawnByAccount(t *testing.T) {
	e := simulated(t, synth.Company{Accounts: 600, Seed: 2}, renewal).panel.Examples
	thinned := thin(e, Options{Rows: 300, Seed: 1})
	if thinned.Len() < 220 || thinned.Len() > 380 {
		t.Errorf("%d examples of %d, want about 300", thinned.Len(), e.Len())
	}
	count := func(e *dataset.Examples) map[string]int {
		n := make(map[string]int)
		for _, a := range e.Account {
			n[e.Accounts[a]]++
		}
		return n
	}
	all := count(e)
	for account, n := range count(thinned) {
		if all[account] != n {
			t.Errorf("account %s kept %d of %d examples", account, n, all[account])
		}
	}
	if thin(e, Options{Rows: -1}) != e || thin(e, Options{}) != e {
		t.Error("a small company was thinned")
	}
}
