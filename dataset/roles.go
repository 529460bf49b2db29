package dataset

import (
	"maps"
	"math"
	"slices"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// This file turns roles into columns to read, and what was read back into roles. The
// columns of the roles come first and in a fixed order, so that they are found by their
// place: two roles may share a column, and a factor may be a column with a role.

// ofSnapshots lists the columns to read: the roles, then what is used, in the order of
// their names.
func (c Columns) ofSnapshots(uses expr.Columns) []parquetio.Request {
	want := []parquetio.Request{
		{Column: c.Account, As: parquetio.AsKey},
		{Column: c.SnapshotDate, As: parquetio.AsDay},
	}
	if c.RecordedAt != "" {
		want = append(want, parquetio.Request{Column: c.RecordedAt, As: parquetio.AsDay})
	}
	if c.Value != "" {
		want = append(want, parquetio.Request{Column: c.Value, As: parquetio.AsNumber})
	}
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		as := parquetio.AsNumber
		if uses[name] == expr.Text {
			as = parquetio.AsText
		}
		want = append(want, parquetio.Request{Column: name, As: as})
	}
	return want
}

// snapshotsKnown are the days from which snapshots are known: those they are of, or the
// days they were recorded on if these are later. A snapshot without a recorded day is
// known on its date.
func (c Columns) snapshotsKnown(columns []parquetio.Column) []int32 {
	days := columns[1].Days
	if c.RecordedAt == "" {
		return days
	}
	known := make([]int32, len(days))
	for i, recorded := range columns[2].Days {
		known[i] = max(days[i], recorded) // NullDay comes before every day
	}
	return known
}

// ofOutcomes lists the columns to read: account, date and outcome, then those of
// decided_at, the amount before and the amount after that there are. The amount before
// may be a column of the snapshots only.
func (c Columns) ofOutcomes(schema *Schema) []parquetio.Request {
	mapped := len(c.ChurnedWhen)+len(c.RenewedWhen) > 0
	as := parquetio.AsNumber
	if kind, ok := schema.Kind(c.Outcome); ok && (kind == parquetio.Text || mapped) {
		as = parquetio.AsText
	}
	want := []parquetio.Request{
		{Column: c.Account, As: parquetio.AsKey},
		{Column: c.OutcomeDate, As: parquetio.AsDay},
		{Column: c.Outcome, As: as},
	}
	if c.DecidedAt != "" {
		want = append(want, parquetio.Request{Column: c.DecidedAt, As: parquetio.AsDay})
	}
	if c.ValueAfter == "" {
		return want
	}
	if kind, ok := schema.Types()[c.Value]; ok && kind == expr.Number {
		want = append(want, parquetio.Request{Column: c.Value, As: parquetio.AsNumber})
	}
	return append(want, parquetio.Request{Column: c.ValueAfter, As: parquetio.AsNumber})
}

// outcomesKnown are the days on which outcomes became known: decided_at where there
// is one, else the day of the outcome.
func (c Columns) outcomesKnown(columns []parquetio.Column) []int32 {
	days := columns[1].Days
	if c.DecidedAt == "" {
		return days
	}
	known := slices.Clone(columns[3].Days)
	for i, d := range known {
		if d == parquetio.NullDay {
			known[i] = days[i]
		}
	}
	return known
}

// amounts are the decoded amounts before and after; nil without a column of amounts
// after.
func (c Columns) amounts(d *decoded) (before, after []float64) {
	if c.ValueAfter == "" {
		return nil, nil
	}
	last := len(d.columns) - 1
	after = d.columns[last].Numbers
	if own := d.columns[last-1]; own.As == parquetio.AsNumber && last > 3 && own.Name == c.Value {
		return own.Numbers, after
	}
	before = make([]float64, d.rows)
	for i := range before {
		before[i] = math.NaN()
	}
	return before, after
}
