package dataset

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Months of outcomes that the last one is compared with, and how many standard
// errors below them its churn must lie to be worth a word.
const (
	comparedMonths = 6
	lateZ          = 3.5
	lateMinimum    = 30 // examples in the last month
)

// lateLabels warns when the newest month of outcomes holds far fewer churned than
// the months before it: churn that is booked late looks like renewal until then.
//
// It is the z of two proportions with their pooled variance,
//
//	z = (p1 - p2) / sqrt(p (1-p) (1/n1 + 1/n2))
//
// one-sided, of the last calendar month that has an outcome against the six before it. At
// -3.5 a month of honest data is accused once in some 4,300; nobody at all churned (p = 0)
// gives NaN, which is below nothing. Renewals of one account are not independent, so that the
// bound is set far out instead of at a level of 5 %.
func (e *Examples) lateLabels() {
	last := NoDate
	for _, d := range e.Outcome {
		last = max(last, d)
	}
	year, month, _ := last.Civil()
	start := NewDate(year, month, 1)
	since := start.AddMonths(-comparedMonths)
	var now, before, nowChurned, beforeChurned float64
	for i, d := range e.Outcome {
		switch {
		case d >= start:
			now++
			nowChurned += count(e.Churned[i])
		case d >= since:
			before++
			beforeChurned += count(e.Churned[i])
		}
	}
	if now < lateMinimum || before < lateMinimum {
		return
	}
	rate, usual := nowChurned/now, beforeChurned/before
	pooled := (nowChurned + beforeChurned) / (now + before)
	if z := (rate - usual) / math.Sqrt(pooled*(1-pooled)*(1/now+1/before)); z < -lateZ {
		e.Warnings = append(e.Warnings, Warning{Code: "late_labels", Where: "outcomes", Message: fmt.Sprintf(
			"%.1f %% churned in the last month (from %s) but %.1f %% in the %d months before: churn may be booked late; set data.observed_until to %s or earlier",
			100*rate, start, 100*usual, comparedMonths, start-1)})
	}
}

// quietDays are what outcomes may end before observed_until without a word: a month.
const quietDays = 31

// quietLabels warns of a clock by horizon that was told to take outcomes for complete until long after
// the last of them: every window that ends in between is renewed, whether or not anybody looked. Long is
// more than a month, and more than any time without an outcome before. What became known after
// observed_until does not count, as on the day itself.
func (e *Examples) quietLabels(o *Outcomes) {
	if e.Clock.Mode != Horizon {
		return
	}
	seen := make(map[Date]bool) // far fewer than outcomes
	for i, d := range o.Known {
		if o.Label[i] != Unknown && d <= e.ObservedUntil {
			seen[d] = true
		}
	}
	if len(seen) == 0 {
		return
	}
	days := slices.Sorted(maps.Keys(seen))
	last, longest := days[len(days)-1], Date(quietDays)
	for i := 1; i < len(days); i++ {
		longest = max(longest, days[i]-days[i-1])
	}
	if e.ObservedUntil-last <= longest {
		return
	}
	taken := 0
	for i, t := range e.AsOf {
		if !e.Churned[i] && t+Date(e.Clock.Horizon) > last {
			taken++
		}
	}
	if taken == 0 {
		return
	}
	e.Warnings = append(e.Warnings, Warning{Code: "quiet_outcomes", Where: "outcomes", Message: fmt.Sprintf(
		"none is known after %s, %d days before data.observed_until %s: %d examples whose window ends in between count as renewed; set data.observed_until to the day until which outcomes are complete",
		last, e.ObservedUntil-last, e.ObservedUntil, taken)})
}

// count is 1 for yes and 0 for no, to be summed.
func count(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
