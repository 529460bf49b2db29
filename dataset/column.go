package dataset

import (
	"math"
	"slices"
	"unsafe"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// Column is one column of a Table: numbers and booleans as float64, NaN where missing;
// texts as codes into sorted levels, -1 where missing; days, NoDate where missing. No number
// is infinite: reading refuses those.
//
// It is a small value that shares what it holds with the table. The values lie in one of two
// places, in memory or stored in a file, as numbers, packed ones or integers, and the column has either all of
// them or a selection: of is then looked through on every read.
type Column struct {
	Name     string
	as       parquetio.As
	levels   []string          // of text: the dictionary, in byte order
	numbers  []float64         // of a number in memory
	integers []int32           // of a text or day in memory
	packed   *parquetio.Packed // of a number of few different ones, without its codes where they are stored; nil: it is in numbers
	stored   *stored           // nil: in memory
	of       *selection        // which of these rows the column holds; nil: all of them
}

// selection is a list of rows that the columns of a table share: the pointer tells whether two
// columns are selected alike, so that their rows are looked up once for both.
type selection struct{ rows []int32 }

// rowsOf are the rows that a selection makes of its own rows; without one they are those.
func (s *selection) rowsOf(rows []int32) []int32 {
	if s == nil {
		return rows
	}
	return gather(s.rows, rows)
}

// heldColumn is a decoded column in memory.
func heldColumn(d parquetio.Column) Column {
	c := Column{Name: d.Name, as: d.As, levels: d.Levels, numbers: d.Numbers, packed: d.Packed, integers: d.Codes}
	if d.As == parquetio.AsDay {
		c.integers = d.Days
	}
	return c
}

// isText tells texts from numbers and dates.
func (c Column) isText() bool { return c.as != parquetio.AsNumber && c.as != parquetio.AsDay }

// missing stands for a missing text or day.
func (c Column) missing() int32 {
	if c.as == parquetio.AsDay {
		return parquetio.NullDay
	}
	return -1
}

// Len is the number of rows.
func (c Column) Len() int {
	switch {
	case c.of != nil:
		return len(c.of.rows)
	case c.stored != nil:
		return c.stored.len()
	}
	return c.held()
}

// held is the number of rows in memory.
func (c Column) held() int {
	if c.packed != nil {
		return len(c.packed.Codes)
	}
	return max(len(c.numbers), len(c.integers))
}

// Vector returns the values of the column as expressions see them. The slices may be
// the column's own memory and must not be written. A column of which only some rows were
// taken, or that is stored, is read as a whole, anew each time: batches are the way to go
// through a table.
func (c Column) Vector() expr.Vector { return c.block(0, c.Len()) }

// Days returns the values of a date column, NoDate where missing, and nil for a
// column of another type. The slice may be the column's own memory and must not be written.
func (c Column) Days() []Date {
	if c.as != parquetio.AsDay {
		return nil
	}
	return dates(c.integersIn(0, c.Len()))
}

// Missing counts the rows without a value. It goes through the column, reading a stored one
// as a whole.
func (c Column) Missing() int {
	n := 0
	if c.as != parquetio.AsNumber {
		for _, v := range c.integersIn(0, c.Len()) {
			if v == c.missing() {
				n++
			}
		}
		return n
	}
	for _, v := range c.numbersIn(0, c.Len()) {
		if v != v {
			n++
		}
	}
	return n
}

// block returns rows [from, to) as expressions see them; a date has no such values.
func (c Column) block(from, to int) expr.Vector {
	switch c.as {
	case parquetio.AsNumber:
		return expr.Vector{Numbers: c.numbersIn(from, to)}
	case parquetio.AsDay:
		return expr.Vector{}
	}
	return expr.Vector{Codes: c.integersIn(from, to), Levels: c.levels}
}

// numbersIn returns rows [from, to) of a number: the column's own memory where it can, with its
// capacity cut to its length, so that an append by the caller cannot write into the next rows.
func (c Column) numbersIn(from, to int) []float64 { return c.numbersInto(nil, from, to) }

// numbersInto is numbersIn in the memory of a slice, where it needs some and that is enough.
func (c Column) numbersInto(into []float64, from, to int) []float64 {
	switch {
	case c.of != nil:
		return c.numbersAt(into, c.of.rows[from:to])
	case c.stored == nil && c.packed == nil:
		return c.numbers[from:to:to]
	}
	into = slices.Grow(into[:0], to-from)[:to-from]
	switch {
	case c.packed == nil:
		return orMissing(into, c.stored.numbers.Read(from, into), math.NaN())
	case c.stored != nil:
		return c.unpacked(into, c.stored.codes.Read(from, codesIn(into)))
	}
	return spell(into, c.packed.Codes[from:to], c.packed.Entries)
}

// integersIn returns rows [from, to) of a text or day.
func (c Column) integersIn(from, to int) []int32 {
	switch {
	case c.of != nil:
		return c.integersAt(c.of.rows[from:to])
	case c.stored != nil:
		values := make([]int32, to-from)
		return orMissing(values, c.stored.integers.Read(from, values), c.missing())
	}
	return c.integers[from:to:to]
}

// numbersAt returns the given rows of a number, whatever the selection, in the memory of a slice
// where that is enough.
func (c Column) numbersAt(into []float64, rows []int32) []float64 {
	if c.stored == nil {
		if c.packed != nil {
			return unpackInto(into, c.packed, rows)
		}
		return gatherInto(into, c.numbers, rows)
	}
	into = slices.Grow(into[:0], len(rows))[:len(rows)]
	if c.packed != nil {
		return c.unpacked(into, c.stored.codes.Gather(codesIn(into), rows))
	}
	return orMissing(into, c.stored.numbers.Gather(into, rows), math.NaN())
}

// codesIn is the last quarter of the memory of numbers, for codes that spell will make these of.
func codesIn(numbers []float64) []uint16 {
	return unsafe.Slice((*uint16)(unsafe.Pointer(unsafe.SliceData(numbers))), 4*len(numbers))[3*len(numbers):]
}

// unpacked are the numbers of the codes that were read to their last quarter, or as many missing ones.
func (c Column) unpacked(into []float64, err error) []float64 {
	if err != nil { // there may be anything instead of codes
		return orMissing(into, err, math.NaN())
	}
	return spell(into, codesIn(into), c.packed.Entries)
}

// spell writes numbers out by their codes. These may lie where codesIn says: a number is written from the first on, and ends
// before the code of the next.
func spell(into []float64, codes []uint16, entries []float64) []float64 {
	for i, code := range codes {
		into[i] = entries[code]
	}
	return into
}

// integersAt returns the given rows of a text or day, whatever the selection.
func (c Column) integersAt(rows []int32) []int32 {
	if c.stored == nil {
		return gather(c.integers, rows)
	}
	values := make([]int32, len(rows))
	return orMissing(values, c.stored.integers.Gather(values, rows), c.missing())
}

// blocks calls do with the values of the column in order, a block at a time: a stored
// column is never in memory as a whole. The memory of a block is used again for the next.
func (c Column) blocks(do func(expr.Vector)) {
	var numbers []float64
	for from := 0; from < c.Len(); from += storeBlock {
		to := min(from+storeBlock, c.Len())
		if c.as != parquetio.AsNumber {
			do(c.block(from, to))
			continue
		}
		block := c.numbersInto(numbers, from, to)
		if c.of != nil || c.stored != nil || c.packed != nil {
			numbers = block
		}
		do(expr.Vector{Numbers: block})
	}
}

// gather returns the values of the given rows, in the given order.
func (c Column) gather(rows []int32) expr.Vector { return c.at(c.of.rowsOf(rows)) }

// at returns the values of the given rows, whatever the selection.
func (c Column) at(rows []int32) expr.Vector {
	switch c.as {
	case parquetio.AsNumber:
		return expr.Vector{Numbers: c.numbersAt(nil, rows)}
	case parquetio.AsDay:
		return expr.Vector{}
	}
	return expr.Vector{Codes: c.integersAt(rows), Levels: c.levels}
}

// take is the column of the given rows, which shares its memory or file. taken holds what
// earlier columns of the same table came to: one list serves them all.
func (c Column) take(rows []int32, taken map[*selection]*selection) Column {
	if taken[c.of] == nil {
		taken[c.of] = &selection{c.of.rowsOf(rows)}
	}
	c.of = taken[c.of]
	return c
}

// few says whether rows are so few of a column in memory, less than half, that it is worth a
// copy of them to be rid of the others.
func (c Column) few(rows []int32) bool {
	return c.stored == nil && 2*len(rows) < c.held()
}

// copied is the column of the given rows in memory of its own.
func (c Column) copied(rows []int32) Column {
	rows = c.of.rowsOf(rows)
	out := Column{Name: c.Name, as: c.as, levels: c.levels}
	switch {
	case c.packed != nil:
		out.packed = &parquetio.Packed{Codes: gather(c.packed.Codes, rows), Entries: c.packed.Entries}
	case c.as == parquetio.AsNumber:
		out.numbers = gather(c.numbers, rows)
	default:
		out.integers = gather(c.integers, rows)
	}
	return out
}
