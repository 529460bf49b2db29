package logit

import (
	"fmt"
	"math"
)

// Problem is one weighted logistic regression of n responses on p columns.
// The design is given without its intercept and column by column, because
// that is how columnar files are read and how the blocked passes use it.
// Fit never writes to any of these slices.
type Problem struct {
	Columns [][]float64 // p columns of n finite values
	Source  Source      // the columns where they do not fit in memory; then Columns is nil
	Y       []float64   // n responses in [0, 1]; a fraction k/m together with Weights m is grouped data
	Weights []float64   // n case weights >= 0; nil means all 1; a row of weight 0 is left out entirely
	Offset  []float64   // n known additions to the linear predictor; nil means all 0

	// NoIntercept leaves the constant out of the model. Columns are then
	// scaled but not centred.
	NoIntercept bool

	// L2 holds one ridge penalty lambda_j >= 0 per column, nil for none. It
	// adds 1/2 sum_j lambda_j b_j^2 to the negative sum log likelihood, on
	// the columns as they are given. The intercept is never penalised.
	L2 []float64

	// Firth adds half the log determinant of the information X'WX to the log
	// likelihood (Firth 1993), which keeps every estimate finite, whatever separates the
	// outcomes, and takes out the first-order bias of small samples. It excludes L2.
	Firth bool
}

// ExactMode says when the double-double refinement runs.
type ExactMode int

const (
	// ExactAuto refines problems of at most 250 000 rows, and larger ones
	// whose columns are so nearly collinear that float64 cannot be trusted.
	ExactAuto ExactMode = iota
	// ExactAlways refines whatever it costs: a few microseconds a row.
	ExactAlways
	// ExactNever stops at the float64 answer.
	ExactNever
)

// exactRows is the size up to which ExactAuto refines: a quarter of a million
// rows of 20 columns cost about a second on one core.
const exactRows = 250_000

// Settings says how hard to try. The zero value is ready to use.
type Settings struct {
	// Tolerance bounds the largest component of the gradient of the mean
	// penalised log likelihood, on internally centred and scaled columns.
	// Zero means 1e-10.
	Tolerance float64
	// MaxIterations bounds the Newton steps. Zero means 100, and 1000 under Firth's
	// penalty, where convergence is linear and slow in the smallest of samples.
	MaxIterations int
	// Start is an optional warm start of p+1 values, intercept first (the
	// intercept is ignored with NoIntercept). It changes the path, not the
	// answer.
	Start []float64
	// From is the fit of a problem that differs little from this one, such as that of the rows up to a quarter ago,
	// under another L2, or with more columns. It is a start with a Hessian, so that gradients alone
	// go nearly all of the way; it changes the path, not the answer, and comes before Start. One with
	// aliased columns is passed over, and so is any under Firth's penalty.
	From *Fitted
	// Kept are those columns of From that are the columns of this problem, in its order; nil: all are.
	Kept []int
	// Exact chooses when to refine in double-double arithmetic.
	Exact ExactMode
	// Place lets Fit go over the rows beside other fits, and is left when it needs it no more. nil:
	// the fit goes alone.
	Place *Place
}

func (s Settings) withDefaults(firth bool) Settings {
	if s.Tolerance <= 0 {
		s.Tolerance = 1e-10
	}
	if s.MaxIterations <= 0 {
		s.MaxIterations = 100
		if firth {
			s.MaxIterations = 1000
		}
	}
	return s
}

// check refuses what no arithmetic can repair: shapes that do not fit
// together, and values outside their range. Columns are checked for
// finiteness where they are first read, in standardise.
func (p Problem) check(s Settings) error {
	n := len(p.Y)
	if n == 0 {
		return fmt.Errorf("logit: no rows; a fit needs at least one renewal and one churn")
	}
	if p.width() == 0 && p.NoIntercept {
		return fmt.Errorf("logit: neither columns nor an intercept; there is nothing to estimate")
	}
	if err := p.checkSource(n); err != nil {
		return err
	}
	for j, c := range p.Columns {
		if len(c) != n {
			return fmt.Errorf("logit: column %d has %d rows, the responses %d; give every column one value per response", j, len(c), n)
		}
	}
	if err := checkVector("weights", p.Weights, n, 0, math.MaxFloat64); err != nil {
		return err
	}
	if err := checkVector("offset", p.Offset, n, -math.MaxFloat64, math.MaxFloat64); err != nil {
		return err
	}
	if err := checkVector("responses", p.Y, n, 0, 1); err != nil {
		return err
	}
	if p.Firth && p.L2 != nil {
		return fmt.Errorf("logit: Firth's penalty and L2 penalties together; choose one of them")
	}
	if err := checkVector("L2 penalties", p.L2, p.width(), 0, math.MaxFloat64); err != nil {
		return err
	}
	return checkVector("start values", s.Start, p.width()+1, -math.MaxFloat64, math.MaxFloat64)
}

// checkSource holds the size of a source against that of the rest.
func (p Problem) checkSource(n int) error {
	if p.Source == nil {
		return nil
	}
	if p.Columns != nil {
		return fmt.Errorf("logit: columns both in memory and in a source; give one of them")
	}
	if rows, columns := p.Source.Size(); rows != n && columns > 0 {
		return fmt.Errorf("logit: the source has %d rows, the responses %d; give every column one value per response", rows, n)
	}
	return nil
}

// checkVector accepts nil, or exactly n values within [low, high]. NaN is
// within nothing.
func checkVector(what string, v []float64, n int, low, high float64) error {
	if v == nil {
		return nil
	}
	if len(v) != n {
		return fmt.Errorf("logit: %d %s given, %d expected", len(v), what, n)
	}
	for i, x := range v {
		if !(x >= low && x <= high) {
			return fmt.Errorf("logit: %s: entry %d is %v; it must be finite and between %.3g and %.3g", what, i, x, low, high)
		}
	}
	return nil
}
