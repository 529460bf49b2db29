package models

import (
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/models/logit"
)

// Of most models a score is a sum over numbers that are filled, clipped and standardised. A
// batch is scored in one pass over such raw numbers, to the bit as from the design, which is
// made only where somebody asks for it (Scorer.design).

// rawTerms are the terms of a model that is scored from raw numbers; nil: it is not.
func (s *Scorer) rawTerms() []logit.Term {
	m := s.model
	if m.Card != nil || slices.ContainsFunc(m.Segments, func(f SegmentFit) bool { return len(f.Coef) > 0 }) {
		return nil
	}
	terms := make([]logit.Term, len(m.Coef))
	for j, straight := range s.session.Straight() {
		terms[j] = logit.Term{Fill: math.NaN(), Low: math.Inf(-1), High: math.Inf(1), SD: 1, Coef: m.Coef[j]} // encoded: as it is
		if straight != nil {
			terms[j] = logit.Term{Fill: straight.Fill, Low: straight.Low, High: straight.High, Mean: straight.Mean, SD: straight.SD, Coef: m.Coef[j]}
		}
	}
	return terms
}

// scoreRaw is the sum of the model for the rows of a batch.
func (s *Scorer) scoreRaw(b *dataset.Batch, out *Scores) error {
	out.raw = append(out.raw[:0], out.block...)
	if err := s.session.EncodeRest(b, out.raw); err != nil {
		return err
	}
	for i := range out.Score {
		out.Score[i] = s.model.Intercept
	}
	logit.AddTerms(out.Score, out.raw, s.raw)
	return nil
}

// design is the encoded batch of scores.
func (s *Scorer) design(scores *Scores) [][]float64 {
	if s.raw != nil && !scores.encoded {
		for j, straight := range s.session.Straight() {
			if straight != nil {
				straight.Encode(scores.raw[j], scores.block[j])
			}
		}
		scores.encoded = true
	}
	return scores.block
}
