package models

import (
	"context"

	"holdfast/dataset"
	"holdfast/models/logit"
)

// fitLogistic is maximum likelihood, with whatever the candidate sets against it: it
// chooses the strength of the penalty if that is left to the data (chosenStrength), lays
// the task (newTask) and solves it.
func (c Candidate) fitLogistic(ctx context.Context, m *Model, train dataset.View) error {
	if c.Fitting.Near != nil {
		var err error
		if c, err = c.chosenNear(ctx, train); err != nil {
			return err
		}
	}
	// Before the task is laid: the inner folds lay tasks of their own, and two designs of all
	// rows at once would double the memory.
	penalty, err := c.settledPenalty(ctx, m, train)
	if err != nil {
		return err
	}
	t, warnings, err := c.newTask(ctx, train)
	if err != nil {
		return err
	}
	defer t.design.Close()
	m.Encoder = t.encoder
	m.Warnings = append(m.Warnings, warnings...)
	// What the model file keeps is what was done, so that the same file with and without the
	// words "ridge: 0" is the same bytes.
	if penalty != (Penalty{Kind: Ridge}) { // a ridge of strength 0 is none
		m.Penalty = penalty
	}
	if !c.Fitting.plain() {
		m.Fitting = &c.Fitting
	}
	settings := logit.Settings{Place: c.place}
	t.goOn(&settings)
	fitted, err := t.fit(ctx, penalty, settings)
	if err != nil {
		return t.explain(err)
	}
	m.Fit, m.solution = statistics(fitted.Fitted), fitted.Fitted
	if c.Fitting.Form == Percent {
		if err := t.percent(ctx, m, fitted); err != nil || c.method() == Uncalibrated {
			return err
		}
		return c.calibrate(ctx, m, train)
	}
	t.settle(m, fitted)
	return nil
}

// settledPenalty is the penalty of the candidate with a strength: that which was given, or
// that which the training rows choose in time order, with a warning where they cannot.
func (c Candidate) settledPenalty(ctx context.Context, m *Model, train dataset.View) (Penalty, error) {
	p := c.Penalty
	if !p.Auto {
		return p, nil
	}
	strength, warning, err := c.chosenStrength(ctx, train)
	if warning != nil {
		m.Warnings = append(m.Warnings, *warning)
	}
	p.Strength, p.Auto, p.OneSE = strength, false, false
	return p, err
}

// settle writes the fit into the model, with what there is to say about it: of weights against
// expectation, columns left out, limits that hold. Percent weights are settled by percent.
func (t *task) settle(m *Model, f *logit.Constrained) {
	m.Intercept, m.Coef = f.Intercept, f.Coef
	m.Weights = logisticWeights(t.encoder, f.Fitted)
	m.warnUnexpected()
	m.Warnings = append(m.Warnings, fitWarnings(t.names, f.Fitted)...)
	t.warnErrors(m, f)
}

// statistics are those of the likelihood at the fit.
func statistics(f *logit.Fitted) *FitStatistics {
	return &FitStatistics{
		LogLik: f.LogLik, NullLogLik: f.NullLogLik, Deviance: f.Deviance, AIC: f.AIC,
		Iterations: f.Iterations, Gradient: f.Gradient,
	}
}

// warnErrors says which standard errors are missing, or mean something else than they seem.
func (t *task) warnErrors(m *Model, f *logit.Constrained) {
	if m.Penalty.sparse() {
		m.warn("no_errors", "a lasso chooses factors by the rows that it fits, and errors after that choice would be too small: there are none; see how often a factor is chosen with --bootstrap")
	}
	if at := t.resting(f); len(at) > 0 {
		for _, j := range at {
			m.Warnings = append(m.Warnings, dataset.Warning{Code: "at_limit", Where: "factor " + t.names[j].Factor,
				Message: "the data would move its weight beyond a sign, bound or cap that holds it back"})
		}
	}
	if t.limited() {
		m.warn("given_limits", "standard errors are those that hold if the limits which weights rest at had been known to bind; weights that are held have none")
	}
	if t.weights != nil {
		m.warn("weighted", "rows are weighted, so that model-based errors and intervals are not those of independent rows; trust the account-clustered ones")
	}
}

// resting are the columns of factors whose weight would move if its own limit were let go:
// those whose multiplier (Karush, Kuhn and Tucker) is not 0. A weight held back by a cap alone
// is not among them.
func (t *task) resting(f *logit.Constrained) []int {
	var at []int
	for k, multiplier := range f.Bounds {
		// A multiplier is exactly 0 unless the fit rests on that limit.
		if multiplier != 0 {
			at = append(at, t.free[k])
		}
	}
	return at
}
