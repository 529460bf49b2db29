package synth

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/parquetio"
)

// collect joins the blocks of a company into tables that are its own.
func collect(t testing.TB, c Company, accounts int) *Block {
	t.Helper()
	all := newBlock()
	for block, err := range c.Blocks(accounts) {
		if err != nil {
			t.Fatal(err)
		}
		if block.First != all.Accounts {
			t.Fatalf("a block begins with account %d, want %d", block.First, all.Accounts)
		}
		all.Accounts += block.Accounts
		join(&all.Snapshots, &block.Snapshots)
		join(&all.Outcomes, &block.Outcomes)
		join(&all.Truth, &block.Truth)
	}
	return all
}

func join(to, from *Table) {
	to.Rows += from.Rows
	for j := range from.Columns {
		a, b := &to.Columns[j], &from.Columns[j]
		a.Numbers = append(a.Numbers, b.Numbers...)
		a.Days = append(a.Days, b.Days...)
		shift := int32(0)
		if b.Name == "account_id" {
			shift = int32(len(a.Levels))
			a.Levels = append(a.Levels, b.Levels...)
		}
		for _, code := range b.Codes {
			a.Codes = append(a.Codes, code+shift)
		}
	}
}

// same compares tables bit by bit and returns the first column that differs.
func same(a, b *Table) (column string, ok bool) {
	if a.Rows != b.Rows {
		return "rows", false
	}
	for j := range a.Columns {
		x, y := &a.Columns[j], &b.Columns[j]
		equal := slices.Equal(x.Codes, y.Codes) && slices.Equal(x.Levels, y.Levels) && slices.Equal(x.Days, y.Days) &&
			slices.EqualFunc(x.Numbers, y.Numbers, func(p, q float64) bool {
				return math.Float64bits(p) == math.Float64bits(q)
			})
		if !equal {
			return x.Name, false
		}
	}
	return "", true
}

func TestRowsDoNotDependOnTheBlockSize(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := Company{Accounts: 60, Months: 20, Seed: rapid.Uint64().Draw(rt, "seed")}
		whole := collect(t, c, c.Accounts)
		parts := collect(t, c, rapid.IntRange(1, 80).Draw(rt, "block"))
		for name, pair := range map[string][2]*Table{
			"snapshots": {&whole.Snapshots, &parts.Snapshots},
			"outcomes":  {&whole.Outcomes, &parts.Outcomes},
			"truth":     {&whole.Truth, &parts.Truth},
		} {
			if column, ok := same(pair[0], pair[1]); !ok {
				rt.Errorf("%s differ in %s", name, column)
			}
		}
	})
}

func TestTheSameSeedGivesTheSameRowsAndAnotherOneOthers(t *testing.T) {
	c := Company{Accounts: 100, Seed: 7}
	first := collect(t, c, 30)
	if column, ok := same(&first.Snapshots, &collect(t, c, 30).Snapshots); !ok {
		t.Errorf("a second run differs in %s", column)
	}
	c.Seed = 8
	other := collect(t, c, 30)
	for _, name := range []string{"arr", "logins_30d", "vendor_score"} {
		j := slices.IndexFunc(first.Snapshots.Columns, func(c parquetio.Column) bool { return c.Name == name })
		if slices.Equal(first.Snapshots.Columns[j].Numbers[:100], other.Snapshots.Columns[j].Numbers[:100]) {
			t.Errorf("another seed gives the same %s", name)
		}
	}
}

func TestTruthStandsRowByRowBehindOutcomes(t *testing.T) {
	b := collect(t, Company{Accounts: 300, Seed: 1}, 70)
	if b.Outcomes.Rows != b.Truth.Rows || b.Truth.Rows == 0 {
		t.Fatalf("%d outcomes and %d rows of truth", b.Outcomes.Rows, b.Truth.Rows)
	}
	o, tr := b.Outcomes.Columns, b.Truth.Columns
	if !slices.Equal(o[0].Codes, tr[0].Codes) || !slices.Equal(o[0].Levels, tr[0].Levels) || !slices.Equal(o[1].Days, tr[1].Days) {
		t.Error("accounts or renewal dates differ between outcomes and truth")
	}
}

func TestABlockIsAWellFormedTable(t *testing.T) {
	for block, err := range (Company{Accounts: 100, Seed: 3}).Blocks(33) {
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []*Table{&block.Snapshots, &block.Outcomes, &block.Truth} {
			for _, c := range table.Columns {
				if n := len(c.Numbers) + len(c.Codes) + len(c.Days); n != table.Rows {
					t.Errorf("%s has %d values in %d rows", c.Name, n, table.Rows)
				}
				for _, code := range c.Codes {
					if int(code) >= len(c.Levels) {
						t.Fatalf("%s: code %d of %d levels", c.Name, code, len(c.Levels))
					}
				}
			}
		}
	}
}

func TestBlocksThatCannotBeMadeGiveOneError(t *testing.T) {
	cases := []struct {
		name    string
		company Company
		size    int
		says    string
	}{
		{"a company that cannot be", Company{Accounts: -5}, 10, "-5 accounts"},
		{"empty blocks", Company{Accounts: 5}, 0, "blocks of 0 accounts"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pairs := 0
			for block, err := range c.company.Blocks(c.size) {
				pairs++
				if block != nil || err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got block %v and error %v, want one that says %q", block, err, c.says)
				}
			}
			if pairs != 1 {
				t.Errorf("got %d pairs, want 1", pairs)
			}
		})
	}
}

func TestAConsumerMayStopEarly(t *testing.T) {
	for block := range (Company{Accounts: 100}).Blocks(10) {
		if block.First > 0 {
			t.Fatal("the generator went on after the consumer stopped")
		}
		break
	}
}
