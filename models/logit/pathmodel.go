package logit

import "math"

// quadratic is a model of the mean negative log likelihood about a point b0,
//
//	m(b) = g'(b - b0) + 1/2 (b - b0)'H(b - b0),
//
// g its gradient there, H a Hessian taken there or at an earlier point. H is known for
// the listed positions of theta only; the others do not move.
type quadratic struct {
	q     int
	first int
	hess  []float64
	known []bool // per position
	stale bool   // whether a Hessian is due: positions have joined since, or it led uphill
	slope []float64
}

func newQuadratic(d *design) *quadratic {
	q := d.size()
	return &quadratic{q: q, first: d.first(), hess: make([]float64, q*q), known: make([]bool, q), slope: make([]float64, q)}
}

// learn corrects the Hessian by what a step from one point to the next did to the slope,
// so that it maps the one to the other, and leaves it as it is across them (Broyden,
// Fletcher, Goldfarb and Shanno; Nocedal and Wright 2006, equation 6.19). Gradients are
// at hand at both ends, so the curvature along the path costs no pass over the rows.
func (m *quadratic) learn(from, to []float64, before, after *evaluation) {
	h := make([]float64, m.q) // H step
	var bent, met float64     // step'H step and step'(change of slope)
	for i := range m.q {
		for k := range m.q {
			h[i] += m.hess[i*m.q+k] * (to[k] - from[k])
		}
		bent += h[i] * (to[i] - from[i])
		met += (after.grad[i] - before.grad[i]) * (to[i] - from[i])
	}
	if !(bent > 0 && met > 0) {
		return
	}
	for i := range m.q {
		for k := range m.q {
			if m.known[i] && m.known[k] {
				change := (after.grad[i] - before.grad[i]) * (after.grad[k] - before.grad[k])
				m.hess[i*m.q+k] += change/met - h[i]*h[k]/bent
			}
		}
	}
}

const (
	sweeps    = 1000 // over the coordinates, per model; correlated columns need many
	sweepGoal = 0.1  // of the tolerance: the model need not be solved better than it is true
)

// descend minimises model plus penalty by coordinate descent from b = b0, whose gradient
// is given; b ends at the minimum. Between sweeps over every known position, it cycles
// over those that are not at rest (the active set), until these stand still.
func (w *walker) descend(lambda float64, grad, b []float64) {
	m, goal := w.model, sweepGoal*w.settings.Tolerance
	copy(m.slope, grad)
	active := make([]int, 0, m.q)
	for range sweeps {
		active = active[:0]
		moved := 0.0
		for k := range m.q {
			if !m.known[k] {
				continue
			}
			moved = max(moved, w.adjust(lambda, b, k))
			if k < m.first || b[k] != 0 {
				active = append(active, k)
			}
		}
		if moved <= goal {
			return
		}
		for range sweeps {
			moved = 0
			for _, k := range active {
				moved = max(moved, w.adjust(lambda, b, k))
			}
			if moved <= goal {
				break
			}
		}
	}
}

// adjust minimises along one coordinate,
//
//	b = clip( S(H_jj b_j - slope_j, lambda l1) / (H_jj + lambda l2) ),
//
// S the soft threshold, and carries the model's gradient along. It returns how much slope,
// per standard deviation of the column, the move took out.
func (w *walker) adjust(lambda float64, b []float64, k int) float64 {
	m := w.model
	h := m.hess[k*m.q+k]
	if !(h > 0) {
		return 0
	}
	to, unit := b[k]-m.slope[k]/h, 1.0
	if j := k - m.first; j >= 0 {
		to = soft(h*b[k]-m.slope[k], lambda*w.l1[j]) / (h + lambda*w.l2[j])
		to = min(max(to, w.low[j]), w.high[j])
		unit = w.spread[j]
		h += lambda * w.l2[j]
	}
	move := to - b[k]
	if move == 0 {
		return 0
	}
	b[k] = to
	for i, x := range m.hess[k*m.q : (k+1)*m.q] {
		m.slope[i] += x * move
	}
	return math.Abs(move) * h / unit
}

// soft is the minimiser of (x-v)^2/2 + t|x|.
func soft(v, t float64) float64 {
	return math.Copysign(max(math.Abs(v)-t, 0), v)
}
