package leaklab

import (
	"cmp"
	"math"
	"slices"
)

// stratified is an AUC in which only examples of one stratum are compared, with its
// standard error where the values mean nothing.
type stratified struct {
	auc, stdErr          float64
	positives, negatives int
}

// z is the distance from 0.5 in standard errors, NaN where nothing could be compared.
func (s stratified) z() float64 { return (s.auc - 0.5) / s.stdErr }

// withinStrata is the mean of the AUCs of the strata, weighted by n1 n0 / (n1 + n0) (van
// Elteren 1960). With r the mid-rank of a value in its stratum over n,
//
//	AUC - 1/2 = sum_i c_i r_i,  c_i = w/n1 for the positive, -w/n0 for the negative
//
// where w is the weight of the stratum over the sum of weights. Where r does not depend on
// the answer the variance is the sum over accounts of (sum_i c_i (r_i - 1/2))^2, whatever
// the dependence within an account. Strata with one kind of answer do not count. NaN
// without any other.
func withinStrata(values []float64, q sample, stratum []int) stratified {
	ranks := slices.Clone(values)
	weights := make([]float64, len(values)) // c_i before the division by the sum of weights
	total := 0.0
	for _, members := range grouped(stratum) {
		rankShares(ranks, members)
		n1 := 0
		for _, i := range members {
			if q.positive[i] {
				n1++
			}
		}
		n0 := len(members) - n1
		if n1 == 0 || n0 == 0 {
			continue
		}
		w := float64(n1) * float64(n0) / float64(n1+n0)
		total += w
		for _, i := range members {
			weights[i] = -w / float64(n0)
			if q.positive[i] {
				weights[i] = w / float64(n1)
			}
		}
	}
	return weigh(ranks, weights, total, q)
}

// weigh sums up the ranks, account by account in the order of their first example.
func weigh(ranks, weights []float64, total float64, q sample) stratified {
	var s stratified
	place := make(map[int32]int)
	var sums []float64
	gap := 0.0
	for i, a := range q.account {
		c := weights[i] / total
		if weights[i] == 0 {
			continue
		}
		if q.positive[i] {
			s.positives++
		} else {
			s.negatives++
		}
		at, seen := place[a]
		if !seen {
			at = len(sums)
			place[a] = at
			sums = append(sums, 0)
		}
		sums[at] += c * (ranks[i] - 0.5)
		gap += c * ranks[i]
	}
	square := 0.0
	for _, x := range sums {
		square += x * x
	}
	s.auc, s.stdErr = 0.5+gap, math.Sqrt(square)
	if total == 0 {
		s.auc, s.stdErr = math.NaN(), math.NaN()
	}
	return s
}

// grouped lists the members of each stratum, strata in ascending order.
func grouped(stratum []int) [][]int {
	order := make([]int, len(stratum))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(stratum[a], stratum[b]) })
	var groups [][]int
	for from, to := 0, 0; from < len(order); from = to {
		for to < len(order) && stratum[order[to]] == stratum[order[from]] {
			to++
		}
		groups = append(groups, order[from:to])
	}
	return groups
}

// rankShares replaces the values of the members by their mid-rank over their number, with
// ranks from one half up: the mean is 1/2.
func rankShares(values []float64, members []int) {
	sorted := slices.Clone(members)
	slices.SortFunc(sorted, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	ranks := make([]float64, len(sorted))
	for from, to := 0, 0; from < len(sorted); from = to {
		for to < len(sorted) && values[sorted[to]] == values[sorted[from]] {
			to++
		}
		for k := from; k < to; k++ {
			ranks[k] = float64(from+to) / 2 / float64(len(sorted))
		}
	}
	for k, m := range sorted {
		values[m] = ranks[k]
	}
}
