package dataset

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/dataset/parquetio"
)

var (
	loginsChange = history.Spec{Of: "logins", OverDays: 30, As: history.Change}
	loginsMean   = history.Spec{Of: "logins * 2", OverDays: 90, As: history.Mean}
)

// numbersOf returns the values of a column of numbers.
func numbersOf(t testing.TB, table *Table, name string) []float64 {
	t.Helper()
	c, ok := table.Column(name)
	if !ok {
		t.Fatalf("no column %q", name)
	}
	return c.Vector().Numbers
}

// sameBits compares numbers to the bit; missing ones are alike.
func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool {
		return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
	})
}

// aAndB are two accounts, the rows in no order; February of b is missing.
func aAndB(t testing.TB, how Reading, roles Columns, more ...column) *Snapshots {
	t.Helper()
	s, err := load(t, roles, numbersAndPlans, how, append([]column{
		texts("account_id", "b", "a", "a", "b", "a"),
		days("snapshot_date", "2026-03-31", "2026-02-28", "2026-01-31", "2026-01-31", "2026-03-31"),
		optional(floats("logins", 9, 5, 1, 3, nan)),
		texts("plan", "pro", "pro", "pro", "pro", "pro"),
	}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestHistoriesAreColumnsUnderTheirNames(t *testing.T) {
	s := aAndB(t, everything, standard)
	if err := s.AddHistories(context.Background(), []history.Spec{loginsChange, loginsMean, loginsChange}, numbersAndPlans); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]float64{
		"change(logins, 30d)":   {nan, 4, nan, nan, nan}, // a: 1, 5, missing; b: 3 and, 59 days later, 9
		"mean(logins * 2, 90d)": {2, 6, 6, 6, 12},
	} {
		if got := numbersOf(t, s.Table, name); !sameBits(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	if got := len(s.Table.Columns()); got != 4 {
		t.Errorf("%d columns, want logins, plan and two histories", got)
	}
}

// Late rows are unknown to the rows before them.
func TestHistoriesSeeWhatWasRecordedByThen(t *testing.T) {
	roles := standard
	roles.RecordedAt = "recorded_at"
	s := aAndB(t, everything, roles, days("recorded_at", "2026-03-31", "2026-04-15", "2026-01-31", "2026-02-01", "2026-03-31"))
	sum := history.Spec{Of: "logins", OverDays: 90, As: history.Sum}
	if err := s.AddHistories(context.Background(), []history.Spec{sum}, numbersAndPlans); err != nil {
		t.Fatal(err)
	}
	if got, want := numbersOf(t, s.Table, sum.Name()), []float64{1, 6, 1, 3, 12}; !sameBits(got, want) {
		t.Errorf("got %v, want %v", got, want) // 28 February of a came in the middle of April
	}
}

func TestHistoriesDoNotChangeTheHashOfWhatWasRead(t *testing.T) {
	s := aAndB(t, everything, standard)
	before := s.hash()
	if err := s.AddHistories(context.Background(), []history.Spec{loginsChange, loginsMean}, numbersAndPlans); err != nil {
		t.Fatal(err)
	}
	if after := s.hash(); after != before {
		t.Errorf("hash %s became %s", before, after)
	}
}

func TestHistoriesThatCannotBeComputedAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		spec  history.Spec
		words string
	}{
		"an unknown column":   {history.Spec{Of: "login", OverDays: 90, As: history.Mean}, `did you mean "logins"`},
		"a text":              {history.Spec{Of: "plan", OverDays: 90, As: history.Mean}, "numbers or truths"},
		"an unknown function": {history.Spec{Of: "logins", OverDays: 90, As: "median"}, `unknown function "median"`},
		"no window":           {history.Spec{Of: "logins", As: history.Mean}, "1 to 3650"},
	} {
		t.Run(name, func(t *testing.T) {
			s := aAndB(t, everything, standard)
			err := s.AddHistories(context.Background(), []history.Spec{loginsMean, c.spec}, numbersAndPlans)
			if err == nil || !strings.HasPrefix(err.Error(), "dataset: ") || !strings.Contains(err.Error(), c.words) {
				t.Errorf("error %v does not say %q", err, c.words)
			}
			if len(s.Table.Columns()) != 2 {
				t.Error("a column was added")
			}
		})
	}
}

func TestAColumnCannotHaveTheNameOfAHistory(t *testing.T) {
	uses := expr.Columns{"logins": expr.Number, loginsChange.Name(): expr.Number}
	s, err := load(t, standard, uses, everything, texts("account_id", "a"), days("snapshot_date", "2026-01-31"), floats("logins", 1), floats(loginsChange.Name(), 2))
	if err != nil {
		t.Fatal(err)
	}
	var refused *RefusedError
	if err := s.AddHistories(context.Background(), []history.Spec{loginsChange}, uses); !errors.As(err, &refused) || refused.Findings[0].Code != "history_name" {
		t.Errorf("got %v", err)
	}
}

func TestAccountsWithoutAPastAreWarnedOf(t *testing.T) {
	month := []string{"2026-01-31", "2026-02-28", "2026-03-31"}
	for name, c := range map[string]struct {
		account, date []string
		over          int
		warned        bool
	}{
		"one snapshot each":              {[]string{"a", "b", "c"}, month, 90, true},
		"two of three with one snapshot": {[]string{"a", "b", "c", "c"}, append(month, "2026-06-30"), 90, true},
		"one of two with one snapshot":   {[]string{"a", "b", "b"}, month, 30, false},
		"just half a window":             {[]string{"a", "a"}, []string{"2026-01-31", "2026-03-02"}, 60, false}, // 30 days
		"a day less than half a window":  {[]string{"a", "a"}, []string{"2026-01-31", "2026-03-01"}, 60, true},
	} {
		t.Run(name, func(t *testing.T) {
			n := len(c.account)
			s, err := load(t, standard, numbersAndPlans, everything, texts("account_id", c.account...), days("snapshot_date", c.date...),
				floats("logins", make([]float64, n)...), texts("plan", slices.Repeat([]string{"pro"}, n)...))
			if err != nil {
				t.Fatal(err)
			}
			specs := []history.Spec{{Of: "logins", OverDays: c.over, As: history.Change}, {Of: "logins", OverDays: c.over, As: history.Mean}, {Of: "logins", OverDays: 1, As: history.Sum}}
			if err := s.AddHistories(context.Background(), specs[:2], numbersAndPlans); err != nil {
				t.Fatal(err)
			}
			if c.warned != (len(s.Warnings) == 1 && s.Warnings[0].Code == "short_history") {
				t.Fatalf("warnings %v, want one: %v", s.Warnings, c.warned)
			}
			if c.warned && (!strings.Contains(s.Warnings[0].Message, specs[0].Name()) || !strings.Contains(s.Warnings[0].Message, specs[1].Name())) {
				t.Errorf("a history is not named: %s", s.Warnings[0].Message)
			}
		})
	}
}

// Blocks of accounts, stored columns and any order of rows give the same bits.
func TestHistoriesOfStoredAndShuffledRowsAreTheSame(t *testing.T) {
	specs := []history.Spec{loginsChange, loginsMean, {Of: "logins > 0", OverDays: 20, As: history.DaysSince}, {Of: "logins", OverDays: 40, As: history.Slope}}
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCompany(rt)
		columns := func(c company, memory int64) [][]float64 {
			spec := c.write(t, t.TempDir(), 2)
			how := spec.Reading
			how.Memory = memory
			s, err := LoadSnapshots(context.Background(), spec.Snapshots, spec.Columns, spec.Uses, how)
			if err == nil {
				err = s.AddHistories(context.Background(), specs, spec.Uses)
			}
			if err != nil {
				rt.Fatal(err)
			}
			defer s.Table.Close()
			var all [][]float64
			for _, h := range specs {
				all = append(all, numbersOf(t, s.Table, h.Name()))
			}
			return all
		}
		want := columns(c, 0)
		for what, got := range map[string][][]float64{
			"stored":   columns(c, 1),
			"shuffled": columns(company{shuffled(rt, c.snapshots), c.outcomes}, 0),
		} {
			for i := range want {
				if !sameBits(got[i], want[i]) {
					rt.Fatalf("%s, %s: got %v, want %v", specs[i].Name(), what, got[i], want[i])
				}
			}
		}
	})
}

// Appending anything that was known later changes no byte of a replay with histories.
func TestReplayWithHistoriesIsTheDataCutAtThatDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, clock := drawCompany(rt), drawClock(rt)
		asOf := Date(rapid.IntRange(10000, 10090).Draw(rt, "as of"))
		cut := company{outcomes: c.outcomes}
		for _, r := range c.snapshots {
			if day(r.date) <= asOf {
				cut.snapshots = append(cut.snapshots, r)
			}
		}
		replay := func(c company) string {
			spec := c.write(t, t.TempDir(), 1)
			spec.Clock, spec.Reading.AsOf = clock, asOf
			spec.Histories = []history.Spec{loginsChange, loginsMean}
			return loaded(spec)
		}
		if len(cut.snapshots) == 0 {
			return // no rows to write
		}
		if full, known := replay(c), replay(cut); full != known {
			rt.Fatalf("as of %s the full data gave\n%s\nand the data cut there\n%s", asOf, full, known)
		}
	})
}

func TestBlocksEndBetweenAccounts(t *testing.T) {
	s := &Snapshots{}
	for a := range int32(3000) {
		s.Account = append(s.Account, slices.Repeat([]int32{a}, 1+int(a)%90)...)
	}
	blocks, next := s.accountBlocks(), int32(0)
	for _, b := range blocks {
		if b.from != next || b.from > 0 && s.Account[b.from] == s.Account[b.from-1] {
			t.Fatalf("block %v after row %d cuts an account or leaves a gap", b, next)
		}
		next = b.to
	}
	if int(next) != len(s.Account) || len(blocks) < 2 {
		t.Errorf("%d blocks up to row %d of %d", len(blocks), next, len(s.Account))
	}
}

// BenchmarkAddHistories is a million monthly snapshots with eight histories.
func BenchmarkAddHistories(b *testing.B) {
	const accounts, months = 28_000, 36
	values, codes := make([]float64, 0, accounts*months), make([]int32, 0, accounts*months)
	s := &Snapshots{}
	for a := range int32(accounts) {
		s.Accounts = append(s.Accounts, "")
		for m := range Date(months) {
			codes, s.Date = append(codes, a), append(s.Date, 18000+30*m)
			values = append(values, float64((7*int(a)+int(m)*int(m))%101))
		}
	}
	s.Account = codes
	var specs []history.Spec
	for _, f := range history.Functions() {
		specs = append(specs, history.Spec{Of: "logins", OverDays: 90, As: f})
	}
	b.ReportAllocs()
	for b.Loop() {
		s.Table = newTable(len(values), []parquetio.Column{{Name: "logins", As: parquetio.AsNumber, Numbers: values}})
		if err := s.AddHistories(context.Background(), specs, numbersAndPlans); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(values))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}
