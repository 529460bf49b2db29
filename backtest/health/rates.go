package health

import (
	"cmp"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// ratesByQuarter is the churn of the examples by the quarter of their outcome in renewal
// mode and of their as-of date in horizon mode, where outcomes are ends of windows. Quarters
// without examples are left out: a rate of nothing is no rate.
func ratesByQuarter(e *dataset.Examples) []Rate {
	day := e.Outcome
	if e.Clock.Mode == dataset.Horizon {
		day = e.AsOf
	}
	starts := make([]int32, len(day))
	for i, d := range day {
		starts[i] = int32(quarterStart(d))
	}
	return ratesBy(e, starts, func(start int32) Rate { return Rate{Start: dataset.Date(start)} })
}

// ratesBySegment is the churn of the examples of each segment, the largest first and equals
// by name. Examples without a segment are one called (missing).
func ratesBySegment(e *dataset.Examples) []Rate {
	if e.Segment == nil {
		return []Rate{}
	}
	rates := ratesBy(e, e.Segment, func(s int32) Rate {
		if s < 0 {
			return Rate{Start: dataset.NoDate, Segment: "(missing)"}
		}
		return Rate{Start: dataset.NoDate, Segment: e.Segments[s]}
	})
	slices.SortFunc(rates, func(a, b Rate) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Segment, b.Segment)) })
	return rates
}

// ratesBy groups the examples by a key, in rising order of the keys; name makes the Rate of
// a key, without its numbers. The sort is stable, so that the examples of a group stay in
// the order of their accounts, which measure relies on.
func ratesBy(e *dataset.Examples, key []int32, name func(key int32) Rate) []Rate {
	order := make([]int32, len(key))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(key[a], key[b]) })
	out := []Rate{}
	for len(order) > 0 {
		to := 1
		for to < len(order) && key[order[to]] == key[order[0]] {
			to++
		}
		r := name(key[order[0]])
		r.measure(e, order[:to])
		out = append(out, r)
		order = order[to:]
	}
	return out
}

// measure fills in the rate of some examples, which come by account: those of one account
// lie together and are one cluster.
func (r *Rate) measure(e *dataset.Examples, rows []int32) {
	churned, cluster := make([]bool, len(rows)), make([]int32, len(rows))
	number := int32(-1)
	for i, row := range rows {
		if i == 0 || e.Account[row] != e.Account[rows[i-1]] {
			number++ // within the group: the arrays of a small group stay small
		}
		churned[i], cluster[i] = e.Churned[row], number
	}
	m := metrics.ClusteredRate(churned, cluster, level)
	r.N, r.Churned, r.Rate = m.N, m.Churned, models.Stat(m.Value)
	r.Low, r.High, r.DesignEffect = models.Stat(m.Low), models.Stat(m.High), models.Stat(m.DesignEffect)
}
