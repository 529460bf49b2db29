package metrics

import (
	"cmp"
	"math"
	"slices"
)

// CalibrationError measures the distance between a smooth calibration curve and the
// diagonal at the rows' own probabilities, |curve(p) - p| (Austin and Steyerberg,
// Statistics in Medicine 38, 2019): its mean, median, 90 % point and maximum. Unlike the
// binned errors it has no bins to choose; like them it is biased upwards.
type CalibrationError struct {
	ICI, E50, E90, EMax float64
}

// DefaultPlaces is the number of distinct probabilities up to which the curves of
// [SmoothCalibration] are exact.
const DefaultPlaces = 8192

// SmoothCalibration measures by loess: a local quadratic over the nearest three quarters
// of the rows with tricube weights (Cleveland, Grosse and Shyu 1992), evaluated at every
// place and not interpolated (R: loess with surface = "direct").
//
// Rows are brought together at most at the given number of places, 0 for [DefaultPlaces]:
// up to there the result is exact, beyond it neighbours share their mean, which moves the
// curve by far less than its own error. The time is quadratic in places, linear in rows:
// 8,192 take a third of a second, 1,000 some milliseconds.
//
// Where fewer than three places carry weight the polynomial is of lower degree. NaN
// without rows, for places below 0, or for a NaN in eta.
func SmoothCalibration(eta []float64, churned []bool, places int) CalibrationError {
	return NewForecast(eta, churned).SmoothCalibration(places)
}

// SmoothCalibration is [SmoothCalibration].
func (f *Forecast) SmoothCalibration(places int) CalibrationError {
	const span, degree = 0.75, 2
	at, ok := f.gatherPlaces(places)
	if !ok || len(at) == 0 {
		nan := math.NaN()
		return CalibrationError{nan, nan, nan, nan}
	}
	s := smoother{at: at, nearest: math.Floor(span*float64(len(f.eta)) + 1e-5), degree: degree}
	return summarise(at, s.curve())
}

// LowessCalibration is the mean distance from the diagonal of a lowess curve: local lines
// over the nearest two thirds of the rows, without robustness steps (Cleveland 1979; R:
// lowess with iter = 0 and delta = 0), which the R package rms calls Eavg. Places are as in
// [SmoothCalibration].
func LowessCalibration(eta []float64, churned []bool, places int) float64 {
	const span, degree = 2.0 / 3, 1
	at, ok := NewForecast(eta, churned).gatherPlaces(places)
	if !ok || len(at) == 0 {
		return math.NaN()
	}
	s := smoother{at: at, nearest: max(2, math.Floor(span*float64(len(eta))+1e-7)), degree: degree}
	return summarise(at, s.curve()).ICI
}

// place is the rows of one probability, or of neighbouring ones.
type place struct {
	p    float64 // mean probability
	n    float64 // of rows, or what they weigh
	rate float64
}

// gatherPlaces brings rows together by rising p: see [Forecast.inPlacesOf].
func (f *Forecast) gatherPlaces(places int) (out []place, ok bool) {
	spans, ok := f.inPlacesOf(places)
	for _, rows := range spans {
		b := f.binOf(rows)
		out = append(out, place{b.predicted.value() / float64(b.n), float64(b.n), float64(b.churned) / float64(b.n)})
	}
	return out, ok
}

// summarise weighs the places by their rows: the points are those of the rows' own errors,
// of which rows at one place have the same.
func summarise(at []place, curve []float64) CalibrationError {
	type off struct {
		by float64
		n  int
	}
	errors := make([]off, len(at))
	var sum exactSum
	n := 0
	for i, v := range curve {
		errors[i] = off{math.Abs(v - at[i].p), int(at[i].n)}
		sum.add(errors[i].by * at[i].n)
		n += errors[i].n
	}
	slices.SortFunc(errors, func(a, b off) int { return cmp.Compare(a.by, b.by) })
	order := func(k int) float64 { // the k-th smallest over rows, from 0
		for _, e := range errors {
			if k -= e.n; k < 0 {
				return e.by
			}
		}
		return math.NaN()
	}
	point := func(q float64) float64 { // type 7 of Hyndman and Fan 1996
		position := float64(n-1) * q
		low := order(int(position))
		return low + (position-math.Floor(position))*(order(min(int(position)+1, n-1))-low)
	}
	return CalibrationError{ICI: sum.value() / float64(n), E50: point(0.5), E90: point(0.9), EMax: errors[len(errors)-1].by}
}
