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
// which factors are to blame. It is about the data and not about the program: a walk forward
// reports it and goes on with the other candidates, and a bootstrap counts it.
type FitError struct {
	Candidate string
	Reason    string   // what is wrong, and what to do about it
	Factors   []string // factor or factor=level; nil where none is to blame
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
// Any other error is of reading the rows or of ctx.
//
//  1. Rows are asked about the candidate's target, and refused where all say the same.
//  2. The latest slice is put aside if the calibration is to be learned on it (holdBack).
//  3. Segments are found and counted (split).
//  4. The score of the kind is learned (learn).
//  5. Segments with enough events get weights of their own (fitSegments).
//  6. A score that is a log-odds is moved, if that is asked for (calibrate). Other scores
//     were calibrated in step 4: without that they have no probability at all.
//
// The model is frozen: it holds no reference to the view, and the same view gives the same
// bits on any number of processors. It has no bands and no peers yet (Introduce).
func (c Candidate) Fit(ctx context.Context, train dataset.View) (*Model, error) {
	defer c.place.Leave() // others wait for it
	// Everything below sees one outcome, yes or no, whichever target the candidate has.
	train = train.For(c.Target.Event())
	events := train.Events()
	// Asked here and not left to the solver: kinds that fit nothing would otherwise be calibrated
	// on one outcome, to infinite odds.
	if events == 0 || events == train.Len() {
		return nil, c.oneClass(train.Len(), events)
	}
	m := &Model{
		Format: Format, Name: c.Name, Kind: c.Kind, Target: c.Target.OrChurn(), Training: describe(train),
		Calibration: Calibration{Slope: 1}, Types: inputTypes(c.reads()),
	}
	// The slice for the calibration leaves first, so that no later step can have seen it.
	train = c.holdBack(m, train)
	if err := c.split(ctx, m, train); err != nil {
		return nil, err
	}
	if c.Kind == Earlier && !c.Refit {
		return c.asItIs(train), nil
	}
	err := c.learn(ctx, m, train)
	if err == nil && c.PerSegment {
		err = c.fitSegments(ctx, m, train)
	}
	if err == nil && c.givesLogOdds() {
		err = c.calibrate(ctx, m, train)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// learn learns the score of the candidate's kind: it sets Encoder, Coef, Weights and, of
// scores that are no log-odds, Calibration.
func (c Candidate) learn(ctx context.Context, m *Model, train dataset.View) error {
	switch c.Kind {
	case Logistic:
		return c.fitLogistic(ctx, m, train)
	case Weights:
		return c.fitWeights(ctx, m, train)
	case Vendor:
		return c.fitVendor(ctx, m, train)
	case Rules:
		return c.fitRules(ctx, m, train)
	case Earlier:
		return c.refit(ctx, m, train)
	case Predicted:
		return c.fitForeign(ctx, m, train)
	case Baseline:
		fitBaseline(m)
		return nil
	}
	return c.fitPlatform(ctx, m, train)
}

// oneClass is the error of a training set in which nobody, or everybody, churned.
func (c Candidate) oneClass(n, events int) error {
	reason := fmt.Sprintf("0 of %d training examples churned; a fit needs both churned and renewed ones", n)
	switch {
	case c.Target.OrChurn() != Churn:
		reason = fmt.Sprintf("%d of %d training examples with known amounts are a case of %s; a fit needs some that are and some that are not", events, n, c.Target)
	// Both extremes happen at the edges of a walk forward, and have different cures.
	case events > 0:
		reason = fmt.Sprintf("0 of %d training examples renewed, all churned; a fit needs both", n)
	}
	return &FitError{Candidate: c.Name, Reason: reason}
}

// describe says what the view holds. Its rows are in canonical order, so the rows
// of an account are neighbours.
func describe(train dataset.View) Training {
	e := train.Examples
	t := Training{Examples: train.Len(), Churned: train.Events(), FirstAsOf: e.AsOf[train.Rows[0]], LastAsOf: dataset.NoDate, KnownBy: dataset.NoDate}
	// Rows are in canonical order, by account: a change of account is a new one, and no set of
	// all accounts need be held.
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

// inputTypes are the snapshot columns behind the factors, by name: what a scorer must read.
// The types are stored with the model, because an expression means something else over a
// column that has become text.
func inputTypes(inputs []features.Factor) map[string]string {
	types := make(map[string]string)
	for _, f := range inputs {
		for name, t := range f.ColumnTypes() {
			types[name] = typeNames[t]
		}
	}
	return types
}

// explain names the factors behind an error of the solver: separation and want of convergence
// become a *FitError, any other error (of ctx, of a source) is wrapped. names are those of the
// columns the solver was given; nil where it was given a score and has no factor to blame.
func (c Candidate) explain(err error, names []features.Name) error {
	var separation *logit.SeparationError
	if errors.As(err, &separation) {
		blamed := pickNames(names, separation.Columns)
		kind := "quasi-complete separation"
		if separation.Complete {
			kind = "complete separation"
		}
		return &FitError{Candidate: c.Name, Factors: blamed, Reason: fmt.Sprintf(
			"%s: %s tells churned from renewed without error, so no finite weight exists; check it for leakage, drop it, or use penalty: {ridge: auto}, or {firth: true} in a small sample",
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
	if !m.Target.risky() {
		return // what is expected of churn says nothing of growth
	}
	expect := make(map[string]features.Direction)
	for _, f := range m.Encoder.Factors {
		expect[f.Factor.Name] = f.Factor.Expect
	}
	for _, w := range m.Weights {
		declared, low, high := expect[w.Factor], w.Low, w.High
		if m.Encoder.Form == features.Scores && declared == features.HigherChurn {
			low, high = -high, -low // its score goes the other way than the factor
		}
		// An interval on the wrong side, and not a weight: that of a factor without effect is on
		// either side by chance, and every second one would be named.
		if w.Level == "" && (declared == features.LowerChurn && low > 0 || declared == features.HigherChurn && high < 0) {
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

// fitWarnings says in words what the solver noticed, by the names of its columns.
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
		// Said above, factor by factor and with the combination.
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
	switch {
	case c.Missing != "":
		return c.fitReweighted(ctx, m, train, features.Graded)
	case redistributes(c.inputs):
		return c.fitReweighted(ctx, m, train, features.Shared)
	}
	encoder, design, warnings, err := c.notebook.Fit(ctx, c.inputs, train, features.Scores)
	if err != nil {
		return err
	}
	defer design.Close()
	// Weights need not sum to 100: divided by their sum, a weighted mean of scores from 0 to 100
	// is one again, whatever the user's habit.
	total := 0.0
	for _, w := range c.Weights {
		total += w.Weight
	}
	m.Encoder, m.Warnings = encoder, append(m.Warnings, warnings...)
	m.Coef = make([]float64, len(c.Weights))
	for j, w := range c.Weights {
		m.Coef[j] = c.sign(features.LowerChurn) * w.Weight / total // health counts down to risk
	}
	return c.calibrate(ctx, m, train)
}

// fitVendor is one column, turned so that higher is riskier, calibrated.
func (c Candidate) fitVendor(ctx context.Context, m *Model, train dataset.View) error {
	encoder, design, warnings, err := c.notebook.Fit(ctx, c.inputs, train, features.Raw)
	if err != nil {
		return err
	}
	defer design.Close()
	m.Encoder, m.Warnings = encoder, append(m.Warnings, warnings...)
	m.Coef = []float64{c.sign(c.HigherIs)}
	return c.calibrate(ctx, m, train)
}

// fitBaseline gives everyone the training base rate.
func fitBaseline(m *Model) {
	m.Encoder = &features.Encoder{Form: features.Raw}
	m.Coef = []float64{}
	rate := float64(m.Training.Churned) / float64(m.Training.Examples)
	m.Calibration = Calibration{Intercept: logOdds(rate)}
}
