package metrics

import (
	"cmp"
	"math"
	"slices"
)

// WeightedRate is [ClusteredRate] over weight, by money for example: Value is the churned share of
// the weight, and N and Churned still count rows. With accounts g of the weights w_g, of which
// y_g churned, the share p = sum y / sum w has the variance of a ratio
//
//	v = G/(G-1) sum_g (y_g - p w_g)^2 / (sum w)^2
//
// (Cochran 1977, section 6.4), and the interval is Wilson's at the number of independent rows of
// equal weight that have it, p(1-p)/v, but no more than Kish's (sum w)^2 / sum w^2 over rows: a
// design that seems to help by chance is not trusted. DesignEffect is N over that number. A
// share of 0 or 1 has no v; the number is then Kish's over accounts, (sum w)^2 / sum w_g^2.
//
// With equal weights the interval is that of ClusteredRate, but for shares of 0 and 1 where
// accounts have unequally many rows: there it is wider. Only ratios of weights matter,
// and a row twice in an account is a row of twice the weight, up to the cap.
// NaN if nothing weighs anything and for a weight that is negative or not finite. cluster is
// nil or the account of each row, numbered from 0.
func WeightedRate(churned []bool, weight []float64, cluster []int32, level float64) Rate {
	mustMatch(len(churned), len(weight))
	return newWeightTally(weight, cluster).rate(churned, level)
}

// WeightedRates is [WeightedRate] of the rows whose number is at least d, for d = 0..most, as
// [ClusteredRates] is.
func WeightedRates(number []int, weight []float64, cluster []int32, most int, level float64) []Rate {
	mustMatch(len(number), len(weight))
	t, churned, out := newWeightTally(weight, cluster), make([]bool, len(number)), make([]Rate, most+1)
	for d, rows := range slices.Backward(rowsAtMost(number, most)) {
		for _, i := range rows {
			churned[i] = true
		}
		out[d] = t.rate(churned, level)
	}
	return out
}

// weightTally is what the rates of all outcomes of the same rows have in common.
type weightTally struct {
	weight   []float64
	cluster  []int32
	order    []int   // rows by rising weight: added so, the order in which they came does not show
	accounts int     // that weigh something
	all      float64 // what the rows weigh; NaN where a weight is none
	rows     float64 // Kish's number of rows of equal weight
	sums     []mass  // scratch, by account
}

// newWeightTally makes every row an account where cluster is nil.
func newWeightTally(weight []float64, cluster []int32) *weightTally {
	if cluster == nil {
		cluster = make([]int32, len(weight))
		for i := range cluster {
			cluster[i] = int32(i)
		}
	}
	mustMatch(len(weight), len(cluster))
	t := &weightTally{weight: weight, cluster: cluster, all: math.NaN()}
	if !allWeights(weight, len(weight)) {
		return t
	}
	var all, squares exactSum
	all.addAll(weight)
	squares.addEach(len(weight), func(i int) float64 { return weight[i] * weight[i] })
	t.all = all.value()
	t.rows = t.all * t.all / squares.value()
	t.order, t.sums = risingOrder(weight), make([]mass, clusterCount(cluster))
	t.add(make([]bool, len(weight)))
	for _, m := range t.sums {
		t.accounts += index(m != (mass{}))
	}
	return t
}

// add adds up the rows by account and outcome.
func (t *weightTally) add(churned []bool) {
	clear(t.sums)
	for _, i := range t.order {
		t.sums[t.cluster[i]].add(churned[i], t.weight[i])
	}
}

// rate is that of an outcome.
func (t *weightTally) rate(churned []bool, level float64) Rate {
	r := Rate{N: len(churned), Churned: countTrue(churned), Value: math.NaN(), Low: math.NaN(), High: math.NaN(), DesignEffect: math.NaN()}
	if t.all != t.all {
		return r
	}
	var events exactSum
	events.addEach(len(churned), func(i int) float64 { return t.weight[i] * float64(index(churned[i])) })
	if r.Value = ratio(events.value(), t.all); r.Value != r.Value {
		return r
	}
	t.add(churned)
	effective := t.effectiveRows(r.Value)
	r.DesignEffect = float64(r.N) / effective
	r.Low, r.High = wilson(r.Value*effective, effective, level)
	return r
}

// effectiveRows is how many independent rows of equal weight say as much about a share as the
// accounts do.
func (t *weightTally) effectiveRows(share float64) float64 {
	var residuals exactSum
	residuals.addEach(len(t.sums), func(g int) float64 {
		residual := t.sums[g].churned - float64(share*t.sums[g].weight())
		return residual * residual
	})
	variance := smallSample(t.accounts) * residuals.value() / (t.all * t.all)
	if spread := share * (1 - share); spread > 0 && t.accounts > 1 {
		return min(t.rows, spread/variance)
	}
	var squares exactSum
	squares.addEach(len(t.sums), func(g int) float64 { return t.sums[g].weight() * t.sums[g].weight() })
	return t.all * t.all / squares.value()
}

// risingOrder lists the rows by rising weight.
func risingOrder(weight []float64) []int {
	order := make([]int, len(weight))
	for i := range order {
		order[i] = i
	}
	if !slices.IsSorted(weight) {
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(weight[a], weight[b]) })
	}
	return order
}
