package dataset

import (
	"fmt"
	"math"
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

// count is 1 for yes and 0 for no, to be summed.
func count(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
