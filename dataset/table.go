package dataset

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// Table is a set of named columns of equal length, held as Arrow arrays so that
// a table can be handed to any Arrow program without a copy.
type Table struct {
	rows    int
	columns []Column
	index   map[string]int
}

// Column is one column of a Table: float64 for numbers and booleans (NaN and a
// cleared validity bit where missing), a dictionary of strings for text, date32
// for days.
type Column struct {
	Name   string
	data   arrow.Array
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

// Record returns the table as one Arrow record that shares its memory. The
// caller releases it.
func (t *Table) Record() arrow.Record {
	fields := make([]arrow.Field, len(t.columns))
	arrays := make([]arrow.Array, len(t.columns))
	for i, c := range t.columns {
		fields[i] = arrow.Field{Name: c.Name, Type: c.data.DataType(), Nullable: true}
		arrays[i] = c.data
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, int64(t.rows))
}

// Vector returns the values of the column as expressions see them. The slices
// are the column's own memory and must not be written.
func (c Column) Vector() expr.Vector {
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
	data, ok := c.data.(*array.Date32)
	if !ok {
		return nil
	}
	days := make([]Date, data.Len())
	for i, d := range data.Date32Values() {
		days[i] = Date(d)
	}
	return days
}

// Missing counts the rows without a value.
func (c Column) Missing() int { return c.data.NullN() }

// newTable wraps what parquetio decoded in Arrow arrays without copying values.
func newTable(rows int, decoded []parquetio.Column) *Table {
	t := &Table{rows: rows, index: make(map[string]int, len(decoded))}
	for _, d := range decoded {
		switch d.As {
		case parquetio.AsNumber:
			t.add(numberColumn(d.Name, d.Numbers))
		case parquetio.AsDay:
			t.add(dayColumn(d.Name, d.Days))
		default:
			t.add(textColumn(d.Name, d.Codes, d.Levels))
		}
	}
	return t
}

// add appends a column; its name must be new.
func (t *Table) add(c Column) {
	t.index[c.Name] = len(t.columns)
	t.columns = append(t.columns, c)
}

// take returns the given rows, in the given order, as a table of its own.
func (t *Table) take(rows []int32) *Table {
	out := &Table{rows: len(rows), index: make(map[string]int, len(t.columns))}
	for _, c := range t.columns {
		switch data := c.data.(type) {
		case *array.Float64:
			out.add(numberColumn(c.Name, gather(data.Float64Values(), rows)))
		case *array.Date32:
			values := data.Date32Values()
			days := make([]int32, len(rows))
			for i, r := range rows {
				days[i] = int32(values[r])
			}
			out.add(dayColumn(c.Name, days))
		case *array.Dictionary:
			codes := data.Indices().(*array.Int32).Int32Values()
			out.add(textColumn(c.Name, gather(codes, rows), c.levels))
		}
	}
	return out
}

// gather copies the given rows, in the given order.
func gather[T any](from []T, rows []int32) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = from[r]
	}
	return out
}

// numberColumn wraps numbers; NaN is missing and has a cleared validity bit as well,
// for readers who know Arrow only.
func numberColumn(name string, values []float64) Column {
	valid, nulls := validity(len(values), func(i int) bool { return values[i] == values[i] })
	data := arrayData(arrow.PrimitiveTypes.Float64, len(values), nulls, valid, arrow.Float64Traits.CastToBytes(values))
	return Column{Name: name, data: array.NewFloat64Data(data)}
}

// dayColumn wraps days; parquetio.NullDay, which is NoDate, is missing.
func dayColumn(name string, days []int32) Column {
	valid, nulls := validity(len(days), func(i int) bool { return days[i] != parquetio.NullDay })
	data := arrayData(arrow.FixedWidthTypes.Date32, len(days), nulls, valid, arrow.Int32Traits.CastToBytes(days))
	return Column{Name: name, data: array.NewDate32Data(data)}
}

// textColumn wraps codes and their dictionary; a code of -1 is missing.
func textColumn(name string, codes []int32, levels []string) Column {
	valid, nulls := validity(len(codes), func(i int) bool { return codes[i] >= 0 })
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

// validity builds an Arrow validity bitmap and counts its cleared bits.
func validity(n int, ok func(i int) bool) (bitmap []byte, nulls int) {
	bitmap = make([]byte, (n+7)/8)
	for i := range n {
		if ok(i) {
			bitmap[i/8] |= 1 << (i % 8)
		} else {
			nulls++
		}
	}
	return bitmap, nulls
}
