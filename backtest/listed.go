package backtest

import (
	"cmp"
	"slices"

	"holdfast/backtest/metrics"
)

// listed is, for every row, the chance to be on the call list of its period: 1 above the
// cut, 0 below, and for the accounts that tie at the cut the share of them that find room.
// Sums over any part of the rows are the expectation over the order of ties, so that the
// parts of a whole add up to it. An account has its chance at its first row in the period.
func listed(s *sample, score []float64, capacity int) []float64 {
	chance := make([]float64, len(score))
	for _, rows := range firstRows(s) {
		rows = pick(rows, metrics.Order(pick(score, rows), pick(s.churned, rows)))
		room := float64(capacity)
		for from := 0; from < len(rows) && room > 0; {
			to := from + 1
			for to < len(rows) && score[rows[to]] == score[rows[from]] {
				to++
			}
			share := min(1, room/float64(to-from))
			for _, i := range rows[from:to] {
				chance[i] = share
			}
			room -= float64(to - from)
			from = to
		}
	}
	return chance
}

// firstRows are the rows at which the team could act, by period in time order.
func firstRows(s *sample) [][]int {
	index := make(map[int32]int)
	var periods []int32
	var rows [][]int
	for i, k := range s.period {
		if !s.first[i] {
			continue
		}
		at, ok := index[k]
		if !ok {
			at = len(rows)
			index[k] = at
			periods, rows = append(periods, k), append(rows, nil)
		}
		rows[at] = append(rows[at], i)
	}
	order := everyIndex(len(rows))
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(periods[a], periods[b]) })
	return pick(rows, order)
}

// everyIndex lists 0 to n-1.
func everyIndex(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
