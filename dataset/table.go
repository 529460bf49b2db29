package dataset

import (
	"fmt"
	"iter"
	"maps"
	"math"
	"runtime"
	"slices"

	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// Table is a set of named columns of equal length, in memory or, beyond Reading.Memory,
// in a temporary file that is read a block at a time. Record hands it to Arrow programs.
//
// It may be read from several goroutines; columns are added only while it is loaded. Names are
// distinct. Reading stored columns can fail, and Column, Batch and Record have no error to
// return: what they could not read is missing, and Err says so afterwards.
type Table struct {
	rows    int
	columns []Column
	index   map[string]int // of columns, by name
	file    *spill.File    // of the stored columns; nil: all are in memory
	rooms   *spill.File    // of what Room hands out; nil: it is ordinary memory
	memory  int64          // Reading.Memory, of stored columns
}

// Rows is the number of rows of every column.
func (t *Table) Rows() int { return t.rows }

// Columns returns the columns in the order in which they were asked for: the slice itself,
// which must not be written.
func (t *Table) Columns() []Column { return t.columns }

// Column returns the column of that name; ok is false when there is none.
func (t *Table) Column(name string) (Column, bool) {
	i, ok := t.index[name]
	if !ok {
		return Column{}, false
	}
	return t.columns[i], true
}

// Stored says whether columns lie in a temporary file.
func (t *Table) Stored() bool { return t.file != nil }

// Scratch makes a temporary file beside that of a stored table, for what is computed
// from it and would not fit in memory either; nil for a table in memory.
func (t *Table) Scratch() (*spill.File, error) {
	if t.file == nil {
		return nil, nil
	}
	return t.file.Beside()
}

// AtOnce is how many pieces of work that take so many bytes each may run at once: one
// for each processor, but of a stored table no more than it Holds.
func (t *Table) AtOnce(bytes int64) int { return min(runtime.GOMAXPROCS(0), t.Holds(bytes)) }

// AtOnceWith is AtOnce of work that takes Room as well, in up to three pieces, which counts where Room is ordinary
// memory.
func (t *Table) AtOnceWith(room, bytes int64) int {
	if t.rooms.Maps(room / 3) {
		return t.AtOnce(bytes)
	}
	return t.AtOnce(room + bytes)
}

// Holds is how many pieces of work that take so many bytes each may be under way, whether or not each
// has a processor: of a stored table as many as an eighth of the budget holds, one at least; of a
// table in memory any number.
func (t *Table) Holds(bytes int64) int {
	if t.file == nil {
		return math.MaxInt
	}
	return max(1, int(t.memory/heldShare/max(1, bytes)))
}

// Err is the first error of reading stored columns back. Values that were handed out
// before it was looked at may have been missing for that reason alone.
func (t *Table) Err() error {
	if t.file == nil {
		return nil
	}
	if err := t.file.Err(); err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	return nil
}

// Close gives the space of stored columns back; the table, and all that were taken
// from it, can no longer be read. A table in memory needs no closing. To close one of several
// tables that share a file closes them all.
func (t *Table) Close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}

// newTable is a table of decoded columns.
func newTable(rows int, decoded []parquetio.Column) *Table {
	t := &Table{rows: rows, index: make(map[string]int, len(decoded))}
	for _, d := range decoded {
		t.add(heldColumn(d))
	}
	return t
}

// add appends a column; its name must be new.
func (t *Table) add(c Column) {
	t.index[c.Name] = len(t.columns)
	t.columns = append(t.columns, c)
}

// addNumbers appends a column that was computed, to where the others are.
func (t *Table) addNumbers(name string, values []float64) error {
	return t.addDecoded(parquetio.Column{Name: name, As: parquetio.AsNumber, Numbers: values})
}

// addDecoded appends a column that was decoded, to where the others are.
func (t *Table) addDecoded(column parquetio.Column) error {
	c := heldColumn(column)
	if t.file != nil {
		var err error
		if c, err = toFile(t.file, column); err != nil {
			return fmt.Errorf("dataset: column %s: %w", Quote(column.Name), err)
		}
	}
	t.add(c)
	return nil
}

// take returns the given rows, in the given order, as a table of its own. Unless they are
// few, its columns share the memory or the file of these, and rows must not be written
// afterwards.
func (t *Table) take(rows []int32) *Table {
	out := &Table{rows: len(rows), columns: slices.Clone(t.columns), index: maps.Clone(t.index), file: t.file, rooms: t.rooms, memory: t.memory}
	if isAll(rows, t.rows) {
		return out
	}
	inParallel(len(t.columns), func(tasks iter.Seq[int]) {
		for i := range tasks {
			if c := t.columns[i]; c.few(rows) {
				out.columns[i] = c.copied(rows)
			}
		}
	})
	taken := make(map[*selection]*selection)
	for i, c := range t.columns {
		if !c.few(rows) {
			out.columns[i] = c.take(rows, taken)
		}
	}
	return out
}

// sorted returns all rows in the given order. Stored columns are written anew, one after the
// other: who then goes through the table reads its file from front to back, and not a row here
// and a row there.
func (t *Table) sorted(order []int32) (*Table, error) {
	if t.file == nil {
		return t.take(order), nil
	}
	for _, c := range t.columns {
		if err := c.stored.sort(order); err != nil {
			return nil, fmt.Errorf("dataset: column %s: %w", Quote(c.Name), err)
		}
	}
	return t, nil
}

// isAll says whether rows are 0 to n-1, in order.
func isAll(rows []int32, n int) bool {
	if len(rows) != n {
		return false
	}
	for i, r := range rows {
		if int(r) != i {
			return false
		}
	}
	return true
}

// Room is memory for n values, zero at first, that live as long as a table does: of a stored one pieces of its
// file, so that what there is by the row of it stays out of memory as its columns do, and else ordinary
// memory. T should have no pointers (spill.Make). A nil table is one in memory.
func Room[T any](t *Table, n int) []T {
	if t == nil {
		return make([]T, n)
	}
	return spill.Make[T](t.rooms, n)
}

// EmptyRoom is Room with n values to come: empty, and with memory for so many.
func EmptyRoom[T any](t *Table, n int) []T {
	if t == nil {
		return make([]T, 0, n)
	}
	return spill.Empty[T](t.rooms, n)
}

// Vacate gives memory back that Room returned, for what is asked for next: whoever needs room for a while only
// spares the disk. Nobody may look at it again.
func Vacate[T any](t *Table, values []T) {
	if t != nil {
		spill.Give(t.rooms, values)
	}
}

// inMemory is the same table, whose Room is ordinary memory.
func (t *Table) inMemory() *Table {
	if t == nil {
		return nil
	}
	out := *t
	out.rooms = nil
	return &out
}

// spare is memory for reading what is to take the room of the table.
func (t *Table) spare() *parquetio.Spare {
	if t == nil {
		return nil
	}
	return parquetio.NewSpare(t.rooms)
}

// gather copies the given rows, in the given order; a row may come several times.
func gather[T any](from []T, rows []int32) []T {
	return gatherInto(make([]T, len(rows)), from, rows)
}

// gatherFor is gather in the room of a table.
func gatherFor[T any](t *Table, from []T, rows []int32) []T {
	into := EmptyRoom[T](t, len(rows))[:len(rows)]
	for at := 0; at < len(rows); at += storeBlock {
		spill.Look()
		block := rows[at:min(at+storeBlock, len(rows))]
		gatherInto(into[at:at], from, block)
	}
	return into
}

// unpackInto is gatherInto of packed numbers.
func unpackInto(into []float64, from *parquetio.Packed, rows []int32) []float64 {
	into = slices.Grow(into[:0], len(rows))[:len(rows)]
	for i, r := range rows {
		into[i] = from.Entries[from.Codes[r]]
	}
	return into
}

// gatherInto is gather in the memory of a slice, where that is enough.
func gatherInto[T any](into, from []T, rows []int32) []T {
	into = slices.Grow(into[:0], len(rows))[:len(rows)]
	for i, r := range rows {
		into[i] = from[r]
	}
	return into
}
