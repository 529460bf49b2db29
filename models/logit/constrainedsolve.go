package logit

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// bounded is a constrained fit under way: Newton's method with its steps from a quadratic
// program, in theta.
type bounded struct {
	*newton
	limits []limit
	sides  []side // of unit normals, their least values at theta = 0
	scale  []float64
	last   *solution // of the last quadratic program
}

// limit is one constraint on theta: low <= row'theta <= high. Those of single columns come
// first, in their order.
type limit struct {
	row       []float64
	low, high float64
	column    int // -1: a linear constraint
}

// newBounded expresses the constraints in theta.
func newBounded(n *newton, c Constraints) (*bounded, error) {
	b := &bounded{newton: n}
	// Limits are on coefficients of columns as they were given; theta may be another basis, if
	// columns are nearly collinear. Every limit is therefore a row of numbers, also those of a
	// single column, and one code path serves all bases.
	rows := b.coefficientRows()
	for j, row := range rows {
		l := limit{row: row, low: orElse(c.Low, j, math.Inf(-1)), high: orElse(c.High, j, math.Inf(1)), column: j}
		b.limits = append(b.limits, l)
	}
	for _, constraint := range c.Linear {
		l := limit{row: make([]float64, n.d.size()), low: constraint.Low, high: constraint.High, column: -1}
		for j, a := range constraint.Coef {
			floats.AddScaled(l.row, a, rows[j])
		}
		b.limits = append(b.limits, l)
	}
	for k, l := range b.limits {
		if err := b.addSides(k, l); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// coefficientRows says how every coefficient of the problem comes from theta; an aliased
// one is 0 whatever theta.
func (b *bounded) coefficientRows() [][]float64 {
	rows := make([][]float64, b.d.allP)
	for j := range rows {
		rows[j] = make([]float64, b.d.size())
	}
	raw := b.d.rawRows()
	for i, at := range b.d.positions() {
		if at == 0 {
			continue
		}
		for k, a := range raw[i] {
			rows[at-1][k] = a.float()
		}
	}
	return rows
}

// addSides turns a limit into half-spaces with a normal of length 1. A limit that no
// coefficient enters can only be obeyed or not.
func (b *bounded) addSides(k int, l limit) error {
	length := floats.Norm(l.row, 2)
	b.scale = append(b.scale, length)
	if length == 0 {
		if l.low > 0 || l.high < 0 {
			return fmt.Errorf("logit: %s: its columns are combinations of others and stay at 0, which its limits %v and %v exclude", l.name(), l.low, l.high)
		}
		return nil
	}
	// Normals of length 1 make distances comparable: without it, the tolerance of a limit on a
	// column in cents would be a hundred times that of one in euros.
	n := append([]float64(nil), l.row...)
	floats.Scale(1/length, n)
	// An equation is one side that never leaves the active set. As two inequalities the second
	// would be parallel to the first, and the active set singular.
	if l.low == l.high {
		b.sides = append(b.sides, side{normal: n, least: l.low / length, equation: true, of: k, sign: 1})
		return nil
	}
	if !math.IsInf(l.low, -1) {
		b.sides = append(b.sides, side{normal: n, least: l.low / length, of: k, sign: 1})
	}
	if !math.IsInf(l.high, 1) {
		turned := append([]float64(nil), n...)
		floats.Scale(-1, turned)
		b.sides = append(b.sides, side{normal: turned, least: -l.high / length, of: k, sign: -1})
	}
	return nil
}

// name is how a message speaks of a limit.
func (l limit) name() string {
	if l.column < 0 {
		return "a linear constraint"
	}
	return fmt.Sprintf("column %d", l.column)
}

// seen is the list of sides as a step from theta sees them.
func (b *bounded) seen(theta []float64) []side {
	sides := append([]side(nil), b.sides...)
	for k := range sides {
		sides[k].least -= floats.Dot(sides[k].normal, theta)
	}
	return sides
}

// feasible moves theta to the nearest point that the constraints allow. It reports whether
// it had to.
func (b *bounded) feasible() (bool, error) {
	q := b.d.size()
	unit := mat.NewSymDense(q, nil)
	for i := range q {
		unit.SetSym(i, i, 1)
	}
	var chol mat.Cholesky
	chol.Factorize(unit)
	// The nearest point is a quadratic program as well, with the identity for its Hessian: the
	// same code finds it, and proves that there is none where there is none.
	s, err := newQuadprog(&chol, make([]float64, q), b.seen(b.theta)).minimise()
	if errors.Is(err, errInfeasible) {
		return false, fmt.Errorf("logit: %w; loosen one of the limits", err)
	}
	if err != nil {
		return false, fmt.Errorf("logit: constraints: %w", err)
	}
	floats.Add(b.theta, s.x)
	return maxAbs(s.x) > 0, nil
}

// run iterates to the optimum.
func (b *bounded) run(ctx context.Context) error {
	moved, err := b.feasible()
	if err == nil && moved {
		err = b.objective.at(ctx, b.theta, b.now)
	}
	if err != nil {
		return err
	}
	for b.iterations = 0; b.iterations < b.settings.MaxIterations; b.iterations++ {
		definite, err := b.program()
		if err != nil {
			return err
		}
		if b.atRest() {
			floats.Add(b.theta, b.step) // it is paid for, and squares the error
			return b.objective.at(ctx, b.theta, b.now)
		}
		// Separation is looked into only where a step could be followed for ever. It takes a pass
		// over the rows, and most constrained problems are bounded by their limits.
		if (b.iterations >= recessionAfter || !definite) && b.endless() {
			if err := b.recession(ctx); err != nil {
				return err
			}
		}
		if moved, err := b.search(ctx); err != nil {
			return err
		} else if !moved {
			break
		}
	}
	if b.endless() {
		if err := b.recession(ctx); err != nil {
			return err
		}
	}
	return &ConvergenceError{Iterations: b.iterations, Gradient: maxAbs(b.imbalance()), Tolerance: b.settings.Tolerance}
}

// program solves the quadratic program at theta. It reports whether the Hessian was
// positive definite as it stood.
func (b *bounded) program() (definite bool, err error) {
	definite = b.direction() // leaves a factor, of a damped Hessian if need be
	b.last, err = newQuadprog(&b.chol, b.now.grad, b.seen(b.theta)).minimise()
	if err != nil {
		return definite, fmt.Errorf("logit: constraints: %w", err)
	}
	copy(b.step, b.last.x)
	return definite, nil
}

// imbalance is the gradient that the multipliers do not balance.
func (b *bounded) imbalance() []float64 {
	g := append([]float64(nil), b.now.grad...)
	for k, at := range b.last.active {
		floats.AddScaled(g, -b.last.u[k], b.sides[at].normal)
	}
	return g
}

// atRest asks for a small step, and for a small imbalance or, where limits that are almost
// parallel magnify rounding, for a step that promises no fall above it.
func (b *bounded) atRest() bool {
	// The step first: near a limit the gradient stays large for good, so that it says nothing
	// alone, whereas a small step under an exact Hessian is close to the optimum.
	if maxAbs(b.step) > stepTolerance*(1+maxAbs(b.theta)) {
		return false
	}
	return maxAbs(b.imbalance()) <= b.settings.Tolerance ||
		-floats.Dot(b.now.grad, b.step) <= heightTolerance*(1+math.Abs(b.now.loss))
}

// endless says whether the constraints let theta follow the step for ever.
func (b *bounded) endless() bool {
	for _, s := range b.sides {
		along := floats.Dot(s.normal, b.step)
		if noise := certificateNoise * floats.Norm(b.step, 2); along < -noise || s.equation && along > noise {
			return false
		}
	}
	return true
}

// search is that of newton, but for rounding: where the fall that the step promises is
// below it, the step is taken, because the gradient does not vanish at a limit and cannot
// decide.
func (b *bounded) search(ctx context.Context) (bool, error) {
	slope := floats.Dot(b.now.grad, b.step)
	// Whatever fraction is taken obeys the limits: theta does, theta plus the step does, and
	// what lies between two allowed points of a convex set is allowed.
	for t, k := 1.0, 0; k < shrinkings; t, k = t/shrinkage(k), k+1 {
		copy(b.next, b.theta)
		floats.AddScaled(b.next, t, b.step)
		if err := b.objective.at(ctx, b.next, b.trial); err != nil {
			return false, err
		}
		fall := b.trial.loss - b.now.loss
		noise := lossNoise * (1 + b.now.loss)
		if fall <= armijo*t*slope || -t*slope <= noise && fall <= noise {
			b.theta, b.next = b.next, b.theta
			b.now, b.trial = b.trial, b.now
			return true, nil
		}
	}
	return false, nil
}
