package models

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// KnownBy is the last day whose labels the candidate knows before any fit: that of an
// earlier model that is used as it is, NoDate of every other. It may be tested on later
// days only; what it does before is memory, not foresight.
func (c Candidate) KnownBy() dataset.Date {
	if c.Kind != Earlier || c.Refit {
		return dataset.NoDate
	}
	return c.Earlier.Training.KnownBy
}

// earlierFactors are the factors of an earlier model over the columns there are now. Every
// column that is missing or has another type is reported, in byte order.
func (c Candidate) earlierFactors(columns expr.Columns) ([]features.Factor, error) {
	switch {
	case c.Earlier == nil:
		return nil, errors.New("it names no model file")
	case c.Earlier.Kind == Predicted:
		return nil, errors.New("the model is another tool's predictions, which it does not hold; name their file with kind: predictions")
	}
	uses, err := c.Earlier.Uses()
	if err != nil {
		return nil, err
	}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		switch have, ok := columns[name]; {
		case !ok:
			problems = append(problems, fmt.Errorf("the model reads column %q, which the snapshots do not have", name))
		case have != uses[name]:
			problems = append(problems, fmt.Errorf("the model reads column %q as %s, and now it is %s", name, uses[name], have))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return features.Compile(c.Earlier.factors(), columns)
}

// factors are the factors of a model, in the order of its encoder.
func (m *Model) factors() []features.Factor {
	factors := make([]features.Factor, len(m.Encoder.Factors))
	for i, f := range m.Encoder.Factors {
		factors[i] = f.Factor
	}
	return factors
}

// asItIs returns the earlier model under the candidate's name: a copy that shares all it
// learned, which nobody changes. It is not compared with the rows; only that it was fitted for
// another question is said.
func (c Candidate) asItIs(train dataset.View) *Model {
	asIs := *c.Earlier
	asIs.Name, asIs.Warnings = c.Name, nil // the warnings were about rows of another day
	if was, is := asIs.Clock, train.Examples.Clock; was != is {
		asIs.warn("other_clock", fmt.Sprintf("the model was fitted for %s and is used for %s; its probabilities are of the former", question(was), question(is)))
	}
	return &asIs
}

// inherit gives a candidate that is an earlier model what belongs to its recipe beside the
// kind: its target, segments and calibration. Compile calls it, since a fit asks for target
// and segments before it learns anything. As it is, the model needs its target only.
func (c Candidate) inherit() Candidate {
	from := c.Earlier
	c.Target = from.Target
	if !c.Refit {
		return c
	}
	c.Calibrate.Method = from.Calibration.Method
	if later := from.Calibration.Later; later != nil {
		c.Calibrate.Later, c.Calibrate.Share = true, later.Share
	}
	if from.Routing != nil {
		c.segment, c.Segments.MinEvents = &from.Routing.By, from.Routing.MinEvents
		c.PerSegment = from.Routing.PerSegment
	}
	return c
}

// question is what a clock asks, in words.
func question(c dataset.Clock) string {
	if c.Mode == dataset.Horizon {
		return fmt.Sprintf("churn within %d days", c.Horizon)
	}
	return fmt.Sprintf("renewals %d days ahead", c.Lead)
}

// refit learns the recipe of the earlier model anew: its factors with their policies and,
// of a logistic one, its penalty and limits; of any other, its weights or card, with a new
// calibration. The strength of a penalty is the one that the earlier model came to: a model
// file keeps what was used and not that it was chosen.
func (c Candidate) refit(ctx context.Context, m *Model, train dataset.View) error {
	from := c.Earlier
	m.Kind = from.Kind
	switch {
	case from.Kind == Logistic:
		c.Penalty = from.Penalty
		if from.Fitting != nil {
			c.Fitting = *from.Fitting
		}
		return c.fitLogistic(ctx, m, train)
	case from.Kind == Rules:
		c.Recipes = from.Recipes
		return c.fitRules(ctx, m, train)
	case from.Kind == Baseline:
		fitBaseline(m)
		return nil
	}
	m.Coef = slices.Clone(from.Coef)
	if from.Card != nil {
		return c.fitCard(ctx, m, from.Card, train, from.Encoder.Form)
	}
	encoder, design, warnings, err := c.notebook.Fit(ctx, c.inputs, train, from.Encoder.Form)
	if err != nil {
		return err
	}
	defer design.Close()
	m.Encoder, m.Warnings = encoder, append(m.Warnings, warnings...)
	return c.calibrate(ctx, m, train)
}
