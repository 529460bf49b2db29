package models

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// Inference says how far the weights of a fitted model can be trusted, and how much of
// its score each of them makes. It is no part of the model: nobody needs it to score.
type Inference struct {
	Level       float64           `json:"level"`    // of all intervals
	Accounts    int               `json:"accounts"` // that the clustered figures rest on
	Weights     []WeightInference `json:"weights"`  // the intercept first, then by design column: as Model.Weights
	Factors     []FactorInference `json:"factors"`  // in the order of the encoder
	Categories  []CategoryShare   `json:"categories"`
	Influential []Influence       `json:"influential"` // the accounts that move a weight most, the first most of all

	Warnings []dataset.Warning `json:"warnings,omitempty"`
}

// InferenceOptions say how much is computed. The zero value is what holdfast fit asks
// for.
type InferenceOptions struct {
	Level       float64 // 0: 0.95
	ProfileRows int     // profile intervals up to so many examples; 0: 20 000, negative: never
	Influential int     // accounts listed; 0: 10, negative: none

	Notebook *features.Notebook // of the examples: saves encoding them where it has the design; nil: none
}

// withDefaults fills in what was left at its zero value.
func (o InferenceOptions) withDefaults() InferenceOptions {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.ProfileRows == 0 {
		o.ProfileRows = 20_000
	}
	if o.Influential == 0 {
		o.Influential = 10
	}
	return o
}

// Infer looks at a model beside the examples it was fitted on:
//
//  1. the covariance of its factors as they enter the score gives shares and variance
//     inflation (shares, inflation);
//  2. its likelihood is climbed once more; unless the top is where the model stands,
//     there is nothing to infer from it, and a warning says so (atMaximum);
//  3. every weight gets account-clustered errors (weights) and a profile-likelihood
//     interval (profile);
//  4. every factor is tested with all its columns at once (tests);
//  5. every account is left out in thought (influential).
//
// The figures of step 3 that are clustered allow any dependence among the rows of an
// account; profile intervals and likelihood ratios take rows for independent, and
// where accounts repeat a warning says which to trust. Under a ridge penalty the profile
// is that of the penalised likelihood and there are no tests: no known distribution
// belongs to them.
//
// Kinds whose weights are declared have shares only; platform scores not even these. Of a
// candidate per segment it is the pooled weights that are looked at.
//
// train must be the view that the model was fitted on: it is encoded again, once, unless a notebook
// has it, and a model of other rows is found not to stand at their maximum. Errors are of reading the rows, of
// the solver, or of ctx; what cannot be inferred is undefined and has a warning.
func (m *Model) Infer(ctx context.Context, train dataset.View, o InferenceOptions) (*Inference, error) {
	inf := &Inference{Level: o.withDefaults().Level, Accounts: m.Training.Accounts, Weights: []WeightInference{},
		Factors: []FactorInference{}, Categories: []CategoryShare{}, Influential: []Influence{}}
	if m.Card != nil || len(m.Encoder.Names()) == 0 {
		return inf, nil
	}
	train = m.learnedFrom(train)
	design := o.Notebook.Design(m.Encoder, train)
	if design == nil {
		var err error
		if design, _, err = m.Encoder.EncodeView(ctx, train); err != nil {
			return nil, err
		}
		defer design.Close()
	}
	if err := inf.describe(ctx, m, design); err != nil || m.Kind != Logistic {
		return inf, err
	}
	if code, why := m.withoutErrors(); code != "" {
		inf.warn(code, m.Name, why)
		return inf, nil
	}
	problem, err := m.likelihood(design, train)
	if err != nil {
		return nil, err
	}
	e := &evidence{m: m, o: o.withDefaults(), train: train, design: design, problem: problem}
	standing, err := e.atMaximum(ctx)
	if err != nil {
		return nil, err
	}
	if !standing {
		inf.warn("not_maximum", m.Name, "the weights are not those that maximise the likelihood of these examples (they are bounded, chosen or fitted in another way), so they have shares but no errors; judge them by the account bootstrap")
		return inf, nil
	}
	return inf, inf.infer(ctx, e)
}

// infer fills in all that rests on the likelihood.
func (inf *Inference) infer(ctx context.Context, e *evidence) error {
	if err := e.cluster(); err != nil {
		return err
	}
	inf.Accounts = e.accounts
	if err := e.weights(ctx, inf); err != nil {
		return err
	}
	if err := e.tests(ctx, inf); err != nil {
		return err
	}
	var err error
	if inf.Influential, err = e.influential(ctx); err != nil {
		return err
	}
	inf.caveats(e)
	return nil
}

// fewAccounts is where clustered errors begin to be too small: the usual rule of thumb
// (Cameron and Miller 2015, section VI).
const fewAccounts = 40

// caveats says which of two figures to trust.
func (inf *Inference) caveats(e *evidence) {
	if e.accounts < fewAccounts {
		inf.warn("few_accounts", e.m.Name, fmt.Sprintf("clustered errors of %d accounts are too small themselves; %d are the least to rely on", e.accounts, fewAccounts))
	}
	n := len(e.problem.Y)
	switch {
	case e.penalised():
		inf.warn("shrunken", e.m.Name, "the weights are shrunken by a penalty: intervals are of the penalised likelihood, clustered errors the spread around the shrunken value, and no test is valid; judge factors by --drop-one and --bootstrap")
	case n > e.accounts:
		inf.warn("repeated_accounts", e.m.Name, fmt.Sprintf(
			"%d examples come from %d accounts; profile intervals and likelihood ratios take them for independent and may be too narrow: where they differ, trust the clustered figures", n, e.accounts))
	}
	if e.o.ProfileRows >= 0 && n > e.o.ProfileRows {
		inf.warn("no_profile", e.m.Name, fmt.Sprintf("%d examples are more than %d, so profile-likelihood intervals were left out; at that size they differ little from ci_low and ci_high", n, e.o.ProfileRows))
	}
}

// warn notes what limits the figures of a candidate.
func (inf *Inference) warn(code, candidate, message string) {
	inf.Warnings = append(inf.Warnings, dataset.Warning{Code: code, Where: "candidate " + candidate, Message: message})
}

// evidence is what inference works with: the likelihood and its maximum, in the units of
// the design.
type evidence struct {
	m        *Model
	o        InferenceOptions // with defaults
	train    dataset.View     // its rows in canonical order: those of an account are neighbours
	design   *features.Design // of these rows
	problem  logit.Problem    // what the model solved (likelihood)
	fitted   *logit.Fitted    // its maximum, found again by atMaximum
	robust   *mat.SymDense    // clustered covariance, laid out as that of fitted
	accounts int              // with a row in train
}

// penalised says whether the weights are shrunken.
func (e *evidence) penalised() bool { return e.problem.L2 != nil }

// maximumNoise is how far, in standard errors, a coefficient may be from the maximum
// that is found again.
const maximumNoise = 1e-4

// atMaximum climbs from where the model stands and says whether it came to stay there.
// A likelihood without a maximum has nothing to stand on either. e.fitted is the maximum that
// was found, and set whenever there is one.
func (e *evidence) atMaximum(ctx context.Context) (bool, error) {
	start := append([]float64{e.m.Intercept}, e.m.Coef...)
	fitted, err := logit.Fit(ctx, e.problem, logit.Settings{Start: start})
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if noMaximum(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("models: inference: %w", err)
	}
	e.fitted = fitted
	for j, b := range fitted.Coef {
		if !(math.Abs(b-e.m.Coef[j]) <= maximumNoise*fitted.StdErr[j]) && b != e.m.Coef[j] {
			return false, nil
		}
	}
	if e.m.Penalty.Kind == FLIC {
		return true, nil // its level is not that of the penalised likelihood, its weights are
	}
	return math.Abs(fitted.Intercept-e.m.Intercept) <= maximumNoise*fitted.InterceptStdErr, nil
}

// cluster computes the covariance that allows for accounts.
func (e *evidence) cluster() error {
	cluster := e.train.Accounts()
	var err error
	if e.robust, err = logit.ClusterCovariance(e.problem, e.fitted, cluster); err != nil {
		return fmt.Errorf("models: inference: %w", err)
	}
	last := int32(-1) // rows are in canonical order: those of an account are neighbours
	for _, g := range cluster {
		if g != last {
			e.accounts++
			last = g
		}
	}
	return nil
}
