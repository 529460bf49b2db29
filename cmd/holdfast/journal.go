package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/dataset"
	"holdfast/models"
)

// This file is what retrain writes into the journal of the registry: one line a run.

// refusedData is the decision of a run that did not trust its data.
const refusedData backtest.Decision = "refused"

// runNote is what a line of the journal says about a run of retrain. It holds no wall
// clock: AsOf is the day that the data speak for, and when a job ran is in the log of what
// started it.
type runNote struct {
	AsOf     dataset.Date      `json:"as_of"` // the last day known: observed_until, or --as-of
	Inputs   string            `json:"inputs"`
	Data     dataset.Hashes    `json:"data"`
	Config   string            `json:"config_sha256"`
	Seed     uint64            `json:"seed"`
	Version  string            `json:"version"`
	Decision backtest.Decision `json:"decision"`
	Headline string            `json:"headline"`
	Numbers  *runNumbers       `json:"numbers,omitempty"`  // nil: nothing could be tested
	Findings []string          `json:"findings,omitempty"` // why the data were refused
	Recipe   string            `json:"recipe,omitempty"`   // of the version that this run promoted, as in its manifest
	Scored   int               `json:"scored"`
	Unscored int               `json:"unscored"`
	ExitCode int               `json:"exit_code"`
}

// runNumbers are the figures behind a decision.
type runNumbers struct {
	Challenger string      `json:"challenger"`
	Metric     string      `json:"metric"`
	Gain       models.Stat `json:"gain"` // positive: better than the champion
	Low        models.Stat `json:"ci_low"`
	High       models.Stat `json:"ci_high"`
	Champion   models.Stat `json:"champion_value"`
	Value      models.Stat `json:"challenger_value"`
	Examples   int         `json:"examples"`
	Churned    int         `json:"churned"`
	Folds      int         `json:"folds"` // that were tested
}

// numbersOf picks the figures of a verdict; nil when nobody challenged.
func numbersOf(r *backtest.Result) *runNumbers {
	for _, c := range r.Comparisons {
		if c.Challenger != r.Verdict.Challenger || c.Metric != r.Options.Primary {
			continue
		}
		n := &runNumbers{Challenger: c.Challenger, Metric: c.Metric, Gain: models.Stat(c.Gain), Low: models.Stat(c.FamilyLow), High: models.Stat(c.FamilyHigh)}
		for i, cand := range r.Candidates {
			m := backtest.Find(cand.Pooled, c.Metric)
			switch {
			case i == r.Champion:
				n.Champion, n.Examples, n.Churned = models.Stat(m.Value), m.N, m.Churned
			case cand.Name == c.Challenger:
				n.Value = models.Stat(m.Value)
			}
		}
		for _, f := range r.Folds {
			if f.Skipped == "" {
				n.Folds++
			}
		}
		return n
	}
	return nil
}

// makeNote is the line of a run before it has decided anything. Inputs is the SHA-256 of all
// that decides what a run does, the champion apart: the rows that were read, the project
// file, the model files that it names, --as-of, the seed and the release of holdfast. A run
// with the same inputs and the champion that the last run left has nothing new to find.
func (a *app) makeNote(p *opened, declared []models.Candidate, e *dataset.Examples) (runNote, error) {
	card, err := a.card("retrain", p, e, nil)
	if err != nil {
		return runNote{}, err
	}
	n := runNote{AsOf: e.ObservedUntil, Data: e.Hashes, Config: card.Config.SHA256, Seed: card.Seed, Version: version}
	files := make(map[string]*models.Model)
	for _, c := range declared {
		if c.Kind == models.Earlier {
			files[c.Name] = c.Earlier
		}
	}
	text, err := json.Marshal(struct {
		runNote
		Day   string
		Files map[string]*models.Model
	}{n, a.asOf, files})
	sum := sha256.Sum256(text)
	n.Inputs = hex.EncodeToString(sum[:])
	return n, err
}

// lastRun is the newest line of retrain in a journal; ok is false when there is none.
func lastRun(journal []registry.Entry) (n runNote, after registry.Ref, ok bool) {
	for i := len(journal) - 1; i >= 0; i-- {
		if journal[i].Event == registry.Retrain {
			err := json.Unmarshal(journal[i].Run, &n)
			return n, journal[i].After, err == nil
		}
	}
	return n, after, false
}

// line is the line of the journal that says n and leaves a champion.
func (n runNote) line(champion registry.Ref) (registry.Entry, error) {
	text, err := json.Marshal(n)
	return registry.Entry{Event: registry.Retrain, After: champion, Run: text}, err
}
