package dataset

import (
	"math"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// stored is a column that lies in a temporary file: see Reading.Memory. A selection of
// rows shares the file and keeps the numbers of its rows.
type stored struct {
	numbers spill.Column[float64] // of a number
	codes   spill.Column[int32]   // of a text, or the days of a date
	as      parquetio.As
	of      *selection // which rows of the file's column; nil: all of them
}

// selection is a list of rows that the columns of a table share.
type selection struct{ rows []int32 }

// store writes the given rows of a decoded column to the file, in the given order (nil:
// as they are). Only a block of them is in memory twice.
func store(file *spill.File, c parquetio.Column, order []int32) (Column, error) {
	s := &stored{as: c.As}
	var err error
	switch c.As {
	case parquetio.AsNumber:
		s.numbers, err = writeInOrder(file, c.Numbers, order)
	case parquetio.AsDay:
		s.codes, err = writeInOrder(file, c.Days, order)
	default:
		s.codes, err = writeInOrder(file, c.Codes, order)
	}
	return Column{Name: c.Name, stored: s, levels: c.Levels}, err
}

// storeBlock is the number of rows that are written at once.
const storeBlock = 1 << 16

// writeInOrder writes values block by block.
func writeInOrder[T spill.Value](file *spill.File, values []T, order []int32) (spill.Column[T], error) {
	if order == nil {
		column := spill.Reserve[T](file, len(values))
		return column, column.Write(0, values)
	}
	column := spill.Reserve[T](file, len(order))
	block := make([]T, min(storeBlock, len(order)))
	for from := 0; from < len(order); from += len(block) {
		rows := order[from:min(from+len(block), len(order))]
		for i, r := range rows {
			block[i] = values[r]
		}
		if err := column.Write(from, block[:len(rows)]); err != nil {
			return column, err
		}
	}
	return column, nil
}

// len is the number of rows.
func (s *stored) len() int {
	switch {
	case s.of != nil:
		return len(s.of.rows)
	case s.as == parquetio.AsNumber:
		return s.numbers.Len()
	}
	return s.codes.Len()
}

// take is the selection of the given rows. taken holds what earlier columns of the same
// table came to: one list serves them all.
func (s *stored) take(rows []int32, taken map[*selection]*selection) *stored {
	out := *s
	if taken[s.of] == nil {
		list := rows
		if s.of != nil {
			list = gather(s.of.rows, rows)
		}
		taken[s.of] = &selection{list}
	}
	out.of = taken[s.of]
	return &out
}

// block reads rows [from, to) as expressions see them; a date has no such values. What
// could not be read is missing: the file remembers the error, and whoever reads on is
// told (Table.Err).
func (s *stored) block(from, to int, levels []string) expr.Vector {
	switch s.as {
	case parquetio.AsNumber:
		values := make([]float64, to-from)
		return expr.Vector{Numbers: orMissing(values, readRows(s.numbers, s.of, from, values), math.NaN())}
	case parquetio.AsDay:
		return expr.Vector{}
	}
	return expr.Vector{Codes: s.integers(from, to, -1), Levels: levels}
}

// integers reads rows [from, to) of codes or days.
func (s *stored) integers(from, to int, missing int32) []int32 {
	values := make([]int32, to-from)
	return orMissing(values, readRows(s.codes, s.of, from, values), missing)
}

// readRows fills values with the rows of a selection from the given one on.
func readRows[T spill.Value](column spill.Column[T], of *selection, from int, values []T) error {
	if of == nil {
		return column.Read(from, values)
	}
	return column.Gather(values, of.rows[from:from+len(values)])
}

// gather reads the given rows, in the given order.
func (s *stored) gather(rows []int32, levels []string) expr.Vector {
	if s.of != nil {
		rows = gather(s.of.rows, rows)
	}
	switch s.as {
	case parquetio.AsNumber:
		values := make([]float64, len(rows))
		return expr.Vector{Numbers: orMissing(values, s.numbers.Gather(values, rows), math.NaN())}
	case parquetio.AsDay:
		return expr.Vector{}
	}
	codes := make([]int32, len(rows))
	return expr.Vector{Codes: orMissing(codes, s.codes.Gather(codes, rows), -1), Levels: levels}
}

// orMissing returns the values, or as many missing ones when they could not be read.
func orMissing[T any](values []T, err error, missing T) []T {
	if err != nil {
		for i := range values {
			values[i] = missing
		}
	}
	return values
}

// inMemory reads the whole column into an Arrow array.
func (c Column) inMemory() Column {
	if c.stored == nil {
		return c
	}
	n := c.stored.len()
	switch c.stored.as {
	case parquetio.AsNumber:
		return numberColumn(c.Name, c.stored.block(0, n, nil).Numbers)
	case parquetio.AsDay:
		return dayColumn(c.Name, c.stored.integers(0, n, parquetio.NullDay))
	}
	return textColumn(c.Name, c.stored.integers(0, n, -1), c.levels)
}

// blocks calls do with the values of the column in order, a block at a time: a stored
// column is never in memory as a whole.
func (c Column) blocks(do func(expr.Vector)) {
	if c.stored == nil {
		do(c.Vector())
		return
	}
	for from := 0; from < c.stored.len(); from += storeBlock {
		do(c.stored.block(from, min(from+storeBlock, c.stored.len()), c.levels))
	}
}

// gather returns the values of the given rows, in the given order.
func (c Column) gather(rows []int32) expr.Vector {
	if c.stored != nil {
		return c.stored.gather(rows, c.levels)
	}
	v := c.Vector()
	if v.Numbers != nil {
		v.Numbers = gather(v.Numbers, rows)
	}
	if v.Codes != nil {
		v.Codes = gather(v.Codes, rows)
	}
	return v
}
