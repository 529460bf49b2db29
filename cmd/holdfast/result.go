package main

import (
	"holdfast/backtest"
	"holdfast/dataset"
)

// resultFile is verdict.json and what backtest --json prints: everything that the tables
// and the report show, the verdict first. What the verdict is about follows in the order of
// the report; each subject is a struct in the file of its name (result_*.go). Undefined and
// infinite numbers are null.
//
// The result of a further target, such as contraction, is of the same form, but for what
// is said of the run as a whole.
type resultFile struct {
	verdictFile
	RunDirectory  string            `json:"run_directory,omitempty"` // not in verdict.json, which is the same wherever it is written
	Counts        dataset.Counts    `json:"counts"`
	Clock         dataset.Clock     `json:"clock"`
	ObservedUntil dataset.Date      `json:"observed_until"`
	Capacity      int               `json:"capacity"`         // accounts per period
	Level         float64           `json:"level"`            // of all intervals but those said to be of the family
	Intervals     map[string]string `json:"interval_methods"` // by metric, of those that have an interval
	Folds         []foldFile        `json:"folds"`
	Candidates    []candidateFile   `json:"candidates"`
	Dollars       []dollarFile      `json:"dollars,omitempty"` // challengers against the champion, by save rate
	Segments      []segmentGainFile `json:"segments,omitempty"`
	Leads         []leadFile        `json:"leads,omitempty"`
	Rollout       *rolloutFile      `json:"rollout,omitempty"`
	Audition      *auditionFile     `json:"audition,omitempty"`
	Touched       *touchedFile      `json:"touched,omitempty"`
	Immature      []immatureFile    `json:"immature,omitempty"`
	Further       []resultFile      `json:"further,omitempty"` // of further targets, each compared among its own candidates
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

func resultOf(r *backtest.Result) resultFile {
	out := resultFile{verdictFile: verdictOf(r), Counts: r.Data.Counts, Clock: r.Data.Clock, ObservedUntil: r.Data.ObservedUntil,
		Capacity: r.Options.Capacity, Level: r.Options.Level, Intervals: r.IntervalMethods(), Warnings: append([]dataset.Warning{}, r.Warnings...)}
	for _, f := range r.Folds {
		out.Folds = append(out.Folds, foldFile{Cutoff: f.Cutoff, Next: f.Next, Skipped: f.Skipped,
			Train: extentFile{f.Train.Examples, f.Train.Churned}, Test: extentFile{f.Test.Examples, f.Test.Churned}})
	}
	for c := range r.Candidates {
		out.Candidates = append(out.Candidates, candidateOf(r, c))
	}
	out.Dollars, out.Segments, out.Leads = dollarsOf(r.Dollars), segmentGainsOf(r.Segments), leadsOf(r)
	out.Rollout, out.Audition, out.Touched, out.Immature = rolloutOf(r.Rollout), auditionOf(r), touchedOf(r), immatureOf(r)
	for _, further := range r.Further {
		out.Further = append(out.Further, resultOf(further))
	}
	return out
}
