package metrics

import (
	"math"
	"slices"
)

// NetBenefit is a point of a decision curve, in churned rows found per row, less what the
// false alarms cost. Working nobody has a net benefit of 0.
type NetBenefit struct {
	Threshold float64 // the p from which a row is worked
	Model     float64 // of working the rows with p >= Threshold
	All       float64 // of working every row
	Worked    float64 // share of rows, or of weight, with p >= Threshold
}

// DecisionCurve is the net benefit of working the rows at or above each threshold
// (Vickers and Elkin, Medical Decision Making 26, 2006),
//
//	TP/n - FP/n t/(1-t)
//
// The threshold is what a false alarm costs in units of a find: at t = 0.2 one churned
// account found makes up for four contacts in vain. weight, of money perhaps, may be nil.
// A model is worth using at a threshold where its net benefit is above that of working
// everybody and above 0; thresholds that nobody would choose do not matter. Thresholds are
// compared with eta as log-odds, ln t - ln(1-t). The curve is NaN for a
// threshold outside [0,1), and everywhere for no rows, a NaN in eta or a number that is no
// weight.
func DecisionCurve(eta []float64, churned []bool, weight, thresholds []float64) []NetBenefit {
	cuts := make([]float64, 0, len(thresholds))
	for _, t := range thresholds {
		if t >= 0 && t < 1 {
			cuts = append(cuts, logOddsOf(t))
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	above, ok := reaching(cuts, eta, churned, weight)
	out := make([]NetBenefit, len(thresholds))
	for i, t := range thresholds {
		out[i] = NetBenefit{t, math.NaN(), math.NaN(), math.NaN()}
		if !ok || !(t >= 0 && t < 1) {
			continue
		}
		at, _ := slices.BinarySearch(cuts, logOddsOf(t))
		worked, all := above[at+1], above[0]
		odds, n := t/(1-t), all.churned+all.renewed
		out[i].Model = ratio(worked.churned-float64(odds*worked.renewed), n)
		out[i].All = ratio(all.churned-float64(odds*all.renewed), n)
		out[i].Worked = ratio(worked.churned+worked.renewed, n)
	}
	return out
}

// logOddsOf is the place of a probability among log-odds. Comparing there instead of among
// probabilities keeps rows apart that round to the same p near 0 and 1.
func logOddsOf(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

// reaching is the weight of the rows with eta at or above each of the rising cuts, element
// i+1 for cut i, and of all rows in element 0. Rows are not sorted: each finds the highest
// cut that it reaches, and exact sums do not mind the order.
func reaching(cuts, eta []float64, churned []bool, weight []float64) (above []mass, ok bool) {
	mustMatch(len(churned), len(eta))
	if !allWeights(weight, len(eta)) {
		return nil, false
	}
	sums := make([][2]exactSum, len(cuts)+1) // renewed, churned
	at, from := 0, 0
	for i, e := range eta {
		if e != e {
			return nil, false
		}
		if at > 0 && e < cuts[at-1] || at < len(cuts) && e >= cuts[at] { // most rows reach as many as the one before
			addOutcomes(&sums[at], churned, weight, from, i)
			var found bool
			if at, found = slices.BinarySearch(cuts, e); found {
				at++
			}
			from = i
		}
	}
	addOutcomes(&sums[at], churned, weight, from, len(eta))
	above = make([]mass, len(sums))
	var total mass
	for i := len(sums) - 1; i >= 0; i-- {
		total.churned += sums[i][1].value()
		total.renewed += sums[i][0].value()
		above[i] = total
	}
	return above, true
}

// addOutcomes adds rows [from, to) to the sums of their outcomes.
func addOutcomes(sums *[2]exactSum, churned []bool, weight []float64, from, to int) {
	if weight == nil {
		hits := countTrue(churned[from:to])
		sums[0].add(float64(to - from - hits))
		sums[1].add(float64(hits))
		return
	}
	for outcome := range sums {
		sums[outcome].addBlocks(to-from, func(some []float64, at int) {
			w, y := weight[from+at:], churned[from+at:]
			for k := range some {
				some[k] = 0
				if index(y[k]) == outcome {
					some[k] = w[k]
				}
			}
		})
	}
}

// index is 1 for churned rows and 0 for renewed ones.
func index(churned bool) int {
	if churned {
		return 1
	}
	return 0
}
