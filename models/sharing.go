package models

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// This file lets the candidates of one fold share what they learn about factors.

// Sharing is the candidate with a notebook about the rows that it will be fitted on: what
// others have learned from these rows is not learned again. The model is the same to the bit.
func (c Candidate) Sharing(n *features.Notebook) Candidate {
	c.notebook = n
	return c
}

// From is the candidate whose fit goes on from that of a model on nearly the same rows, such as those
// of the fold before, or on the same with more factors. It takes fewer passes over the rows, and the weights are the same but for their rounding.
// What a model does not have, one of another kind or from a file, is not missed.
func (c Candidate) From(m *Model) Candidate {
	c.from = m
	return c
}

// goOn makes the solver go on from the model's fit, if that has the same columns, or more, and none is held by
// what was known before the fit.
func (t *task) goOn(s *logit.Settings) {
	m := t.c.from
	if m == nil || m.solution == nil || t.base != nil || m.Encoder.Form != t.encoder.Form {
		return
	}
	names := m.Encoder.Names()
	if len(m.solution.Coef) != len(names) {
		return // some were held
	}
	if slices.Equal(names, t.names) {
		s.From = m.solution
		return
	}
	var kept []int
	for _, name := range t.names {
		at := slices.Index(names, name)
		if at < 0 || len(kept) > 0 && at <= kept[len(kept)-1] {
			return
		}
		kept = append(kept, at)
	}
	s.From, s.Kept = m.solution, kept
}

// Alongside says whether the candidate may be fitted beside others that share its notebook: whether
// all that a fit of it has in memory by the row and column is in there.
func (c Candidate) Alongside() bool {
	return c.Kind == Logistic && c.Fitting.form() == features.Standardised && c.Fitting.Near == nil &&
		!c.Penalty.Auto && !c.PerSegment && !c.Calibrate.Later
}

// RowBytes is what a fit of the candidate beside others has in memory for each row, apart from its
// design: outcomes, weights and offset, the margins by which outcomes are separated, and what a
// calibration learns from.
func (c Candidate) RowBytes() int64 {
	columns := int64(1)
	for _, more := range []bool{c.Fitting.Weigh != Weigh{}, c.Fitting.limited() || c.Fitting.Sampling != Sampling{}, c.Penalty.Strength == 0} {
		if more {
			columns++
		}
	}
	if c.method() != Uncalibrated {
		columns += 6 // scores and log-odds, and the rows that have them twice
	}
	return 8 * columns
}

// InStep are the candidates with places in a convoy: those whose fit is a plain one go over the
// rows together. All must be fitted at the same time, each on a goroutine of its own, since they
// wait for each other, and once. They have to be Alongside.
func InStep(list []Candidate) []Candidate {
	list = slices.Clone(list)
	var plain []*Candidate
	for i := range list {
		if c := &list[i]; !c.Fitting.limited() && !c.Penalty.sparse() {
			plain = append(plain, c)
		}
	}
	for i, place := range logit.NewConvoy(len(plain)) {
		plain[i].place = place
	}
	return list
}

// PredictView is Predict of a view, without its warnings and without encoding the rows of
// which the notebook, which may be nil, has the design.
func (m *Model) PredictView(ctx context.Context, view dataset.View, n *features.Notebook) (*Predictions, error) {
	p, err := PredictViews(ctx, []*Model{m}, view, n)
	if err != nil {
		return nil, err
	}
	return p[0], nil
}

// PredictViews is PredictView of several models, which read each row once for all of them. The predictions are
// in the Room of the view's table.
func PredictViews(ctx context.Context, list []*Model, view dataset.View, n *features.Notebook) ([]*Predictions, error) {
	predictions := make([]*Predictions, len(list))
	var known []designed
	var others []*Model
	var at []int // their places in the list
	for k, m := range list {
		d := n.Design(m.Encoder, view)
		if d == nil {
			others, at = append(others, m), append(at, k)
			continue
		}
		routes, err := m.route(ctx, view.Len(), view.InTurn())
		if err != nil {
			return nil, err
		}
		predictions[k] = newPredictions(view.Examples.Table, view.Len())
		known = append(known, designed{m, d, routes, predictions[k]})
	}
	if err := predictDesigns(ctx, known, view.Len()); err != nil || len(others) == 0 {
		return predictions, err
	}
	rest, _, err := PredictEach(ctx, others, view.Examples.Table, view.Len(), view.Batches())
	for k, p := range rest {
		predictions[at[k]] = p
	}
	return predictions, err
}

// designed is a model whose design of the rows is known.
type designed struct {
	model       *Model
	design      *features.Design
	routes      []int32
	predictions *Predictions
}

// predictDesigns scores the rows of designs that share columns, block by block: what one model
// has read is in the cache for the next, or on the shelf.
func predictDesigns(ctx context.Context, list []designed, rows int) error {
	shelves := sync.Pool{New: func() any { return new(logit.Shelf) }}
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; len(list) > 0 && from < rows && running.Err() == nil; from += dataset.BatchRows {
		group.Go(func() error {
			shelf := shelves.Get().(*logit.Shelf)
			defer shelves.Put(shelf)
			to := min(from+dataset.BatchRows, rows)
			shelf.Turn(from, to)
			for _, of := range list {
				block, err := of.block(shelf, from, to)
				if err != nil {
					return err
				}
				of.model.predictBlock(block, piece(of.routes, from, to-from), of.predictions.Score[from:to], of.predictions.Eta[from:to])
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// block is rows [from, to) of the design's columns.
func (d *designed) block(shelf *logit.Shelf, from, to int) (block [][]float64, err error) {
	_, width := d.design.Size()
	block = make([][]float64, width)
	for j := range block {
		if !d.design.Stored() {
			block[j] = d.design.Columns[j][from:to]
		} else if block[j], err = shelf.Piece(d.design, j, d.design.Mark(j)); err != nil {
			return nil, err
		}
	}
	return block, nil
}
