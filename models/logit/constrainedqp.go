package logit

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// quadprog is a strictly convex quadratic program,
//
//	min  1/2 x'Hx + g'x   with   n_k'x >= b_k, or n_k'x = b_k,
//
// in a few dozen variables.
type quadprog struct {
	lower    [][]float64 // L, row by row, of H = L L'
	gradient []float64
	sides    []side
}

// side is one half-space. Its normal has length 1.
type side struct {
	normal   []float64
	least    float64 // b
	equation bool
	of       int     // the constraint that it belongs to
	sign     float64 // of the normal, as against that of the constraint
}

// solution is the minimum with the multipliers u of its sides: Hx + g = sum_k u_k n_k.
type solution struct {
	x      []float64
	active []int     // sides at which x rests
	u      []float64 // of these; >= 0 unless the side is an equation
}

// errInfeasible reports constraints that exclude each other.
var errInfeasible = errors.New("no coefficients fulfil all constraints at once")

const (
	sideNoise  = 1e-12 // how far beyond a side counts as on it, relative to the numbers involved
	blockNoise = 1e-20 // the share of a normal, in the metric of H, that the active ones leave unexplained
	pivots     = 50    // changes of the active set per side and variable
)

// newQuadprog takes the factor of H.
func newQuadprog(chol *mat.Cholesky, gradient []float64, sides []side) *quadprog {
	q := &quadprog{lower: make([][]float64, len(gradient)), gradient: gradient, sides: sides}
	var l mat.TriDense
	chol.LTo(&l)
	for i := range q.lower {
		q.lower[i] = make([]float64, i+1)
		for j := range q.lower[i] {
			q.lower[i][j] = l.At(i, j)
		}
	}
	return q
}

// minimise is the dual method of Goldfarb and Idnani (1983, Mathematical Programming 27,
// section 3): starting from the minimum without sides,
//
//  1. choose the side that x violates most; without one, x is the answer;
//  2. move x towards it in the directions that keep the active sides, z, and let the
//     multipliers of these change by -r for every unit that the new one gains;
//  3. where an active multiplier would become negative first, stop there, drop its side
//     and go on with 2;
//  4. when x has come to rest at the side, it becomes active.
//
// The objective rises at every change, so that no active set comes twice.
func (q *quadprog) minimise() (*solution, error) {
	s := &solution{x: q.unconstrained()}
	for range pivots * (len(q.sides) + len(s.x) + 1) {
		worst, violation := q.worst(s)
		if worst < 0 {
			return s, nil
		}
		if err := q.enter(s, worst, violation); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("the quadratic program did not end")
}

// unconstrained is -H^-1 g.
func (q *quadprog) unconstrained() []float64 {
	x := q.backward(q.forward(q.gradient))
	floats.Scale(-1, x)
	return x
}

// worst is the side that x violates most, -1 without one, and n'x - b there. Equations come
// first, so that they are never in the way of each other.
func (q *quadprog) worst(s *solution) (worst int, violation float64) {
	worst, equation := -1, false
	for k, side := range q.sides {
		if isActive(s.active, k) {
			continue
		}
		over := floats.Dot(side.normal, s.x) - side.least
		noise := sideNoise * (1 + math.Abs(side.least) + maxAbs(s.x))
		if over >= -noise && !(side.equation && over > noise) {
			continue
		}
		switch {
		case equation && !side.equation:
		case side.equation && !equation, math.Abs(over) > math.Abs(violation):
			worst, violation, equation = k, over, side.equation
		}
	}
	return worst, violation
}

func isActive(active []int, side int) bool {
	for _, k := range active {
		if k == side {
			return true
		}
	}
	return false
}

// enter makes a violated side active.
func (q *quadprog) enter(s *solution, at int, violation float64) error {
	n := append([]float64(nil), q.sides[at].normal...)
	if violation > 0 { // an equation, from above
		floats.Scale(-1, n)
		violation = -violation
	}
	turned := floats.Dot(n, q.sides[at].normal)
	gained := 0.0
	for range pivots * (len(s.x) + 1) {
		z, r, grip := q.project(s, n)
		dual, leaving := q.firstToLeave(s, r)
		primal := math.Inf(1)
		if grip > 0 {
			primal = -violation / grip
		}
		step := min(primal, dual)
		if math.IsInf(step, 1) {
			return errInfeasible
		}
		for k := range s.u {
			s.u[k] -= step * r[k]
		}
		gained += step
		if grip > 0 {
			floats.AddScaled(s.x, step, z)
			violation += step * grip
		}
		if primal <= dual {
			s.active, s.u = append(s.active, at), append(s.u, math.Copysign(1, turned)*gained)
			return nil
		}
		s.active, s.u = append(s.active[:leaving:leaving], s.active[leaving+1:]...), append(s.u[:leaving:leaving], s.u[leaving+1:]...)
	}
	return errors.New("the quadratic program did not end")
}

// project splits L^-1 n by the active normals: r is what these explain, z the direction of
// x that is left, and grip = z'n, 0 where nothing is.
func (q *quadprog) project(s *solution, n []float64) (z, r []float64, grip float64) {
	size := len(n)
	v := q.forward(n)
	length := floats.Dot(v, v)
	r = make([]float64, len(s.active))
	if len(s.active) > 0 {
		basis := mat.NewDense(size, len(s.active), nil)
		for k, at := range s.active {
			basis.SetCol(k, q.forward(q.sides[at].normal))
		}
		var qr mat.QR
		qr.Factorize(basis)
		qr.SolveVecTo(mat.NewVecDense(len(r), r), false, mat.NewVecDense(size, v)) // only warns of its condition
		explained := mat.NewVecDense(size, nil)
		explained.MulVec(basis, mat.NewVecDense(len(r), r))
		floats.Sub(v, explained.RawVector().Data)
	}
	grip = floats.Dot(v, v)
	if len(s.active) >= size || grip <= blockNoise*length {
		return nil, r, 0
	}
	return q.backward(v), r, grip
}

// forward is L^-1 n.
func (q *quadprog) forward(n []float64) []float64 {
	v := make([]float64, len(n))
	for i, row := range q.lower {
		v[i] = (n[i] - floats.Dot(row[:i], v[:i])) / row[i]
	}
	return v
}

// backward is L'^-1 v.
func (q *quadprog) backward(v []float64) []float64 {
	z := append([]float64(nil), v...)
	for i := len(z) - 1; i >= 0; i-- {
		z[i] /= q.lower[i][i]
		floats.AddScaled(z[:i], -z[i], q.lower[i][:i])
	}
	return z
}

// firstToLeave is the step at which a multiplier reaches 0, and whose. Equations stay.
func (q *quadprog) firstToLeave(s *solution, r []float64) (step float64, which int) {
	step, which = math.Inf(1), -1
	for k, at := range s.active {
		if !q.sides[at].equation && r[k] > 0 && s.u[k]/r[k] < step {
			step, which = s.u[k]/r[k], k
		}
	}
	return step, which
}
