package backtest

import "slices"

// listed is, for every row, the chance to be on the call list of its period: 1 above the
// cut, 0 below, and for the accounts that tie at the cut the share of them that find room.
// Sums over any part of the rows are the expectation over the order of ties, so that the
// parts of a whole add up to it. An account has its chance at its first row in the period.
func listed(s *sample, score []float64, capacity int) []float64 {
	return newLists(s, score).chances(len(score), capacity)
}

// chances is [listed] of lists that are there, for every row of their sample.
func (l *lists) chances(rows, capacity int) []float64 {
	chance := make([]float64, rows)
	for _, p := range l.periods {
		own := make([]float64, len(p.rows))
		p.ranking.Listed(capacity, own)
		for k, i := range p.rows {
			chance[i] = own[k]
		}
	}
	return chance
}

// firstRows are the rows at which the team could act, by period in time order.
func firstRows(s *sample) [][]int32 {
	size := listable(s)
	rows := make([][]int32, len(size))
	for k, n := range size {
		rows[k] = make([]int32, 0, n)
	}
	for i, k := range s.period {
		if s.first[i] {
			rows[k] = append(rows[k], int32(i))
		}
	}
	return slices.DeleteFunc(rows, func(of []int32) bool { return len(of) == 0 })
}

// listable counts the accounts of every period.
func listable(s *sample) []int {
	var size []int
	for i, k := range s.period {
		if s.first[i] {
			for int(k) >= len(size) {
				size = append(size, 0)
			}
			size[k]++
		}
	}
	return size
}

// every lists 0 to n-1.
func every[T int | int32](n int) []T {
	all := make([]T, n)
	for i := range all {
		all[i] = T(i)
	}
	return all
}
