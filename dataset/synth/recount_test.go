package synth

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"
)

// recounted is a company whose active users are counted anew from April 2024 on.
func recounted(by float64) Company {
	return Company{Accounts: 200, Seed: 3, Recount: Recount{Column: "active_users", By: by, From: time.Date(2024, time.April, 1, 0, 0, 0, 0, time.UTC)}}
}

// oneBlock is a whole company.
func oneBlock(t *testing.T, c Company) *Block {
	t.Helper()
	for b, err := range c.Blocks(c.Accounts) {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	t.Fatal("no block")
	return nil
}

func TestARecountChangesOneColumnFromItsDayOn(t *testing.T) {
	before, after := oneBlock(t, Company{Accounts: 200, Seed: 3}), oneBlock(t, recounted(0.5))
	from := dayOf(2024, time.April, 1)
	days := before.Snapshots.Columns[1].Days
	early, late := 0, 0
	for j, c := range before.Snapshots.Columns {
		got := after.Snapshots.Columns[j]
		if !slices.Equal(c.Days, got.Days) || !slices.Equal(c.Codes, got.Codes) {
			t.Fatalf("column %d has other days or levels", j)
		}
		for i, v := range c.Numbers {
			want := v
			if c.Name == "active_users" && days[i] >= from {
				want = math.Round(v * 0.5)
				late++
			} else if c.Name == "active_users" {
				early++
			}
			if math.Float64bits(got.Numbers[i]) != math.Float64bits(want) {
				t.Fatalf("%s of row %d is %v, want %v", c.Name, i, got.Numbers[i], want)
			}
		}
	}
	if early == 0 || late == 0 {
		t.Errorf("%d rows before the day and %d after it: nothing was compared", early, late)
	}
}

func TestARecountLeavesOutcomesAndTruthAlone(t *testing.T) {
	before, after := oneBlock(t, Company{Accounts: 200, Seed: 3}), oneBlock(t, recounted(3))
	for k, pair := range [][2]Table{{before.Outcomes, after.Outcomes}, {before.Truth, after.Truth}} {
		for j, c := range pair[0].Columns {
			got := pair[1].Columns[j]
			if !slices.Equal(c.Days, got.Days) || !slices.Equal(c.Codes, got.Codes) || !slices.Equal(c.Numbers, got.Numbers) {
				t.Errorf("table %d, column %s differs", k, c.Name)
			}
		}
	}
}

func TestARecountThatCannotBeIsRefused(t *testing.T) {
	day := time.Date(2024, time.April, 1, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		name    string
		recount Recount
		says    string
	}{
		{"a column that is not there", Recount{"logins", 2, day}, `no column "logins"`},
		{"text", Recount{"plan", 2, day}, "no numbers"},
		{"a truth", Recount{"champion_left", 2, day}, "no numbers"},
		{"nothing at all", Recount{"arr", 0, day}, "by 0"},
		{"below nothing", Recount{"arr", -1, day}, "by -1"},
		{"no number", Recount{"arr", math.NaN(), day}, "by NaN"},
		{"beyond reason", Recount{"arr", 101, day}, "by 101"},
		{"no day", Recount{Column: "arr", By: 2}, "needs the day"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := newWorld(Company{Accounts: 1, Recount: c.recount})
			if err == nil || !strings.HasPrefix(err.Error(), "synth: ") || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got error %v, want one that begins with synth: and says %q", err, c.says)
			}
		})
	}
}
