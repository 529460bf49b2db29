package logit

import (
	"errors"
	"fmt"
)

// ErrOneClass reports that every row of positive weight has the same
// response, 0 or 1: the intercept alone would run off to infinity.
var ErrOneClass = errors.New("logit: all responses are equal; a fit needs both outcomes, so widen the window or merge segments")

// NonFiniteError names the first NaN or infinity found in the columns. Row
// and Column count from zero.
type NonFiniteError struct {
	Column, Row int
}

func (e *NonFiniteError) Error() string {
	return fmt.Sprintf("logit: column %d, row %d: not a finite number; impute or drop missing values before the fit", e.Column, e.Row)
}

// SeparationError reports that the maximum-likelihood estimate does not exist
// (Albert and Anderson 1984): along some direction of the coefficients the
// likelihood rises for ever. It is only returned with a certificate in hand,
// a direction that no row contradicts; see separation.go.
type SeparationError struct {
	// Columns are the columns that run off to infinity: each one that
	// separates the outcomes alone, or, when none does, all those that take
	// part in the direction found.
	Columns []int
	// Complete is true when a hyperplane splits the outcomes without a
	// single row on it, false for quasi-complete separation.
	Complete bool
}

func (e *SeparationError) Error() string {
	kind := "quasi-completely"
	if e.Complete {
		kind = "completely"
	}
	return fmt.Sprintf("logit: columns %v separate the outcomes %s, so no finite estimate exists; look for leakage, drop or pool them, or give them an L2 penalty", e.Columns, kind)
}

// ConvergenceError reports that the Newton iteration ended without reaching
// the tolerance and without a proof of separation.
type ConvergenceError struct {
	Iterations int
	Gradient   float64 // largest component of the mean gradient at the end
	Tolerance  float64
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("logit: no convergence after %d iterations: gradient %.3g, tolerance %.3g; check for columns of wildly different spread, or add an L2 penalty", e.Iterations, e.Gradient, e.Tolerance)
}
