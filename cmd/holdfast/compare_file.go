package main

import (
	"cmp"
	"math"
	"slices"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
)

// sideBySide is what compare --json prints: two backtests, the first and the second.
type sideBySide struct {
	Runs    [2]runFile   `json:"runs"`
	Same    sameFile     `json:"same"`
	Targets []targetFile `json:"targets"` // those that both are about
}

// runFile says what a run was made of.
type runFile struct {
	Dir           string          `json:"dir"`
	Version       string          `json:"version"`
	Config        hashedFile      `json:"config"`
	Inputs        dataset.Hashes  `json:"inputs"`
	AsOf          string          `json:"as_of,omitempty"`
	ObservedUntil dataset.Date    `json:"observed_until"`
	Clock         dataset.Clock   `json:"clock"`
	Seed          uint64          `json:"seed"`
	Counts        dataset.Counts  `json:"counts"`
	Folds         int             `json:"folds"` // that were tested
	FirstCutoff   dataset.Date    `json:"first_cutoff"`
	LastCutoff    dataset.Date    `json:"last_cutoff"`
	Capacity      int             `json:"capacity"`
	Targets       []models.Target `json:"targets"`
}

// sameFile says what the two have in common.
type sameFile struct {
	Snapshots bool `json:"snapshots"` // by the hash of their rows, whatever the order
	Outcomes  bool `json:"outcomes"`
	Joined    bool `json:"predictions_joined"`
	Config    bool `json:"config"`
	Cutoffs   bool `json:"cutoffs"`
	Capacity  bool `json:"capacity"`
}

// targetFile compares the candidates for one target.
type targetFile struct {
	Target     models.Target   `json:"target"`
	Verdicts   [2]sideVerdict  `json:"verdicts"`
	Primary    string          `json:"primary"`  // of the first run, like what follows
	Capacity   int             `json:"capacity"` // of all lists in what is paired
	Level      float64         `json:"level"`
	Paired     pairedFile      `json:"paired"`
	Weights    []weightPair    `json:"weights"`    // of paired candidates, those that differ
	Candidates []candidateSide `json:"candidates"` // each on the examples of its own run
}

// sideVerdict is what a run decided.
type sideVerdict struct {
	Decision   backtest.Decision `json:"decision"`
	Headline   string            `json:"headline"`
	Champion   string            `json:"champion"`
	Challenger string            `json:"challenger,omitempty"`
}

// pairedFile compares candidates on the examples that both runs predicted.
type pairedFile struct {
	Shared     int          `json:"shared"`
	Churned    int          `json:"churned"`
	Accounts   int          `json:"accounts"`
	OnlyFirst  int          `json:"only_first"`
	OnlySecond int          `json:"only_second"`
	Relabelled int          `json:"outcome_differs"` // in both, with another outcome: left out
	Revalued   int          `json:"value_differs"`   // shared; the value of the first run counts
	FirstAsOf  dataset.Date `json:"first_as_of"`
	LastAsOf   dataset.Date `json:"last_as_of"`
	Periods    int          `json:"periods"` // of the first run: what its lists are made by
	Pairs      []pairFile   `json:"pairs"`
}

// pairFile is a candidate of the first run and one of the second on the shared examples.
type pairFile struct {
	First       string                `json:"first"`
	Second      string                `json:"second"`
	Identical   bool                  `json:"identical"` // both predicted the same for every shared example
	InFirst     map[string]metricFile `json:"metrics_first"`
	InSecond    map[string]metricFile `json:"metrics_second"`
	Differences []comparisonFile      `json:"differences"` // the second as challenger
}

// candidateSide is one candidate of one run on the examples of that run.
type candidateSide struct {
	Run     int                   `json:"run"` // 1 or 2
	Name    string                `json:"name"`
	Kind    models.Kind           `json:"kind"`
	Metrics map[string]metricFile `json:"metrics"`
}

// weightPair is a weight that the two models differ in, in log-odds per standard deviation;
// null where one has no such factor.
type weightPair struct {
	First   string      `json:"first"`
	Second  string      `json:"second"`
	Segment string      `json:"segment,omitempty"`
	Factor  string      `json:"factor"`
	Level   string      `json:"level,omitempty"`
	A       models.Stat `json:"weight_per_sd_first"`
	B       models.Stat `json:"weight_per_sd_second"`
	Change  models.Stat `json:"change"`
}

// describe says what the run was made of.
func (r *comparedRun) describe() runFile {
	x := &r.result
	out := runFile{Dir: r.dir, Version: r.card.Version, Config: r.card.Config, Inputs: r.card.Inputs, AsOf: r.card.AsOf, ObservedUntil: x.ObservedUntil,
		Clock: x.Clock, Seed: r.card.Seed, Counts: x.Counts, Capacity: x.Capacity, Targets: r.targets(), FirstCutoff: dataset.NoDate, LastCutoff: dataset.NoDate}
	for _, f := range x.Folds {
		if f.Skipped != "" {
			continue
		}
		if out.Folds++; out.Folds == 1 {
			out.FirstCutoff = f.Cutoff
		}
		out.LastCutoff = f.Cutoff
	}
	return out
}

// sameOf says what two runs have in common.
func sameOf(sides [2]*comparedRun) sameFile {
	a, b := sides[0], sides[1]
	return sameFile{Snapshots: a.card.Inputs.Snapshots == b.card.Inputs.Snapshots, Outcomes: a.card.Inputs.Outcomes == b.card.Inputs.Outcomes,
		Joined: a.card.Inputs.Predictions == b.card.Inputs.Predictions, Config: a.card.Config.SHA256 == b.card.Config.SHA256,
		Cutoffs: slices.Equal(a.cutoffs(), b.cutoffs()), Capacity: a.result.Capacity == b.result.Capacity}
}

// cutoffs are those of the folds that were tested.
func (r *comparedRun) cutoffs() []dataset.Date {
	var list []dataset.Date
	for _, f := range r.result.Folds {
		if f.Skipped == "" {
			list = append(list, f.Cutoff)
		}
	}
	return list
}

// pairedOf is a pairing as it is written.
func pairedOf(p *backtest.Pairing, names [][2]string) pairedFile {
	out := pairedFile{Shared: p.Shared, Churned: p.Churned, Accounts: p.Accounts, OnlyFirst: p.OnlyFirst, OnlySecond: p.OnlySecond,
		Relabelled: p.Relabelled, Revalued: p.Revalued, FirstAsOf: p.FirstAsOf, LastAsOf: p.LastAsOf, Periods: p.Periods, Pairs: []pairFile{}}
	for k, x := range p.Pairs {
		pair := pairFile{First: names[k][0], Second: names[k][1], Identical: x.Identical, InFirst: metricsOf(x.FirstMetrics), InSecond: metricsOf(x.SecondMetrics)}
		for _, c := range x.Comparisons {
			c.Champion, c.Challenger = names[k][0], names[k][1]
			pair.Differences = append(pair.Differences, comparisonOf(c))
		}
		out.Pairs = append(out.Pairs, pair)
	}
	return out
}

// candidatesSideBySide lists the candidates of both runs, those of one name together.
func candidatesSideBySide(results [2]*resultFile) []candidateSide {
	var list []candidateSide
	add := func(run int, c *candidateFile) {
		if c != nil {
			list = append(list, candidateSide{run + 1, c.Name, c.Kind, c.Pooled})
		}
	}
	for i := range results[0].Candidates {
		c := &results[0].Candidates[i]
		add(0, c)
		add(1, results[1].candidate(c.Name))
	}
	for i := range results[1].Candidates {
		if c := &results[1].Candidates[i]; results[0].candidate(c.Name) == nil {
			add(1, c)
		}
	}
	return list
}

// weightKey is what weights of two models have in common.
type weightKey struct{ segment, factor, level string }

// weightsSideBySide are the weights that differ between the models of a pair, the largest
// change first; those of one model alone before them.
func weightsSideBySide(results [2]*resultFile, names [2]string) []weightPair {
	index := make(map[weightKey]int)
	var list []weightPair
	for i, r := range results {
		for _, w := range r.candidate(names[i]).Weights {
			key := weightKey{w.Segment, w.Factor, w.Level}
			k, known := index[key]
			if !known {
				k = len(list)
				index[key] = k
				list = append(list, weightPair{First: names[0], Second: names[1], Segment: w.Segment, Factor: w.Factor, Level: w.Level,
					A: models.Undefined(), B: models.Undefined()})
			}
			if i == 0 {
				list[k].A = w.PerSD
			} else {
				list[k].B = w.PerSD
			}
		}
	}
	list = slices.DeleteFunc(list, func(w weightPair) bool { return w.A == w.B || !w.A.Defined() && !w.B.Defined() })
	for i := range list {
		list[i].Change = list[i].B - list[i].A
	}
	slices.SortStableFunc(list, func(a, b weightPair) int {
		return cmp.Compare(moved(b), moved(a))
	})
	return list
}

// moved is how far a weight moved: without end where only one model has it.
func moved(w weightPair) float64 {
	if !w.Change.Defined() {
		return math.Inf(1)
	}
	return math.Abs(float64(w.Change))
}
