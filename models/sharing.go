package models

import (
	"context"
	"runtime"
	"slices"

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

// Alongside says whether the candidate may be fitted beside others that share its notebook: whether
// all that a fit of it has in memory by the row and column is in there.
func (c Candidate) Alongside() bool {
	return c.Kind == Logistic && c.Fitting.form() == features.Standardised && c.Fitting.Near == nil &&
		!c.Penalty.Auto && !c.PerSegment && !c.Calibrate.Later
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

// PredictViews is PredictView of several models, which read each row once for all of them.
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
		routes, err := m.route(ctx, view.Len(), view.Batches())
		if err != nil {
			return nil, err
		}
		predictions[k] = newPredictions(view.Len())
		known = append(known, designed{m, d, routes, predictions[k]})
	}
	if err := predictDesigns(ctx, known, view.Len()); err != nil || len(others) == 0 {
		return predictions, err
	}
	rest, _, err := PredictEach(ctx, others, view.Len(), view.Batches())
	for k, p := range rest {
		predictions[at[k]] = p
	}
	return predictions, err
}

// designed is a model whose design of the rows is in memory.
type designed struct {
	model       *Model
	design      *features.Design
	routes      []int32
	predictions *Predictions
}

// predictDesigns scores the rows of designs that share columns, block by block: what one model
// has read is in the cache for the next.
func predictDesigns(ctx context.Context, list []designed, rows int) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; len(list) > 0 && from < rows && ctx.Err() == nil; from += dataset.BatchRows {
		group.Go(func() error {
			to := min(from+dataset.BatchRows, rows)
			for _, of := range list {
				block := make([][]float64, len(of.design.Columns))
				for j, column := range of.design.Columns {
					block[j] = column[from:to]
				}
				of.model.predictBlock(block, piece(of.routes, from, to-from), of.predictions.Score[from:to], of.predictions.Eta[from:to])
			}
			return nil
		})
	}
	_ = group.Wait() // no block has an error
	return ctx.Err()
}
