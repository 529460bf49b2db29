package expr

import (
	"math"
	"slices"
)

// Vector is a column of values, one a row.
//
// A Number or Bool vector has Numbers: NaN is a missing value, and a Bool is 0
// or 1 (any other number that is not missing counts as true). A Text vector
// has Codes, which index Levels; a code outside Levels, by custom -1, is
// missing. Rows beyond the end of a vector are missing, so the zero Vector is a
// column in which every row is.
type Vector struct {
	Numbers []float64
	Codes   []int32
	Levels  []string
	Finite  bool // it is known that no number is infinite
}

// finite tells whether no value is infinite. Every column of every block goes
// through here, hence four values a turn.
func finite(values []float64) bool {
	for ; len(values) >= 4; values = values[4:] {
		v := values[:4]
		if infinite(v[0]) || infinite(v[1]) || infinite(v[2]) || infinite(v[3]) {
			return false
		}
	}
	return !slices.ContainsFunc(values, infinite)
}

// infinite compares bits, without the sign: an integer comparison costs half
// of what math.IsInf does.
func infinite(v float64) bool {
	const infinity = 0x7ff << 52
	return math.Float64bits(v)<<1 == infinity<<1
}

// A column that is shorter than the batch is not an error here: a part file
// written before the column existed has no values of it at all.

// window returns rows lo to hi of values, or of as many as there are.
func window[T any](values []T, lo, hi int) []T {
	return values[min(lo, len(values)):min(hi, len(values))]
}

// fill sets all of dst, by copying what is set already: constants stand in
// most rules, and copy moves a cache line where a loop moves a value. What is
// set doubles with each copy.
func fill[T any](dst []T, v T) {
	if len(dst) == 0 {
		return
	}
	dst[0] = v
	for done := 1; done < len(dst); done *= 2 {
		copy(dst[done:], dst[:done])
	}
}

// numbersAt returns rows lo to hi of a column, in place where they can stand
// as they are, else copied to dst with infinities and absent rows missing. The
// caller must not write to the result unless it is dst: it may be the column.
func numbersAt(dst, column []float64, lo, hi int) []float64 {
	rows := window(column, lo, hi)
	if len(rows) == len(dst) && finite(rows) {
		return rows
	}
	for i, v := range rows {
		dst[i] = orMissing(v)
	}
	fill(dst[len(rows):], math.NaN())
	return dst
}

// codesAt is numbersAt for texts. Codes beyond the levels stay: those who look
// them up find nothing there.
func codesAt(dst, column []int32, lo, hi int) []int32 {
	rows := window(column, lo, hi)
	if len(rows) == len(dst) {
		return rows
	}
	fill(dst[copy(dst, rows):], noText)
	return dst
}
