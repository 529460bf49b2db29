package metrics

import (
	"cmp"
	"math"
	"slices"
)

// WeightedSmoothCalibration is [SmoothCalibration] of rows that weigh differently, by money for
// example: the curve is a local quadratic over the nearest rows that together hold three
// quarters of the weight, its rates and the summary of its distances are over weight. The
// mean distance is the ICI of weight, and E50 is the distance that half of the weight does
// not exceed: the smallest x with a weight of at least q at or below it, the inverted
// distribution function (type 1 of Hyndman and Fan 1996; numpy.quantile with weights). The
// interpolation of SmoothCalibration between rows has no counterpart, because weights have no
// next row; with equal weights E50 and E90 are therefore the row on one side of its.
//
// A weight of 0 leaves a row out, one of 2 equals the row twice, and only ratios matter.
// Weights in R's loess are precisions and differ: they do not count for the span. Places are
// gathered by numbers of rows, as in SmoothCalibration. NaN if nothing weighs
// anything, for places below 0, a NaN in eta and a weight that is negative or not finite.
func WeightedSmoothCalibration(eta []float64, churned []bool, weight []float64, places int) CalibrationError {
	return NewForecast(eta, churned).Weighing(weight).SmoothCalibration(places)
}

// SmoothCalibration is [WeightedSmoothCalibration].
func (f *WeightedForecast) SmoothCalibration(places int) CalibrationError {
	const span, degree = 0.75, 2
	at, ok := f.gatherPlaces(places)
	if !ok || len(at) == 0 {
		nan := math.NaN()
		return CalibrationError{nan, nan, nan, nan}
	}
	var all compensated
	for _, x := range at {
		all.add(x.n)
	}
	// Sums of weights round; what is short of the span by rounding alone has reached it.
	s := smoother{at: at, nearest: span * all.value() * (1 - roundingOfSums), degree: degree}
	return summariseWeight(at, s.curve(), all.value())
}

// roundingOfSums is the relative error that comparisons of summed weights let pass.
const roundingOfSums = 1e-12

// gatherPlaces is that of the rows with weight: the mean probability and the rate of a place are
// over weight.
func (f *WeightedForecast) gatherPlaces(places int) (out []place, ok bool) {
	spans, ok := f.kept.inPlacesOf(places)
	for _, rows := range spans {
		out = append(out, f.placeOf(rows))
	}
	return out, ok
}

// placeOf is some rows with weight as one.
func (f *WeightedForecast) placeOf(rows span) place {
	weight, n := f.weight[rows.from:rows.to], rows.to-rows.from
	var all, events, predicted exactSum
	all.addAll(weight)
	p, churned := f.kept.p[rows.from:rows.to], f.kept.churned[rows.from:rows.to]
	predicted.addBlocks(n, func(to []float64, from int) {
		for k := range to {
			to[k] = weight[from+k] * p[from+k]
		}
	})
	events.addBlocks(n, func(to []float64, from int) {
		for k := range to {
			to[k] = 0
			if churned[from+k] {
				to[k] = weight[from+k]
			}
		}
	})
	whole := all.value()
	return place{predicted.value() / whole, whole, events.value() / whole}
}

// summariseWeight is [summarise] over weight.
func summariseWeight(at []place, curve []float64, all float64) CalibrationError {
	type off struct{ by, weight float64 }
	errors := make([]off, len(at))
	var sum exactSum
	for i, v := range curve {
		errors[i] = off{math.Abs(v - at[i].p), at[i].n}
		sum.add(errors[i].by * at[i].n)
	}
	slices.SortFunc(errors, func(a, b off) int { return cmp.Or(cmp.Compare(a.by, b.by), cmp.Compare(a.weight, b.weight)) })
	point := func(q float64) float64 {
		var below compensated
		for _, e := range errors {
			if below.add(e.weight); below.value() >= q*all*(1-roundingOfSums) {
				return e.by
			}
		}
		return math.NaN()
	}
	return CalibrationError{ICI: sum.value() / all, E50: point(0.5), E90: point(0.9), EMax: errors[len(errors)-1].by}
}
