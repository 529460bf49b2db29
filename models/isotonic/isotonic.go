// Package isotonic answers: what is the rising staircase that fits best?
//
// Given values y with weights w at places x, it finds the non-decreasing function of x
// with the least weighted sum of squares, and with the greatest likelihood where y is 0 or
// 1, which has the same answer (Ayer, Brunk, Ewing, Reid and Silverman 1955). The answer is
// a staircase: neighbours that are out of order are pooled, and a pool has the mean of its
// values, until all is in order (pool adjacent violators).
//
//  1. Fit sorts the rows, and makes one of those at the same place.
//  2. Pool goes through them once, and merges each with the pools before it as long as
//     these are not below it.
//
// The staircase keeps the weighted mean of y, is its own answer when it is fitted again, and
// does not depend on the order of the rows.
package isotonic

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Step is a run of neighbouring places that share their mean.
type Step struct {
	From, To int     // of the items given to Pool: [From, To)
	Sum      float64 // of weight times value
	Weight   float64
}

// Mean is the height of the step.
func (s Step) Mean() float64 { return s.Sum / s.Weight }

// Pool pools items in order. sums are weights times values, and weights are above 0. The
// means of the steps rise: neighbours of one mean are one step.
func Pool(sums, weights []float64) []Step {
	var steps []Step
	for i := range sums {
		next := Step{From: i, To: i + 1, Sum: sums[i], Weight: weights[i]}
		for k := len(steps) - 1; k >= 0 && !steps[k].below(next); k-- {
			next = Step{From: steps[k].From, To: next.To, Sum: steps[k].Sum + next.Sum, Weight: steps[k].Weight + next.Weight}
			steps = steps[:k]
		}
		steps = append(steps, next)
	}
	return steps
}

// below compares means without dividing, so that whole counts are compared exactly. The
// conversions forbid fused arithmetic: every processor pools alike.
func (s Step) below(next Step) bool {
	return float64(s.Sum*next.Weight) < float64(next.Sum*s.Weight)
}

// Stair is a step with the places at which it begins and ends.
type Stair struct {
	Low, High float64 // the least and the greatest place
	Mean      float64
	Weight    float64
	Rows      int
}

// row is a value at a place.
type row struct{ x, y, w float64 }

// Fit finds the staircase of rows in any order; weights may be nil, for all 1, and a row of
// weight 0 is left out. It refuses slices of different lengths, values that are not finite
// and weights below 0, with an error that names the row.
func Fit(x, y, weights []float64) ([]Stair, error) {
	rows, err := gather(x, y, weights)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y), cmp.Compare(a.w, b.w)) // sums then have one order only
	})
	var places, sums, totals []float64
	var count []int
	for i, r := range rows {
		if i == 0 || r.x != rows[i-1].x {
			places, sums, totals, count = append(places, r.x), append(sums, 0), append(totals, 0), append(count, 0)
		}
		k := len(places) - 1
		sums[k] += float64(r.w * r.y)
		totals[k] += r.w
		count[k]++
	}
	var stairs []Stair
	for _, s := range Pool(sums, totals) {
		stair := Stair{Low: places[s.From], High: places[s.To-1], Mean: s.Mean(), Weight: s.Weight}
		for _, n := range count[s.From:s.To] {
			stair.Rows += n
		}
		stairs = append(stairs, stair)
	}
	return stairs, nil
}

// gather takes the rows of weight above 0.
func gather(x, y, weights []float64) ([]row, error) {
	if len(y) != len(x) || weights != nil && len(weights) != len(x) {
		return nil, fmt.Errorf("isotonic: %d places, %d values and %d weights; give every place one of each", len(x), len(y), len(weights))
	}
	rows := make([]row, 0, len(x))
	for i := range x {
		r := row{x[i], y[i], 1}
		if weights != nil {
			r.w = weights[i]
		}
		if !finite(r.x) || !finite(r.y) || !finite(r.w) || r.w < 0 {
			return nil, fmt.Errorf("isotonic: row %d has place %v, value %v and weight %v; they must be finite, and the weight from 0 on", i, r.x, r.y, r.w)
		}
		if r.w > 0 {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
