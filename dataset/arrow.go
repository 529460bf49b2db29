package dataset

import (
	"math"
	"math/bits"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"holdfast/dataset/parquetio"
)

// Record returns the table as one Arrow record: float64 for numbers and booleans (NaN and
// a cleared validity bit where missing), a dictionary of strings for texts, date32 for
// days. It shares the memory of columns that hold all their rows; others are read into
// it. The caller releases it, and must not write to it.
//
// Booleans come out as 1 and 0 because they are held so: the table no longer knows which of
// its numbers were truths. Every field is nullable, with or without nulls, so that the schema
// of a record does not depend on its values.
func (t *Table) Record() arrow.Record {
	fields := make([]arrow.Field, len(t.columns))
	arrays := make([]arrow.Array, len(t.columns))
	for i, c := range t.columns {
		arrays[i] = c.arrow()
		fields[i] = arrow.Field{Name: c.Name, Type: arrays[i].DataType(), Nullable: true}
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, int64(t.rows))
}

// arrow is the column as an Arrow array. Values at cleared validity bits keep the mark of this
// package (NaN, -1, NoDate), which the Arrow format allows: such slots may hold anything.
func (c Column) arrow() arrow.Array {
	n := c.Len()
	if c.as == parquetio.AsNumber {
		values := c.numbersIn(0, n)
		valid, nulls := validity(values, math.Inf(-1)) // no comparison holds for NaN
		return array.NewFloat64Data(arrayData(arrow.PrimitiveTypes.Float64, n, nulls, valid, arrow.Float64Traits.CastToBytes(values)))
	}
	values := c.integersIn(0, n)
	valid, nulls := validity(values, c.missing()+1)
	if c.as == parquetio.AsDay {
		return array.NewDate32Data(arrayData(arrow.FixedWidthTypes.Date32, n, nulls, valid, arrow.Int32Traits.CastToBytes(values)))
	}
	indices := array.NewInt32Data(arrayData(arrow.PrimitiveTypes.Int32, n, nulls, valid, arrow.Int32Traits.CastToBytes(values)))
	builder := array.NewStringBuilder(memory.DefaultAllocator)
	builder.AppendValues(c.levels, nil)
	kind := &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
	return array.NewDictionaryArray(kind, indices, builder.NewArray())
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
