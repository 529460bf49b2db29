package main

import (
	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/models"
)

// candidateFile is one candidate: how it did, what it is worth, what its colours and
// warnings were worth, and its weights.
type candidateFile struct {
	Name      string                  `json:"name"`
	Kind      models.Kind             `json:"kind"`
	Pooled    map[string]metricFile   `json:"pooled"`
	Stability *stabilityFile          `json:"stability,omitempty"`
	ValueMove *stabilityFile          `json:"stability_by_value,omitempty"` // of the shares of value
	Gains     []gainFile              `json:"gains,omitempty"`
	Decision  []benefitFile           `json:"decision_curve,omitempty"` // at every fifth percent
	Money     []moneyFile             `json:"money,omitempty"`          // at capacity, by save rate
	Worth     *worthFile              `json:"worth,omitempty"`
	Bands     *bandsFile              `json:"bands,omitempty"`
	Goal      *goalFile               `json:"goal,omitempty"`
	Warning   *warningFile            `json:"early_warning,omitempty"`
	Triggers  []triggerFile           `json:"triggers,omitempty"`
	Playbooks []triggerFile           `json:"playbooks,omitempty"`
	Groups    []groupFile             `json:"groups,omitempty"`
	ByFold    []map[string]metricFile `json:"by_fold"`            // as folds; null where the fold was left out
	Weights   []models.Weight         `json:"weights"`            // of the model on all mature labels
	Unfit     string                  `json:"no_model,omitempty"` // why there is no model on all mature labels
}

type metricFile struct {
	Value models.Stat `json:"value"`
	Low   models.Stat `json:"ci_low"`
	High  models.Stat `json:"ci_high"`
}

// rateFile is a share of rows with its interval.
type rateFile struct {
	Value   models.Stat `json:"value"`
	Low     models.Stat `json:"ci_low"`
	High    models.Stat `json:"ci_high"`
	N       int         `json:"n"`
	Churned int         `json:"churned"`
}

// stabilityFile is how far the predictions of the latest test window have moved.
type stabilityFile struct {
	PSI    models.Stat `json:"psi"`
	Null95 models.Stat `json:"null_95"` // exceeded with a probability of 5 % when nothing has changed
	P      models.Stat `json:"p_value"`
}

func candidateOf(r *backtest.Result, c int) candidateFile {
	cand := &r.Candidates[c]
	out := candidateFile{Name: cand.Name, Kind: cand.Kind, Pooled: metricsOf(cand.Pooled), Money: moneyOf(cand.Money), Worth: worthOf(r, cand.Worth),
		Bands: bandsOf(r, cand.Bands), Goal: goalOf(r, cand.Goal), Warning: warningOf(cand.Warning),
		Triggers: firedOf(cand.Triggers), Playbooks: firedOf(cand.Playbooks), Groups: groupsOf(cand.Groups), Unfit: cand.FinalErr}
	out.Stability, out.ValueMove = stabilityOf(cand.Stability), stabilityOf(cand.ValueMove)
	out.Gains, out.Decision = gainsOf(cand.Gains), decisionOf(cand.Decision)
	for _, list := range cand.ByFold {
		out.ByFold = append(out.ByFold, metricsOf(list))
	}
	if cand.Final != nil {
		out.Weights = cand.Final.Weights
	}
	return out
}

// stabilityOf is nil where nothing was measured.
func stabilityOf(s metrics.Stability) *stabilityFile {
	if s.N == 0 {
		return nil
	}
	return &stabilityFile{models.Stat(s.PSI), models.Stat(s.Null95), models.Stat(s.P)}
}

// metricsOf keys metrics by name; nil for a fold that was left out.
func metricsOf(list []backtest.Metric) map[string]metricFile {
	if list == nil {
		return nil
	}
	out := make(map[string]metricFile, len(list))
	for _, m := range list {
		out[m.Name] = metricFile{models.Stat(m.Value), models.Stat(m.Low), models.Stat(m.High)}
	}
	return out
}

// estimateOf is an estimate as a metric is written.
func estimateOf(e metrics.Estimate) metricFile {
	return metricFile{models.Stat(e.Value), models.Stat(e.Low), models.Stat(e.High)}
}

func rateOf(r metrics.Rate) rateFile {
	return rateFile{models.Stat(r.Value), models.Stat(r.Low), models.Stat(r.High), r.N, r.Churned}
}
