package radix

import (
	"cmp"
	"slices"
)

// Rising sorts rows, which are positions in x, by their number; equals, zeros of either sign
// among them, keep their order. The result lies in the memory of rows or in other.
func Rising(x []float64, rows []int32) []int32 { return byKey(x, rows, 0) }

// Falling is Rising with the highest number first; equals keep their order too.
func Falling(x []float64, rows []int32) []int32 { return byKey(x, rows, ^uint64(0)) }

// byKey sorts rows by their keys, of which the given bits are turned. Keys travel with their
// rows, so that every pass reads memory in sequence; x itself is read once, in the order of
// the rows.
func byKey(x []float64, rows []int32, turned uint64) []int32 {
	of := func(row int32) uint64 { return key(x[row]+0) ^ turned } // -0 + 0 is 0
	if len(rows) < few {
		slices.SortStableFunc(rows, func(a, b int32) int { return cmp.Compare(of(a), of(b)) })
		return rows
	}
	var count counts
	keys := make([]uint64, len(rows))
	for i, row := range rows {
		keys[i] = of(row)
		count.add(keys[i])
	}
	spareKeys, spareRows := make([]uint64, len(rows)), make([]int32, len(rows))
	for d := range count {
		if count.shared(d, keys[0], len(keys)) {
			continue
		}
		next, shift := count.starts(d), d*digitBits
		for i, k := range keys {
			at := &next[k>>shift%digitSize]
			spareKeys[*at], spareRows[*at] = k, rows[i]
			*at++
		}
		keys, spareKeys = spareKeys, keys
		rows, spareRows = spareRows, rows
	}
	return rows
}
