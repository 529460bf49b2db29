package metrics

import "math"

// Midranks gives every value its rank among the values that are not NaN, 1 for the
// smallest; equal values share the mean of their ranks, and NaN has rank NaN. sorted are
// the values without NaN, rising. The radix sort makes both in linear time.
func Midranks(x []float64) (ranks, sorted []float64) {
	rows := make([]keyed, 0, len(x))
	for i, v := range x {
		if v == v {
			rows = append(rows, keyed{descendingKey(-v), uint32(i)})
		}
	}
	rows = radixSort(rows)
	ranks, sorted = make([]float64, len(x)), make([]float64, len(rows))
	for i := range ranks {
		ranks[i] = math.NaN()
	}
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].key == rows[from].key {
			to++
		}
		for k := from; k < to; k++ {
			ranks[rows[k].row] = float64(from+to+1) / 2
			sorted[k] = x[rows[k].row]
		}
		from = to
	}
	return ranks, sorted
}
