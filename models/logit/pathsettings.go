package logit

import (
	"fmt"
	"math"
	"slices"
)

// withDefaults fills in what is zero. With fewer rows than columns the end of the path
// saturates: below a hundredth of the largest strength the fit would only follow the
// outcomes, row by row, and take ever more steps to do it (glmnet stops there as well).
func (s PathSettings) withDefaults(rows, columns int) PathSettings {
	if s.Count <= 0 {
		s.Count = 100
	}
	if s.Smallest <= 0 {
		s.Smallest = 1e-4
		if rows < columns {
			s.Smallest = 0.01
		}
	}
	if s.Tolerance <= 0 {
		s.Tolerance = 1e-7
	}
	if s.MaxIterations <= 0 {
		s.MaxIterations = 1000
	}
	return s
}

// check refuses settings that are out of range or do not fit the problem.
func (s PathSettings) check(p Problem) error {
	// Written so that NaN, of which every comparison is false, is refused with the rest.
	if !(s.Alpha >= 0 && s.Alpha <= 1) {
		return fmt.Errorf("logit: alpha is %v; it must be between 0 (ridge) and 1 (lasso)", s.Alpha)
	}
	if !(s.Smallest < 1) {
		return fmt.Errorf("logit: the smallest strength is %v times the largest; the ratio must be below 1", s.Smallest)
	}
	// L2 is in the units of the columns, a strength per standard deviation: their sum would be
	// a penalty that nobody has asked for.
	if p.L2 != nil || p.Firth {
		return fmt.Errorf("logit: a path brings its own penalty; leave out L2 and Firth")
	}
	if err := checkVector("strengths", s.Lambdas, len(s.Lambdas), 0, math.MaxFloat64); err != nil {
		return err
	}
	if err := checkVector("penalty factors", s.Factors, p.width(), 0, math.MaxFloat64); err != nil {
		return err
	}
	return s.checkLimits(p.width())
}

// checkLimits refuses empty intervals.
func (s PathSettings) checkLimits(p int) error {
	if err := checkVector("lower limits", s.Low, p, math.Inf(-1), math.MaxFloat64); err != nil {
		return err
	}
	if err := checkVector("upper limits", s.High, p, -math.MaxFloat64, math.Inf(1)); err != nil {
		return err
	}
	// Equal limits are fine, they pin a coefficient, and so are limits that leave zero out.
	for j := range p {
		low, high := orElse(s.Low, j, math.Inf(-1)), orElse(s.High, j, math.Inf(1))
		if low > high {
			return fmt.Errorf("logit: column %d: the lower limit %v is above the upper limit %v", j, low, high)
		}
	}
	return nil
}

// A path is warm-started from the emptiest model on, so that every strength begins close to
// its answer. Fitted in the order given, a rising list would begin at its hardest.
// falling returns a sorted copy, largest first.
func falling(v []float64) []float64 {
	out := slices.Clone(v)
	slices.Sort(out)
	slices.Reverse(out)
	return out
}
