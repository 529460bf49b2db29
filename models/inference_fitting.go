package models

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/stat/distuv"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// likelihood is the problem that a logistic model solves, over the columns of its encoder: with
// the penalty it came to, the weights of the rows and what sampling has added to their
// log-odds. It is rebuilt from what the model stores, so that a model read from a file can be
// looked at as one that was just fitted. Limits are not part of it (withoutErrors).
func (m *Model) likelihood(d *features.Design, train dataset.View) (logit.Problem, error) {
	p := logit.Problem{Source: d, Y: responses(train), Firth: m.Penalty.firth()}
	if !d.Stored() {
		p.Source, p.Columns = nil, d.Columns
	}
	if m.Penalty.ridge() > 0 {
		p.L2 = make([]float64, len(m.Coef))
		for j := range p.L2 {
			// A strength is per row, as in glmnet; the solver's penalty is on the sum of the rows.
			p.L2[j] = m.Penalty.Strength * float64(d.Rows)
		}
	}
	if m.Fitting == nil {
		return p, nil
	}
	// Rows that were sampled by outcome carry the log-odds of the sampling. As an offset they are
	// known, and neither the intercept nor its error absorbs them (King and Zeng 2001).
	if shift := m.Fitting.Sampling.shift(); shift != 0 {
		p.Offset = make([]float64, d.Rows)
		for i := range p.Offset {
			p.Offset[i] = shift
		}
	}
	var err error
	if p.Weights, err = m.Fitting.Weigh.of(train); err != nil {
		return p, fmt.Errorf("models: inference: %w", err)
	}
	return p, nil
}

// withoutErrors says why a model has weights and no errors to go with them, as the code and
// the message of a warning; empty: it has. In all of these the weights were chosen by more
// than the likelihood, and the usual errors would say that they were not.
func (m *Model) withoutErrors() (code, why string) {
	limited := m.Fitting != nil && m.Fitting.limited() || hasOffset(m.Encoder)
	switch {
	case m.Percents != nil:
		return "percent_weights", "the weights are whole points within limits, so they have shares but no errors; judge them by the account bootstrap"
	case m.Fitting != nil && m.Fitting.Toward != nil:
		return "toward_weights", "the weights are drawn to those that were set by hand, so they have no errors of the usual kind; look at the path, and at the account bootstrap"
	case m.Penalty.sparse():
		return "chosen_weights", "a lasso chose these factors by the rows themselves, so they have shares but no errors; the account bootstrap says how often each is chosen"
	case limited:
		return "limited_weights", "signs, bounds, pins or caps hold some of the weights, so that clustered errors and tests are not to be had; judge them by the account bootstrap"
	}
	return "", ""
}

// firthTests fills in the penalised likelihood-ratio test of every factor with one column
// (Heinze and Schemper 2002): its determinant is that of all columns, which a fit without
// some of them does not have, so that factors with several have the clustered test only.
func (e *evidence) firthTests(ctx context.Context, inf *Inference) error {
	for k, t := range termsOf(e.m.Encoder.Names()) {
		f := &inf.Factors[k]
		f.waldTest(e, t)
		// One degree of freedom each: the profile's z squared is the likelihood ratio.
		if t.to-t.from > 1 || e.leftOut(t.from+1) {
			continue
		}
		tested, err := e.fitted.Profile(ctx, e.problem, logit.Settings{Exact: logit.ExactNever}, []int{t.from + 1}, e.o.Level)
		if err != nil {
			return fmt.Errorf("models: inference: %w", err)
		}
		lr := tested[0].Z * tested[0].Z
		f.LR, f.DF, f.LRP = Stat(lr), 1, Stat(distuv.ChiSquared{K: 1}.Survival(lr))
	}
	return nil
}
