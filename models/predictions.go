package models

import (
	"context"
	"errors"
	"fmt"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// Foreign is where the scores of another tool lie, and what they are.
type Foreign struct {
	dataset.Predictions
	Probability bool // of churn, or with HigherIs LowerChurn of staying, used as it is; else a score to be calibrated
}

// certain is as sure as a probability is taken to be: beyond it the logarithm of one
// mistake would outweigh everything else.
const certain = 1e-15

// ForeignPredictions are the files that the candidates need beside the snapshots, to be
// joined to them before anything is fitted: one per candidate of kind Predicted, named after
// it, in the order of the candidates.
func ForeignPredictions(candidates []Candidate) []dataset.Predictions {
	var files []dataset.Predictions
	for _, c := range candidates {
		if c.Foreign != nil {
			files = append(files, c.Foreign.named(c.Name))
		}
	}
	return files
}

// named gives the joined column a name of its own: two candidates may read one file.
func (f *Foreign) named(candidate string) dataset.Predictions {
	file := f.Predictions
	file.Name = "predictions of " + candidate
	return file
}

// foreignFactor is the joined column as a factor: the score itself, or the log-odds of
// the probability.
func (c Candidate) foreignFactor(columns expr.Columns) ([]features.Factor, error) {
	switch {
	case c.Foreign == nil || c.Foreign.Path == "":
		return nil, errors.New("it names no file")
	case c.HigherIs == "" && !c.Foreign.Probability:
		return nil, errors.New("say higher_is: healthier or riskier, or is_probability: true; the direction of a score is never guessed")
	}
	name := c.Foreign.named(c.Name).Name
	if _, taken := columns[name]; taken {
		return nil, fmt.Errorf("the snapshots have a column %q of their own; choose another name for the candidate", name)
	}
	source := expr.Quote(name)
	if c.Foreign.Probability {
		held := fmt.Sprintf("clip(%s, %g, 1 - %g)", source, certain, certain)
		source = fmt.Sprintf("log(%s / (1 - %s))", held, held)
	}
	f := features.Factor{Name: c.Foreign.Column, Expr: source, Expect: c.direction()}
	return features.Compile([]features.Factor{f}, expr.Columns{name: expr.Number})
}

// direction is what more of the score means; a probability is of churn unless it is said
// to be of staying. Scores come here with a HigherIs (foreignFactor refuses them without).
func (c Candidate) direction() features.Direction {
	if c.HigherIs == features.LowerChurn {
		return features.LowerChurn
	}
	return features.HigherChurn
}

// fitForeign calibrates a score, and leaves a probability as it is. Rows that the other
// tool did not score have no score here either.
func (c Candidate) fitForeign(ctx context.Context, m *Model, train dataset.View) error {
	encoder, design, warnings, err := c.notebook.Fit(ctx, c.inputs, train, features.Observed)
	if err != nil {
		return err
	}
	defer design.Close()
	m.Encoder, m.Warnings = encoder, append(m.Warnings, warnings...)
	m.Coef = []float64{1}
	if c.HigherIs != "" {
		m.Coef[0] = c.sign(c.HigherIs)
	}
	if !c.Foreign.Probability {
		return c.calibrate(ctx, m, train)
	}
	m.Calibration = Calibration{Slope: 1}
	m.Weights = scoreWeights(m)
	return nil
}
