package metrics

import "math"

// Midranks replaces every value by its rank among the values that are not NaN, 1 for the
// smallest; equal values share the mean of their ranks, and NaN has rank NaN. sorted are
// the values without NaN, rising. It works in the memory of x because that, the order and
// the sorted values are as much as a column may take where it hardly fits.
func Midranks(x []float64) (sorted []float64) { return midranks(x, spareRows) }

// spareRows is how many rows the radix sort may take a second copy of.
const spareRows = 1 << 22

// midranks sorts as many rows at a time as are spared a second copy, and goes along all of these
// runs at once.
func midranks(x []float64, spare int) (sorted []float64) {
	runs, n := sortedRuns(x, spare)
	if len(runs) == 1 {
		return rankRun(x, runs[0])
	}
	sorted = make([]float64, 0, n)
	ties := make([][]keyed, len(runs)) // of each run, the rows of the least value that is left
	for from := 0; from < n; from = len(sorted) {
		takeLeast(runs, ties)
		for _, tie := range ties {
			for _, r := range tie {
				sorted = append(sorted, x[r.row])
			}
		}
		for _, tie := range ties {
			for _, r := range tie {
				x[r.row] = float64(from+len(sorted)+1) / 2
			}
		}
	}
	return sorted
}

// rankRun is midranks of rows that are sorted as a whole.
func rankRun(x []float64, rows []keyed) (sorted []float64) {
	sorted = make([]float64, len(rows))
	for k, r := range rows {
		sorted[k] = x[r.row]
	}
	for from := 0; from < len(rows); {
		to := keyEnd(rows, from)
		for _, r := range rows[from:to] {
			x[r.row] = float64(from+to+1) / 2
		}
		from = to
	}
	return sorted
}

// sortedRuns are the n rows with a value, in runs that rise.
func sortedRuns(x []float64, most int) (runs [][]keyed, n int) {
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
	if n <= most {
		return [][]keyed{radixSort(rows)}, n
	}
	for len(rows) > 0 {
		run := rows[:min(most, len(rows))]
		copy(run, radixSort(run)) // which may be in the second copy
		runs, rows = append(runs, run), rows[len(run):]
	}
	return runs, n
}

// takeLeast takes the rows of the least key off the runs that have it; not all are empty.
func takeLeast(runs, ties [][]keyed) {
	least := uint64(math.MaxUint64)
	for _, run := range runs {
		if len(run) > 0 {
			least = min(least, run[0].key)
		}
	}
	for i, run := range runs {
		end := 0
		if len(run) > 0 && run[0].key == least {
			end = keyEnd(run, 0)
		}
		ties[i], runs[i] = run[:end], run[end:]
	}
}
