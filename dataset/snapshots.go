package dataset

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"unsafe"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/dataset/parquetio"
)

// Snapshots are what was known of the accounts, one row per account and day,
// sorted by account and then by day whatever the order of the files. With recorded_at a day may
// have several rows, versions in the order of their recording. Row i of every slice and of
// Table is snapshot i. Slices may be read and must not be written: the Table and all Examples
// and Timelines made of it share them.
//
// Every account has a row. The caller closes the Table when nothing made of it is read any
// more.
type Snapshots struct {
	Path     string
	Accounts []string  // distinct keys in byte order
	Account  []int32   // of each row: an index into Accounts; rises
	Date     []Date    // the day that a row describes
	Known    []Date    // the day from which a row is known: the later of its date and the day it was recorded; nil without recorded_at: its date
	Value    []float64 // money at stake; nil when no such column was asked for
	Table    *Table    // the factor columns, and the Histories under their names
	Read     int       // rows known by the as-of day, before exact duplicates were dropped
	Warnings []Warning

	recorded []Date // the day a row was written, while versions are told from duplicates

	Histories []history.Spec // computed from the rows that were read: see AddHistories
	Joined    []string       // content hashes of the predictions that were joined: see AddPredictions
}

// LoadSnapshots reads the rows of a path that were known by how.AsOf, with the
// columns in uses. Null keys, infinite values and contradicting rows of one account
// on one day are refused with a *RefusedError; exact duplicates are dropped and
// counted. With a RecordedAt column an account may have several versions of a day; a
// version that says what the one before it said is dropped without a word, because
// nothing became known with it. uses must not hold columns of roles under another type than
// theirs; it may be empty, and the Table then has no columns.
//
// The columns of uses are decoded beside the keys, and put into order as soon as that is known from these; beyond how.Memory
// they are read afterwards, a few at a time (memory.go).
func LoadSnapshots(ctx context.Context, path string, roles Columns, uses expr.Columns, how Reading) (*Snapshots, error) {
	f, err := openSnapshots(ctx, path, roles, uses, how)
	if err != nil {
		return nil, err
	}
	s, err := f.load(ctx)
	if err != nil {
		f.table.Close()
	}
	return s, err
}

// snapshotFiles are the files of a path, and the table that is to take their columns.
type snapshotFiles struct {
	*parquetio.Files
	path  string
	roles Columns
	how   Reading
	keys  int                 // columns of keys, the first of together
	uses  []parquetio.Request // columns of factors
	table *Table              // the caller closes it
}

// openSnapshots looks into the footers of the files, and decides by them whether the columns go to a temporary file.
func openSnapshots(ctx context.Context, path string, roles Columns, uses expr.Columns, how Reading) (*snapshotFiles, error) {
	files, err := parquetio.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	want := roles.ofSnapshots(uses)
	f := &snapshotFiles{Files: files, path: path, roles: roles, how: how, keys: len(want) - len(uses), uses: want[len(want)-len(uses):]}
	if f.table, err = how.tableFor(files.Rows(), f.uses); err != nil {
		files.Close()
		return nil, err
	}
	return f, nil
}

// load reads the rows and lets go of the files.
func (f *snapshotFiles) load(ctx context.Context) (*Snapshots, error) {
	defer f.Close()
	s := &Snapshots{Path: f.path, Table: f.table}
	k := keyRows{snapshots: s, roles: f.roles, how: f.how}
	want := slices.Concat(f.roles.ofSnapshots(nil), f.uses)
	together, rest := want, []parquetio.Request(nil)
	if f.table.Stored() {
		together, rest = want[:f.keys], f.uses
	}
	options := f.how.options(f.roles.SnapshotDate)
	options.Keys, options.Order, options.Packed, options.Spare = f.keys, k.order, true, f.table.spare()
	factors, err := f.Read(ctx, together, options)
	if err != nil {
		return nil, cmp.Or(k.err, fmt.Errorf("dataset: %w", err))
	}
	if len(rest) > 0 && f.how.BeforeColumns != nil {
		f.how.BeforeColumns()
	}
	order := k.inFiles(k.sorted)
	options.Keys, options.Order = 0, func(*parquetio.Table) ([]int32, error) { return order, nil }
	if err := k.factors(ctx, f.Files, factors, rest, f.how, options); err != nil {
		return nil, err
	}
	s.Warnings = append(k.warnings, warnExtras(f.path, k.notices, want)...)
	return s, s.dropDuplicates(f.roles, func(i int) string {
		if k.sorted != nil {
			i = int(k.sorted[i])
		}
		return k.place(i)
	})
}

// keyRows are the keys of the rows while the other columns are decoded, which wait for their order.
type keyRows struct {
	snapshots *Snapshots
	roles     Columns
	how       Reading
	*decoded
	sorted []int32 // the canonical order of the rows; nil: they are in it
	err    error   // the refusal of the keys
}

// order is a parquetio.Options.Order. The keys become those of the snapshots.
func (k *keyRows) order(keys *parquetio.Table) ([]int32, error) {
	if k.decoded, k.err = known(k.snapshots.Path, keys, k.how, k.roles.snapshotsKnown, k.snapshots.Table); k.err != nil {
		return nil, k.err
	}
	k.sorted = k.canonical(k.roles)
	k.snapshots.Read = k.rows
	k.snapshots.arrange(k.decoded, k.sorted, k.roles)
	return k.inFiles(k.sorted), nil
}

// canonical is the canonical order of rows of snapshots, nil when the files already have it.
func (d *decoded) canonical(roles Columns) []int32 {
	var recorded []int32
	if roles.RecordedAt != "" {
		recorded = d.columns[2].Days
	}
	return d.table.canonicalOrder(d.columns[0].Codes, d.columns[1].Days, recorded)
}

// arrange puts the keys of the rows into their canonical order.
func (s *Snapshots) arrange(d *decoded, order []int32, roles Columns) {
	if order != nil {
		s.Table.reorder(d.columns, order)
	}
	s.Accounts, s.Account = d.columns[0].Levels, d.columns[0].Codes
	s.Date = dates(d.columns[1].Days)
	if roles.RecordedAt != "" {
		s.recorded, s.Known = dates(d.columns[2].Days), dates(roles.snapshotsKnown(d.columns))
	}
	if roles.Value != "" {
		s.Value = d.columns[len(d.columns)-1].Numbers
	}
}

// dates are decoded days: the same memory, since a Date is an int32.
func dates(days []int32) []Date {
	return unsafe.Slice((*Date)(unsafe.SliceData(days)), len(days))
}

// dropDuplicates keeps one of each set of identical rows and refuses rows of one
// account and day that differ, because no rule could tell which is true: unless they
// were recorded on different days, which makes them versions. place names a row of the
// files.
func (s *Snapshots) dropDuplicates(roles Columns, place func(i int) string) error {
	again := s.again()
	if len(again) == 0 {
		s.recorded = nil
		return nil
	}
	differ := s.differences(again, roles.Value)
	keep := make([]int32, 0, len(s.Date))
	var found findings
	duplicates := 0
	for i := range s.Date {
		if len(again) == 0 || again[0] != int32(i) {
			keep = append(keep, int32(i))
			continue
		}
		name, same := differ[0], differ[0] == ""
		again, differ = again[1:], differ[1:]
		switch version := s.recorded != nil && s.recorded[i] != s.recorded[i-1]; {
		case version && same: // written again; it was known since the first time
		case version:
			keep = append(keep, int32(i))
		case same:
			duplicates++
		default:
			found.add(Warning{Code: "duplicate_snapshot", Where: s.Path, Message: fmt.Sprintf(
				"duplicate snapshots of account %s on %s (%s and %s) differ in column %s; keep one row per account and day",
				Quote(s.Accounts[s.Account[i]]), s.Date[i], place(i-1), place(i), Quote(name))})
		}
	}
	if err := found.err(); err != nil {
		return err
	}
	if duplicates > 0 {
		s.Warnings = append(s.Warnings, Warning{Code: "duplicate_snapshot", Where: s.Path, Message: fmt.Sprintf(
			"%d exact duplicate snapshot rows were dropped", duplicates)})
	}
	if len(keep) < len(s.Date) {
		s.keep(keep)
	}
	s.recorded = nil
	return nil
}

// again lists the rows of the same account and day as the row before them; they are few, and
// most files have none, so that columns are compared for these only.
func (s *Snapshots) again() []int32 {
	var rows []int32
	for i := range s.Date {
		if i > 0 && s.Account[i] == s.Account[i-1] && s.Date[i] == s.Date[i-1] {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// differences compares each of the rows with the row before it and returns the first
// column that differs, empty for equal rows. It goes column by column, because stored
// columns are read one at a time.
func (s *Snapshots) differences(rows []int32, value string) []string {
	differ := make([]string, len(rows))
	before := make([]int32, len(rows))
	for k, i := range rows {
		before[k] = i - 1
		if s.Value != nil && !sameNumber(s.Value[i-1], s.Value[i]) {
			differ[k] = value
		}
	}
	for _, c := range s.Table.columns {
		a, b := c.gather(before), c.gather(rows)
		for k := range rows {
			if differ[k] == "" && (a.Numbers != nil && !sameNumber(a.Numbers[k], b.Numbers[k]) || a.Codes != nil && a.Codes[k] != b.Codes[k]) {
				differ[k] = c.Name
			}
		}
	}
	return differ
}

// sameNumber compares as people do: two missing values are the same.
func sameNumber(a, b float64) bool { return a == b || (math.IsNaN(a) && math.IsNaN(b)) }

// keep reduces the snapshots to the given rows, which rise. It leaves recorded alone, which is
// of no use any more by then.
func (s *Snapshots) keep(rows []int32) {
	t := s.Table
	s.Account, s.Date, s.Table = gatherFor(t, s.Account, rows), gatherFor(t, s.Date, rows), t.take(rows)
	if s.Value != nil {
		s.Value = gatherFor(t, s.Value, rows)
	}
	if s.Known != nil {
		s.Known = gatherFor(t, s.Known, rows)
	}
}

// asOf is the day from which a row is known.
func (s *Snapshots) asOf(row int32) Date { return s.knownDays()[row] }

// knownDays are the days from which the rows are known: the slice itself, not a copy.
func (s *Snapshots) knownDays() []Date {
	if s.Known == nil {
		return s.Date
	}
	return s.Known
}

// columnsOf are the accounts of the given rows, the days from which they were known and the money at
// stake: the columns themselves where the rows are all.
func (s *Snapshots) columnsOf(rows []int32) (account []int32, known []Date, value []float64) {
	if isAll(rows, len(s.Account)) {
		return s.Account, s.knownDays(), s.Value
	}
	if s.Value != nil {
		value = gatherFor(s.Table, s.Value, rows)
	}
	return gatherFor(s.Table, s.Account, rows), gatherFor(s.Table, s.knownDays(), rows), value
}

// Newest returns the newest row of every account, in account order: what is
// scored today. Row k is that of account k. It is the last version of the newest day; whether
// that day is recent enough is for the caller to ask (Panel.Current).
func (s *Snapshots) Newest() []int32 {
	var rows []int32
	for i := range s.Account {
		if i+1 == len(s.Account) || s.Account[i+1] != s.Account[i] {
			rows = append(rows, int32(i))
		}
	}
	return rows
}
