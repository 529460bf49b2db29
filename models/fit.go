package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// FitError says that a candidate has no usable fit on the training rows, and
// which factors are to blame.
type FitError struct {
	Candidate string
	Reason    string
	Factors   []string // factor or factor=level
}

// Error is one line: who, why, and what to do.
func (e *FitError) Error() string {
	return fmt.Sprintf("models: candidate %q: %s", e.Candidate, e.Reason)
}

// Fit learns the candidate from the training view, which is never empty in a walk
// forward and is a *FitError when it is. The candidate comes from Compile, and
// examples without a value for a factor with missing: drop have been left out by
// features.Complete. A fit that does not exist (one class only, separation, no
// convergence) is a *FitError; what is merely worth knowing is in Model.Warnings.
func (c Candidate) Fit(ctx context.Context, train dataset.View) (*Model, error) {
	events := train.Events()
	if events == 0 || events == train.Len() {
		return nil, c.oneClass(train.Len(), events)
	}
	m := &Model{
		Format: Format, Name: c.Name, Kind: c.Kind, Target: "churn", Training: describe(train),
		Calibration: Calibration{Slope: 1}, Types: inputTypes(c.inputs),
	}
	var err error
	switch c.Kind {
	case Logistic:
		err = c.fitLogistic(ctx, m, train)
	case Weights:
		err = c.fitWeights(ctx, m, train)
	case Vendor:
		err = c.fitVendor(ctx, m, train)
	case Rules:
		err = c.fitRules(ctx, m, train)
	case Earlier:
		return c.fitEarlier(ctx, m, train)
	case Predicted:
		err = c.fitForeign(ctx, m, train)
	case Baseline:
		fitBaseline(m)
	default:
		err = c.fitPlatform(ctx, m, train)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// oneClass is the error of a training set in which nobody, or everybody, churned.
func (c Candidate) oneClass(n, events int) error {
	reason := fmt.Sprintf("0 of %d training examples churned; a fit needs both churned and renewed ones", n)
	if events > 0 {
		reason = fmt.Sprintf("0 of %d training examples renewed, all churned; a fit needs both", n)
	}
	return &FitError{Candidate: c.Name, Reason: reason}
}

// describe says what the view holds. Its rows are in canonical order, so the rows
// of an account are neighbours.
func describe(train dataset.View) Training {
	e := train.Examples
	t := Training{Examples: train.Len(), Churned: train.Events(), FirstAsOf: e.AsOf[train.Rows[0]], LastAsOf: dataset.NoDate, KnownBy: dataset.NoDate}
	last := int32(-1)
	for _, r := range train.Rows {
		if e.Account[r] != last {
			t.Accounts++
			last = e.Account[r]
		}
		t.FirstAsOf, t.LastAsOf = min(t.FirstAsOf, e.AsOf[r]), max(t.LastAsOf, e.AsOf[r])
		t.KnownBy = max(t.KnownBy, e.Known[r])
	}
	return t
}

// inputTypes are the snapshot columns behind the factors: what a scorer must read.
func inputTypes(inputs []features.Factor) map[string]string {
	types := make(map[string]string)
	for _, f := range inputs {
		for name, t := range f.ColumnTypes() {
			types[name] = typeNames[t]
		}
	}
	return types
}

// fitLogistic is penalised maximum likelihood on standardised factors.
func (c Candidate) fitLogistic(ctx context.Context, m *Model, train dataset.View) error {
	lambda := c.Ridge.Lambda
	if c.Ridge.Auto {
		var warning *dataset.Warning
		var err error
		if lambda, warning, err = c.chooseRidge(ctx, train); err != nil {
			return err
		}
		if warning != nil {
			m.Warnings = append(m.Warnings, *warning)
		}
	}
	encoder, design, warnings, err := features.Fit(ctx, c.inputs, train, features.Standardised)
	if err != nil {
		return err
	}
	defer design.Close()
	m.Encoder, m.Penalty = encoder, lambda
	m.Warnings = append(m.Warnings, warnings...)
	fitted, err := solve(ctx, design, responses(train), lambda, logit.Settings{})
	if err != nil {
		return c.explain(err, encoder.Names())
	}
	m.Intercept, m.Coef = fitted.Intercept, fitted.Coef
	m.Fit = &FitStatistics{
		LogLik: fitted.LogLik, NullLogLik: fitted.NullLogLik, Deviance: fitted.Deviance, AIC: fitted.AIC,
		Iterations: fitted.Iterations, Gradient: fitted.Gradient,
	}
	m.Weights = logisticWeights(encoder, fitted)
	m.warnUnexpected()
	m.Warnings = append(m.Warnings, fitWarnings(encoder.Names(), fitted)...)
	return nil
}

// solve runs the solver on a standardised design. lambda is of the mean log
// likelihood; the solver takes it of the sum.
func solve(ctx context.Context, d *features.Design, y []float64, lambda float64, settings logit.Settings) (*logit.Fitted, error) {
	p := logit.Problem{Columns: d.Columns, Y: y}
	if d.Stored() {
		p.Source = d
	}
	if lambda > 0 {
		_, columns := d.Size()
		p.L2 = make([]float64, columns)
		for j := range p.L2 {
			p.L2[j] = lambda * float64(d.Rows)
		}
	}
	return logit.Fit(ctx, p, settings)
}

// responses are the labels as the solver takes them: 1 = churned.
func responses(v dataset.View) []float64 {
	y := make([]float64, v.Len())
	for i, r := range v.Rows {
		if v.Examples.Churned[r] {
			y[i] = 1
		}
	}
	return y
}

// explain names the factors behind an error of the solver.
func (c Candidate) explain(err error, names []features.Name) error {
	var separation *logit.SeparationError
	if errors.As(err, &separation) {
		blamed := pickNames(names, separation.Columns)
		kind := "quasi-complete separation"
		if separation.Complete {
			kind = "complete separation"
		}
		return &FitError{Candidate: c.Name, Factors: blamed, Reason: fmt.Sprintf(
			"%s: %s tells churned from renewed without error, so no finite weight exists; check it for leakage, drop it, or use penalty: {ridge: auto}",
			kind, strings.Join(blamed, ", "))}
	}
	var slow *logit.ConvergenceError
	if errors.As(err, &slow) {
		return &FitError{Candidate: c.Name, Reason: fmt.Sprintf(
			"the fit did not converge in %d steps (gradient %.1e); use penalty: {ridge: auto}", slow.Iterations, slow.Gradient)}
	}
	return fmt.Errorf("models: candidate %q: %w", c.Name, err)
}

// warnUnexpected names factors whose weight runs against the declared expectation
// by more than chance explains.
func (m *Model) warnUnexpected() {
	expect := make(map[string]features.Direction)
	for _, f := range m.Encoder.Factors {
		expect[f.Factor.Name] = f.Factor.Expect
	}
	for _, w := range m.Weights {
		declared := expect[w.Factor]
		if w.Level == "" && (declared == features.LowerChurn && w.Low > 0 || declared == features.HigherChurn && w.High < 0) {
			m.Warnings = append(m.Warnings, dataset.Warning{Code: "against_expectation", Where: "factor " + w.Factor, Message: fmt.Sprintf(
				"declared expect: %s, but the fitted weight says the opposite given the other factors", declared)})
		}
	}
}

// pickNames names design columns; the intercept, column -1, has no name.
func pickNames(names []features.Name, columns []int) []string {
	picked := make([]string, 0, len(columns))
	for _, j := range columns {
		if j >= 0 {
			picked = append(picked, names[j].String())
		}
	}
	return picked
}

// fitWarnings says in words what the solver noticed.
func fitWarnings(names []features.Name, f *logit.Fitted) []dataset.Warning {
	var warnings []dataset.Warning
	for _, a := range f.Aliased {
		others := pickNames(names, a.Of)
		why := "is constant given the other factors"
		if len(others) > 0 {
			why = "is an exact linear combination of " + strings.Join(others, ", ")
		}
		warnings = append(warnings, dataset.Warning{Code: "collinear", Where: "factor " + names[a.Column].Factor, Message: fmt.Sprintf(
			"%s %s; it was left out (weight 0)", names[a.Column], why)})
	}
	for _, w := range f.Warnings {
		if w.Code == logit.WarnAliased {
			continue
		}
		where := strings.Join(pickNames(names, w.Columns), ", ")
		warnings = append(warnings, dataset.Warning{Code: w.Code, Where: where, Message: w.Message})
	}
	return warnings
}

// fitWeights is the weighted mean of 0-100 factor scores, calibrated.
func (c Candidate) fitWeights(ctx context.Context, m *Model, train dataset.View) error {
	if c.Missing != "" {
		return c.fitReweighted(ctx, m, train)
	}
	encoder, design, warnings, err := features.Fit(ctx, c.inputs, train, features.Scores)
	if err != nil {
		return err
	}
	defer design.Close()
	total := 0.0
	for _, w := range c.Weights {
		total += w.Weight
	}
	m.Encoder, m.Warnings = encoder, warnings
	m.Coef = make([]float64, len(c.Weights))
	for j, w := range c.Weights {
		m.Coef[j] = -w.Weight / total // health counts down to risk
	}
	return c.calibrate(ctx, m, design, train)
}

// fitVendor is one column, turned so that higher is riskier, calibrated.
func (c Candidate) fitVendor(ctx context.Context, m *Model, train dataset.View) error {
	encoder, design, warnings, err := features.Fit(ctx, c.inputs, train, features.Raw)
	if err != nil {
		return err
	}
	defer design.Close()
	m.Encoder, m.Warnings = encoder, warnings
	m.Coef = []float64{1}
	if c.HigherIs == features.LowerChurn {
		m.Coef[0] = -1
	}
	return c.calibrate(ctx, m, design, train)
}

// fitBaseline gives everyone the training base rate.
func fitBaseline(m *Model) {
	m.Encoder = &features.Encoder{Form: features.Raw}
	m.Coef = []float64{}
	rate := float64(m.Training.Churned) / float64(m.Training.Examples)
	m.Calibration = Calibration{Intercept: logOdds(rate)}
}
