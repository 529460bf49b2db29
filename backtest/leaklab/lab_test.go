package leaklab

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/synth"
)

// versions is one account with three months, the second of which was corrected late:
//
//	date     recorded   x
//	31 Jan   31 Jan     1
//	28 Feb   28 Feb     2
//	28 Feb   15 May     7
//	31 Mar   31 Mar     3
//
// and another account that leaves on 10 June.
func versions(t *testing.T) project {
	t.Helper()
	day := func(month, d int) int32 { return int32(dataset.NewDate(2024, 1, 1).AddMonths(month-1)) + int32(d) - 1 }
	snapshots := []parquetio.Column{
		{Name: "account", Levels: []string{"a", "b"}, Codes: []int32{0, 0, 0, 0, 1, 1}},
		{Name: "day", Days: []int32{day(1, 31), day(2, 28), day(2, 28), day(3, 31), day(1, 31), day(2, 28)}},
		{Name: "recorded", Days: []int32{day(1, 31), day(2, 28), day(5, 15), day(3, 31), day(1, 31), day(2, 28)}},
		{Name: "x", Numbers: []float64{1, 2, 7, 3, 4, 5}},
	}
	outcomes := []parquetio.Column{
		{Name: "account", Levels: []string{"a", "b"}, Codes: []int32{0, 1}},
		{Name: "day", Days: []int32{day(6, 10), day(6, 10)}},
		{Name: "churned", Numbers: []float64{0, 1}},
	}
	dir := t.TempDir()
	writeSheet(t, filepath.Join(dir, "s.parquet"), snapshots, parquetio.Text, parquetio.Day, parquetio.Day, parquetio.Float)
	writeSheet(t, filepath.Join(dir, "o.parquet"), outcomes, parquetio.Text, parquetio.Day, parquetio.Bool)
	return survey(t, dataset.Spec{Snapshots: filepath.Join(dir, "s.parquet"), Outcomes: filepath.Join(dir, "o.parquet"),
		Columns: dataset.Columns{Account: "account", SnapshotDate: "day", RecordedAt: "recorded", OutcomeDate: "day", Outcome: "churned"},
		Clock:   dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 60}}, []string{"x"})
}

func TestVersionsOfADayAreToldApart(t *testing.T) {
	p := versions(t)
	l := newLab(p.panel)
	x, _ := p.panel.Snapshots.Table.Column("x")
	values := x.Vector().Numbers
	// By 12 March, 90 days before the renewal, February was known in its first version.
	if got := []float64{values[l.rows[0]], values[l.rows[1]]}; !slices.Equal(got, []float64{2, 5}) {
		t.Errorf("the examples are of x = %v, want 2 and 5", got)
	}
	if got := values[l.next(l.rows[0])]; got != 3 {
		t.Errorf("the next snapshot has x = %v, want that of March, 3", got)
	}
	if l.next(l.rows[1]) != none {
		t.Error("the last snapshot of an account has a next one")
	}
	r := p.run(t, Options{Permutations: -1})
	if len(r.Findings) != 1 || r.Findings[0].Code != "late_values" || r.Findings[0].Severity != Warn {
		t.Fatalf("findings %v", r.Findings)
	}
	f := r.Findings[0]
	if math.Abs(float64(f.Evidence)-1.0/6) > 1e-15 || !slices.Equal(f.Accounts, []string{"a"}) || !strings.Contains(f.Message, `"x" (1 rows, 1 accounts)`) {
		t.Errorf("%+v", f)
	}
}

// TestOneExampleOfEachKindIsDrawn holds for any examples.
func TestOneExampleOfEachKindIsDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		var q sample
		for i := range n {
			q.about = append(q.about, int32(i))
			q.account = append(q.account, int32(rapid.IntRange(0, 7).Draw(t, "account")))
			q.positive = append(q.positive, rapid.Bool().Draw(t, "positive"))
		}
		type kind struct {
			account  int32
			positive bool
		}
		want, got := make(map[kind]int), make(map[kind]int)
		for i := range n {
			want[kind{q.account[i], q.positive[i]}] = 1
		}
		for i, d := 0, q.draw(8); i < len(d.about); i++ {
			if d.account[i] != q.account[d.about[i]] || d.positive[i] != q.positive[d.about[i]] {
				t.Fatal("an example came out with the account or the answer of another")
			}
			got[kind{d.account[i], d.positive[i]}]++
		}
		if len(got) != len(want) {
			t.Errorf("drawn %v, want %v", got, want)
		}
		for k, n := range got {
			if n != 1 {
				t.Errorf("%v drawn %d times", k, n)
			}
		}
	})
}

func TestWhoCameBackHasNotLeft(t *testing.T) {
	s := &dataset.Snapshots{Accounts: []string{"a", "b", "c"}}
	l := &lab{s: s}
	l.readOutcomes(&dataset.Outcomes{
		Accounts: []string{"a", "b", "x"}, Account: []int32{0, 0, 1, 1, 1, 2},
		Date:  []dataset.Date{10, 20, 10, 20, 30, 10},
		Label: []dataset.Label{dataset.Renewed, dataset.Churned, dataset.Churned, dataset.Renewed, dataset.Unknown, dataset.Churned},
	})
	if want := []dataset.Date{20, dataset.NoDate, dataset.NoDate}; !slices.Equal(l.churn, want) {
		t.Errorf("left on %v, want %v", l.churn, want)
	}
	if !slices.Equal(l.renewals[0], []dataset.Date{10}) || !slices.Equal(l.renewals[1], []dataset.Date{20}) || l.renewals[2] != nil {
		t.Errorf("renewals %v", l.renewals)
	}
}

func TestWhatNamesAccounts(t *testing.T) {
	count := func(n int, f func(a int) float64) []float64 {
		values := make([]float64, n)
		for a := range values {
			values[a] = f(a)
		}
		return values
	}
	for name, c := range map[string]struct {
		values         []float64
		ordered, dense bool
	}{
		"a running number":             {count(100, func(a int) float64 { return float64(7000 + a) }), true, true},
		"one that counts down":         {count(100, func(a int) float64 { return float64(7000 - 3*a) }), true, true},
		"a number of another system":   {count(100, func(a int) float64 { return float64(500 + a*37%100) }), false, true},
		"a row number with large gaps": {count(100, func(a int) float64 { return float64(a * a) }), true, false},
		"amounts in cents":             {count(100, func(a int) float64 { return float64(a*7919%100003) / 100 }), false, false},
		"whole amounts, far apart":     {count(100, func(a int) float64 { return float64(a * 7919 % 100003) }), false, false},
		"a tie breaks the order":       {[]float64{1, 2, 2, 3}, false, true},
		"a turn breaks the order":      {[]float64{1, 2, 1.5}, false, false},
		"missing values are passed by": {[]float64{1, nan, 2, nan, 3}, true, true},
		"without values there is none": {[]float64{nan, nan}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if ordered, dense := numbering(c.values); ordered != c.ordered || dense != c.dense {
				t.Errorf("ordered %v and dense %v, want %v and %v", ordered, dense, c.ordered, c.dense)
			}
		})
	}
}

func TestDatesWrittenAsNumbersAreRead(t *testing.T) {
	for name, c := range map[string]struct{ v, want float64 }{
		"yyyymmdd":            {20250115, float64(dataset.NewDate(2025, 1, 15))},
		"a leap day":          {20240229, float64(dataset.NewDate(2024, 2, 29))},
		"no such month":       {20251301, 20251301},
		"a day number":        {20103, 20103},
		"a fraction":          {20250115.5, 20250115.5},
		"a year out of range": {99990115, 99990115},
	} {
		if got := asDay(c.v); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestLevelsOfFewAccountsSpeakTogether: a level of one account that churned says nothing
// but that; in a category of such levels nothing is left to tell.
func TestLevelsOfFewAccountsSpeakTogether(t *testing.T) {
	p := simulated(t, synth.Company{Accounts: 300, Seed: 8}, renewal)
	l := newLab(p.panel)
	for _, f := range p.factors {
		if f.Name != "plan" {
			continue
		}
		c, err := l.evaluate(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if rates := l.levelRates(c, l.labels); len(slices.Compact(slices.Sorted(slices.Values(rates)))) != 4 {
			t.Errorf("rates %v, want one for each of four large levels", rates)
		}
		for i, row := range l.rows { // a level for every example
			c.values[row] = float64(i)
		}
		c.levels = make([]string, len(l.rows))
		rates := l.levelRates(c, l.labels)
		if first := rates[0]; slices.ContainsFunc(rates, func(r float64) bool { return r != first }) {
			t.Errorf("levels of one account have rates of their own: %v", rates[:5])
		}
	}
}

// TestFindingsOfEveryLoadAreNeverMissed: what features.Leaks refuses before fit and
// backtest, check refuses too.
func TestFindingsOfEveryLoadAreNeverMissed(t *testing.T) {
	p := tiny{accounts: 200, leaves: oneInFour, columns: map[string]func(a, m int) float64{
		"x": func(a, _ int) float64 { return one(oneInFour(a) > 0) },
	}}.project(t)
	r := &Report{}
	if err := r.guard(t.Context(), p.factors, p.panel.Examples.All()); err != nil {
		t.Fatal(err)
	}
	if len(r.Findings) != 1 || r.Findings[0].Factor != "x" || r.Findings[0].Severity != Refuse || r.Findings[0].Key == "" {
		t.Fatalf("findings %v", r.Findings)
	}
	if err := r.guard(t.Context(), p.factors, p.panel.Examples.All()); err != nil || len(r.Findings) != 1 {
		t.Errorf("said twice: %v, %v", r.Findings, err)
	}
}
