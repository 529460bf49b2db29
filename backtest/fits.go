package backtest

import (
	"context"
	"slices"
	"sync"

	"holdfast/dataset"
	"holdfast/models"
)

// fits are those of the candidates in one fold. Fits that are passes over the rows and little else go in
// step; one that is long or takes much memory has its turn.
type fits struct {
	train      dataset.View
	candidates []models.Candidate
	models     []*models.Model
	errs       []error

	mu       sync.Mutex // progress is told of one fit after the other
	done     int
	progress func(done int)
}

// fit fits the candidates to the training rows. The error is that of the first candidate that has one.
func (s *sides) fit(ctx context.Context, candidates []models.Candidate, progress func(done int)) ([]*models.Model, error) {
	fitted, errs := s.fitEach(ctx, candidates, progress)
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return fitted, nil
}

// fitEach fits the candidates to the training rows; each has a model or an error of its own, and neither if it was
// never begun because of that of another.
func (s *sides) fitEach(ctx context.Context, candidates []models.Candidate, progress func(done int)) ([]*models.Model, []error) {
	f := &fits{train: s.train, progress: progress, models: make([]*models.Model, len(candidates)), errs: make([]error, len(candidates))}
	var turns, step []int
	for i, c := range candidates {
		f.candidates = append(f.candidates, c.Sharing(s.notebook))
		if c.Alongside() {
			step = append(step, i)
		} else {
			turns = append(turns, i)
		}
	}
	if s.train.Examples.Table.Stored() { // there is memory for one or the other
		f.inTurn(ctx, turns)
		f.together(ctx, step)
	} else {
		var both sync.WaitGroup
		both.Go(func() { f.inTurn(ctx, turns) })
		both.Go(func() { f.together(ctx, step) })
		both.Wait()
	}
	return f.models, f.errs
}

// one fits a candidate, which may have a place in a convoy.
func (f *fits) one(ctx context.Context, i int, c models.Candidate) {
	f.models[i], f.errs[i] = c.Fit(ctx, f.train)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.done++
	f.progress(f.done)
}

// inTurn fits candidates one after the other, until one has an error.
func (f *fits) inTurn(ctx context.Context, list []int) {
	for _, i := range list {
		if f.one(ctx, i, f.candidates[i]); f.errs[i] != nil {
			return
		}
	}
}

// together fits candidates that go over the rows in step.
func (f *fits) together(ctx context.Context, list []int) {
	for some := range slices.Chunk(list, inStep(f.train, pick(f.candidates, list))) {
		var group sync.WaitGroup
		for k, c := range models.InStep(pick(f.candidates, some)) {
			group.Go(func() { f.one(ctx, some[k], c) })
		}
		group.Wait()
	}
}

// mostInStep is how many fits go over the rows in step. More would gain little, and each has the
// outcomes of the rows in memory.
const mostInStep = 4

// inStep is how many of the candidates do so: of a stored table those that there is memory for.
func inStep(train dataset.View, candidates []models.Candidate) int {
	bytes := int64(1)
	for _, c := range candidates {
		bytes = max(bytes, c.RowBytes()*int64(train.Len()))
	}
	return min(mostInStep, train.Examples.Table.Holds(bytes))
}
