package dataset

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/beside"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// crowd is a number of accounts over six months with four numeric columns and a text.
type crowd struct {
	accounts, dates []string
	values          [4][]float64
	plan            []string
}

// add appends an account whose values come from its own stream.
func (c *crowd) add(account string, seed uint64, value func(rng *rand.Rand, month, column int) float64) {
	rng := rand.New(rand.NewPCG(seed, 3))
	for month := range 6 {
		c.accounts = append(c.accounts, account)
		c.dates = append(c.dates, NewDate(2026, 1, 31).AddMonths(month).String())
		for k := range c.values {
			c.values[k] = append(c.values[k], value(rng, month, k))
		}
		c.plan = append(c.plan, "basic")
	}
}

// snapshots are the rows of the crowd, as if loaded.
func (c *crowd) snapshots(t *testing.T) *Snapshots {
	path := write(t, texts("account_id", c.accounts...), days("snapshot_date", c.dates...),
		floats("w", c.values[0]...), floats("x", c.values[1]...), floats("y", c.values[2]...), floats("z", c.values[3]...), texts("plan", c.plan...))
	uses := expr.Columns{"w": expr.Number, "x": expr.Number, "y": expr.Number, "z": expr.Number, "plan": expr.Text}
	s, err := LoadSnapshots(t.Context(), path, standard, uses, everything)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// busy has values of its own every month.
func busy(rng *rand.Rand, _, _ int) float64 { return float64(rng.IntN(50)) }

// quiet bought one thing in January and never came back: w is tenure, x recency, y what
// was spent in three months, z what was spent at all.
func quiet(rng *rand.Rand, month, column int) float64 {
	return []float64{30 * float64(month), 5 + 30*float64(month), max(0, 15-15*float64(month/3)), 15}[column]
}

// twinsOf are the warnings of twins.
func twinsOf(s *Snapshots) []Warning { return warnTwins(s, accountRuns(s)) }

func TestAccountsWithOneHistoryAreNamed(t *testing.T) {
	var c crowd
	for i := range 40 {
		c.add(fmt.Sprintf("a%02d", i), uint64(i), busy)
	}
	if got := twinsOf(c.snapshots(t)); len(got) != 0 {
		t.Errorf("different accounts: %q", got)
	}
	c.add("twin of a07", 7, busy)
	c.add("twin of a11", 11, busy)
	c.add("also twin of a11", 11, busy)
	got := twinsOf(c.snapshots(t))
	if len(got) != 1 {
		t.Fatalf("warnings %q", got)
	}
	mentions(t, got[0].Message, "5 accounts have a history identical", `"a07" and "twin of a07"`)
}

func TestAccountsInWhichLittleHappensAreNoTwins(t *testing.T) {
	var c crowd
	for i := range 40 {
		c.add(fmt.Sprintf("a%02d", i), uint64(i), busy)
		c.add(fmt.Sprintf("q%02d", i), uint64(i), quiet)
	}
	s := c.snapshots(t)
	if groups := s.alike(accountRuns(s)); len(groups) != 1 || len(groups[0]) != 40 {
		t.Fatalf("the quiet accounts are not alike: %d groups; the test says nothing", len(groups))
	}
	// Another forty bought the same in the same month at another price: their steps are the same.
	for i := range 40 {
		c.add(fmt.Sprintf("r%02d", i), uint64(i), func(rng *rand.Rand, month, column int) float64 {
			if column == 3 {
				return 16
			}
			return quiet(rng, month, column)
		})
	}
	if got := twinsOf(c.snapshots(t)); len(got) != 0 {
		t.Errorf("quiet accounts: %q", got)
	}
}

// Accounts that no other is like are left out by a few bits of their hashes; those that have
// company must never be.
func TestNoGroupIsLostBeforeItIsSorted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hashes := rapid.SliceOfN(rapid.OneOf(rapid.Uint64(), rapid.Uint64Range(0, 3)), 0, 200).Draw(t, "hashes")
		traces, accounts := make([]trace, len(hashes)), make([]int32, len(hashes))
		held := make(map[uint64]int)
		for i, h := range hashes {
			traces[i].hash, accounts[i] = h, int32(i)
			held[h]++
		}
		want := 0
		for _, n := range held {
			if n > 1 {
				want += n
			}
		}
		got := 0
		for _, group := range grouped(accounts, traces) {
			for _, a := range group {
				if traces[a].hash != traces[group[0]].hash || len(group) != held[traces[a].hash] {
					t.Fatalf("group %v of hashes %v", group, hashes)
				}
				got++
			}
		}
		if got != want {
			t.Fatalf("%d accounts are in groups, want %d", got, want)
		}
	})
}

// TestRealDataHoldFewTwins: the two policies of motor_renewals agree in 29 columns on all
// their dates (compared by hand with pandas); of 23,570 customers of cdnow 5,062 have the
// history of another, all of whom bought once.
func TestRealDataHoldFewTwins(t *testing.T) {
	for name, want := range map[string]int{"motor_renewals": 1, "cdnow": 0, "ravenstack": 0} {
		path := beside.Path(t, "twins in real data", "data", name, "snapshots.parquet")
		schema, err := Inspect(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		uses := make(expr.Columns)
		for column, kind := range schema.Types() {
			if k, _ := schema.Kind(column); column != standard.Account && k != parquetio.UUID {
				uses[column] = kind
			}
		}
		s, err := LoadSnapshots(t.Context(), path, standard, uses, everything)
		if err != nil {
			t.Fatal(err)
		}
		if got := twinsOf(s); len(got) != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}
