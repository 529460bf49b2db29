package parquetio

import (
	"encoding/binary"
	"math"
)

// The loops that most of the time of reading goes to: from the values of a page as they are stored to the rows of a column.
// They compute where a row's value is instead of branching, because a processor cannot foresee where the gaps are: null has
// its place in front of all values, and a row without a value multiplies any other place by zero. Of numbers the first rows,
// nearly all of them, are done by vector instructions where there are any (spread_amd64.go).

// entries looks every row up in a dictionary, or among the rows of a column. Whoever calls it has compared the indexes with
// these.
func entries[T any](rows, dictionary []T, indexes []int32) {
	rows = rows[:len(indexes)]
	for i, index := range indexes {
		rows[i] = dictionary[index]
	}
}

// spread puts the values dense[1:] where defined has a one and dense[0] where it has none.
func spread[T any](rows, dense []T, defined []byte) {
	last, bits := 0, 0
	for i := range rows {
		if i%n8 == 0 {
			bits = int(defined[i/n8])
		}
		has := bits & 1
		last += has
		rows[i] = dense[last&-has]
		bits >>= 1
	}
}

// spreadEntries puts the entries dictionary[1:] of the indexes where defined has a one and dictionary[0] where it has none.
// Behind the last index there is one that nobody asks for.
func spreadEntries[T any](rows, dictionary []T, indexes []int32, defined []byte) {
	next, bits := 0, 0
	indexes = indexes[:len(indexes)+1]
	for i := range rows {
		if i%n8 == 0 {
			bits = int(defined[i/n8])
		}
		has := bits & 1
		rows[i] = dictionary[int(indexes[next]+1)&-has]
		next += has
		bits >>= 1
	}
}

// numberEntries is entries of numbers.
func numberEntries(rows, dictionary []float64, indexes []int32) {
	row := fastEntries(rows, dictionary, indexes)
	entries(rows[row:], dictionary, indexes[row:])
}

// spreadNumberEntries is spreadEntries of numbers.
func spreadNumberEntries(rows, dictionary []float64, indexes []int32, defined []byte) {
	row, next := fastSpreadEntries(rows, dictionary, indexes, defined)
	spreadEntries(rows[row:], dictionary, indexes[next:], defined[row/n8:])
}

// Of plain numbers -0 becomes 0, with which it is one value, and carries are joined that tell of values which are not finite:
// those whose exponent bits are all set. Adding one to the exponent carries into the place of the sign for these only, and
// -0 + 0 is 0 (IEEE 754, section 6.3), so that nothing branches on values.
const magnitude, oneExponent = 1<<63 - 1, 1 << 52

// plainZeros makes numbers plain, and reports whether any is not finite, NaN among them.
func plainZeros(values []float64) (odd bool) {
	var carry uint64
	for i, v := range values {
		carry |= math.Float64bits(v)&magnitude + oneExponent
		values[i] = v + 0
	}
	return carry>>63 == 1
}

// plainDoubles is plainZeros of PLAIN values of eight bytes each, one for every row.
func plainDoubles(rows []float64, src []byte) (odd bool) {
	row, carry := fastDoubles(rows, src)
	rows, src = rows[row:], src[8*row:]
	for i := range rows {
		bits := binary.LittleEndian.Uint64(src[8*i:])
		carry |= bits&magnitude + oneExponent
		rows[i] = math.Float64frombits(bits) + 0
	}
	return carry>>63 == 1
}

// spreadDoubles is plainDoubles of the rows where defined has a one, and puts NaN where it has none.
func spreadDoubles(rows []float64, src, defined []byte) (odd bool) {
	row, at, carry := fastSpreadDoubles(rows, src, defined)
	rows, defined = rows[row:], defined[row/n8:]
	null, bits := math.Float64bits(math.NaN()), uint64(0)
	for i := range rows {
		if i%n8 == 0 {
			bits = uint64(defined[i/n8])
		}
		has := bits & 1
		value := null
		if at < len(src) { // else only nulls are left
			value = binary.LittleEndian.Uint64(src[at:])
			carry |= value&magnitude + oneExponent
		}
		rows[i] = math.Float64frombits(value&-has|null&(has-1)) + 0
		at += 8 * int(has)
		bits >>= 1
	}
	return carry>>63 == 1
}
