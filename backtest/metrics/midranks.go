package metrics

import "holdfast/dataset/radix"

// Midranks replaces every value by its rank among the values that are not NaN, 1 for the
// smallest; equal values share the mean of their ranks, and NaN has rank NaN. sorted are
// the values without NaN, rising, of which zeros have no sign. It works in the memory of x because that, the order and
// the sorted values are as much as a column may take where it hardly fits.
func Midranks(x []float64) (sorted []float64) {
	n := 0
	for _, v := range x {
		if v == v {
			n++
		}
	}
	rows := radix.NewKeyed[uint32](n)
	for i, k := 0, 0; k < n; i++ {
		if v := x[i]; v == v {
			rows.Keys[k], rows.Rows[k] = radix.Key(v+0), uint32(i) // -0 + 0 is 0
			k++
		}
	}
	rows = rows.Sort()
	sorted = make([]float64, n)
	for i, key := range rows.Keys {
		sorted[i] = radix.Number(key)
	}
	for from := 0; from < n; {
		to := rows.TieEnd(from)
		for _, row := range rows.Rows[from:to] {
			x[row] = float64(from+to+1) / 2
		}
		from = to
	}
	return sorted
}
