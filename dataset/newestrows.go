package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"
	"sync/atomic"

	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// chosenColumns are columns of rows that were chosen, in the order of the files: row i of each
// is the i-th number of those that were asked for.
type chosenColumns struct {
	roles   []parquetio.Column // numbers
	table   *Table             // of the factors
	tallies []parquetio.Column // of each column: its name and what was odd in it, in all rows
}

// chooser reads columns and keeps some rows. Row groups are read side by side; each writes to
// its own rows of the columns, which are laid out before the first is read.
type chooser struct {
	stream  *parquetio.Stream
	parts   []parquetio.Part // one for each row group
	rows    []int32          // chosen, among all rows of the files; ascending
	columns []*chosenColumn

	mu      sync.Mutex         // guards tallies
	tallies []parquetio.Column // of each column: what was odd in all rows, the others among them
}

// chosenColumn collects the chosen rows of a column, in memory or in a temporary file.
type chosenColumn struct {
	parquetio.Request
	numbers  []float64 // of a number or day in memory
	integers []int32   // of a text in memory: codes
	stored   *stored   // nil: in memory

	mu     sync.Mutex       // guards levels and code
	levels []string         // of text, in the order in which they were met; sorted by sortLevels
	code   map[string]int32 // of each level
}

// chosenRows reads roles that are numbers, and factors, of some rows. An infinite value in any
// row is errWhole.
func chosenRows(ctx context.Context, files *parquetio.Files, roles, factors []parquetio.Request, rows []int32, how Reading, day string) (*chosenColumns, error) {
	want := slices.Concat(roles, factors)
	stream, err := files.NewStream(ctx, want, how.options(day))
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	t := newTable(len(rows), nil)
	if how.spills(int64(len(rows)), factors) {
		if t.file, err = spill.Create(how.TempDir, how.Memory); err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
		t.memory = how.Memory
	}
	c := &chooser{stream: stream, parts: stream.Parts(), rows: rows, tallies: make([]parquetio.Column, len(want))}
	for i, w := range want {
		file := t.file
		if i < len(roles) {
			file = nil
		}
		c.tallies[i].Name = w.Column
		c.columns = append(c.columns, newChosenColumn(w, len(rows), file))
	}
	if err := c.read(ctx); err != nil {
		t.Close()
		return nil, err
	}
	return c.finish(t, len(roles))
}

// newChosenColumn makes room for so many rows; file is nil for a column in memory. A day takes
// the room of a number, which it becomes (dayNumbers).
func newChosenColumn(w parquetio.Request, rows int, file *spill.File) *chosenColumn {
	c := &chosenColumn{Request: w, code: make(map[string]int32)}
	switch {
	case file != nil && w.As != parquetio.AsText:
		c.stored = &stored{numbers: spill.Reserve[float64](file, rows)}
	case file != nil:
		c.stored = &stored{integers: spill.Reserve[int32](file, rows)}
	case w.As != parquetio.AsText:
		c.numbers = make([]float64, rows)
	default:
		c.integers = make([]int32, rows)
	}
	return c
}

// read goes through the row groups, on as many goroutines as there are processors. The error
// is that of the first that has one.
func (c *chooser) read(ctx context.Context) error {
	errs := make([]error, len(c.parts))
	var failed atomic.Bool
	inParallel(len(c.parts), func(tasks iter.Seq[int]) {
		r := c.stream.Reader()
		defer r.Close()
		for group := range tasks {
			if !failed.Load() { // groups are handed out in order: none before the first that failed is left out
				errs[group] = c.group(ctx, r, group)
				failed.CompareAndSwap(false, errs[group] != nil)
			}
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// group reads a row group: of each piece it works out which of its rows were chosen, by their
// numbers within the piece, and puts these. Groups without a chosen row are read all the same,
// because infinite values and the warnings are about all rows.
func (c *chooser) group(ctx context.Context, r *parquetio.Reader, group int) error {
	first := c.parts[group].FirstRow
	at, _ := slices.BinarySearch(c.rows, int32(first))
	if err := r.Open(ctx, group); err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	coded := make([][]int32, len(c.columns)) // of each column of text: the code of each level of the row group
	var here []int32
	for row := 0; ; {
		p, err := r.Next(ctx, BatchRows)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("dataset: %w", err)
		}
		here = here[:0]
		for k := at; k < len(c.rows) && int(c.rows[k]) < first+row+p.Rows; k++ {
			here = append(here, c.rows[k]-int32(first+row))
		}
		for i := range p.Columns {
			if p.Columns[i].Infs > 0 {
				return errWhole
			}
			if err := c.columns[i].put(at, &p.Columns[i], here, &coded[i]); err != nil {
				return fmt.Errorf("dataset: column %s: %w", Quote(c.columns[i].Column), err)
			}
		}
		at, row = at+len(here), row+p.Rows
		if row == c.parts[group].Rows {
			c.count(p)
		}
	}
}

// count adds what was found in a row group, after its last row.
func (c *chooser) count(p *parquetio.Piece) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range p.Columns {
		c.tallies[i].NaNs += p.Columns[i].NaNs
		c.tallies[i].TimesOfDay += p.Columns[i].TimesOfDay
	}
}

// put stores the given rows of a piece from row at on. coded are the codes that the levels of
// the row group have in the column, which put completes as levels come.
func (c *chosenColumn) put(at int, from *parquetio.Column, rows []int32, coded *[]int32) error {
	if len(rows) == 0 {
		return nil
	}
	if c.As != parquetio.AsText {
		held := []parquetio.Column{new(Table).gatherColumn(*from, rows)}
		dayNumbers(held)
		if c.stored != nil {
			return c.stored.numbers.Write(at, held[0].Numbers)
		}
		copy(c.numbers[at:], held[0].Numbers)
		return nil
	}
	*coded = c.codes(from.Levels, *coded)
	values := gather(from.Codes, rows)
	for k, code := range values {
		if code >= 0 {
			values[k] = (*coded)[code]
		}
	}
	if c.stored != nil {
		return c.stored.integers.Write(at, values)
	}
	copy(c.integers[at:], values)
	return nil
}

// codes are the codes of the levels of a row group, of which there are more from piece to
// piece: known are those of the first ones. The lock is taken only where a piece brings new
// levels, which most do not.
func (c *chosenColumn) codes(levels []string, known []int32) []int32 {
	if len(known) == len(levels) {
		return known
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, level := range levels[len(known):] {
		code, ok := c.code[level]
		if !ok {
			code = int32(len(c.levels))
			c.code[level], c.levels = code, append(c.levels, level)
		}
		known = append(known, code)
	}
	return known
}

// finish makes a table of the columns when all rows are there; the first columns are roles and
// stay apart. The table is closed when it fails.
func (c *chooser) finish(t *Table, roles int) (*chosenColumns, error) {
	out := &chosenColumns{table: t, tallies: c.tallies}
	for _, column := range c.columns[:roles] {
		out.roles = append(out.roles, parquetio.Column{Name: column.Column, As: column.As, Numbers: column.numbers})
	}
	for _, column := range c.columns[roles:] {
		if err := column.sortLevels(); err != nil {
			t.Close()
			return nil, fmt.Errorf("dataset: column %s: %w", Quote(column.Column), err)
		}
		t.add(Column{Name: column.Column, as: column.held(), levels: column.levels, numbers: column.numbers, integers: column.integers, stored: column.stored})
	}
	return out, nil
}

// sortLevels puts the levels of a text into byte order: in which order they were met depends
// on who was first.
func (c *chosenColumn) sortLevels() error {
	if len(c.levels) == 0 {
		return nil
	}
	slices.Sort(c.levels)
	place := make([]int32, len(c.levels))
	for rank, level := range c.levels {
		place[c.code[level]] = int32(rank)
	}
	renumber := func(values []int32) {
		for i, code := range values {
			if code >= 0 {
				values[i] = place[code]
			}
		}
	}
	if c.stored == nil {
		renumber(c.integers)
		return nil
	}
	block := make([]int32, storeBlock)
	for from := 0; from < c.stored.len(); from += storeBlock {
		b := block[:min(storeBlock, c.stored.len()-from)]
		if err := c.stored.integers.Read(from, b); err != nil {
			return err
		}
		renumber(b)
		if err := c.stored.integers.Write(from, b); err != nil {
			return err
		}
	}
	return nil
}

// held is what the column is in a table, where a day is a number.
func (c *chosenColumn) held() parquetio.As {
	if c.As == parquetio.AsDay {
		return parquetio.AsNumber
	}
	return c.As
}
