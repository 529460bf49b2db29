package dataset

import (
	"fmt"
	"math"
	"slices"

	"holdfast/dataset/expr"
)

// Timeline is what every account looked like over time, and what it decided: for who asks
// how early a score would have warned. Examples are the days on which the clock asks; the
// Timeline has all days on which anybody could have looked.
//
// Its rows are the snapshots that were their account's newest on some day, of accounts that
// had neither left nor said that they would, sorted by account and then by day. Row numbers
// are those of the Timeline; only Batches, InTurn and Segments translate them into rows of the table.
type Timeline struct {
	Accounts  []string   // as in the Examples
	Account   []int32    // of each row
	AsOf      []Date     // the day from which the row was known
	Value     []float64  // money at stake, NaN where unknown; nil without such a column
	Decisions []Decision // by account and then by day
	Current   []int32    // rows of the accounts that can be scored today: see Panel.Current

	table   *Table
	rows    []int32 // of the table
	segment *expr.Expr
}

// Decision is an outcome that is neither null nor known too late to be looked at.
type Decision struct {
	Account     int32 // index into Accounts
	Date, Known Date  // the day of the renewal or churn, and the day on which it became known
	Churned     bool
}

// Timeline lays out the snapshots. It shares their memory where it can and reads no column: columns
// are gathered when Batches is gone through.
func (p *Panel) Timeline() *Timeline {
	s, o := p.Snapshots, p.Outcomes
	t := &Timeline{Accounts: s.Accounts, table: s.Table, segment: p.segment}
	pairs := pair(s, o)
	newest := pairs.newChronicle()
	t.rows = EmptyRoom[int32](s.Table, newest.len())
	for k := range newest.len() {
		row := newest.row(k)
		day, run := s.asOf(row), pairs.outcomes[s.Account[row]]
		if at := outcomesBy(o, run, day); !gone(o, span{run.from, at}) && !leaving(o, span{at, run.to}, day) {
			t.rows = append(t.rows, row)
		}
	}
	t.Account, t.AsOf, t.Value = s.columnsOf(t.rows)
	t.Decisions = EmptyRoom[Decision](s.Table, len(o.Date))
	for account, run := range pairs.outcomes {
		for i := run.from; i < run.to; i++ {
			if o.Label[i] != Unknown && o.Known[i] <= p.Examples.ObservedUntil {
				t.Decisions = append(t.Decisions, Decision{int32(account), o.Date[i], o.Known[i], o.Label[i] == Churned})
			}
		}
	}
	t.Current = t.current(p)
	return t
}

// leaving says whether it was known on a day that an account with these outcomes to come would churn.
func leaving(o *Outcomes, coming span, day Date) bool {
	for i := coming.from; i < coming.to; i++ {
		if o.Label[i] == Churned && o.Known[i] <= day {
			return true
		}
	}
	return false
}

// current finds the newest rows of the accounts that can be scored; both lists rise.
func (t *Timeline) current(p *Panel) []int32 {
	list := EmptyRoom[int32](t.table, len(p.Snapshots.Accounts))
	for s := range p.standings() {
		if at, ok := slices.BinarySearch(t.rows, s.Row); ok && s.Reason == "" {
			list = append(list, int32(at))
		}
	}
	return list
}

// Between are the rows with an as-of date in [from, to), in their order, of about the given
// share of the accounts: whole ones, drawn as View.WholeAccounts draws them. A share of 1 or
// more is all of them. O(rows of the Timeline).
func (t *Timeline) Between(from, to Date, share float64) []int32 {
	list := EmptyRoom[int32](t.table, len(t.AsOf))
	for i, day := range t.AsOf {
		if from <= day && day < to && (share >= 1 || lot(t.Account[i]) < share) {
			list = append(list, int32(i))
		}
	}
	return list
}

// Batches yields the columns of the given rows.
func (t *Timeline) Batches(rows []int32) Source {
	return t.table.Batches(gatherFor(t.table, t.rows, rows))
}

// InTurn is Batches for who is done with a batch before the next (Table.InTurn).
func (t *Timeline) InTurn(rows []int32) Source {
	return func(yield func(*Batch, error) bool) {
		list := gatherFor(t.table, t.rows, rows)
		defer Vacate(t.table, list)
		t.table.InTurn(list)(yield)
	}
}

// Table is that of the snapshots, whose Room is for what there is by the row.
func (t *Timeline) Table() *Table { return t.table }

// AtOnce is Table.AtOnce of the snapshots.
func (t *Timeline) AtOnce(bytes int64) int { return t.table.AtOnce(bytes) }

// Segments are the segments of the given rows, "" where missing; nil when there are none.
func (t *Timeline) Segments(rows []int32) ([]string, error) {
	if t.segment == nil {
		return nil, nil
	}
	names := make([]string, 0, len(rows))
	for b, err := range t.InTurn(rows) {
		if err != nil {
			return nil, err
		}
		v := t.segment.Eval(b.Len(), b.Column)
		for i := range b.Len() {
			names = append(names, levelAt(v, t.segment.Type(), i))
		}
	}
	return names, nil
}

// levelAt is a value as the name of a segment.
func levelAt(v expr.Vector, of expr.Type, i int) string {
	switch {
	case of == expr.Text && (i >= len(v.Codes) || v.Codes[i] < 0):
		return ""
	case of == expr.Text:
		return v.Levels[v.Codes[i]]
	case math.IsNaN(v.Numbers[i]):
		return ""
	case of == expr.Bool:
		return fmt.Sprint(v.Numbers[i] != 0)
	}
	return NumberLevel(v.Numbers[i])
}
