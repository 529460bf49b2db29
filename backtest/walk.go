package backtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// walk fits and scores every candidate in every usable fold. A fold in which a
// candidate has no usable fit is skipped for all of them, so that all stay on the
// same rows. The scores at further leads come back beside the predictions.
func walk(ctx context.Context, all dataset.View, folds []Fold, candidates []models.Candidate, r *Result, progress Progress) ([]leadScores, error) {
	e := all.Examples
	notes, leads := newNotes(), newLeadScores(e, len(candidates))
	r.Predictions.reserve(folds, len(candidates), e)
	notebook := features.NewNotebooks(mostTrained(folds))
	defer func() { notebook.Close() }() // the last one: each has taken over what the one before it had
	var latest *Fold
	var latestSides *sides
	var latestModels []*models.Model
	candidates = slices.Clone(candidates)
	for k := range folds {
		f := &folds[k]
		if f.Skipped == "" {
			first := len(r.Predictions.Fold)
			latestSides = nil // its columns are written over: two notebooks would be one too many
			s := newSides(f, all, notebook)
			notebook = s.notebook
			fitted, err := walkFold(ctx, s, f, candidates, r, notes, func(done int) { // the bands are learned after the last
				progress("folds", k*len(candidates)+done-1, len(folds)*len(candidates))
			})
			if err != nil {
				return nil, err
			}
			if f.Skipped == "" {
				latest, latestSides, latestModels = f, s, fitted
				for i, m := range fitted { // the next fold has nearly all of these rows
					candidates[i] = candidates[i].From(m)
				}
				r.keepWeights(f.Index, len(folds), fitted)
				if err := r.banding.fold(ctx, s, f, first, fitted, r, notes); err != nil {
					return nil, err
				}
				for i := range leads {
					if err := leads[i].append(ctx, f, e.OtherLeads[i].All().For(r.Target.Event()), fitted); err != nil {
						return nil, err
					}
				}
			}
		}
		progress("folds", (k+1)*len(candidates), len(folds)*len(candidates))
	}
	r.Warnings = append(r.Warnings, notes.warnings()...)
	if len(r.Predictions.Fold) == 0 {
		return nil, &PlanError{Reason: "no fold could be tested: " + whyUntested(folds, notes)}
	}
	if latestSides == nil { // a later fold had no usable fit
		latestSides = newSides(latest, all, notebook)
		notebook = latestSides.notebook
	}
	return leads, measureStability(ctx, r, latestSides, latest.Index, latestModels)
}

// whyUntested is the reason of the last fold that was left out, or that no row of
// the others could be scored.
func whyUntested(folds []Fold, notes *notes) string {
	for _, f := range slices.Backward(folds) {
		if f.Skipped != "" && notes.unscored == 0 {
			return fmt.Sprintf("the last, %s: %s", f.Cutoff, f.Skipped)
		}
	}
	return fmt.Sprintf("none of %d test examples could be scored by every candidate", notes.unscored)
}

// sides are the rows that a fold trains on and those that it tests on. The candidates learn
// about their factors once for all of them.
type sides struct {
	train, test dataset.View
	notebook    *features.Notebook // about the training rows
}

// newSides turns the notebook of the fold before to the rows of this one.
func newSides(f *Fold, all dataset.View, notebook *features.Notebook) *sides {
	s := new(sides)
	s.train, s.test = f.sides(all)
	s.notebook = notebook.Turn(s.train)
	return s
}

// mostTrained is the number of training rows of the fold that has most.
func mostTrained(folds []Fold) int {
	most := 0
	for _, f := range folds {
		if f.Skipped == "" {
			most = max(most, f.Train.Examples)
		}
	}
	return most
}

// walkFold trains on one side of the fold and scores the other. It returns the
// models, or marks the fold as skipped.
func walkFold(ctx context.Context, s *sides, f *Fold, candidates []models.Candidate, r *Result, notes *notes, progress func(done int)) ([]*models.Model, error) {
	fitted, err := s.fit(ctx, candidates, progress)
	var unfit *models.FitError
	if errors.As(err, &unfit) {
		f.Skipped = fmt.Sprintf("candidate %s: %s", unfit.Candidate, unfit.Reason)
		r.Warnings = append(r.Warnings, dataset.Warning{Code: "fold_skipped", Where: "fold " + f.Cutoff.String(),
			Message: "left out for all candidates: " + f.Skipped})
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	scored, warnings, err := models.PredictEach(ctx, fitted, s.test.Examples.Table, s.test.Len(), s.test.Batches())
	if err != nil {
		return nil, err
	}
	for i, c := range candidates { // only now is it certain that the fold is used
		notes.add(c.Name, f.Cutoff, fitted[i].Warnings, warnings[i])
	}
	r.Predictions.append(f.Index, s.test, scored, notes)
	return fitted, nil
}

// reserve makes room for the test rows of all folds: growing step by step would take
// them twice.
func (p *Predictions) reserve(folds []Fold, candidates int, e *dataset.Examples) {
	rows := 0
	for _, f := range folds {
		if f.Skipped == "" {
			rows += f.Test.Examples
		}
	}
	p.Fold, p.Row, p.Account = make([]int32, 0, rows), make([]int32, 0, rows), make([]int32, 0, rows)
	p.AsOf, p.Churned = make([]dataset.Date, 0, rows), make([]bool, 0, rows)
	if e.Event != nil {
		p.Event = make([]dataset.Event, 0, rows)
	}
	if e.Value != nil {
		p.Value = make([]float64, 0, rows)
	}
	if e.Segment != nil {
		p.Segment = make([]int32, 0, rows)
	}
	p.Score = make([][]float64, candidates)
	for range candidates {
		p.Eta = append(p.Eta, make([]float64, 0, rows))
	}
}

// append adds the test rows of a fold that every candidate could score.
func (p *Predictions) append(fold int, test dataset.View, scored []*models.Predictions, notes *notes) {
	e := test.Examples
	kept := make([]int32, 0, test.Len())
	for i, row := range test.Rows {
		if !allScored(scored, i) {
			notes.unscored++
			continue
		}
		kept = append(kept, int32(i))
		p.Fold = append(p.Fold, int32(fold))
		p.Row = append(p.Row, row)
		p.Account = append(p.Account, e.Account[row])
		p.AsOf = append(p.AsOf, e.AsOf[row])
		p.Churned = append(p.Churned, test.HappenedAt(row))
		if e.Event != nil {
			p.Event = append(p.Event, e.Event[row])
		}
		if e.Value != nil {
			p.Value = append(p.Value, e.Value[row])
		}
		if e.Segment != nil {
			p.Segment = append(p.Segment, e.Segment[row])
		}
	}
	for c, s := range scored {
		p.appendScores(c, s, kept)
	}
}

// appendScores adds the scores of a candidate, which share the memory of its log-odds for as long as they
// are nothing else.
func (p *Predictions) appendScores(c int, scored *models.Predictions, rows []int32) {
	before := p.Eta[c]
	shared, same := len(before) == 0 || &p.Score[c][0] == &before[0], true
	for _, i := range rows {
		p.Eta[c] = append(p.Eta[c], scored.Eta[i])
		same = same && math.Float64bits(scored.Score[i]) == math.Float64bits(scored.Eta[i])
	}
	if shared && same {
		p.Score[c] = p.Eta[c]
		return
	}
	if shared {
		p.Score[c] = append(make([]float64, 0, cap(before)), before...)
	}
	for _, i := range rows {
		p.Score[c] = append(p.Score[c], scored.Score[i])
	}
}

// allScored says whether every candidate has a probability for row i.
func allScored(scored []*models.Predictions, i int) bool {
	for _, s := range scored {
		if s.Eta[i] != s.Eta[i] {
			return false
		}
	}
	return true
}

// notes gathers the warnings of many fits, so that what happens in every fold is
// said once.
type notes struct {
	order    []dataset.Warning
	folds    map[dataset.Warning][]dataset.Date
	unscored int
}

func newNotes() *notes { return &notes{folds: make(map[dataset.Warning][]dataset.Date)} }

// add notes the warnings of one candidate in one fold.
func (n *notes) add(candidate string, cutoff dataset.Date, lists ...[]dataset.Warning) {
	for _, list := range lists {
		for _, w := range list {
			if w.Where == "" {
				w.Where = "candidate " + candidate
			} else if w.Where != "candidate "+candidate {
				w.Where = "candidate " + candidate + ", " + w.Where
			}
			if n.folds[w] == nil {
				n.order = append(n.order, w)
			}
			n.folds[w] = append(n.folds[w], cutoff)
		}
	}
}

// warnings says everything once, with the folds that it is about.
func (n *notes) warnings() []dataset.Warning {
	var out []dataset.Warning
	for _, w := range n.order {
		folds := n.folds[w]
		if len(folds) == 1 {
			w.Message += fmt.Sprintf(" (fold %s)", folds[0])
		} else {
			w.Message += fmt.Sprintf(" (%d folds, the first %s)", len(folds), folds[0])
		}
		out = append(out, w)
	}
	if n.unscored > 0 {
		out = append(out, dataset.Warning{Code: "unscored", Message: fmt.Sprintf(
			"%d test examples could not be scored by every candidate and were left out for all of them", n.unscored)})
	}
	return out
}
