package main

import (
	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
)

// The curve is written at every fifth day, and the silent churners by name up to a number
// that can be read: they are counted beyond it.
const (
	curveStep        = 5
	silentListedMost = 20
)

// warningFile is how early a candidate would have warned of the churns that happened.
type warningFile struct {
	Churns      int           `json:"churns"`
	Value       models.Stat   `json:"churned_value"`
	MedianDays  metricFile    `json:"median_days"`            // of the unbroken warning
	MedianFirst metricFile    `json:"median_days_first_flag"` // of the first flag of the year
	Surprise    rateFile      `json:"surprise"`               // green at the last
	SurpriseBy  models.Stat   `json:"surprise_by_value"`
	ByLow       models.Stat   `json:"surprise_by_value_ci_low"`
	ByHigh      models.Stat   `json:"surprise_by_value_ci_high"`
	MedianBy    *metricFile   `json:"median_days_by_value,omitempty"` // of the money under an unbroken warning; with values
	Flagged     models.Stat   `json:"flagged_share"`                  // of all scores
	Silent      []silentFile  `json:"silent"`
	Curve       []leadDayFile `json:"curve"`
}

// leadDayFile is the share of churns that had been flagged at least so many days before.
type leadDayFile struct {
	Days         int         `json:"days"`
	Flagged      models.Stat `json:"flagged"`
	Low          models.Stat `json:"ci_low"`
	High         models.Stat `json:"ci_high"`
	Red          models.Stat `json:"red"`
	Standing     models.Stat `json:"standing"`
	StandingLow  models.Stat `json:"standing_ci_low"`
	StandingHigh models.Stat `json:"standing_ci_high"`
	Scored       models.Stat `json:"scored"`
	Stayed       models.Stat `json:"stayed"`

	ByValue *valueDayFile `json:"by_value,omitempty"` // every churn counted by the money that left with it
}

// valueDayFile is the share of the churned money that had been flagged at least so many days
// before.
type valueDayFile struct {
	Flagged      models.Stat `json:"flagged"`
	Low          models.Stat `json:"ci_low"`
	High         models.Stat `json:"ci_high"`
	Red          models.Stat `json:"red"`
	Standing     models.Stat `json:"standing"`
	StandingLow  models.Stat `json:"standing_ci_low"`
	StandingHigh models.Stat `json:"standing_ci_high"`
	Scored       models.Stat `json:"scored"`
	Stayed       models.Stat `json:"stayed"`
}

// silentFile are the churners that were green so many days before they left.
type silentFile struct {
	Days   int             `json:"days"`
	Churns int             `json:"churns"`
	Green  int             `json:"green"`
	Value  models.Stat     `json:"value"`
	Stake  models.Stat     `json:"churned_value"` // of all churns, as it was then
	List   []silentOneFile `json:"accounts"`      // the most money first, a bounded number
}

type silentOneFile struct {
	Account string       `json:"account"`
	AsOf    dataset.Date `json:"as_of"`
	Churned dataset.Date `json:"churned"`
	P       models.Stat  `json:"p"`
	Value   models.Stat  `json:"value"`
	Calmed  []string     `json:"calmed"` // what spoke for staying
}

// triggerFile is how often a trigger or a playbook would have fired, and what happened then.
type triggerFile struct {
	Name          string      `json:"name"`
	When          string      `json:"when"`
	Alerts        int         `json:"alerts"`
	Open          int         `json:"open"`
	Precision     rateFile    `json:"precision"`
	Recall        rateFile    `json:"recall"`
	BaseRate      models.Stat `json:"base_rate"`
	MedianDays    metricFile  `json:"median_days"`
	AlertsPerWeek models.Stat `json:"alerts_per_week"`
	ValueCaught   models.Stat `json:"value_caught"`
}

func warningOf(e *backtest.EarlyWarning) *warningFile {
	if e == nil {
		return nil
	}
	out := &warningFile{Churns: e.Churns, Value: models.Stat(e.Value), MedianDays: estimateOf(e.MedianDays), MedianFirst: estimateOf(e.MedianFirst),
		Surprise: rateOf(e.Surprise), SurpriseBy: models.Stat(e.SurpriseBy), ByLow: models.Stat(e.SurpriseByLow), ByHigh: models.Stat(e.SurpriseByHigh),
		Flagged: models.Stat(e.Flagged)}
	valued := e.Value == e.Value
	if valued {
		median := estimateOf(e.MedianDaysBy)
		out.MedianBy = &median
	}
	for _, s := range e.Silent {
		out.Silent = append(out.Silent, silentOf(s))
	}
	for _, p := range e.Curve {
		if p.Days%curveStep != 0 {
			continue
		}
		day := leadDayFile{p.Days, models.Stat(p.Flagged), models.Stat(p.Low), models.Stat(p.High), models.Stat(p.Red),
			models.Stat(p.Standing), models.Stat(p.StandingLow), models.Stat(p.StandingHigh), models.Stat(p.Scored), models.Stat(p.Stayed), nil}
		if valued {
			by := valueDayOf(p.ByValue)
			day.ByValue = &by
		}
		out.Curve = append(out.Curve, day)
	}
	return out
}

func valueDayOf(p backtest.ValueWarning) valueDayFile {
	return valueDayFile{models.Stat(p.Flagged), models.Stat(p.Low), models.Stat(p.High), models.Stat(p.Red),
		models.Stat(p.Standing), models.Stat(p.StandingLow), models.Stat(p.StandingHigh), models.Stat(p.Scored), models.Stat(p.Stayed)}
}

func silentOf(s backtest.Silent) silentFile {
	out := silentFile{Days: s.Days, Churns: s.Churns, Green: s.Green, Value: models.Stat(s.Value), Stake: models.Stat(s.Stake), List: []silentOneFile{}}
	for _, x := range s.List[:min(len(s.List), silentListedMost)] {
		out.List = append(out.List, silentOneFile{x.Account, x.AsOf, x.Churned, models.Stat(x.P), models.Stat(x.Value), x.Calmed})
	}
	return out
}

func firedOf(list []backtest.TriggerResult) []triggerFile {
	var out []triggerFile
	for _, t := range list {
		out = append(out, triggerFile{Name: t.Name, When: t.When, Alerts: t.Alerts, Open: t.Open, Precision: rateOf(t.Precision), Recall: rateOf(t.Recall),
			BaseRate: models.Stat(t.BaseRate), MedianDays: estimateOf(t.MedianDays), AlertsPerWeek: models.Stat(t.AlertsPerWeek), ValueCaught: models.Stat(t.ValueCaught)})
	}
	return out
}
