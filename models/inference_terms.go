package models

import (
	"errors"

	"holdfast/features"
	"holdfast/models/logit"
)

// term is one factor among the columns of a design: [from, to).
type term struct {
	factor, category string
	from, to         int
}

// termsOf groups design columns by factor; those of one factor are neighbours. A factor
// that is constant has no column and is no term.
func termsOf(names []features.Name) []term {
	var terms []term
	for j, n := range names {
		if k := len(terms) - 1; k >= 0 && terms[k].factor == n.Factor {
			terms[k].to++
			continue
		}
		terms = append(terms, term{factor: n.Factor, category: n.Category, from: j, to: j + 1})
	}
	return terms
}

// selected is a design seen in part: some of its columns, each with something added.
// It copies nothing that it does not change, so that a fit without one factor costs no
// second design: at ten million rows that would be gigabytes. Being a logit.Source it
// also hides whether the design lies in memory or in a file.
type selected struct {
	logit.Source
	keep  []int
	shift []float64 // nil: nothing is added
}

// Size is that of the selection.
func (s selected) Size() (rows, columns int) {
	rows, _ = s.Source.Size()
	return rows, len(s.keep)
}

// Piece adds the shift into the buffer; what it was given may be the design itself.
func (s selected) Piece(column, from int, buffer []float64) ([]float64, error) {
	piece, err := s.Source.Piece(s.keep[column], from, buffer)
	if err != nil || s.shift == nil {
		return piece, err
	}
	for i, x := range piece {
		buffer[i] = x + s.shift[column]
	}
	return buffer, nil
}

// Mark is that of the column; one that something is added to has none.
func (s selected) Mark(column int) any {
	if s.shift != nil {
		return nil
	}
	return s.Source.Mark(s.keep[column])
}

// without is the problem less the columns [from, to), and what is left of a start: the
// intercept, and the coefficients of the columns keep. It reads the design of e and is good
// as long as that is open.
func (e *evidence) without(from, to int) (p logit.Problem, start []float64, keep []int) {
	p = e.problem
	for j := range e.fitted.Coef {
		if j < from || j >= to {
			keep = append(keep, j)
		}
	}
	p.Columns, p.Source = nil, selected{Source: e.design, keep: keep}
	if p.L2 != nil {
		p.L2 = p.L2[:len(keep)] // they are all alike
	}
	start = []float64{e.fitted.Intercept}
	for _, j := range keep {
		start = append(start, e.fitted.Coef[j])
	}
	return p, start, keep
}

// estimated is the rank of a fit: it counts the coefficients of a fit that are not aliased.
func estimated(f *logit.Fitted) int {
	return len(f.Coef) - len(f.Aliased)
}

// noMaximum says whether an error of the solver means that there is nothing to find,
// and not that something broke.
func noMaximum(err error) bool {
	var separation *logit.SeparationError
	var slow *logit.ConvergenceError
	return errors.As(err, &separation) || errors.As(err, &slow) || errors.Is(err, logit.ErrOneClass)
}
