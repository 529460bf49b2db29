package main

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
)

// frame is a Parquet file in memory, for tests that change one thing about it.
type frame struct {
	fields  []parquetio.Field
	columns []parquetio.Column
	rows    int
}

// readFrame reads all columns of a file or folder.
func readFrame(path string) (*frame, error) {
	ctx := context.Background()
	fields, _, err := parquetio.Schema(ctx, path)
	if err != nil {
		return nil, err
	}
	want := make([]parquetio.Request, len(fields))
	for i := range fields {
		fields[i].Nullable = true
		as := parquetio.AsNumber
		switch fields[i].Kind {
		case parquetio.Text:
			as = parquetio.AsText
		case parquetio.Day:
			as = parquetio.AsDay
		}
		want[i] = parquetio.Request{Column: fields[i].Name, As: as}
	}
	table, err := parquetio.Read(ctx, path, want, parquetio.Options{})
	if err != nil {
		return nil, err
	}
	return &frame{fields, table.Columns, table.Rows}, nil
}

// write writes the frame as one file.
func (f *frame) write(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w, err := parquetio.NewWriter(file, f.fields)
	if err != nil {
		return err
	}
	if err := w.Write(f.columns); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return file.Close()
}

// take returns the given rows in the given order.
func (f *frame) take(rows []int) *frame {
	out := &frame{fields: f.fields, rows: len(rows)}
	for _, c := range f.columns {
		n := parquetio.Column{Name: c.Name, As: c.As, Stored: c.Stored, Levels: c.Levels}
		n.Numbers, n.Codes, n.Days = pick(c.Numbers, rows), pick(c.Codes, rows), pick(c.Days, rows)
		out.columns = append(out.columns, n)
	}
	return out
}

func pick[T any](from []T, rows []int) []T {
	if from == nil {
		return nil
	}
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = from[r]
	}
	return out
}

// upTo counts 0 ... n-1.
func upTo(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// newest keeps the newest row of every account.
func (f *frame) newest() (*frame, error) {
	account, err := f.column("account_id")
	if err != nil {
		return nil, err
	}
	date, err := f.column("snapshot_date")
	if err != nil {
		return nil, err
	}
	row := make(map[int32]int)
	for i, code := range account.Codes {
		if last, seen := row[code]; !seen || date.Days[i] > date.Days[last] {
			row[code] = i
		}
	}
	return f.take(slices.Sorted(maps.Values(row))), nil
}

// until keeps the rows up to a date.
func (f *frame) until(day string) (*frame, error) {
	last, err := dataset.ParseDate(day)
	if err != nil {
		return nil, err
	}
	date, err := f.column("snapshot_date")
	if err != nil {
		return nil, err
	}
	return f.take(slices.DeleteFunc(upTo(f.rows), func(i int) bool { return date.Days[i] > int32(last) })), nil
}

// shuffled is the frame with its rows in another order.
func (f *frame) shuffled(seed uint64) *frame {
	return f.take(rand.New(rand.NewPCG(seed, 0)).Perm(f.rows))
}

// writeParts writes the rows over n part files of uneven sizes, and so over row
// groups of other sizes.
func (f *frame) writeParts(dir string, n int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	at := 0
	for part := range n {
		to := f.rows
		if part < n-1 {
			to = min(f.rows, at+(f.rows*2*(part+1))/(n*(n+1)))
		}
		if err := f.take(upTo(f.rows)[at:to]).write(filepath.Join(dir, fmt.Sprintf("piece-%d.parquet", part))); err != nil {
			return err
		}
		at = to
	}
	return nil
}

// column finds a column by name.
func (f *frame) column(name string) (*parquetio.Column, error) {
	for i := range f.columns {
		if f.columns[i].Name == name {
			return &f.columns[i], nil
		}
	}
	return nil, fmt.Errorf("the frame has no column %q", name)
}

// set gives rows [from, to) of a column a value: a number, a date, or a text.
func (f *frame) set(name, value string, from, to int) error {
	c, err := f.column(name)
	if err != nil {
		return err
	}
	switch {
	case c.Numbers != nil:
		v, err := strconv.ParseFloat(value, 64)
		if err != nil {
			return err
		}
		fillRange(c.Numbers, v, from, to)
	case c.Days != nil:
		d, err := dataset.ParseDate(value)
		if err != nil {
			return err
		}
		fillRange(c.Days, int32(d), from, to)
	default:
		c.Levels = append(slices.Clone(c.Levels), value)
		fillRange(c.Codes, int32(len(c.Levels)-1), from, to)
	}
	return nil
}

func fillRange[T any](values []T, v T, from, to int) {
	for i := from; i < to; i++ {
		values[i] = v
	}
}

// suffix appends to every level of a text column.
func (f *frame) suffix(name, text string) error {
	c, err := f.column(name)
	if err != nil {
		return err
	}
	for i, level := range c.Levels {
		c.Levels[i] = level + text
	}
	return nil
}

// decision is what an account did on a day.
type decision struct {
	day     int32
	churned float64
}

// decisions lists what every account did.
func (f *frame) decisions() (map[string][]decision, error) {
	who, err := f.column("account_id")
	if err != nil {
		return nil, err
	}
	when, err := f.column("renewal_date")
	if err != nil {
		return nil, err
	}
	what, err := f.column("churned")
	if err != nil {
		return nil, err
	}
	list := make(map[string][]decision)
	for i, code := range who.Codes {
		list[who.Levels[code]] = append(list[who.Levels[code]], decision{when.Days[i], what.Numbers[i]})
	}
	return list, nil
}

// add appends a column of numbers that depend on account and snapshot date.
func (f *frame) add(name string, value func(account string, day int32) float64) error {
	account, err := f.column("account_id")
	if err != nil {
		return err
	}
	date, err := f.column("snapshot_date")
	if err != nil {
		return err
	}
	values := make([]float64, f.rows)
	for i, code := range account.Codes {
		values[i] = value(account.Levels[code], date.Days[i])
	}
	f.fields = append(slices.Clone(f.fields), parquetio.Field{Name: name, Kind: parquetio.Float, Nullable: true})
	f.columns = append(f.columns, parquetio.Column{Name: name, Numbers: values})
	return nil
}

// leak adds a column that knows the account's next outcome.
func (f *frame) leak(name string, outcomes *frame) error {
	known, err := outcomes.decisions()
	if err != nil {
		return err
	}
	return f.add(name, func(account string, day int32) float64 { return nextOutcome(known[account], day) })
}

// nextOutcome is the outcome of the first decision from a day on, NaN without one.
func nextOutcome(list []decision, day int32) float64 {
	outcome, nearest := math.NaN(), int32(math.MaxInt32)
	for _, d := range list {
		if d.day >= day && d.day < nearest {
			nearest, outcome = d.day, d.churned
		}
	}
	return outcome
}

// separate adds a column that is 1 for the next churn of every third account, by the
// last digit of its name, and 0 for everything else: whoever has the 1 churned.
func (f *frame) separate(name string, outcomes *frame) error {
	known, err := outcomes.decisions()
	if err != nil {
		return err
	}
	return f.add(name, func(account string, day int32) float64 {
		if account[len(account)-1]%3 == 0 && nextOutcome(known[account], day) == 1 {
			return 1
		}
		return 0
	})
}
