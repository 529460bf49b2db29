package main

import (
	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
)

// bandsFile is what the colours of a candidate were worth. Its tables are in the order
// green, yellow, red.
type bandsFile struct {
	Rules      map[string]bandRuleFile `json:"rules"` // of red and yellow
	Hysteresis models.Stat             `json:"hysteresis"`
	Red        *metricFile             `json:"red_from,omitempty"` // probability; of the model on all mature labels
	Yellow     *metricFile             `json:"yellow_from,omitempty"`
	ByFold     []thresholdFile         `json:"thresholds_by_fold,omitempty"`
	List       []bandFile              `json:"bands"`
	Uncolored  int                     `json:"uncolored,omitempty"`
	Movement   *movementFile           `json:"movement,omitempty"`
}

// bandRuleFile says where a band begins; one of its numbers is there.
type bandRuleFile struct {
	Share       float64 `json:"share,omitempty"`
	Probability float64 `json:"probability,omitempty"`
	Precision   float64 `json:"precision,omitempty"`
	Capacity    float64 `json:"capacity,omitempty"`
	Value       float64 `json:"value,omitempty"`
}

// thresholdFile are the probabilities learned on one cutoff.
type thresholdFile struct {
	Cutoff dataset.Date `json:"cutoff"`
	Red    models.Stat  `json:"red_from"`
	Yellow models.Stat  `json:"yellow_from"`
}

// bandFile is one band over all test windows.
type bandFile struct {
	Band         models.Band           `json:"band"`
	Rate         rateFile              `json:"churn"`
	Share        models.Stat           `json:"share"`
	ShareOfChurn models.Stat           `json:"share_of_churn"`
	PerPeriod    models.Stat           `json:"accounts_per_period"`
	Value        models.Stat           `json:"value"`
	ChurnedValue models.Stat           `json:"churned_value"`
	Metrics      map[string]metricFile `json:"metrics,omitempty"` // within the band
}

// movementFile is how accounts changed their colour from one snapshot to the next.
type movementFile struct {
	Steps        int               `json:"steps"`
	Counts       [3][3]int         `json:"counts"`     // from, to
	Transition   [3][3]models.Stat `json:"transition"` // shares of each row
	DwellDays    [3]models.Stat    `json:"dwell_days"`
	Flips        metricFile        `json:"flips_per_account_year"`
	AccountYears models.Stat       `json:"account_years"`
}

// goalFile is a promise such as "less than 5 % at risk", solved for.
type goalFile struct {
	Share       float64        `json:"share"`
	Met         bool           `json:"met"`
	ByThreshold bool           `json:"met_by_moving_the_threshold"`
	FewerChurn  bool           `json:"fewer_churn"`
	Words       string         `json:"words"`
	Folds       []goalFoldFile `json:"folds"`
}

type goalFoldFile struct {
	Cutoff       dataset.Date `json:"cutoff"`
	Threshold    models.Stat  `json:"threshold"`
	AtRisk       models.Stat  `json:"at_risk"`
	Held         models.Stat  `json:"at_risk_from_first_threshold"`
	Red          models.Stat  `json:"red"`
	ChurnRate    models.Stat  `json:"churn_rate"`
	Captured     models.Stat  `json:"captured"`
	ValueOutside models.Stat  `json:"churned_value_outside"`
}

func bandsOf(r *backtest.Result, b *backtest.Bands) *bandsFile {
	if b == nil {
		return nil
	}
	out := &bandsFile{Hysteresis: models.Stat(b.Rules.Hysteresis), Uncolored: b.Uncolored, Movement: movementOf(b.Movement),
		Rules: map[string]bandRuleFile{"red": bandRuleFile(b.Rules.Red), "yellow": bandRuleFile(b.Rules.Yellow)}}
	if f := b.Final; f != nil {
		red, yellow := estimateOf(f.Red), estimateOf(f.Yellow)
		out.Red, out.Yellow = &red, &yellow
	}
	for k, t := range b.ByFold {
		if t != nil {
			out.ByFold = append(out.ByFold, thresholdFile{r.Folds[k].Cutoff, models.Stat(t.Red), models.Stat(t.Yellow)})
		}
	}
	for _, x := range b.List {
		out.List = append(out.List, bandFile{x.Band, rateOf(x.Rate), models.Stat(x.Share.Value), models.Stat(x.ShareOfChurn.Value), models.Stat(x.PerPeriod.Value),
			models.Stat(x.Value.Value), models.Stat(x.ChurnedValue.Value), metricsOf(x.Metrics)})
	}
	return out
}

func movementOf(m *backtest.Movement) *movementFile {
	if m == nil {
		return nil
	}
	out := &movementFile{Steps: m.Steps, Counts: m.Counts, Flips: estimateOf(m.Flips), AccountYears: models.Stat(m.AccountYears)}
	for from := range m.Transition {
		out.DwellDays[from] = models.Stat(m.DwellDays[from])
		for to, share := range m.Transition[from] {
			out.Transition[from][to] = models.Stat(share)
		}
	}
	return out
}

func goalOf(r *backtest.Result, g *backtest.Goal) *goalFile {
	if g == nil {
		return nil
	}
	out := &goalFile{Share: g.Share, Met: g.Met, ByThreshold: g.ByThreshold, FewerChurn: g.FewerChurn, Words: g.Words}
	for _, f := range g.Folds {
		out.Folds = append(out.Folds, goalFoldFile{r.Folds[f.Fold].Cutoff, models.Stat(f.Threshold), models.Stat(f.AtRisk), models.Stat(f.Held),
			models.Stat(f.Red), models.Stat(f.ChurnRate), models.Stat(f.Captured), models.Stat(f.ValueOutside)})
	}
	return out
}
