package dataset

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// Snapshots are what was known of the accounts, one row per account and day,
// sorted by account and then by day whatever the order of the files.
type Snapshots struct {
	Path     string
	Accounts []string // distinct keys in byte order
	Account  []int32  // of each row: an index into Accounts
	Date     []Date
	Value    []float64 // money at stake; nil when no such column was asked for
	Table    *Table    // the factor columns
	Read     int       // rows known by the as-of day, before exact duplicates were dropped
	Warnings []Warning
}

// LoadSnapshots reads the rows of a path that were known by how.AsOf, with the
// columns in uses. Null keys, infinite values and contradicting rows of one account
// on one day are refused with a *RefusedError; exact duplicates are dropped and
// counted.
func LoadSnapshots(ctx context.Context, path string, roles Columns, uses expr.Columns, how Reading) (*Snapshots, error) {
	want := []parquetio.Request{
		{Column: roles.Account, As: parquetio.AsKey},
		{Column: roles.SnapshotDate, As: parquetio.AsDay},
	}
	if roles.Value != "" {
		want = append(want, parquetio.Request{Column: roles.Value, As: parquetio.AsNumber})
	}
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		as := parquetio.AsNumber
		if uses[name] == expr.Text {
			as = parquetio.AsText
		}
		want = append(want, parquetio.Request{Column: name, As: as})
	}
	d, err := read(ctx, path, want, how, dates)
	if err != nil {
		return nil, err
	}
	s := &Snapshots{Path: path, Read: d.rows, Warnings: d.warnings}
	order := s.arrange(d, roles.Value != "")
	return s, s.dropDuplicates(roles, func(i int) string {
		if order != nil {
			i = int(order[i])
		}
		return d.place(i)
	})
}

// dates are the days on which snapshots are known: those they are of.
func dates(columns []parquetio.Column) []int32 { return columns[1].Days }

// arrange puts the rows into their canonical order and returns it, nil when the
// files already had it.
func (s *Snapshots) arrange(d *decoded, hasValue bool) []int32 {
	order := canonicalOrder(d.columns[0].Codes, d.columns[1].Days)
	if order != nil {
		for i := range d.columns {
			d.columns[i] = gatherColumn(d.columns[i], order)
		}
	}
	s.Accounts, s.Account = d.columns[0].Levels, d.columns[0].Codes
	s.Date = make([]Date, d.rows)
	for i, day := range d.columns[1].Days {
		s.Date[i] = Date(day)
	}
	factors := d.columns[2:]
	if hasValue {
		s.Value, factors = d.columns[2].Numbers, d.columns[3:]
	}
	s.Table = newTable(d.rows, factors)
	return order
}

// canonicalOrder sorts rows by account, day and place in the files. It is nil for
// rows that are in that order.
func canonicalOrder(accounts, days []int32) []int32 {
	type placed struct {
		key uint64 // account and day, so that one comparison decides
		row int32
	}
	rows := make([]placed, len(accounts))
	sorted := true
	for i := range rows {
		// The day's sign bit is turned so that days before 1970 sort first.
		rows[i] = placed{key: uint64(accounts[i])<<32 | uint64(uint32(days[i])^1<<31), row: int32(i)}
		sorted = sorted && (i == 0 || rows[i-1].key <= rows[i].key)
	}
	if sorted {
		return nil
	}
	slices.SortFunc(rows, func(a, b placed) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(a.row, b.row)
	})
	order := make([]int32, len(rows))
	for i, r := range rows {
		order[i] = r.row
	}
	return order
}

// dropDuplicates keeps one of each set of identical rows and refuses rows of one
// account and day that differ, because no rule could tell which is true. place
// names a row of the files.
func (s *Snapshots) dropDuplicates(roles Columns, place func(i int) string) error {
	keep := make([]int32, 0, len(s.Date))
	var found findings
	for i := range s.Date {
		if i == 0 || s.Account[i] != s.Account[i-1] || s.Date[i] != s.Date[i-1] {
			keep = append(keep, int32(i))
			continue
		}
		if name, same := s.sameRow(i-1, i, roles.Value); !same {
			found.add(Warning{Code: "duplicate_snapshot", Where: s.Path, Message: fmt.Sprintf(
				"duplicate snapshots of account %s on %s (%s and %s) differ in column %s; keep one row per account and day",
				Quote(s.Accounts[s.Account[i]]), s.Date[i], place(i-1), place(i), Quote(name))})
		}
	}
	if err := found.err(); err != nil {
		return err
	}
	if dropped := len(s.Date) - len(keep); dropped > 0 {
		s.Warnings = append(s.Warnings, Warning{Code: "duplicate_snapshot", Where: s.Path, Message: fmt.Sprintf(
			"%d exact duplicate snapshot rows were dropped", dropped)})
		s.keep(keep)
	}
	return nil
}

// sameRow compares two rows column by column; name is the first that differs.
func (s *Snapshots) sameRow(a, b int, value string) (name string, same bool) {
	if s.Value != nil && !sameNumber(s.Value[a], s.Value[b]) {
		return value, false
	}
	for _, c := range s.Table.columns {
		v := c.Vector()
		if v.Numbers != nil && !sameNumber(v.Numbers[a], v.Numbers[b]) {
			return c.Name, false
		}
		if v.Codes != nil && v.Codes[a] != v.Codes[b] {
			return c.Name, false
		}
	}
	return "", true
}

// sameNumber compares as people do: two missing values are the same.
func sameNumber(a, b float64) bool { return a == b || (math.IsNaN(a) && math.IsNaN(b)) }

// keep reduces the snapshots to the given rows.
func (s *Snapshots) keep(rows []int32) {
	s.Account, s.Date, s.Table = gather(s.Account, rows), gather(s.Date, rows), s.Table.take(rows)
	if s.Value != nil {
		s.Value = gather(s.Value, rows)
	}
}

// Newest returns the newest row of every account, in account order: what is
// scored today.
func (s *Snapshots) Newest() []int32 {
	var rows []int32
	for i := range s.Account {
		if i+1 == len(s.Account) || s.Account[i+1] != s.Account[i] {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// keyDiffersOnlyByForm says whether two sets of keys would meet if case and
// surrounding blanks were ignored, a common reason for a join that finds
// nothing.
func keyDiffersOnlyByForm(a, b []string) bool {
	plain := make(map[string]bool, len(a))
	for _, k := range a {
		plain[plainKey(k)] = true
	}
	return slices.ContainsFunc(b, func(k string) bool { return plain[plainKey(k)] })
}

// plainKey is a key without case and surrounding blanks.
func plainKey(k string) string { return string(bytes.ToLower(bytes.TrimSpace([]byte(k)))) }
