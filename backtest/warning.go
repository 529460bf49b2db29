package backtest

import (
	"context"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// What a warning is measured over: the curve goes to warningDays before a churn, and looks
// at the scores of the year before it. An older flag has been forgotten.
const (
	warningDays  = 180
	lookbackDays = 365
)

// EarlyWarning is how early a candidate would have warned of the churns that happened: of
// all accounts that were scored in the year before they left.
//
// An account is flagged when it is red or yellow. Ever to have been flagged is no praise by
// itself: a score that flickers flags everybody sooner or later. So the curve also says how
// many were flagged without a break up to the end, and how many of those who stayed had been
// flagged likewise.
type EarlyWarning struct {
	Churns      int
	Value       float64          // money that left with them, by its last amount; NaN without values
	Curve       []WarningPoint   // by days before the churn, 0 to 180
	MedianDays  metrics.Estimate // from the beginning of the unbroken warning to the churn, of churns that were flagged to the last; percentile interval over accounts
	MedianFirst metrics.Estimate // from the first flag of the year to the churn, of churns that were ever flagged
	Flagged     float64          // share of all scores that are flagged: what the warnings cost
	Silent      []Silent         // 90, 60 and 30 days before
	Surprise    metrics.Rate     // share of churns whose last score was green, of those whose last score had a band
	SurpriseBy  float64          // share of the value of the same; NaN without values

	SurpriseByLow, SurpriseByHigh float64          // its interval, Wilson's at the effective number of churns
	MedianDaysBy                  metrics.Estimate // MedianDays of the money that was flagged to the last; NaN without values
}

// WarningPoint is the share of churns that had been flagged at least Days before. Shares
// are of all Churns, so that they fall with Days; the intervals are Wilson's at the
// effective number of churns.
type WarningPoint struct {
	Days                      int
	Flagged, Low, High        float64 // once in the year
	Red                       float64 // once red
	Standing                  float64 // from then to the end without a break
	StandingLow, StandingHigh float64
	Scored                    float64 // had a score so early: no candidate can flag more
	Stayed                    float64 // flagged once, of the accounts that renewed, before their renewal; NaN where no renewals are known
	ByValue                   ValueWarning
}

// ending is a decision with the rows in which its account was watched, up to a year before
// and after an earlier churn.
type ending struct {
	account  int32
	day      dataset.Date
	previous dataset.Date // of the decision before; NoDate
	from, to int          // of the watched rows; never empty
}

// endings are the churns, or else the renewals, in the order of accounts and days.
func endings(w *watched, churned bool) []ending {
	runs := w.runs()
	var list []ending
	decisions := w.timeline.Decisions
	for i, d := range decisions {
		run, seen := runs[d.Account]
		if d.Churned != churned || !seen {
			continue
		}
		e := ending{account: d.Account, day: d.Date, previous: dataset.NoDate}
		since := d.Date - lookbackDays
		if i > 0 && decisions[i-1].Account == d.Account {
			e.previous = decisions[i-1].Date
			if decisions[i-1].Churned {
				since = max(since, e.previous)
			}
		}
		e.from = run[0] + firstFrom(w.asOf[run[0]:run[1]], since)
		e.to = run[0] + firstFrom(w.asOf[run[0]:run[1]], d.Date)
		if e.from < e.to {
			list = append(list, e)
		}
	}
	return list
}

// firstFrom is the number of days before one, of rising days.
func firstFrom(days []dataset.Date, day dataset.Date) int {
	at, _ := slices.BinarySearch(days, day)
	return at
}

// accountsOf numbers the accounts of the events from 0.
func accountsOf(events []ending) []int32 {
	number := make([]int32, len(events))
	for i := 1; i < len(events); i++ {
		number[i] = number[i-1] + int32(oneIf(events[i].account != events[i-1].account))
	}
	return number
}

// measureWarning follows the churns through the scores of candidate c.
func measureWarning(ctx context.Context, w *watched, churns, stays []ending, c int, o Options) (*EarlyWarning, error) {
	e := &EarlyWarning{Churns: len(churns), Flagged: flaggedShare(w.band[c])}
	number := accountsOf(churns)
	flagged, standing := daysOf(w, c, churns, earliest), daysOf(w, c, churns, unbroken)
	e.Curve = warningCurve(w, churns, stays, c, o.Level)
	once := slices.Repeat([]float64{1}, len(churns))
	medians, err := mediansOf(ctx, number, []waits{{standing, once}, {flagged, once}, {standing, w.lastValues(churns)}}, o)
	if err != nil {
		return nil, err
	}
	e.MedianDays, e.MedianFirst, e.MedianDaysBy = medians[0], medians[1], medians[2]
	e.surprise(w, churns, number, c, o.Level)
	for _, d := range []int{90, 60, 30} {
		e.Silent = append(e.Silent, silentAt(w, churns, c, d))
	}
	return e, nil
}

// warningCurve is the curve of candidate c.
func warningCurve(w *watched, churns, stays []ending, c int, level float64) []WarningPoint {
	number := accountsOf(churns)
	scored := daysOf(w, c, churns, func(w *watched, _ int, e ending, _ int8) int { return int(e.day - w.asOf[e.from]) })
	flagged, standing, stayed := daysOf(w, c, churns, earliest), daysOf(w, c, churns, unbroken), daysOf(w, c, stays, earliest)
	red := make([]int, len(churns))
	for i, e := range churns {
		red[i] = earliest(w, c, e, int8(models.Red.Risk()))
	}
	ofRed, ofScored, ofStayed := sharesFrom(red), sharesFrom(scored), sharesFrom(stayed)
	byValue := w.valueWarnings(churns, stays, [4][]int{flagged, standing, red, scored}, stayed, level)
	ofOnce, ofHeld := metrics.ClusteredRates(flagged, number, warningDays, level), metrics.ClusteredRates(standing, number, warningDays, level)
	var curve []WarningPoint
	for d := range warningDays + 1 {
		once, held := ofOnce[d], ofHeld[d]
		curve = append(curve, WarningPoint{Days: d, Flagged: once.Value, Low: once.Low, High: once.High,
			Standing: held.Value, StandingLow: held.Low, StandingHigh: held.High,
			Red: ofRed[d], Scored: ofScored[d], Stayed: ofStayed[d],
			ByValue: byValue(d)})
	}
	return curve
}

// daysOf measures every ending from yellow on.
func daysOf(w *watched, c int, list []ending, days func(*watched, int, ending, int8) int) []int {
	out := make([]int, len(list))
	for i, e := range list {
		out[i] = days(w, c, e, int8(models.Yellow.Risk()))
	}
	return out
}

// flaggedShare is the share of the scores with a band that are not green.
func flaggedShare(band []int8) float64 {
	n, flagged := 0.0, 0.0
	for _, b := range band {
		n += oneIf(b != uncoloured)
		flagged += oneIf(b > 0)
	}
	return over(flagged, n)
}

// earliest is how many days before the end the account was first in this band or a worse
// one; -1 for never.
func earliest(w *watched, c int, e ending, band int8) int {
	for i := e.from; i < e.to; i++ {
		if w.band[c][i] >= band {
			return int(e.day - w.asOf[i])
		}
	}
	return -1
}

// unbroken is since how many days before the end the account had been in this band or a
// worse one at every score; -1 if it was not at the last.
func unbroken(w *watched, c int, e ending, band int8) int {
	days := -1
	for i := e.to - 1; i >= e.from && w.band[c][i] >= band; i-- {
		days = int(e.day - w.asOf[i])
	}
	return days
}

// sharesFrom are the shares of the numbers of days that are 0 or more, 1 or more and so on to
// warningDays: all are counted in one pass, of which the renewals would else take one each.
func sharesFrom(days []int) *[warningDays + 1]float64 {
	var from [warningDays + 1]float64
	for _, x := range days {
		if x >= 0 {
			from[min(x, warningDays)]++
		}
	}
	n := 0.0
	for d := warningDays; d >= 0; d-- {
		n += from[d]
		from[d] = over(n, float64(len(days)))
	}
	return &from
}

// surprise counts the churns whose account was green to the last, and what left with all. A churn without a band at
// its last score is no surprise and no warning: nobody had said anything.
func (e *EarlyWarning) surprise(w *watched, events []ending, number []int32, c int, level float64) {
	var green []bool
	var cluster []int32
	var value []float64
	left := 0.0
	for i, churn := range events {
		last := churn.to - 1
		amount := orZero(w.value[last])
		left += amount
		if w.band[c][last] == uncoloured {
			continue
		}
		green, cluster = append(green, w.band[c][last] == int8(models.Green.Risk())), append(cluster, number[i])
		value = append(value, amount)
	}
	e.Surprise = metrics.ClusteredRate(green, cluster, level)
	e.Value, e.SurpriseBy, e.SurpriseByLow, e.SurpriseByHigh = nan(), nan(), nan(), nan()
	if w.timeline.Value != nil {
		by := metrics.WeightedRate(green, value, cluster, level)
		e.Value, e.SurpriseBy, e.SurpriseByLow, e.SurpriseByHigh = left, by.Value, by.Low, by.High
	}
}
