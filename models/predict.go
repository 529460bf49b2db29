package models

import (
	"context"
	"sync"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// Predictions are the scores of a block of rows. Both are NaN for a row that
// cannot be scored.
type Predictions struct {
	Score []float64 // ranks: higher = riskier
	Eta   []float64 // log-odds of churn
}

// newPredictions makes room for so many rows, in that of a table.
func newPredictions(t *dataset.Table, rows int) *Predictions {
	return &Predictions{Score: dataset.Room[float64](t, rows), Eta: dataset.Room[float64](t, rows)}
}

// vacate gives back what newPredictions took.
func (p *Predictions) vacate(t *dataset.Table) {
	dataset.Vacate(t, p.Score)
	dataset.Vacate(t, p.Eta)
}

// Predict scores rows. Only what the model has stored is used.
func (m *Model) Predict(ctx context.Context, rows int, source dataset.Source) (*Predictions, []dataset.Warning, error) {
	p, warnings, err := PredictEach(ctx, []*Model{m}, nil, rows, source)
	if err != nil {
		return nil, nil, err
	}
	return p[0], warnings[0], nil
}

// PredictEach is Predict of several models, which read each column once for all of them; the predictions are in
// the Room of a table, nil: in memory.
func PredictEach(ctx context.Context, list []*Model, t *dataset.Table, rows int, source dataset.Source) ([]*Predictions, [][]dataset.Warning, error) {
	scorers, predictions := make([]*Scorer, len(list)), make([]*Predictions, len(list))
	for k, m := range list {
		scorers[k], predictions[k] = m.Scorer(), newPredictions(t, rows)
	}
	free := sync.Pool{New: func() any {
		memory := make([]Scores, len(list))
		return &memory
	}}
	err := features.EachBatch(ctx, source, func(from int, b *dataset.Batch) error {
		memory := free.Get().(*[]Scores)
		defer free.Put(memory)
		for k, s := range scorers {
			scores := &(*memory)[k]
			if err := s.score(ctx, b, scores); err != nil {
				return err
			}
			// Every batch has rows of its own, so that batches may come in any order.
			copy(predictions[k].Score[from:], scores.Score)
			copy(predictions[k].Eta[from:], scores.Eta)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	warnings := make([][]dataset.Warning, len(list))
	for k, s := range scorers {
		warnings[k] = s.session.Warnings()
	}
	return predictions, warnings, nil
}

// piece is n routes from the given one on, nil of a model that has none.
func piece(routes []int32, from, n int) []int32 {
	if routes == nil {
		return nil
	}
	return routes[from : from+n]
}

// predict scores the rows of a design, whose routes are those of the rows.
func (m *Model) predict(d *features.Design, routes []int32) (*Predictions, error) {
	p := newPredictions(nil, d.Rows)
	return p, m.eachBlock(d, routes, func(from int, score, eta []float64) {
		copy(p.Score[from:], score)
		copy(p.Eta[from:], eta)
	})
}

// eachBlock scores the rows of a design block by block, in order. The slices are used
// again for the next block.
func (m *Model) eachBlock(d *features.Design, routes []int32, do func(from int, score, eta []float64)) error {
	_, width := d.Size()
	memory := make([][]float64, width+2)
	for j := range memory {
		memory[j] = make([]float64, min(dataset.BatchRows, d.Rows))
	}
	block := make([][]float64, width)
	for from := 0; from < d.Rows; from += dataset.BatchRows {
		n := min(dataset.BatchRows, d.Rows-from)
		for j := range block {
			var err error
			if block[j], err = d.Piece(j, from, memory[j][:n]); err != nil {
				return err
			}
		}
		score, eta := memory[width][:n], memory[width+1][:n]
		m.predictBlock(block, piece(routes, from, n), score, eta)
		do(from, score, eta)
	}
	return nil
}

// predictBlock scores the rows of a block of design columns.
func (m *Model) predictBlock(block [][]float64, routes []int32, score, eta []float64) {
	if m.Card != nil {
		column := make([]float64, len(score))
		m.Card.Score(block, column)
		block = [][]float64{column}
	}
	for i := range score {
		score[i] = m.Intercept
	}
	logit.AddColumns(score, block, m.Coef[:len(block)])
	for i, r := range routes {
		if r != pooled && len(m.Segments[r].Coef) > 0 {
			score[i] = m.Segments[r].score(block, i)
		}
	}
	m.calibrateBlock(routes, score, eta)
}

// calibrateBlock makes log-odds of the scores of a block.
func (m *Model) calibrateBlock(routes []int32, score, eta []float64) {
	m.Calibration.etas(eta, score)
	for i, r := range routes {
		if r != pooled {
			eta[i] += m.Segments[r].Shift
		}
	}
}

// score is that of one row of a block by the segment's own weights.
func (s *SegmentFit) score(block [][]float64, row int) float64 {
	sum := s.Intercept
	for j, column := range block {
		sum += float64(s.Coef[j] * column[row])
	}
	return sum
}
