package models

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"holdfast/models/logit"
)

// Percents says what it cost to make percent weights of a fit.
type Percents struct {
	Exact  []float64 `json:"exact"`  // points before rounding, per design column
	Points []float64 `json:"points"` // whole, in the same order, 100 in all

	// LogLoss is the mean log loss of the training rows with the exact points, Rounded
	// with the whole ones, each with the level and slope that suit it best.
	LogLoss float64 `json:"log_loss"`
	Rounded float64 `json:"log_loss_rounded"`
}

// percent turns a fit with sign limits on factor scores into whole points:
//
//  1. the score sum_j b_j x_j is the same as that of the points w_j = 100 b_j / sum b, up
//     to its scale, so that the fit is the best that any such points can do;
//  2. whole points near these are searched for, those that cost least log loss with level
//     and slope fitted to them (whole in percent_round.go);
//  3. the model is that of hand weights: minus the health that the points give, and a line.
func (t *task) percent(ctx context.Context, m *Model, f *logit.Constrained) error {
	exact, ok := t.points(f.Coef)
	if !ok {
		return &FitError{Candidate: t.c.Name, Factors: inputNames(t.c.inputs), Reason: "no factor score goes with the outcome in its declared direction, so that percent weights have nothing to say; " +
			"check expect, and that the factors are filled in the training rows"}
	}
	p := &Percents{Exact: exact}
	best, err := t.profiled(ctx, exact)
	if err != nil {
		return err
	}
	p.LogLoss = t.meanLoss(best)
	if p.Points, best, err = t.whole(ctx, f, exact); err != nil {
		return err
	}
	p.Rounded = t.meanLoss(best)
	m.Percents = p
	m.Coef = make([]float64, len(p.Points))
	for j, w := range p.Points {
		m.Coef[j] = float64(t.sign(j))*w/100 + 0 // no -0
	}
	m.Calibration = Calibration{Intercept: best.Intercept, Slope: best.Coef[0]}
	if !(best.Coef[0] > 0) { // limits may leave only scores that run the wrong way
		level, err := t.level(ctx)
		if err != nil {
			return t.explain(err)
		}
		m.Calibration = Calibration{Intercept: level.Intercept}
		m.warn("wrong_way", wrongWay)
	}
	m.Weights = scoreWeights(m)
	return nil
}

// points are the shares of the coefficients in points out of 100; false if all are 0. Scores
// that are the same for everyone get the fewest points that their bound asks for, and the
// others share the rest (room): the rows cannot say more.
func (t *task) points(coef []float64) ([]float64, bool) {
	sum := 0.0
	for _, b := range coef {
		sum += math.Abs(b)
	}
	if !(sum > 0) {
		return nil, false
	}
	points := make([]float64, len(coef))
	for j, b := range coef {
		points[j] = t.room() * math.Abs(b) / sum
		if t.standing(j) {
			points[j] = math.Ceil(t.c.Fitting.bound(t.names[j].Factor).Low)
		}
	}
	return points, true
}

// profiled fits level and slope to the score of some points: the highest likelihood that
// the points can have. It is a fit of one column, whatever the number of factors. A score that
// separates is a *FitError (tellsAll). A slope below 0 is for the caller to judge.
func (t *task) profiled(ctx context.Context, points []float64) (*logit.Fitted, error) {
	score := make([]float64, t.design.Rows)
	flat := *t
	flat.offset, flat.base = score, make([]float64, len(points))
	for j, w := range points {
		flat.base[j] = float64(t.sign(j)) * w / 100
	}
	if err := flat.addBase(); err != nil {
		return nil, err
	}
	f, err := logit.Fit(ctx, logit.Problem{Columns: [][]float64{score}, Y: t.y, Weights: t.weights, Offset: t.offset}, logit.Settings{})
	var separation *logit.SeparationError
	if errors.As(err, &separation) {
		return nil, t.c.tellsAll()
	}
	if err != nil {
		return nil, t.c.explain(err, nil)
	}
	return f, nil
}

// meanLoss is the mean log loss of a fit.
func (t *task) meanLoss(f *logit.Fitted) float64 { return -f.LogLik / f.SumWeights }

// parabola is the quadratic model of the likelihood about a fit, as a function of points:
// with the intercept taken out, and g and H the gradient and the Hessian of the rest,
//
//	Q(s) = g'(s v - b) + 1/2 (s v - b)'H(s v - b),
//
// v the points with their signs, s their scale.
type parabola struct {
	sign   []float64
	hess   *mat.SymDense
	linear []float64 // H b - g: what v'linear is the best scale's numerator of
}

// parabola reads the model off a constrained fit: the Hessian is the inverse of the
// covariance without limits, the gradient what the multipliers balance.
func (t *task) parabola(f *logit.Constrained) *parabola {
	n := len(f.Coef)
	q := &parabola{sign: make([]float64, n), hess: mat.NewSymDense(n, nil), linear: make([]float64, n)}
	var at []int // columns that were estimated
	for j := range n {
		q.sign[j] = float64(t.sign(j))
		if f.Unlimited.At(j+1, j+1) > 0 {
			at = append(at, j)
		}
	}
	cov := mat.NewSymDense(len(at), nil)
	for i, a := range at {
		for k, b := range at[:i+1] {
			cov.SetSym(i, k, f.Unlimited.At(a+1, b+1))
		}
	}
	var root mat.Cholesky
	inverse := mat.NewSymDense(len(at), nil)
	if len(at) > 0 && root.Factorize(cov) {
		root.InverseTo(inverse) // only warns of its condition
	}
	for i, a := range at {
		for k, b := range at[:i+1] {
			q.hess.SetSym(a, b, inverse.At(i, k))
		}
	}
	limits := t.pointLimits()
	for j := range n {
		q.linear[j] = f.SumWeights * f.Bounds[j]
		for k, l := range limits {
			q.linear[j] += f.SumWeights * f.Linear[k] * l.Coef[j]
		}
		for k, b := range f.Coef {
			q.linear[j] += q.hess.At(j, k) * b
		}
	}
	return q
}

// fall is by how much the model of minus the log likelihood falls from scale 0 to the best
// scale of the points: the larger, the better they are.
func (q *parabola) fall(points []float64) float64 {
	var up, curve float64
	for j, w := range points {
		v := q.sign[j] * w
		up += v * q.linear[j]
		for k, x := range points {
			curve += v * q.hess.At(j, k) * q.sign[k] * x
		}
	}
	if !(up > 0) || !(curve > 0) {
		return 0 // a scale below 0 would turn the score round
	}
	return up * up / curve / 2
}
