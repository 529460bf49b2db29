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
	if cluster != nil {
		mustMatch(len(churned), len(cluster))
	}
	r := Rate{N: len(churned), Churned: countTrue(churned), Value: math.NaN(), Low: math.NaN(), High: math.NaN(), DesignEffect: math.NaN()}
	var all, events, squares exactSum
	if !allWeights(weight, len(churned)) {
		return r
	}
	all.addAll(weight)
	squares.addEach(len(weight), func(i int) float64 { return weight[i] * weight[i] })
	events.addEach(len(weight), func(i int) float64 { return weight[i] * float64(index(churned[i])) })
	if r.Value = ratio(events.value(), all.value()); r.Value != r.Value {
		return r
	}
	rows := all.value() * all.value() / squares.value()
	effective := effectiveRows(r.Value, all.value(), rows, byAccount(churned, weight, cluster))
	r.DesignEffect = float64(r.N) / effective
	r.Low, r.High = wilson(r.Value*effective, effective, level)
	return r
}

// effectiveRows is how many independent rows of equal weight say as much about a share as the
// accounts do, which weigh all together.
func effectiveRows(share, all, most float64, accounts []mass) float64 {
	var residuals exactSum
	residuals.addEach(len(accounts), func(g int) float64 {
		residual := accounts[g].churned - float64(share*accounts[g].weight())
		return residual * residual
	})
	variance := smallSample(len(accounts)) * residuals.value() / (all * all)
	if spread := share * (1 - share); spread > 0 && len(accounts) > 1 {
		return min(most, spread/variance)
	}
	var squares exactSum
	squares.addEach(len(accounts), func(g int) float64 { return accounts[g].weight() * accounts[g].weight() })
	return all * all / squares.value()
}

// byAccount adds up weights by account, of those that have any. The rows of an account are
// added by rising weight, so that their order does not show.
func byAccount(churned []bool, weight []float64, cluster []int32) []mass {
	if cluster == nil {
		cluster = make([]int32, len(churned))
		for i := range cluster {
			cluster[i] = int32(i)
		}
	}
	sums := make([]mass, clusterCount(cluster))
	for _, i := range risingOrder(weight) {
		sums[cluster[i]].add(churned[i], weight[i])
	}
	kept := sums[:0]
	for _, m := range sums {
		if m != (mass{}) {
			kept = append(kept, m)
		}
	}
	return kept
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
