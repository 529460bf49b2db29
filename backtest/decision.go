package backtest

import (
	"math"
	"slices"

	"holdfast/backtest/metrics"
)

// decisionSteps is how many steps the thresholds of a decision curve take from 0 to 1.
const decisionSteps = 100

// DecisionPoint is the net benefit of working everybody from a probability on, with its
// interval, and by how much it is better than working everybody.
type DecisionPoint struct {
	metrics.NetBenefit
	Low, High float64 // of Model
	OverAll   metrics.Estimate
}

// decisionCurve is metrics.DecisionCurve at every percent. Net benefit is the mean over
// rows of a number that is 1 for a churned row worked, -t/(1-t) for a renewed one and 0 for
// the rest, and what it is less than working everybody the same mean over the rows that are
// not worked: standard errors are those of means of clustered rows. They take one sweep
// from the highest probability down instead of one for every threshold.
func decisionCurve(s *sample, eta []float64, level float64) []DecisionPoint {
	return decisionCurveOf(s, eta, nil, level)
}

// decisionCurveOf is a decision curve in which rows weigh differently: the means are over
// weight. nil weighs every row 1.
func decisionCurveOf(s *sample, eta, weight []float64, level float64) []DecisionPoint {
	thresholds, cuts := make([]float64, decisionSteps-1), make([]float64, decisionSteps-1)
	for i := range thresholds {
		t := float64(i+1) / decisionSteps
		thresholds[i], cuts[i] = t, math.Log(t)-math.Log1p(-t)
	}
	curve := metrics.DecisionCurve(eta, s.churned, weight, thresholds)
	accounts, worked, idle := newTallies(s, weight)
	levels := byLevel(eta, cuts)
	out := make([]DecisionPoint, len(curve))
	for i := len(cuts) - 1; i >= 0; i-- {
		for _, row := range levels[i+1] {
			a, w := &accounts[s.cluster[row]], weighed(weight, int(row))
			worked.move(&a.worked, s.churned[row], a.n, w)
			idle.move(&a.idle, s.churned[row], a.n, -w)
		}
		odds, half := thresholds[i]/(1-thresholds[i]), quantile(level)
		se, gap := worked.stdErr(odds), idle.stdErr(odds)
		over := curve[i].Model - curve[i].All
		out[i] = DecisionPoint{curve[i], curve[i].Model - half*se, curve[i].Model + half*se,
			metrics.Estimate{Value: over, StdErr: gap, Low: over - half*gap, High: over + half*gap}}
	}
	return out
}

// byLevel lists the rows by the number of rising cuts that they reach. Neighbouring rows mostly
// reach as many: where the last one stood is tried first.
func byLevel(eta, cuts []float64) [][]int32 {
	of, sizes := make([]uint8, len(eta)), make([]int, len(cuts)+1)
	last := 0
	for i, e := range eta {
		if last > 0 && !(cuts[last-1] <= e) || last < len(cuts) && !(e < cuts[last]) {
			at, found := slices.BinarySearch(cuts, e)
			if last = at; found {
				last++
			}
		}
		of[i] = uint8(last)
		sizes[last]++
	}
	levels, rows, end := make([][]int32, len(sizes)), make([]int32, len(eta)), 0
	for k, n := range sizes {
		levels[k] = rows[end : end : end+n]
		end += n
	}
	for i, k := range of {
		levels[k] = append(levels[k], int32(i))
	}
	return levels
}

// weighed is the weight of a row.
func weighed(weight []float64, row int) float64 {
	if weight == nil {
		return 1
	}
	return weight[row]
}

// tally keeps what accounts have of some kind of row, churned and renewed: the sums over accounts
// of their squares and products, so that the variance of any weighing
// of the two is at hand. Counts of rows are whole, and no order of rows can change a bit of
// them; weights are added in the order in which the rows are moved.
type tally struct {
	accounts             int
	n                    float64 // all rows of all accounts, or their weight
	all                  counts
	cc, rr, nn           float64 // sums of squares
	cr, churnedN, renewN float64 // sums of products
}

// counts are churned and renewed rows, or their weight.
type counts struct{ churned, renewed float64 }

// worksheet is where the rows of an account are: those that are worked, and those that are not yet.
// What a row changes lies side by side.
type worksheet struct {
	worked, idle counts
	n            float64 // all of them; it does not move
}

// newTallies are those of a sample of which no row is worked, and its accounts.
func newTallies(s *sample, weight []float64) (accounts []worksheet, worked, idle *tally) {
	accounts, worked = make([]worksheet, s.accounts), &tally{accounts: s.accounts}
	for i, g := range s.cluster {
		a, w := &accounts[g], weighed(weight, i)
		a.n += w
		if s.churned[i] {
			a.idle.churned += w
		} else {
			a.idle.renewed += w
		}
	}
	full := tally{accounts: s.accounts}
	for _, a := range accounts {
		full.n += a.n
		full.nn += a.n * a.n
		full.cc += a.idle.churned * a.idle.churned
		full.rr += a.idle.renewed * a.idle.renewed
		full.cr += a.idle.churned * a.idle.renewed
		full.churnedN += a.idle.churned * a.n
		full.renewN += a.idle.renewed * a.n
		full.all.churned += a.idle.churned
		full.all.renewed += a.idle.renewed
	}
	worked.n, worked.nn = full.n, full.nn
	return accounts, worked, &full
}

// move counts a row of an account of n by its weight, or with one below 0 no longer.
func (t *tally) move(a *counts, churned bool, n, weight float64) {
	if churned {
		t.cc += weight * (2*a.churned + weight)
		t.cr += weight * a.renewed
		t.churnedN += weight * n
		a.churned += weight
		t.all.churned += weight
		return
	}
	t.rr += weight * (2*a.renewed + weight)
	t.cr += weight * a.churned
	t.renewN += weight * n
	a.renewed += weight
	t.all.renewed += weight
}

// stdErr is the standard error of (churned - odds renewed) / n as a ratio of sums over
// accounts: with m the ratio and G accounts,
//
//	G/(G-1) sum_g (churned_g - odds renewed_g - m n_g)^2 / n^2
//
// (Cochran 1977, section 6.4). NaN with fewer than two accounts.
func (t *tally) stdErr(odds float64) float64 {
	n, accounts := t.n, float64(t.accounts)
	if accounts < 2 {
		return math.NaN()
	}
	m := (t.all.churned - odds*t.all.renewed) / n
	squares := t.cc + odds*odds*t.rr + m*m*t.nn - 2*odds*t.cr - 2*m*t.churnedN + 2*m*odds*t.renewN
	return math.Sqrt(max(0, squares)*accounts/(accounts-1)) / n
}
