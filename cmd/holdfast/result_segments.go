package main

import (
	"holdfast/backtest"
	"holdfast/models"
)

// groupFile is how a candidate did on a segment, or on a cohort of tenure.
type groupFile struct {
	By      string                `json:"by"`
	Name    string                `json:"name"`
	N       int                   `json:"n"`
	Churned int                   `json:"churned"`
	Metrics map[string]metricFile `json:"metrics"`
}

// segmentGainFile is the gain of a challenger within one segment.
type segmentGainFile struct {
	Segment    string      `json:"segment"`
	Challenger string      `json:"challenger"`
	N          int         `json:"n"`
	Churned    int         `json:"churned"`
	Enough     bool        `json:"has_a_say"`
	Gain       models.Stat `json:"gain"`
	Low        models.Stat `json:"family_ci_low"`
	High       models.Stat `json:"family_ci_high"`
}

// leadFile is how well the candidates rank at another distance from the renewal.
type leadFile struct {
	Days    int                   `json:"days"`
	N       int                   `json:"n"`
	Churned int                   `json:"churned"`
	AUC     map[string]metricFile `json:"auc"` // by candidate
	ByValue map[string]metricFile `json:"auc_by_value,omitempty"`
}

func groupsOf(list []backtest.Group) []groupFile {
	var out []groupFile
	for _, g := range list {
		file := groupFile{By: g.By, Name: g.Name, Metrics: metricsOf(g.Metrics)}
		if len(g.Metrics) > 0 {
			file.N, file.Churned = g.Metrics[0].N, g.Metrics[0].Churned
		}
		out = append(out, file)
	}
	return out
}

func segmentGainsOf(list []backtest.SegmentGain) []segmentGainFile {
	var out []segmentGainFile
	for _, g := range list {
		out = append(out, segmentGainFile{g.Segment, g.Challenger, g.N, g.Churned, g.Enough, models.Stat(g.Gain), models.Stat(g.Low), models.Stat(g.High)})
	}
	return out
}

func leadsOf(r *backtest.Result) []leadFile {
	var out []leadFile
	for _, l := range r.Leads {
		file := leadFile{Days: l.Days, N: l.N, Churned: l.Churned, AUC: make(map[string]metricFile)}
		for c, e := range l.AUC {
			file.AUC[r.Candidates[c].Name] = estimateOf(e)
		}
		for c, e := range l.ValueAUC {
			if file.ByValue == nil {
				file.ByValue = make(map[string]metricFile)
			}
			file.ByValue[r.Candidates[c].Name] = estimateOf(e)
		}
		out = append(out, file)
	}
	return out
}
