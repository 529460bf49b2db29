package backtest

import (
	"context"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models/trigger"
)

// Trigger is a rule that raises an alert, or begins a playbook, when it comes to hold. What
// it may ask about is that of package trigger, which a scoring run asks as well.
type Trigger = trigger.Rule

// DefaultTriggers are a band that got worse, and red.
func DefaultTriggers() []Trigger {
	return []Trigger{{Name: "dropped", When: "dropped"}, {Name: "is red", When: "band == 'red'"}}
}

// TriggerResult is how often a trigger would have fired, and what happened then. It fires
// at a snapshot at which its rule holds and did not at the account's snapshot before: an
// account that stays red is one alert, and so is one that drops from snapshot to snapshot.
//
// An alert is judged by what the clock asks about. In renewal mode that is the account's
// next decision; in horizon mode whether it leaves within the horizon. A churn is caught if
// an alert is judged by it.
type TriggerResult struct {
	Trigger
	Alerts        int
	Open          int              // alerts whose outcome was not known yet
	Precision     metrics.Rate     // of the alerts that are not open: what happened after
	Recall        metrics.Rate     // of the churns that could have been caught: N, and how many were
	BaseRate      float64          // Precision of an alert at every snapshot: to beat
	MedianDays    metrics.Estimate // from the first alert to the churn, of those caught
	AlertsPerWeek float64          // over the test windows, of all accounts
	ValueCaught   float64          // money of the caught churns, by its last amount; NaN without values
}

// judgement is what became of every watched row: the same for all candidates and rules.
type judgement struct {
	events []ending
	event  []int32 // per row: the churn by which an alert there is judged; -1 for none
	open   []bool  // per row: not known yet
	number []int32 // per row: its account from 0
	weeks  float64
}

// judgeRows looks up what the clock asks about.
func judgeRows(w *watched, events []ending, clock dataset.Clock, observed dataset.Date, folds []Fold) *judgement {
	j := &judgement{events: events, event: make([]int32, len(w.row)), open: make([]bool, len(w.row)), number: make([]int32, len(w.row))}
	for i := range j.event {
		j.event[i] = -1
		if i > 0 {
			j.number[i] = j.number[i-1] + int32(oneIf(w.account[i] != w.account[i-1]))
		}
		if clock.Mode == dataset.Horizon {
			j.open[i] = w.asOf[i]+dataset.Date(clock.Horizon) > observed
		}
	}
	if clock.Mode == dataset.Renewal {
		j.openUntilDecided(w)
	}
	for k, e := range events {
		since := e.previous
		if clock.Mode == dataset.Horizon {
			since = e.day - dataset.Date(clock.Horizon)
		}
		for i := e.to - 1; i >= 0 && w.account[i] == e.account && w.asOf[i] >= since; i-- {
			if j.event[i] < 0 { // else an earlier churn came first
				j.event[i] = int32(k)
			}
		}
	}
	j.weeks = float64(watchedDays(w, folds)) / 7
	return j
}

// openUntilDecided marks the rows after which no decision of their account is known.
func (j *judgement) openUntilDecided(w *watched) {
	last := make(map[int32]dataset.Date)
	for _, d := range w.timeline.Decisions {
		last[d.Account] = d.Date
	}
	for i, account := range w.account {
		day, decided := last[account]
		j.open[i] = !decided || day <= w.asOf[i]
	}
}

// watchedDays are the days of the test windows, of each up to the last on which anybody was
// looked at.
func watchedDays(w *watched, folds []Fold) int {
	last := make([]dataset.Date, len(folds))
	for k, f := range folds {
		last[k] = f.Cutoff - 1
	}
	for i, k := range w.fold {
		last[k] = max(last[k], w.asOf[i])
	}
	days := 0
	for k, f := range folds {
		days += int(last[k] + 1 - f.Cutoff)
	}
	return days
}

// measureTriggers lets every rule look at the scores of candidate c.
func measureTriggers(ctx context.Context, w *watched, j *judgement, c int, list []Trigger, folds []Fold, o Options) ([]TriggerResult, error) {
	var results []TriggerResult
	standings := w.standings(c, folds)
	for _, t := range list {
		rule, err := t.Compile()
		if err != nil {
			return nil, err
		}
		result, err := j.result(ctx, w, t, fired(w, rule.Holds(standings), folds), o)
		if err != nil {
			return nil, err
		}
		results = append(results, result)
	}
	return results, nil
}

// fired are the rows at which a rule comes to hold. What cannot be told does not hold.
func fired(w *watched, holds []bool, folds []Fold) []int {
	var rows []int
	for i, x := range holds {
		if x && !(w.follows(i, folds) && holds[i-1]) {
			rows = append(rows, i)
		}
	}
	return rows
}

// result judges the alerts at the given rows.
func (j *judgement) result(ctx context.Context, w *watched, t Trigger, alerts []int, o Options) (TriggerResult, error) {
	r := TriggerResult{Trigger: t, Alerts: len(alerts), AlertsPerWeek: over(float64(len(alerts))/w.share, j.weeks), ValueCaught: nan()}
	days := make([]int, len(j.events))
	for k := range days {
		days[k] = -1
	}
	var right []bool
	var cluster []int32
	for _, i := range alerts {
		k := j.event[i]
		if k >= 0 && days[k] < 0 {
			days[k] = int(j.events[k].day - w.asOf[i])
		}
		if j.open[i] { // of a window that is not over those who left would come first
			r.Open++
			continue
		}
		right, cluster = append(right, k >= 0), append(cluster, j.number[i])
	}
	r.Precision = metrics.ClusteredRate(right, compact(cluster), o.Level)
	r.BaseRate = j.baseRate()
	return r, j.caught(ctx, w, &r, days, o)
}

// compact renumbers accounts, which come in order, without gaps.
func compact(cluster []int32) []int32 {
	out := make([]int32, len(cluster))
	for i := 1; i < len(cluster); i++ {
		out[i] = out[i-1] + int32(oneIf(cluster[i] != cluster[i-1]))
	}
	return out
}

// baseRate is the share of judged rows that were followed by a churn.
func (j *judgement) baseRate() float64 {
	n, churned := 0.0, 0.0
	for i, k := range j.event {
		churned += oneIf(k >= 0 && !j.open[i])
		n += oneIf(!j.open[i])
	}
	return over(churned, n)
}

// caught fills in what is said of churns: days has the first alert before each, -1 for none.
func (j *judgement) caught(ctx context.Context, w *watched, r *TriggerResult, days []int, o Options) error {
	could := make([]bool, len(j.events))
	for _, k := range j.event {
		if k >= 0 {
			could[k] = true
		}
	}
	if w.timeline.Value != nil {
		r.ValueCaught = 0
	}
	var was []bool
	var warned []int
	var events []ending
	for k, e := range j.events {
		if could[k] {
			was, warned, events = append(was, days[k] >= 0), append(warned, days[k]), append(events, e)
		}
		if v := w.value[e.to-1]; days[k] >= 0 && v == v {
			r.ValueCaught += v
		}
	}
	number := accountsOf(events)
	r.Recall = metrics.ClusteredRate(was, number, o.Level)
	var err error
	r.MedianDays, err = medianDays(ctx, warned, number, o)
	return err
}
