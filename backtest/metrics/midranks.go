package metrics

import (
	"cmp"
	"slices"
)

// Midranks replaces every value by its rank among the values that are not NaN, 1 for the
// smallest; equal values share the mean of their ranks, and NaN has rank NaN. sorted are
// the values without NaN, rising. It works in the memory of x because that, the order and
// the sorted values are as much as a column may take where it hardly fits.
func Midranks(x []float64) (sorted []float64) {
	n := 0
	for _, v := range x {
		if v == v {
			n++
		}
	}
	rows := make([]keyed, 0, n)
	for i, v := range x {
		if v == v {
			rows = append(rows, keyed{descendingKey(-v), uint32(i)})
		}
	}
	rows = sortSparingly(rows, spareRows)
	sorted = make([]float64, n)
	for k, r := range rows {
		sorted[k] = x[r.row]
	}
	for from := 0; from < n; {
		to := from + 1
		for to < n && rows[to].key == rows[from].key {
			to++
		}
		for _, r := range rows[from:to] {
			x[r.row] = float64(from+to+1) / 2
		}
		from = to
	}
	return sorted
}

// spareRows is how many rows the radix sort may take a second copy of.
const spareRows = 1 << 22

// sortSparingly is [radixSort], or a slower sort in place of more rows than are spared a second
// copy. Both give the same order: rows come by number, and equal keys keep it.
func sortSparingly(rows []keyed, spare int) []keyed {
	if len(rows) <= spare {
		return radixSort(rows)
	}
	slices.SortFunc(rows, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row)) })
	return rows
}
