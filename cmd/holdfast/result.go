package main

import (
	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
)

// resultFile is what backtest --json prints: everything that the tables and the
// report show.
type resultFile struct {
	verdictFile
	RunDirectory  string            `json:"run_directory"`
	Counts        dataset.Counts    `json:"counts"`
	ObservedUntil dataset.Date      `json:"observed_until"`
	Folds         []foldFile        `json:"folds"`
	Candidates    []candidateFile   `json:"candidates"`
	Warnings      []dataset.Warning `json:"warnings"`
}

type foldFile struct {
	Cutoff  dataset.Date `json:"cutoff"`
	Next    dataset.Date `json:"next"`
	Train   extentFile   `json:"train"`
	Test    extentFile   `json:"test"`
	Skipped string       `json:"skipped,omitempty"`
}

type extentFile struct {
	Examples int `json:"examples"`
	Churned  int `json:"churned"`
}

type candidateFile struct {
	Name    string                  `json:"name"`
	Kind    models.Kind             `json:"kind"`
	Pooled  map[string]metricFile   `json:"pooled"`
	ByFold  []map[string]metricFile `json:"by_fold"` // as folds; null where the fold was left out
	Weights []models.Weight         `json:"weights"` // of the model on all mature labels
	Money   []moneyFile             `json:"money,omitempty"`
}

type metricFile struct {
	Value models.Stat `json:"value"`
	Low   models.Stat `json:"ci_low"`
	High  models.Stat `json:"ci_high"`
}

type moneyFile struct {
	SaveRate       models.Stat `json:"save_rate"`
	ValueProtected models.Stat `json:"value_protected"`
	ContactCost    models.Stat `json:"contact_cost"`
	Net            models.Stat `json:"net"`
	Low            models.Stat `json:"ci_low"`
	High           models.Stat `json:"ci_high"`
}

func resultOf(r *backtest.Result, target string) resultFile {
	out := resultFile{verdictFile: verdictOf(r), RunDirectory: target, Counts: r.Data.Counts, ObservedUntil: r.Data.ObservedUntil,
		Warnings: append([]dataset.Warning{}, r.Warnings...)}
	for _, f := range r.Folds {
		out.Folds = append(out.Folds, foldFile{Cutoff: f.Cutoff, Next: f.Next, Skipped: f.Skipped,
			Train: extentFile{f.Train.Examples, f.Train.Churned}, Test: extentFile{f.Test.Examples, f.Test.Churned}})
	}
	for _, c := range r.Candidates {
		cand := candidateFile{Name: c.Name, Kind: c.Kind, Pooled: metricsOf(c.Pooled)}
		for _, list := range c.ByFold {
			cand.ByFold = append(cand.ByFold, metricsOf(list))
		}
		if c.Final != nil {
			cand.Weights = c.Final.Weights
		}
		for _, m := range c.Money {
			cand.Money = append(cand.Money, moneyFile{models.Stat(m.SaveRate), models.Stat(m.ValueProtected), models.Stat(m.ContactCost),
				models.Stat(m.Net), models.Stat(m.Low), models.Stat(m.High)})
		}
		out.Candidates = append(out.Candidates, cand)
	}
	return out
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
