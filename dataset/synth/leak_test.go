package synth

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset/parquetio"
)

// wholeBlock is all of a company, in memory.
func wholeBlock(t *testing.T, c Company) *Block {
	t.Helper()
	for block, err := range c.Blocks(c.Accounts) {
		if err != nil {
			t.Fatal(err)
		}
		return block
	}
	t.Fatal("no block")
	return nil
}

// TestALeakLeavesTheCompanyAsItWas compares every other column, row by row, with that of
// the company without a leak. LateWrite also adds rows: the first ones of an account are
// compared.
func TestALeakLeavesTheCompanyAsItWas(t *testing.T) {
	clean := Company{Accounts: 80, Seed: 4}
	want := wholeBlock(t, clean)
	for _, kind := range Leaks() {
		t.Run(kind.String(), func(t *testing.T) {
			c := clean
			c.Leak = kind
			got := wholeBlock(t, c)
			if !sameTable(&got.Outcomes, &want.Outcomes) || !sameTable(&got.Truth, &want.Truth) {
				t.Error("the outcomes or their truth changed")
			}
			if kind == LateWrite {
				got.Snapshots = onTime(got.Snapshots)
			}
			got.Snapshots.Columns = got.Snapshots.Columns[:len(want.Snapshots.Columns)]
			if !sameTable(&got.Snapshots, &want.Snapshots) {
				t.Error("the snapshots changed")
			}
		})
	}
}

// onTime keeps the rows that were recorded on their date.
func onTime(t Table) Table {
	recorded, day := t.Columns[len(t.Columns)-1].Days, t.Columns[1].Days
	out := Table{Columns: slices.Clone(t.Columns)}
	for i := range out.Columns {
		c := &out.Columns[i]
		c.Numbers, c.Codes, c.Days = nil, nil, nil
	}
	for row := range t.Rows {
		if recorded[row] != day[row] {
			continue
		}
		out.Rows++
		for i := range t.Columns {
			from, to := &t.Columns[i], &out.Columns[i]
			if from.Numbers != nil {
				to.Numbers = append(to.Numbers, from.Numbers[row])
			}
			if from.Codes != nil {
				to.Codes = append(to.Codes, from.Codes[row])
			}
			if from.Days != nil {
				to.Days = append(to.Days, from.Days[row])
			}
		}
	}
	return out
}

// sameTable compares bit by bit, NaN with NaN.
func sameTable(a, b *Table) bool {
	return a.Rows == b.Rows && slices.EqualFunc(a.Columns, b.Columns, func(x, y parquetio.Column) bool {
		return x.Name == y.Name && slices.Equal(x.Codes, y.Codes) && slices.Equal(x.Days, y.Days) &&
			slices.EqualFunc(x.Numbers, y.Numbers, func(u, v float64) bool { return math.Float64bits(u) == math.Float64bits(v) })
	})
}

// planted is a company with a leak, by account.
type planted struct {
	days   map[string][]int32
	values map[string][]float64
	left   map[string]int32 // the day of the churn
}

// plantedIn reads the rows of a company.
func plantedIn(t *testing.T, kind Leak, accounts int) planted {
	t.Helper()
	b := wholeBlock(t, Company{Accounts: accounts, Seed: 11, Leak: kind})
	p := planted{make(map[string][]int32), make(map[string][]float64), make(map[string]int32)}
	id, leak := b.Snapshots.Columns[0], b.Snapshots.Columns[2+columnCount]
	if leak.Name != kind.String() {
		t.Fatalf("the column is %s, want %s", leak.Name, kind)
	}
	for row := range b.Snapshots.Rows {
		key := id.Levels[id.Codes[row]]
		value := 0.0
		if leak.Levels != nil {
			value = float64(leak.Codes[row])
		} else {
			value = leak.Numbers[row]
		}
		p.days[key], p.values[key] = append(p.days[key], b.Snapshots.Columns[1].Days[row]), append(p.values[key], value)
	}
	for row := range b.Outcomes.Rows {
		if b.Outcomes.Columns[2].Numbers[row] == 1 {
			p.left[b.Outcomes.Columns[0].Levels[b.Outcomes.Columns[0].Codes[row]]] = b.Outcomes.Columns[1].Days[row]
		}
	}
	return p
}

// share is that of the accounts for which a statement about their rows holds, among the
// gone and among the others.
func (p planted) share(holds func(key string, days []int32, values []float64) bool) (gone, others float64) {
	var n [2]float64
	var yes [2]float64
	for key, days := range p.days {
		kind := 0
		if p.left[key] > 0 {
			kind = 1
		}
		n[kind]++
		if holds(key, days, p.values[key]) {
			yes[kind]++
		}
	}
	return yes[1] / n[1], yes[0] / n[0]
}

// TestWhatEachLeakSays states in numbers what the list of leaks says in words: the share of
// the gone and of the other accounts for which something holds, within three standard
// errors of 300 accounts or so of the gone.
func TestWhatEachLeakSays(t *testing.T) {
	last := func(v []float64) float64 { return v[len(v)-1] }
	some := func(want float64) func(string, []int32, []float64) bool {
		return func(_ string, _ []int32, v []float64) bool { return slices.Contains(v, want) }
	}
	fixed := func(v []float64) bool { return slices.Min(v) == slices.Max(v) }
	for _, c := range []struct {
		leak         Leak
		holds        func(p planted) func(string, []int32, []float64) bool
		gone, others float64
		within       float64
	}{
		{Answer, func(planted) func(string, []int32, []float64) bool { return some(1) }, 1, 0, 0},
		{NoisyAnswer, func(planted) func(string, []int32, []float64) bool {
			return func(_ string, _ []int32, v []float64) bool { return last(v) == 1 }
		}, 0.99, 0.01, 0.02},
		{PartialAnswer, func(planted) func(string, []int32, []float64) bool { return some(1) }, knownShare, 0, 0.08},
		{NullPattern, func(planted) func(string, []int32, []float64) bool {
			return func(_ string, _ []int32, v []float64) bool { return math.IsNaN(last(v)) }
		}, 1, 0, 0},
		{TimeShift, func(p planted) func(string, []int32, []float64) bool {
			return func(key string, days []int32, v []float64) bool { // four months before the churn
				for i, d := range days {
					if left := p.left[key]; left > 0 && d > left-120 && d <= left-90 {
						return v[i] == v[i]
					}
				}
				return v[0] == v[0]
			}
		}, 0.58, strayShare, 0.1},
		{Overwritten, func(planted) func(string, []int32, []float64) bool {
			return func(_ string, _ []int32, v []float64) bool { return fixed(v) && v[0] == 0 }
		}, 1, 0, 0},
		{PostChurnStatus, func(planted) func(string, []int32, []float64) bool {
			return func(_ string, _ []int32, v []float64) bool { return fixed(v) && v[0] > 0 }
		}, reasonShare, 0, 0.08},
		{DaysToEnd, func(p planted) func(string, []int32, []float64) bool {
			return func(key string, days []int32, v []float64) bool { return days[0]+int32(v[0]) == p.left[key] }
		}, 1, 0, 0},
		{OutcomeDate, func(p planted) func(string, []int32, []float64) bool {
			return func(key string, _ []int32, v []float64) bool { return v[0] == dateNumber(p.left[key]) }
		}, 1, 0, 0},
		{Lifetime, func(planted) func(string, []int32, []float64) bool {
			return func(_ string, _ []int32, v []float64) bool { return fixed(v) && v[0] == float64(len(v)) }
		}, 1, 1, 0},
		{LaterValue, func(planted) func(string, []int32, []float64) bool {
			return func(_ string, _ []int32, v []float64) bool { return fixed(v) }
		}, 1, 1, 0},
		{LateWrite, func(planted) func(string, []int32, []float64) bool { return some(0) }, 1, 0, 0.01},
	} {
		t.Run(c.leak.String(), func(t *testing.T) {
			p := plantedIn(t, c.leak, 1500)
			gone, others := p.share(c.holds(p))
			if math.Abs(gone-c.gone) > c.within || math.Abs(others-c.others) > c.within {
				t.Errorf("holds for %.3f of the gone and %.3f of the others, want %.3f and %.3f", gone, others, c.gone, c.others)
			}
		})
	}
}

func TestTheRunningNumberIsAPermutation(t *testing.T) {
	for _, accounts := range []int{1, 2, 7, 60, 1000} {
		seen := make(map[int]bool)
		for index := range accounts {
			p := planter{history: &history{world: &world{Company: Company{Accounts: accounts}}, account: account{index: index}}}
			n := p.runningNumber()
			if n < 0 || n >= accounts || seen[n] {
				t.Errorf("account %d of %d is number %d", index, accounts, n)
			}
			seen[n] = true
		}
	}
}

func TestLeaksAreWrittenAndRead(t *testing.T) {
	for _, kind := range Leaks() {
		dir := t.TempDir()
		if err := (Company{Accounts: 30, Seed: 1, Leak: kind}).Write(context.Background(), dir, nil); err != nil {
			t.Fatal(err)
		}
		fields, rows, err := parquetio.Schema(context.Background(), filepath.Join(dir, snapshotsName))
		if err != nil || rows == 0 {
			t.Fatalf("%s: %d rows, %v", kind, rows, err)
		}
		if want := append(snapshotFields(), kind.fields()...); len(fields) != len(want) || fields[2+columnCount].Name != kind.String() {
			t.Errorf("%s: %d columns, want %d", kind, len(fields), len(want))
		}
	}
}

func TestAnUnknownLeakIsRefused(t *testing.T) {
	for _, l := range []Leak{-1, leakCount} {
		if _, err := newWorld(Company{Accounts: 1, Leak: l}); err == nil || !strings.Contains(err.Error(), "no leak") {
			t.Errorf("leak %d: error %v", int(l), err)
		}
	}
	if NoLeak.String() != "no leak" {
		t.Errorf("the zero leak is called %q", NoLeak)
	}
}
