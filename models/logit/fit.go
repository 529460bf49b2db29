package logit

import (
	"context"
	"errors"
	"math"
)

// Fit maximises the (penalised) likelihood of a logistic regression. Errors
// that a caller may want to tell apart are ErrOneClass, *SeparationError,
// *NonFiniteError and *ConvergenceError; a context that ends returns its own
// error within one chunk of rows.
func Fit(ctx context.Context, p Problem, s Settings) (*Fitted, error) {
	s = s.withDefaults(p.Firth)
	if err := p.check(s); err != nil {
		return nil, err
	}
	d, err := newDesign(p, s.Place)
	if err != nil {
		return nil, err
	}
	n, err := solve(ctx, d, s)
	s.Place.Leave() // what follows has passes of its own kinds
	if err != nil {
		return nil, err
	}
	o, err := n.finish(ctx)
	if err != nil {
		return nil, err
	}
	f := o.report()
	f.penalties = p.L2
	// After the fit, so that a problem without an answer is refused for its own reason and not
	// for what is wrong with its null model.
	f.NullLogLik, err = nullLogLik(ctx, d, s)
	if err != nil {
		return nil, err
	}
	f.NullDeviance = 2 * (d.saturated - f.NullLogLik)
	return f, nil
}

// solve runs Newton's method to the optimum. A warm start so far out that every
// probability is 0 or 1 leaves no curvature to follow; it is then dropped
// rather than trusted.
func solve(ctx context.Context, d *design, s Settings) (*newton, error) {
	n, err := prepare(ctx, d, s)
	if err != nil {
		return nil, err
	}
	err = n.run(ctx)
	// Only a start given from outside is dropped: our own start, at the base rate, is as good as
	// any, and a failure from there is the answer.
	var stuck *ConvergenceError
	if s.Start != nil && errors.As(err, &stuck) {
		s.Start = nil
		return solve(ctx, d, s)
	}
	return n, err
}

// prepare finds and evaluates a start, and if the Hessian there is suspicious, settles
// rank and basis and evaluates again.
func prepare(ctx context.Context, d *design, s Settings) (*newton, error) {
	d.setBasis(nil)
	n := newNewton(d, s, d.start(s.Start))
	if err := n.warm(ctx); err != nil {
		return nil, err
	}
	if err := n.pass.evaluate(ctx, n.theta, 1, n.now); err != nil {
		return nil, err
	}
	// The double-double factorisation costs as much as several fits. The Hessian of the first
	// evaluation is at hand anyway and clears nearly all problems of suspicion.
	if !suspicious(n.now.hess, d.size()) {
		return n, n.begin(ctx)
	}
	if err := d.reveal(ctx); err != nil {
		return nil, err
	}
	// Rank and basis have changed, and with them what theta means: start afresh.
	n = newNewton(d, s, d.start(s.Start))
	return n, n.objective.at(ctx, n.theta, n.now)
}

// begin turns an evaluated likelihood into an evaluated objective.
func (n *newton) begin(ctx context.Context) error {
	if !n.d.firth {
		return nil
	}
	return n.objective.at(ctx, n.theta, n.now)
}

// start expresses the warm start in theta. Without one it is the model whose
// intercept alone matches the event rate.
func (d *design) start(raw []float64) []float64 {
	zeta := make([]float64, d.size())
	if raw == nil {
		if d.intercept {
			// The log-odds of the base rate. From 0 a churn rate of one in ten thousand would cost ten
			// steps to get to, one unit of log-odds each.
			zeta[0] = math.Log(d.events/(d.sumW-d.events)) - d.meanOffset()
		}
		return d.toBasis(zeta)
	}
	if d.intercept {
		zeta[0] = raw[0]
	}
	for j, c := range d.source {
		z := raw[1+c] / d.scale[j]
		zeta[d.first()+j] = z
		if d.intercept {
			zeta[0] += z * d.shift[j]
		}
	}
	return d.toBasis(zeta)
}

// meanOffset is the weighted mean, which the starting intercept makes up for.
func (d *design) meanOffset() float64 {
	var sum float64
	for i, o := range d.offset {
		sum += d.weight(i) * o
	}
	return sum / d.sumW
}

// nullLogLik is the log likelihood without columns: in closed form, or by a
// fit of the intercept where offsets differ by row.
func nullLogLik(ctx context.Context, d *design, s Settings) (float64, error) {
	// The null model keeps what is not a weight to be learned: case weights and offset.
	null := &design{n: d.n, kernel: d.kernel, y: d.y, w: d.w, offset: d.offset, intercept: d.intercept, sumW: d.sumW, events: d.events}
	if d.offset == nil {
		pi := 0.5
		if d.intercept {
			pi = d.events / d.sumW
		}
		// Closed form instead of an iteration: to the last digit, where others stop at 11
		// (statsmodels on Spector and Mazzeo's data).
		return d.events*math.Log(pi) + (d.sumW-d.events)*math.Log1p(-pi), nil
	}
	s.Start = nil
	n, err := prepare(ctx, null, s)
	if err != nil {
		return 0, err
	}
	if d.intercept {
		if err := n.run(ctx); err != nil {
			return 0, err
		}
	}
	return -n.now.loss * d.sumW, nil
}
