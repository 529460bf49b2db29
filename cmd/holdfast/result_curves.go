package main

import (
	"math"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/models"
)

// The decision curve is written at every fifth percent.
const benefitStep = 5

// gainFile is a tenth of the ranking, the riskiest first, and what there is down to its end.
type gainFile struct {
	K            int         `json:"k"` // examples down to here
	Rows         models.Stat `json:"examples"`
	Churned      models.Stat `json:"churned"`
	Rate         models.Stat `json:"rate"`
	Lift         models.Stat `json:"lift"`
	Precision    models.Stat `json:"precision"` // down to here, as what follows
	Capture      metricFile  `json:"capture"`
	Cumulative   metricFile  `json:"cumulative_lift"`
	ValueCapture models.Stat `json:"value_capture"`
	KS           models.Stat `json:"ks"`
}

// valueGainFile is the same of a tenth of the value.
type valueGainFile struct {
	Share      models.Stat `json:"share"` // of all value, down to here
	Value      models.Stat `json:"value"`
	Churned    models.Stat `json:"churned_value"`
	Rate       models.Stat `json:"rate"`
	Lift       models.Stat `json:"lift"`
	Precision  models.Stat `json:"precision"`
	Capture    metricFile  `json:"capture"`
	Cumulative metricFile  `json:"cumulative_lift"`
	KS         models.Stat `json:"ks"`
}

// benefitFile is the net benefit of working everybody from a probability on: finds per
// account and date, less what the contacts in vain cost.
type benefitFile struct {
	Threshold models.Stat `json:"threshold"`
	Worked    models.Stat `json:"worked"` // share of all
	Model     metricFile  `json:"net_benefit"`
	All       models.Stat `json:"net_benefit_of_everybody"`
	OverAll   metricFile  `json:"better_than_everybody"`
}

// valueBenefitFile is the same with every account counted by its value, per value at stake and
// in money per account and date.
type valueBenefitFile struct {
	benefitFile
	PerAccount metricFile `json:"money_per_account"`
}

func gainsOf(list []backtest.Slice) []gainFile {
	var out []gainFile
	for _, g := range list {
		out = append(out, gainFile{K: g.K, Rows: models.Stat(g.Rows), Churned: models.Stat(g.Churned), Rate: models.Stat(g.Rate), Lift: models.Stat(g.Lift),
			Precision: models.Stat(g.Precision), Capture: metricFile{models.Stat(g.Capture), models.Stat(g.CaptureLow), models.Stat(g.CaptureHigh)},
			Cumulative:   metricFile{models.Stat(g.CumulativeLift), models.Stat(g.LiftLow), models.Stat(g.LiftHigh)},
			ValueCapture: models.Stat(g.ValueCapture), KS: models.Stat(g.KS)})
	}
	return out
}

func valueGainsOf(list []metrics.WeightedGain) []valueGainFile {
	var out []valueGainFile
	for _, g := range list {
		out = append(out, valueGainFile{Share: models.Stat(g.Share), Value: models.Stat(g.Weight), Churned: models.Stat(g.Churned), Rate: models.Stat(g.Rate),
			Lift: models.Stat(g.Lift), Precision: models.Stat(g.Precision), Capture: estimateOf(g.Capture), Cumulative: estimateOf(g.CumulativeLift), KS: models.Stat(g.KS)})
	}
	return out
}

func decisionOf(list []backtest.DecisionPoint) []benefitFile {
	var out []benefitFile
	for _, p := range list {
		if isBenefitStep(p.Threshold) {
			out = append(out, benefitOf(p))
		}
	}
	return out
}

func valueDecisionOf(list []backtest.ValueDecision) []valueBenefitFile {
	var out []valueBenefitFile
	for _, p := range list {
		if isBenefitStep(p.Threshold) {
			out = append(out, valueBenefitFile{benefitOf(p.DecisionPoint), estimateOf(p.PerAccount)})
		}
	}
	return out
}

// isBenefitStep tells the thresholds that are written.
func isBenefitStep(threshold float64) bool {
	return int(math.Round(100*threshold))%benefitStep == 0
}

func benefitOf(p backtest.DecisionPoint) benefitFile {
	return benefitFile{models.Stat(p.Threshold), models.Stat(p.Worked), metricFile{models.Stat(p.Model), models.Stat(p.Low), models.Stat(p.High)},
		models.Stat(p.All), estimateOf(p.OverAll)}
}
