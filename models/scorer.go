package models

import (
	"context"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models/logit"
)

// Scorer scores batches one at a time, to the bit as Predict does: of rows that nobody wants
// to have in memory together. Several goroutines may score at once, each with Scores of its
// own.
type Scorer struct {
	model   *Model
	session *features.Session
	terms   []term
	kept    []features.Column // of the design
	raw     []logit.Term      // nil: scores are made from the design

	companions [2]*Scorer // of the outlook: of shrinking and of growing
}

// Scorer begins to score.
func (m *Model) Scorer() *Scorer {
	s := &Scorer{model: m, session: m.Encoder.Session(), terms: termsOf(m.Encoder.Names()), kept: m.Encoder.Kept()}
	s.raw = s.rawTerms()
	if m.Outlook != nil {
		for k, companion := range [...]*Model{m.Outlook.Shrink, m.Outlook.Grow} {
			if companion != nil {
				s.companions[k] = companion.Scorer()
			}
		}
	}
	return s
}

// Scores are those of one batch, and the memory for it, which the next batch uses again. The
// zero value is ready to use.
type Scores struct {
	Predictions
	P      []float64 // NaN where there is no score, as in Health
	Health []float64
	Band   []int32 // Band.Code of each row, -1 for none; as if nobody had looked before

	block   [][]float64 // the design: see Scorer.design
	raw     [][]float64 // what a score was made from, where that is not the design
	encoded bool        // the design was made of raw
	memory  []float64
	routes  []int32 // nil without segments

	unscored int // rows
}

// Score scores a batch.
func (s *Scorer) Score(ctx context.Context, b *dataset.Batch, out *Scores) error {
	if err := s.score(ctx, b, out); err != nil {
		return err
	}
	out.unscored = s.model.stand(out)
	return nil
}

// score is Score without where the rows stand.
func (s *Scorer) score(ctx context.Context, b *dataset.Batch, out *Scores) error {
	out.size(b.Len(), s.session.Width())
	var err error
	if out.routes, err = s.model.route(ctx, b.Len(), one(b)); err != nil {
		return err
	}
	if s.raw != nil {
		err = s.scoreRaw(b, out)
		s.model.calibrateBlock(out.routes, out.Score, out.Eta)
	} else if err = s.session.Encode(b, out.block); err == nil {
		s.model.predictBlock(out.block, out.routes, out.Score, out.Eta)
	}
	return err
}

// Unscored says of each row of a batch that was scored why it has no score; nil if all have.
func (s *Scorer) Unscored(ctx context.Context, b *dataset.Batch, scores *Scores) ([]Unscored, error) {
	if scores.unscored == 0 {
		return nil, nil
	}
	var failed error
	block, values := s.design(scores), make(map[string]expr.Vector) // of categories, when they are asked for
	out := make([]Unscored, b.Len())
	for i, eta := range scores.Eta {
		if eta == eta {
			continue
		}
		out[i] = s.model.blame(s.terms, func(j int) float64 { return block[j][i] }, func(e *features.Encoding) bool {
			v, ok := values[e.Factor.Name]
			if !ok {
				if v, failed = e.Values(ctx, b.Len(), one(b)); failed != nil {
					return false
				}
				values[e.Factor.Name] = v
			}
			return has(v, i)
		})
		if failed != nil {
			return nil, failed
		}
	}
	return out, nil
}

// Warnings tells of the unseen levels of all batches, those that the outlook met last.
func (s *Scorer) Warnings() []dataset.Warning {
	warnings := s.session.Warnings()
	for _, companion := range s.companions {
		if companion != nil {
			warnings = append(warnings, companion.Warnings()...)
		}
	}
	return warnings
}

// one is the source of a single batch.
func one(b *dataset.Batch) dataset.Source {
	return func(yield func(*dataset.Batch, error) bool) { yield(b, nil) }
}

// size makes room for n rows.
func (s *Scores) size(n, width int) {
	if cap(s.P) < n || len(s.block) != width {
		s.Score, s.Eta, s.P, s.Health = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		s.Band, s.block, s.memory = make([]int32, n), make([][]float64, width), make([]float64, n*width)
	}
	s.encoded = false
	s.Score, s.Eta, s.P, s.Health, s.Band = s.Score[:n], s.Eta[:n], s.P[:n], s.Health[:n], s.Band[:n]
	for j := range s.block {
		s.block[j] = s.memory[j*n : (j+1)*n : (j+1)*n]
	}
}
