package logit

// This file saves Hessians. Newton's method needs a new one for every step only to double
// the digits each time; with an old one, a step still leaves a small fraction of the error,
// and costs a gradient. Where rows are many, that is the better bargain.

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

const (
	// approachSteps bounds the gradients. Where the contraction is worth having, six do.
	approachSteps = 12
	// approachRate is how much of the last step the next may be for the Hessian at hand
	// to be worth another pass: at this rate two of them go as far as one of Newton's.
	approachRate = 0.25
)

// approach takes steps with gradients of all rows and the Hessian at hand, that of a
// subset or of another fit at a point nearby (chord Newton; Kelley 1995, section 5.4), corrected by what
// the gradients themselves tell (memory). Each step leaves a few hundredths of the error,
// where an eighth of the rows are many, and later ones less. It ends when the next
// gradient would be below the tolerance, so that the one Hessian of all rows which
// follows is both the proof and the covariance: it has arrived; or when the contraction is poor, and
// Newton's own steps take over.
func (n *newton) approach(ctx context.Context) (arrived bool, err error) {
	var m memory
	last := math.Inf(1) // size of the step before; the first step is taken on trust
	for range approachSteps {
		if err := n.pass.slope(ctx, n.theta, n.now); err != nil {
			return false, err
		}
		if maxAbs(n.now.grad) <= approachRate*n.settings.Tolerance {
			return true, nil // the fit gone on from was of this very problem
		}
		m.arrive(n.theta, n.now.grad) // n.chol still factorises the Hessian at hand
		copy(n.step, m.direction(n))
		size := maxAbs(n.step)
		if !(size <= approachRate*last) {
			if !(size <= last) {
				copy(n.theta, n.next) // the last step led away
			}
			return false, nil
		}
		copy(n.next, n.theta)
		floats.Add(n.theta, n.step)
		n.chords++
		// The gradient shrinks with the step: what it will be need not be computed.
		if last < math.Inf(1) && size/last*maxAbs(n.now.grad) <= approachRate*n.settings.Tolerance {
			return true, nil
		}
		last = size
	}
	return false, nil
}

// memory is what the gradients of a few steps tell about the Hessian beyond the one at
// hand, at the price of a few inner products of the length of theta:
// the limited-memory correction of a Hessian by the steps taken under it and
// the changes of the gradient along them (Nocedal and Wright 2006, algorithm 7.4).
type memory struct {
	theta, grad []float64 // where the last step began
	pairs       []pair
}

// pair is a step and the change of the gradient along it.
type pair struct{ step, change []float64 }

// arrive remembers the step to theta, if the curvature along it is positive.
func (m *memory) arrive(theta, grad []float64) {
	if m.theta != nil {
		p := pair{make([]float64, len(theta)), make([]float64, len(theta))}
		floats.SubTo(p.step, theta, m.theta)
		floats.SubTo(p.change, grad, m.grad)
		if floats.Dot(p.step, p.change) > 0 {
			m.pairs = append(m.pairs, p)
		}
	}
	m.theta, m.grad = append(m.theta[:0], theta...), append(m.grad[:0], grad...)
}

// direction solves corrected H step = -g, g the gradient at the last arrival.
func (m *memory) direction(n *newton) []float64 {
	g := append([]float64(nil), m.grad...)
	along := make([]float64, len(m.pairs))
	for i := len(m.pairs) - 1; i >= 0; i-- {
		p := m.pairs[i]
		along[i] = floats.Dot(p.step, g) / floats.Dot(p.step, p.change)
		floats.AddScaled(g, -along[i], p.change)
	}
	x := n.against(g)
	for i, p := range m.pairs {
		beside := floats.Dot(p.change, x) / floats.Dot(p.step, p.change)
		floats.AddScaled(x, along[i]-beside, p.step)
	}
	floats.Scale(-1, x)
	return x
}
