package metrics

import "math"

// WidestGap is the interval of KS over weight, the largest gap between the shares of churned and of
// renewed weight at or above a score ([WeightedCurve]), by the inversion of [Forecast.Distances]:
// along the line through the log-odds of ranks, so that only the order of scores matters, from no
// discrimination at all. weight may be nil, and rows come in any order. Where the order is that
// of a forecast at hand, its Distances have the interval.
func WidestGap(score []float64, churned []bool, weight []float64, cluster []int32, level float64, seed uint64) Limits {
	none := Limits{math.NaN(), math.NaN()}
	odds, ok := oddsOfRanks(score)
	if !ok || !allWeights(weight, len(score)) {
		return none
	}
	f, all := NewForecast(odds, churned), float64(len(score))
	if weight != nil {
		w := f.Weighing(weight)
		f, weight, all = &w.kept, w.weight, w.all
	}
	cells, _ := f.inPlacesOf(cellsOf(len(f.eta)))
	r, ok := f.counted(cluster, weight, all, cells)
	if !ok {
		return none
	}
	c := newCells(r, 0)
	return c.widestGap(c.widened(c.disturbances(c.covariance(c.moments), seed), level), level)
}

// oddsOfRanks are the log-odds of the share of the rows below each, with half of itself and of its
// ties; false where there is a NaN.
func oddsOfRanks(score []float64) (odds []float64, ok bool) {
	odds = append(odds, score...)
	sorted := Midranks(odds)
	for i, rank := range odds {
		odds[i] = oddsOf((rank - 0.5) / float64(len(odds)))
	}
	return odds, len(sorted) == len(score)
}

// widestGap is the interval of KS between cells.
func (c *cells) widestGap(noise []disturbance, level float64) Limits {
	byRank, below := *c, 0.0
	byRank.odds = make([]float64, len(c.mass))
	for k, m := range c.mass {
		byRank.odds[k] = oddsOf(below + m/2)
		below += m
	}
	t, mean := byRank.tallied(), c.rate()
	_, b := byRank.line()
	return t.limits(t.widest, func(s float64) { byRank.spread(t.rates, b, s, mean) }, noise, level)
}
