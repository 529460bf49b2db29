package backtest

import (
	"cmp"
	"slices"

	"holdfast/backtest/metrics"
)

// ValueWarning is a point of the curve of warnings with every churn counted by the money that
// left with it, by its last amount: the share of the churned value that had been flagged so
// many days before, and so on as in WarningPoint. NaN without values, or with one below zero.
type ValueWarning struct {
	Flagged, Low, High                  float64
	Red                                 float64
	Standing, StandingLow, StandingHigh float64
	Scored                              float64
	Stayed                              float64 // of the value that renewed
}

// lastValues are the amounts of the endings at their last score; nil without values, and with
// one below zero, of which there are no shares. One that is unknown counts nothing.
func (w *watched) lastValues(list []ending) []float64 {
	if w.timeline.Value == nil {
		return nil
	}
	value := make([]float64, len(list))
	for i, e := range list {
		if value[i] = orZero(w.value[e.to-1]); value[i] < 0 {
			return nil
		}
	}
	return value
}

// orZero is what an unknown amount adds.
func orZero(v float64) float64 {
	if v != v {
		return 0
	}
	return v
}

// valueWarnings gives the points of the curve by value. The days are those of once flagged,
// standing, red and scored churns, and of flagged renewals. The churns are put into the order of
// their value once: the rates of all days then add them up without a sort.
func (w *watched) valueWarnings(churns, stays []ending, days [4][]int, stayed []int, level float64) func(day int) ValueWarning {
	value, kept := w.lastValues(churns), w.lastValues(stays)
	if value == nil {
		return func(int) ValueWarning {
			return ValueWarning{nan(), nan(), nan(), nan(), nan(), nan(), nan(), nan(), nan()}
		}
	}
	order := every[int](len(churns))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(value[a], value[b]) })
	number := pick(accountsOf(churns), order)
	value = pick(value, order)
	for k := range days {
		days[k] = pick(days[k], order)
	}
	left, renewed := sumOf(value), sumOf(kept)
	red, scored, flagged := sharesBy(days[2], value, left), sharesBy(days[3], value, left), sharesBy(stayed, kept, renewed)
	ofOnce, ofHeld := metrics.WeightedRates(days[0], value, number, warningDays, level), metrics.WeightedRates(days[1], value, number, warningDays, level)
	return func(day int) ValueWarning {
		once, held := ofOnce[day], ofHeld[day]
		return ValueWarning{Flagged: once.Value, Low: once.Low, High: once.High, Standing: held.Value, StandingLow: held.Low, StandingHigh: held.High,
			Red: red[day], Scored: scored[day], Stayed: flagged[day]}
	}
}

// sharesBy are the shares of the value, of all of it, whose days are at least 0, 1 and so on to
// warningDays: all in one pass, in which every sum adds up in the order of the rows. NaN where
// value is nil.
func sharesBy(days []int, value []float64, all float64) *[warningDays + 1]float64 {
	var reached [warningDays + 1]float64
	for i, v := range value {
		longest := days[i]
		for d := range min(longest, warningDays) + 1 { // none of -1
			reached[d] += v
		}
	}
	for d := range reached {
		reached[d] = over(reached[d], all)
	}
	return &reached
}
