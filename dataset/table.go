package dataset

import (
	"fmt"
	"iter"
	"math"
	"math/bits"
	"runtime"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// Table is a set of named columns of equal length, held as Arrow arrays so that
// a table can be handed to any Arrow program without a copy; or, beyond
// Reading.Memory, stored in a temporary file and read a block at a time.
type Table struct {
	rows    int
	columns []Column
	index   map[string]int
	file    *spill.File // of the stored columns; nil: all are in memory
	memory  int64       // Reading.Memory, of stored columns
}

// Column is one column of a Table: float64 for numbers and booleans (NaN and a
// cleared validity bit where missing), a dictionary of strings for text, date32
// for days.
type Column struct {
	Name   string
	data   arrow.Array // nil: stored
	stored *stored
	levels []string // of text: the dictionary, in byte order
}

// Rows is the number of rows of every column.
func (t *Table) Rows() int { return t.rows }

// Columns returns the columns in the order in which they were asked for.
func (t *Table) Columns() []Column { return t.columns }

// Column returns the column of that name; ok is false when there is none.
func (t *Table) Column(name string) (Column, bool) {
	i, ok := t.index[name]
	if !ok {
		return Column{}, false
	}
	return t.columns[i], true
}

// Scratch makes a temporary file beside that of a stored table, for what is computed
// from it and would not fit in memory either; nil for a table in memory.
func (t *Table) Scratch() (*spill.File, error) {
	if t.file == nil {
		return nil, nil
	}
	return t.file.Beside()
}

// AtOnce is how many pieces of work that take so many bytes each may run at once: one
// for each processor, but of a stored table no more than an eighth of the budget holds,
// and one at least.
func (t *Table) AtOnce(bytes int64) int {
	if t.file == nil {
		return runtime.GOMAXPROCS(0)
	}
	return max(1, min(runtime.GOMAXPROCS(0), int(t.memory/keptShare/max(1, bytes))))
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
// from it, can no longer be read. A table in memory needs no closing.
func (t *Table) Close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}

// Record returns the table as one Arrow record that shares its memory; stored columns
// are read into it. The caller releases it.
func (t *Table) Record() arrow.Record {
	fields := make([]arrow.Field, len(t.columns))
	arrays := make([]arrow.Array, len(t.columns))
	for i, c := range t.columns {
		c = c.inMemory()
		fields[i] = arrow.Field{Name: c.Name, Type: c.data.DataType(), Nullable: true}
		arrays[i] = c.data
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, int64(t.rows))
}

// Vector returns the values of the column as expressions see them. The slices
// are the column's own memory and must not be written. A stored column is read as a
// whole, anew each time: batches are the way to go through a table.
func (c Column) Vector() expr.Vector {
	if c.stored != nil {
		return c.stored.block(0, c.stored.len(), c.levels)
	}
	switch data := c.data.(type) {
	case *array.Float64:
		return expr.Vector{Numbers: data.Float64Values()}
	case *array.Dictionary:
		return expr.Vector{Codes: data.Indices().(*array.Int32).Int32Values(), Levels: c.levels}
	}
	return expr.Vector{}
}

// Days returns the values of a date column, NoDate where missing, and nil for a
// column of another type.
func (c Column) Days() []Date {
	data, ok := c.inMemory().data.(*array.Date32)
	if !ok {
		return nil
	}
	days := make([]Date, data.Len())
	for i, d := range data.Date32Values() {
		days[i] = Date(d)
	}
	return days
}

// Len is the number of rows.
func (c Column) Len() int {
	if c.stored != nil {
		return c.stored.len()
	}
	return c.data.Len()
}

// isText tells texts from numbers and dates.
func (c Column) isText() bool {
	if c.stored != nil {
		return c.stored.as != parquetio.AsNumber && c.stored.as != parquetio.AsDay
	}
	return c.data.DataType().ID() == arrow.DICTIONARY
}

// Missing counts the rows without a value.
func (c Column) Missing() int { return c.inMemory().data.NullN() }

// newTable wraps what parquetio decoded in Arrow arrays without copying values.
func newTable(rows int, decoded []parquetio.Column) *Table {
	t := &Table{rows: rows, index: make(map[string]int, len(decoded))}
	t.addAll(len(decoded), func(i int) Column {
		switch d := &decoded[i]; d.As {
		case parquetio.AsNumber:
			return numberColumn(d.Name, d.Numbers)
		case parquetio.AsDay:
			return dayColumn(d.Name, d.Days)
		default:
			return textColumn(d.Name, d.Codes, d.Levels)
		}
	})
	return t
}

// addAll appends n columns, which are made in parallel.
func (t *Table) addAll(n int, column func(i int) Column) {
	columns := make([]Column, n)
	inParallel(n, func(tasks iter.Seq[int]) {
		for i := range tasks {
			columns[i] = column(i)
		}
	})
	for _, c := range columns {
		t.add(c)
	}
}

// add appends a column; its name must be new.
func (t *Table) add(c Column) {
	t.index[c.Name] = len(t.columns)
	t.columns = append(t.columns, c)
}

// addNumbers appends a column that was computed, to where the others are.
func (t *Table) addNumbers(name string, values []float64) error {
	if t.file == nil {
		t.add(numberColumn(name, values))
		return nil
	}
	c, err := store(t.file, parquetio.Column{Name: name, As: parquetio.AsNumber, Numbers: values}, nil)
	if err != nil {
		return fmt.Errorf("dataset: column %s: %w", Quote(name), err)
	}
	t.add(c)
	return nil
}

// take returns the given rows, in the given order, as a table of its own. Stored columns,
// and columns of which all rows are taken as they lie, are shared: rows must not be
// written afterwards.
func (t *Table) take(rows []int32) *Table {
	out := &Table{rows: len(rows), index: make(map[string]int, len(t.columns)), file: t.file, memory: t.memory}
	all := isAll(rows, t.rows)
	out.addAll(len(t.columns), func(i int) Column {
		if c := t.columns[i]; c.stored == nil && !all {
			return c.take(rows)
		}
		return t.columns[i]
	})
	taken := make(map[*selection]*selection)
	for i, c := range out.columns {
		if c.stored != nil {
			out.columns[i].stored = c.stored.take(rows, taken)
		}
	}
	return out
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

// take copies the given rows of a column in memory.
func (c Column) take(rows []int32) Column {
	switch data := c.data.(type) {
	case *array.Float64:
		return numberColumn(c.Name, gather(data.Float64Values(), rows))
	case *array.Dictionary:
		return textColumn(c.Name, gather(data.Indices().(*array.Int32).Int32Values(), rows), c.levels)
	}
	values := c.data.(*array.Date32).Date32Values()
	days := make([]int32, len(rows))
	for i, r := range rows {
		days[i] = int32(values[r])
	}
	return dayColumn(c.Name, days)
}

// gather copies the given rows, in the given order.
func gather[T any](from []T, rows []int32) []T { return gatherInto(nil, from, rows) }

// gatherInto is gather into memory that is used again, if there is enough of it.
func gatherInto[T any](into, from []T, rows []int32) []T {
	if cap(into) < len(rows) {
		into = make([]T, len(rows))
	}
	into = into[:len(rows)]
	for i, r := range rows {
		into[i] = from[r]
	}
	return into
}

// numberColumn wraps numbers; NaN is missing and has a cleared validity bit as well,
// for readers who know Arrow only.
func numberColumn(name string, values []float64) Column {
	valid, nulls := validity(values, math.Inf(-1)) // no comparison holds for NaN
	data := arrayData(arrow.PrimitiveTypes.Float64, len(values), nulls, valid, arrow.Float64Traits.CastToBytes(values))
	return Column{Name: name, data: array.NewFloat64Data(data)}
}

// dayColumn wraps days; parquetio.NullDay, which is NoDate, is missing.
func dayColumn(name string, days []int32) Column {
	valid, nulls := validity(days, parquetio.NullDay+1)
	data := arrayData(arrow.FixedWidthTypes.Date32, len(days), nulls, valid, arrow.Int32Traits.CastToBytes(days))
	return Column{Name: name, data: array.NewDate32Data(data)}
}

// textColumn wraps codes and their dictionary; a code of -1 is missing.
func textColumn(name string, codes []int32, levels []string) Column {
	valid, nulls := validity(codes, 0)
	indices := array.NewInt32Data(arrayData(arrow.PrimitiveTypes.Int32, len(codes), nulls, valid, arrow.Int32Traits.CastToBytes(codes)))
	builder := array.NewStringBuilder(memory.DefaultAllocator)
	builder.AppendValues(levels, nil)
	kind := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	return Column{Name: name, data: array.NewDictionaryArray(kind, indices, builder.NewArray()), levels: levels}
}

// arrayData wraps a buffer of values, with a validity bitmap only where it is needed.
func arrayData(kind arrow.DataType, n, nulls int, valid, values []byte) *array.Data {
	buffers := []*memory.Buffer{nil, memory.NewBufferBytes(values)}
	if nulls > 0 {
		buffers[0] = memory.NewBufferBytes(valid)
	}
	return array.NewData(kind, n, buffers, nil, nulls, 0)
}

// validity builds an Arrow validity bitmap, a set bit for every value that is at least
// the least one, and counts its cleared bits. It goes by bytes and does not branch on
// values: gaps are where they are, and a processor cannot foresee them.
func validity[T float64 | int32](values []T, least T) (bitmap []byte, nulls int) {
	bitmap = make([]byte, (len(values)+7)/8)
	nulls = len(values)
	for at := range bitmap {
		var set byte
		for i, v := range values[8*at : min(8*at+8, len(values))] {
			var bit byte
			if v >= least {
				bit = 1
			}
			set |= bit << (i & 7)
		}
		bitmap[at] = set
		nulls -= bits.OnesCount8(set)
	}
	return bitmap, nulls
}
