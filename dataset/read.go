package dataset

import (
	"context"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset/parquetio"
)

// decoded are the wanted columns of a path, without the rows that a replay must
// not see. Rows are in the order of the files; place names one of them for people.
type decoded struct {
	path     string
	table    *Table // whose room they take; nil: ordinary memory
	rows     int
	read     int                // rows of the files, those left out among them
	columns  []parquetio.Column // in the order of the requests: account and date first
	parts    []parquetio.Part   // the row groups or files that the rows lie in, by FirstRow
	original []int32            // of each row, its number among all rows read; nil: no row was left out
	notices  []parquetio.Notice // about the part files; a replay has none
	warnings []Warning
}

// read decodes the wanted columns of a path, of which the first two are the
// account and the date, and refuses rows that cannot be placed and values that no
// model can use. knownOn gives the day on which each row became known; rows
// known after how.AsOf are forgotten before anything is looked at, so that a later
// row can neither change a result nor cause a refusal. No row is known before its
// value in the column day: row groups of later days stay unread. What there is by the row
// takes the room of t.
func read(ctx context.Context, path string, want []parquetio.Request, how Reading, day string, knownOn func([]parquetio.Column) []int32, t *Table) (*decoded, error) {
	files, err := parquetio.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer files.Close()
	return readFrom(ctx, files, path, want, how, day, knownOn, t)
}

// readFrom is read of files that are open.
func readFrom(ctx context.Context, files *parquetio.Files, path string, want []parquetio.Request, how Reading, day string, knownOn func([]parquetio.Column) []int32, t *Table) (*decoded, error) {
	options := how.options(day)
	options.Spare = t.spare()
	table, err := files.Read(ctx, want, options)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	return known(path, table, how, knownOn, t)
}

// known are the rows of a table that a replay may see, refused as read refuses them.
func known(path string, table *parquetio.Table, how Reading, knownOn func([]parquetio.Column) []int32, t *Table) (*decoded, error) {
	d := &decoded{path: path, table: t, rows: table.Rows, read: table.Rows, columns: table.Columns, parts: table.Parts}
	d.judge(table, how)
	if how.AsOf != NoDate {
		d.forget(knownOn(d.columns), how.AsOf)
	} else {
		d.notices = table.Notices
	}
	if err := d.lacking(table.Notices, how); err != nil {
		return nil, err
	}
	return d, d.check(how.AsOf)
}

// options are how files are read for a replay: row groups that lie wholly after its
// day in the given column stay unread. That saves time only; forget decides row by row.
func (r Reading) options(day string) parquetio.Options {
	o := parquetio.Options{Location: r.Location}
	if r.AsOf != NoDate {
		o.Until = parquetio.Until{Column: day, Last: int32(r.AsOf)}
	}
	return o
}

// judge warns of what is odd about whole files. A replay does not ask: files cannot be
// judged without the rows that were not there yet.
func (d *decoded) judge(table *parquetio.Table, how Reading) {
	if how.AsOf == NoDate {
		d.warnings = append(fileWarnings(d.path, table), warnMixed(d.path, table.Notices)...)
	}
}

// fileWarnings tells what is odd about the values of whole files, column by column in the order
// of the table.
func fileWarnings(path string, table *parquetio.Table) []Warning {
	var warnings []Warning
	for _, c := range table.Columns {
		if c.NaNs > 0 {
			warnings = append(warnings, Warning{Code: "nan_values", Where: path, Message: fmt.Sprintf(
				"column %s holds %d NaN values, which count as missing", Quote(c.Name), c.NaNs)})
		}
		if c.TimesOfDay > 0 {
			warnings = append(warnings, Warning{Code: "times_of_day", Where: path, Message: fmt.Sprintf(
				"column %s holds %d times that are not midnight; each counts as the day it falls on in data.timezone", Quote(c.Name), c.TimesOfDay)})
		}
	}
	return warnings
}

// forget leaves out the rows that became known after asOf. A row without a day
// is kept, to be refused.
func (d *decoded) forget(known []int32, asOf Date) {
	keep := EmptyRoom[int32](d.table, d.rows)
	for i, day := range known {
		if Date(day) <= asOf {
			keep = append(keep, int32(i))
		}
	}
	if len(keep) == d.rows {
		return
	}
	d.choose(keep)
}

// choose leaves out all other rows. It is done once: keep numbers the rows that were read.
func (d *decoded) choose(keep []int32) {
	for i := range d.columns {
		d.columns[i] = occurring(d.table.gatherColumn(d.columns[i], keep))
	}
	d.rows, d.original = len(keep), keep
}

// gatherColumn returns the given rows of a column; its counts are those of the
// whole column still.
func (t *Table) gatherColumn(c parquetio.Column, rows []int32) parquetio.Column {
	switch c.As {
	case parquetio.AsNumber:
		c.Numbers = gatherFor(t, c.Numbers, rows)
	case parquetio.AsDay:
		c.Days = gatherFor(t, c.Days, rows)
	default:
		c.Codes = gatherFor(t, c.Codes, rows)
	}
	return c
}

// occurring counts a gathered column anew and drops the levels that no longer
// occur: a level that first appears tomorrow is not known today.
func occurring(c parquetio.Column) parquetio.Column {
	c.Nulls, c.Infs, c.FirstInf = 0, 0, -1
	for i, v := range c.Numbers {
		if math.IsInf(v, 0) {
			if c.Infs == 0 {
				c.FirstInf = i
			}
			c.Infs++
		}
	}
	for _, d := range c.Days {
		if d == parquetio.NullDay {
			c.Nulls++
		}
	}
	number := make([]int32, len(c.Levels)) // of each level that occurs: 1, until numbered
	for _, code := range c.Codes {
		if code < 0 {
			c.Nulls++
		} else {
			number[code] = 1
		}
	}
	var levels []string
	for code, occurs := range number {
		if occurs == 1 {
			number[code] = int32(len(levels))
			levels = append(levels, c.Levels[code])
		}
	}
	for i, code := range c.Codes {
		if code >= 0 {
			c.Codes[i] = number[code]
		}
	}
	c.Levels = levels
	return c
}

// check refuses an empty table, rows without an account or a date, and infinite
// values. All findings are reported.
func (d *decoded) check(asOf Date) error {
	if d.rows == 0 && asOf != NoDate {
		return refuse("no_rows", d.path, fmt.Sprintf("0 rows were known by %s; there is nothing to read", asOf))
	}
	if d.rows == 0 {
		return refuse("no_rows", d.path, "0 rows; there is nothing to read")
	}
	var found findings
	for _, c := range d.columns[:2] {
		if c.Nulls > 0 {
			found.add(Warning{Code: "null_key", Where: d.path, Message: fmt.Sprintf(
				"column %s is null in %d rows, the first in %s; every row needs an account and a date",
				Quote(c.Name), c.Nulls, d.place(firstNull(c)))})
		}
	}
	d.infinite(&found)
	return found.err()
}

// infinite finds the columns with infinities. They are refused, not read as missing: an
// infinity is what a division by zero left upstream, and to fill it would hide that.
func (d *decoded) infinite(found *findings) {
	for _, c := range d.columns {
		if c.Infs > 0 {
			found.add(Warning{Code: "infinite_values", Where: d.path, Message: fmt.Sprintf(
				"column %s holds %d infinite values, the first in %s; replace them before loading",
				Quote(c.Name), c.Infs, d.place(c.FirstInf))})
		}
	}
}

// firstNull is the first row without a value, of a column that has one.
func firstNull(c parquetio.Column) int {
	if c.As == parquetio.AsDay {
		return slices.Index(c.Days, parquetio.NullDay)
	}
	return slices.Index(c.Codes, -1)
}

// place names a row for people: its number from 1 on, in its part file. Row counts among those
// that were kept.
func (d *decoded) place(row int) string {
	if d.original != nil {
		row = int(d.original[row])
	}
	for _, p := range d.parts {
		if row >= p.FirstRow && row < p.FirstRow+p.Rows {
			return fmt.Sprintf("row %d of %s", p.FileRow+row-p.FirstRow+1, p.Path)
		}
	}
	return fmt.Sprintf("row %d", row+1)
}
