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

// ofSnapshots lists the columns to read: the roles (account, date, recorded_at, value, as far
// as there are), then what is used, in the order of their names. The last len(uses) requests
// are therefore those of the factors, which callers cut off by that number.
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
		switch uses[name] {
		case expr.Text:
			as = parquetio.AsText
		case expr.Day:
			as = parquetio.AsDay
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

// before is the column of the outcomes that holds the amount before: the one that was
// named, or else, where the outcomes have it, the one called like the value.
func (c Columns) before(schema *Schema) (column string, ok bool) {
	if c.ValueBefore != "" {
		return c.ValueBefore, true
	}
	kind, ok := schema.Types()[c.Value]
	return c.Value, ok && kind == expr.Number
}

// ofOutcomes lists the columns to read: account, date and outcome, then those of
// decided_at, touched_at, the amount before and the amount after that there are. touched and
// amounts find theirs by counting in this order. The outcome is read as text when it is one, or
// when a mapping speaks of its values as words, and as a day when it is that of the outcome.
func (c Columns) ofOutcomes(schema *Schema) []parquetio.Request {
	mapped := len(c.ChurnedWhen)+len(c.RenewedWhen)+len(c.OpenWhen) > 0
	as := parquetio.AsNumber
	if kind, ok := schema.Kind(c.Outcome); ok && (kind == parquetio.Text || mapped) {
		as = parquetio.AsText
	}
	if c.Outcome == c.OutcomeDate {
		as = parquetio.AsDay
	}
	want := []parquetio.Request{
		{Column: c.Account, As: parquetio.AsKey},
		{Column: c.OutcomeDate, As: parquetio.AsDay},
		{Column: c.Outcome, As: as},
	}
	if c.DecidedAt != "" {
		want = append(want, parquetio.Request{Column: c.DecidedAt, As: parquetio.AsDay})
	}
	if c.TouchedAt != "" {
		want = append(want, parquetio.Request{Column: c.TouchedAt, As: parquetio.AsDay})
	}
	if c.ValueAfter == "" {
		return want
	}
	if column, ok := c.before(schema); ok {
		want = append(want, parquetio.Request{Column: column, As: parquetio.AsNumber})
	}
	return append(want, parquetio.Request{Column: c.ValueAfter, As: parquetio.AsNumber})
}

// touched are the days on which accounts were worked, NoDate where they were not; nil
// without a column of them.
func (c Columns) touched(d *decoded) []Date {
	if c.TouchedAt == "" {
		return nil
	}
	at := 3 // account, date, outcome
	if c.DecidedAt != "" {
		at++
	}
	return dates(d.columns[at].Days)
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
// after. Where only amounts after were read, those before are all missing: settleBy takes them
// from the snapshots.
func (c Columns) amounts(d *decoded) (before, after []float64) {
	if c.ValueAfter == "" {
		return nil, nil
	}
	last, others := len(d.columns)-1, 3 // account, date, outcome
	if c.DecidedAt != "" {
		others++
	}
	if c.TouchedAt != "" {
		others++
	}
	after = d.columns[last].Numbers
	if last > others {
		return d.columns[last-1].Numbers, after
	}
	before = make([]float64, d.rows)
	for i := range before {
		before[i] = math.NaN()
	}
	return before, after
}
