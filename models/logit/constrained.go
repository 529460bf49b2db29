package logit

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Constraints bind the coefficients of a fit, in the units of the columns. The intercept is
// always free. Everything that they allow is a convex set, so that there is one best
// likelihood in it.
type Constraints struct {
	// Low and High hold limits per column, infinite for none; nil means no limits at all.
	// Equal limits pin a coefficient.
	Low, High []float64
	// Linear are limits of sums, Low <= sum_j Coef_j b_j <= High.
	Linear []Linear
}

// Linear is one limit of a weighted sum of coefficients. Equal limits make it an equation.
type Linear struct {
	Coef      []float64 // one per column
	Low, High float64   // infinite for none
}

// Constrained is the best fit that the constraints allow.
type Constrained struct {
	// Fitted has the standard errors and the covariance that hold if the constraints at
	// which the fit rests were equations from the start. What they determine has none:
	// NaN, and zero rows and columns in the covariance. That a limit was reached is itself
	// chance, so these errors are too small where it was reached by little.
	*Fitted

	// Unlimited is the covariance at the answer without any constraint: the inverse of the
	// Hessian of the whole objective, which says how it curves there.
	Unlimited *mat.SymDense

	// Bounds and Linear hold the multipliers of the constraints: by how much the mean
	// penalised log likelihood would grow per unit of a higher limit, were it let go.
	// Positive at a High, negative at a Low, 0 where the fit does not rest.
	Bounds []float64 // one per column
	Linear []float64

	KKT KKT
}

// KKT says how well the conditions of Karush, Kuhn and Tucker hold at the answer. For a
// convex problem they are sufficient: all three 0 is proof of the optimum.
type KKT struct {
	// Stationarity is the largest component of the gradient of the mean penalised negative
	// log likelihood plus multipliers times constraints, on internally centred and scaled
	// columns (as Settings.Tolerance).
	Stationarity float64
	// Feasibility is the largest violation of a constraint, in the unit of the constraint
	// relative to 1 plus the size of what it limits.
	Feasibility float64
	// Complementarity is the largest product of a multiplier and the distance from its
	// limit. Multipliers have the right sign by construction.
	Complementarity float64
}

// FitConstrained maximises the likelihood of a logistic regression, plain or with L2
// penalties, among the coefficients that the constraints allow. It is sequential quadratic
// programming (Nocedal and Wright 2006, chapter 18), for a convex problem with linear
// constraints and an exact Hessian the same as Newton's method:
//
//  1. start from the nearest point that the constraints allow (feasible);
//  2. minimise the quadratic model of the objective under the constraints, by the dual
//     active-set method of Goldfarb and Idnani (1983), which also gives multipliers
//     (minimise in constrainedqp.go);
//  3. halve the step until the objective falls enough; every fraction of it is allowed,
//     because both ends are (search in constrainedsolve.go);
//  4. end when gradient and multipliers balance and the step is small;
//  5. report errors in the directions that are left free (constrainedreport.go).
//
// Errors are those of Fit, and one that says so if no coefficients fulfil the constraints.
// A *SeparationError is only returned if the constraints leave the way to infinity open.
// An aliased column stays at 0, which its limits must allow. Firth's penalty is refused:
// the objective is then not convex. Settings.Start is checked and not used.
func FitConstrained(ctx context.Context, p Problem, c Constraints, s Settings) (*Constrained, error) {
	if p.Firth {
		return nil, fmt.Errorf("logit: constraints and Firth's penalty together; choose one of them")
	}
	s = s.withDefaults(false)
	s.Exact = ExactNever // the refinement knows no constraints
	if err := p.check(s); err != nil {
		return nil, err
	}
	if err := c.check(p.width()); err != nil {
		return nil, err
	}
	// Far out, where no probability has digits left to gain, rounding can pass for rest; our own
	// start is near the answer.
	s.Start = nil
	d, err := newDesign(p, nil)
	if err != nil {
		return nil, err
	}
	n, err := prepare(ctx, d, s)
	if err != nil {
		return nil, err
	}
	b, err := newBounded(n, c)
	if err != nil {
		return nil, err
	}
	if err := b.run(ctx); err != nil {
		return nil, err
	}
	return b.report(ctx)
}

// check refuses limits that no coefficient can be within.
func (c Constraints) check(columns int) error {
	if err := (PathSettings{Low: c.Low, High: c.High}).checkLimits(columns); err != nil {
		return err
	}
	for k, l := range c.Linear {
		if err := checkVector(fmt.Sprintf("coefficients of constraint %d", k), l.Coef, columns, -math.MaxFloat64, math.MaxFloat64); err != nil {
			return err
		}
		if len(l.Coef) != columns {
			return fmt.Errorf("logit: constraint %d has no coefficients; give one per column", k)
		}
		if !(l.Low <= l.High) || math.IsInf(l.Low, 1) || math.IsInf(l.High, -1) {
			return fmt.Errorf("logit: constraint %d: no number is from %v to %v", k, l.Low, l.High)
		}
	}
	return nil
}
