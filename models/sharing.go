package models

import (
	"context"

	"holdfast/dataset"
	"holdfast/features"
)

// This file lets the candidates of one fold share what they learn about factors.

// Sharing is the candidate with a notebook about the rows that it will be fitted on: what
// others have learned from these rows is not learned again. The model is the same to the bit.
func (c Candidate) Sharing(n *features.Notebook) Candidate {
	c.notebook = n
	return c
}

// PredictView is Predict of a view, without its warnings and without encoding the rows of
// which the notebook, which may be nil, has the design.
func (m *Model) PredictView(ctx context.Context, view dataset.View, n *features.Notebook) (*Predictions, error) {
	if m.Encoder != nil {
		if d := n.Design(m.Encoder, view); d != nil {
			routes, err := m.route(ctx, view.Len(), view.Batches())
			if err != nil {
				return nil, err
			}
			return m.predict(d, routes)
		}
	}
	p, _, err := m.Predict(ctx, view.Len(), view.Batches())
	return p, err
}
