package dataset

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sort"

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
	Read     int       // rows in the files, before exact duplicates were dropped
	Warnings []Warning
}

// LoadSnapshots reads the rows of a path with the columns in uses. Null keys and
// contradicting rows of one account on one day are refused; exact duplicates
// are dropped and counted.
func LoadSnapshots(ctx context.Context, path string, roles Columns, uses expr.Columns, how Reading) (*Snapshots, error) {
	want := []parquetio.Request{
		{Column: roles.Account, As: parquetio.AsKey},
		{Column: roles.SnapshotDate, As: parquetio.AsDay},
	}
	if roles.Value != "" {
		want = append(want, parquetio.Request{Column: roles.Value, As: parquetio.AsNumber})
	}
	first := len(want)
	for _, name := range sortedNames(uses) {
		as := parquetio.AsNumber
		if uses[name] == expr.Text {
			as = parquetio.AsText
		}
		want = append(want, parquetio.Request{Column: name, As: as})
	}
	table, warnings, err := read(ctx, path, want, how)
	if err != nil {
		return nil, err
	}
	s := &Snapshots{Path: path, Read: table.Rows, Warnings: warnings}
	if err := checkKeys(path, table); err != nil {
		return nil, err
	}
	s.arrange(table, first, roles.Value != "", how.AsOf)
	if len(s.Date) == 0 {
		return nil, refuse("no_snapshots", path, fmt.Sprintf("0 rows on or before %s; there is nothing to score", how.AsOf))
	}
	return s, s.dropDuplicates(table, roles)
}

func sortedNames(uses expr.Columns) []string {
	names := make([]string, 0, len(uses))
	for name := range uses {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// checkKeys refuses an empty table and rows that cannot be placed.
func checkKeys(path string, table *parquetio.Table) error {
	if table.Rows == 0 {
		return refuse("no_rows", path, "0 rows; there is nothing to read")
	}
	var findings []Warning
	for _, c := range table.Columns[:2] {
		if c.Nulls > 0 {
			findings = append(findings, Warning{Code: "null_key", Where: path, Message: fmt.Sprintf(
				"column %q is null in %d rows, the first in %s; every row needs an account and a date",
				c.Name, c.Nulls, place(table, firstNull(c)))})
		}
	}
	if findings != nil {
		return &RefusedError{Findings: findings}
	}
	return nil
}

func firstNull(c parquetio.Column) int {
	if c.As == parquetio.AsDay {
		return slices.Index(c.Days, parquetio.NullDay)
	}
	return slices.Index(c.Codes, -1)
}

// arrange sorts the rows known by asOf into their canonical order.
func (s *Snapshots) arrange(table *parquetio.Table, first int, hasValue bool, asOf Date) {
	keys, days := table.Columns[0], table.Columns[1].Days
	order := make([]int32, 0, table.Rows)
	for i := range table.Rows {
		if asOf == NoDate || Date(days[i]) <= asOf {
			order = append(order, int32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		if c := cmp.Compare(keys.Codes[a], keys.Codes[b]); c != 0 {
			return c
		}
		return cmp.Compare(days[a], days[b])
	})
	s.Accounts = keys.Levels
	s.Account = gather(keys.Codes, order)
	s.Date = make([]Date, len(order))
	for i, r := range order {
		s.Date[i] = Date(days[r])
	}
	if hasValue {
		s.Value = gather(table.Columns[2].Numbers, order)
	}
	s.Table = newTable(table.Rows, table.Columns[first:]).take(order)
}

// dropDuplicates keeps one of each set of identical rows and refuses rows of
// one account and day that differ, because no rule could tell which is true.
func (s *Snapshots) dropDuplicates(table *parquetio.Table, roles Columns) error {
	keep := make([]int32, 0, len(s.Date))
	var findings []Warning
	for i := range s.Date {
		if i == 0 || s.Account[i] != s.Account[i-1] || s.Date[i] != s.Date[i-1] {
			keep = append(keep, int32(i))
			continue
		}
		if name, same := s.sameRow(i-1, i); !same && len(findings) < 5 {
			findings = append(findings, Warning{Code: "duplicate_snapshot", Where: s.Path, Message: fmt.Sprintf(
				"duplicate snapshots of account %q on %s differ in column %q; keep one row per account and day",
				s.Accounts[s.Account[i]], s.Date[i], name)})
		}
	}
	if findings != nil {
		return &RefusedError{Findings: findings}
	}
	if dropped := len(s.Date) - len(keep); dropped > 0 {
		s.Warnings = append(s.Warnings, Warning{Code: "duplicate_snapshot", Where: s.Path, Message: fmt.Sprintf(
			"%d exact duplicate snapshot rows were dropped", dropped)})
		s.keep(keep)
	}
	return nil
}

// sameRow compares two rows column by column; name is the first that differs.
func (s *Snapshots) sameRow(a, b int) (name string, same bool) {
	if s.Value != nil && !sameNumber(s.Value[a], s.Value[b]) {
		return "value", false
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

func plainKey(k string) string { return string(bytes.ToLower(bytes.TrimSpace([]byte(k)))) }
