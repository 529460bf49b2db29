package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"holdfast/dataset"
	"holdfast/models"
)

// verdictName is the name of the file in a run directory.
const verdictName = "verdict.json"

// comparedRun is a backtest with what it said.
type comparedRun struct {
	*pastRun
	result resultFile
	told   map[models.Target]*toldRun
}

// openCompared opens a run and reads its verdict.
func openCompared(dir string) (*comparedRun, error) {
	past, err := openPastRun(dir)
	if err != nil {
		return nil, err
	}
	r := &comparedRun{pastRun: past}
	text, err := r.read(verdictName)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &r.result); err != nil {
		return nil, r.refuse(verdictName, fmt.Errorf("this is not a verdict: %w; run the backtest again", err))
	}
	for _, x := range r.results() {
		if x.Target == "" || len(x.Candidates) == 0 || !(x.Level > 0 && x.Level < 1) {
			return nil, r.refuse(verdictName, fmt.Errorf("this is not the verdict of a backtest over time: it has no target, candidates or level; %s", r.whyMissing()))
		}
	}
	return r, nil
}

// results are those of all targets, the first the run's own.
func (r *comparedRun) results() []*resultFile {
	list := []*resultFile{&r.result}
	for i := range r.result.Further {
		list = append(list, &r.result.Further[i])
	}
	return list
}

// targets are those that the run is about.
func (r *comparedRun) targets() []models.Target {
	var list []models.Target
	for _, x := range r.results() {
		list = append(list, x.Target)
	}
	return list
}

// about is what the run says of a target; nil for nothing.
func (r *comparedRun) about(target models.Target) *resultFile {
	for _, x := range r.results() {
		if x.Target == target {
			return x
		}
	}
	return nil
}

// toldAbout are the predictions for a target.
func (r *comparedRun) toldAbout(target models.Target) (*toldRun, error) {
	if told := r.told[target]; told != nil {
		return told, nil
	}
	return nil, r.refuse(predictionsFile, fmt.Errorf("there are no predictions for the target %s, which %s has; run the backtest again", plain(string(target)), verdictName))
}

// sharedTargets are those that both runs are about, in the order of the first.
func sharedTargets(sides [2]*comparedRun) []models.Target {
	return slices.DeleteFunc(sides[0].targets(), func(t models.Target) bool { return sides[1].about(t) == nil })
}

// choosePairs are the wanted pairs that a target has candidates for, or else those of the
// same name, in the order of the first run.
func choosePairs(results [2]*resultFile, wanted [][2]string) [][2]string {
	var list [][2]string
	if len(wanted) == 0 {
		for _, c := range results[0].Candidates {
			wanted = append(wanted, [2]string{c.Name, c.Name})
		}
	}
	for _, p := range wanted {
		if results[0].candidate(p[0]) != nil && results[1].candidate(p[1]) != nil {
			list = append(list, p)
		}
	}
	return list
}

// candidate finds a candidate by its name, nil without one.
func (r *resultFile) candidate(name string) *candidateFile {
	for i := range r.Candidates {
		if r.Candidates[i].Name == name {
			return &r.Candidates[i]
		}
	}
	return nil
}

// unknownPairs says which of the wanted candidates nobody has.
func unknownPairs(sides [2]*comparedRun, wanted [][2]string) error {
	for _, p := range wanted {
		for i, s := range sides {
			var names []string
			for _, x := range s.results() {
				for _, c := range x.Candidates {
					names = append(names, plain(c.Name))
				}
			}
			if !slices.Contains(names, p[i]) {
				return fail(exitUsage, fmt.Errorf("--candidates %s,%s: %s has no candidate %q; it has %s", plain(p[0]), plain(p[1]), plain(s.dir), plain(p[i]), strings.Join(names, ", ")))
			}
		}
	}
	return fail(exitUsage, fmt.Errorf("--candidates: the candidates of a pair must be for the same target"))
}

// clockWords says what a label clock asks for.
func clockWords(c dataset.Clock) string {
	if c.Mode == dataset.Horizon {
		return fmt.Sprintf("churn within %d days", c.Horizon)
	}
	return fmt.Sprintf("renewals at least %d days ahead, snapshots up to %d days older", c.Lead, c.MaxAge)
}

// targetWords lists targets.
func targetWords(list []models.Target) string {
	var names []string
	for _, t := range list {
		names = append(names, plain(string(t)))
	}
	return strings.Join(names, " and ")
}
