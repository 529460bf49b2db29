package backtest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"holdfast/dataset"
	"holdfast/models"
)

// contest are the candidates for one target: they are compared with each other and with
// nobody else, because a probability of growth is no better or worse than one of churn.
type contest struct {
	target     models.Target
	candidates []models.Candidate // the baseline last
	champion   string             // empty: the baseline
}

// contests sorts candidates by target, each with a baseline of its own. Churn comes first
// if anybody is for it.
func contests(candidates []models.Candidate, o Options) []contest {
	var list []contest
	var base models.Candidate
	for _, target := range []models.Target{models.Churn, models.Contraction, models.Expansion} {
		k := contest{target: target}
		for _, c := range candidates {
			switch {
			case c.Kind == baseline:
				base = c
			case c.Target.OrChurn() == target:
				k.candidates = append(k.candidates, c)
				if c.Name == o.Champion || slices.Contains(o.Champions, c.Name) {
					k.champion = c.Name
				}
			}
		}
		if len(k.candidates) > 0 {
			list = append(list, k)
		}
	}
	if len(list) == 0 {
		list = []contest{{target: models.Churn}}
	}
	for i := range list {
		base.Target = list[i].target
		list[i].candidates = append(list[i].candidates, base)
	}
	return list
}

// checkChampions refuses champions that nobody has entered, and two for one target.
func checkChampions(candidates []models.Candidate, o Options) error {
	of := make(map[models.Target]string)
	for _, name := range slices.Concat([]string{o.Champion}, o.Champions) {
		at := slices.IndexFunc(candidates, func(c models.Candidate) bool { return c.Name == name })
		switch {
		case name == "" || name == models.BaselineName:
			continue
		case at < 0:
			return fmt.Errorf("backtest: the champion %q is not among the candidates", name)
		}
		target := candidates[at].Target.OrChurn()
		if before, taken := of[target]; taken && before != name {
			return fmt.Errorf("backtest: %q and %q are both champions for %s; a target has one", before, name, target)
		}
		of[target] = name
	}
	return nil
}

// runFurther backtests the targets after the first, on the same calendar: the first
// cutoff is that of the main target, so that their predictions can be laid side by side.
// What cannot be tested is left out with a warning; the main target has been.
func runFurther(ctx context.Context, e *dataset.Examples, r *Result, list []contest, progress Progress) error {
	for _, k := range list {
		o := r.Options
		o.FirstCutoff = r.Folds[0].Cutoff
		further, err := runTarget(ctx, e, k, o, func(stage string, done, total int) {
			progress(stage+" of "+string(k.target), done, total)
		})
		var unplanned *PlanError
		if errors.As(err, &unplanned) {
			r.Warnings = append(r.Warnings, dataset.Warning{Code: "target_untested", Where: "target " + string(k.target), Message: unplanned.Reason})
			continue
		}
		if err != nil {
			return err
		}
		r.Further, r.Warnings = append(r.Further, further), append(r.Warnings, further.Warnings...)
	}
	return nil
}

// spoken are the words for an event.
type spoken struct {
	happened, not string // what an account did, or else
	noun, who     string
}

// spokenOf speaks of an event as a customer-success team does.
func spokenOf(e dataset.Event) spoken {
	switch e {
	case dataset.ContractedEvent:
		return spoken{"contracted", "did not", "contraction", "accounts that contract"}
	case dataset.ExpandedEvent:
		return spoken{"expanded", "did not", "expansion", "accounts that expand"}
	}
	return spoken{"churned", "stayed", "churn", "churners"}
}

// said are the words for the event of the result.
func (r *Result) said() spoken { return spokenOf(r.Target.Event()) }
