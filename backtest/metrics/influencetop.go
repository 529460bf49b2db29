package metrics

import "math"

// TopInfluence is how much each account, by its number, moves the value on a list, up to a
// number that all accounts share; take the mean over all accounts away before use.
type TopInfluence struct {
	Churned []float64 // the value of the churned rows on it, as in [List]
	All     []float64 // the value of all rows on it
}

// InfluenceOnTop is the influence on the list of the k riskiest rows. A listed row brings its
// value and pushes out a row at the cut, of value tau on average, so that it moves the list by
// the difference, in the proportion in which it is listed. tau is the mean of the rows around
// the cut, as many as [RankMetrics.Influence] looks at and for its reason; 0 where the list
// has room for all rows. value is in the row order given to [NewRanking].
func (r *Ranking) InfluenceOnTop(value []float64, k int) TopInfluence {
	out := TopInfluence{make([]float64, len(r.account)), make([]float64, len(r.account))}
	if r.undefined || k < 1 || len(r.code) == 0 {
		return out
	}
	mustMatch(len(r.code), len(value))
	once := r.weights(nil)
	k = min(k, len(r.code))
	cut, tau := r.cutAt(once, int64(k)), r.massAround(once, value, k)
	for i, c := range r.code[:cut.to] {
		share := 1.0
		if i >= cut.from {
			share = cut.share()
		}
		v := value[r.row[i]]
		out.Churned[c>>accountShift] += share * (float64(c&churnedBit)*v - tau.churned)
		out.All[c>>accountShift] += share * (v - tau.churned - tau.renewed)
	}
	return out
}

// massAround is the mean value by outcome of the rows around row k, as many on either side as
// in the churn rate around it.
func (r *Ranking) massAround(count []int32, value []float64, k int) mass {
	n := len(r.code)
	if k == n {
		return mass{}
	}
	reach := min(int(math.Ceil(math.Pow(float64(n), 2.0/3))), k, n-k)
	below, above := r.massOfTop(count, value, k+reach), r.massOfTop(count, value, k-reach)
	rows := float64(2 * reach)
	return mass{(below.churned - above.churned) / rows, (below.renewed - above.renewed) / rows}
}

// massOfTop is the value by outcome of the k riskiest rows, ties at their end in expectation.
func (r *Ranking) massOfTop(count []int32, value []float64, k int) mass {
	if k == 0 {
		return mass{}
	}
	c := r.cutAt(count, int64(k))
	above, tied := r.valueOf(0, c.from, count, value), r.valueOf(c.from, c.to, count, value)
	return mass{above.churned + c.share()*tied.churned, above.renewed + c.share()*tied.renewed}
}
