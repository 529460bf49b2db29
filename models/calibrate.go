package models

import (
	"context"
	"errors"
	"math"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// calibrate learns logit(p) = a + b * score on the training rows (Platt 1999)
// and keeps b >= 0: the direction of a score is declared, and data may weaken it
// but never turn it round. A score without signal gets the base rate.
func (c Candidate) calibrate(ctx context.Context, m *Model, d *features.Design, train dataset.View) error {
	p, err := m.predict(d)
	if err != nil {
		return err
	}
	score, y, err := c.rated(m, p.Score, responses(train))
	if err != nil {
		return err
	}
	m.Calibration = Calibration{Intercept: logOdds(float64(m.Training.Churned) / float64(m.Training.Examples))}
	fitted, err := logit.Fit(ctx, logit.Problem{Columns: [][]float64{score}, Y: y}, logit.Settings{})
	var separation *logit.SeparationError
	separated := errors.As(err, &separation)
	if separated && !separation.Complete && meanGap(score, y) > 0 {
		fitted, err = logit.Fit(ctx, logit.Problem{Columns: [][]float64{score}, Y: softened(y)}, logit.Settings{})
		separated = false
		m.warn("soft_calibration", "beyond one value of the score the training rows churned all or not at all; its probabilities are those of Platt's softened outcomes")
	}
	switch {
	case separated && meanGap(score, y) > 0:
		return &FitError{Candidate: c.Name, Factors: inputNames(c.inputs),
			Reason: "the score tells churned from renewed without error in the training rows; check it for leakage"}
	case err != nil && !separated:
		return c.explain(err, nil)
	case !separated && len(fitted.Aliased) > 0:
		m.warn("constant_score", "the score is the same for every training row; everyone gets the base rate")
	case separated || fitted.Coef[0] < 0:
		m.warn("wrong_way", "the score runs against its declared direction in the training rows; everyone gets the base rate")
	default:
		m.Calibration = Calibration{Intercept: fitted.Intercept, Slope: fitted.Coef[0]}
	}
	if m.Card == nil {
		m.Weights = scoreWeights(m)
	}
	return nil
}

// meanGap is the mean score of the churned less that of the renewed. Where a score
// separates the two, its sign says which way.
func meanGap(score, y []float64) float64 {
	var sum, n [2]float64
	for i, s := range score {
		sum[int(y[i])] += s
		n[int(y[i])]++
	}
	return sum[1]/n[1] - sum[0]/n[0]
}

func inputNames(inputs []features.Factor) []string {
	names := make([]string, len(inputs))
	for i, f := range inputs {
		names[i] = f.Name
	}
	return names
}

func (m *Model) warn(code, message string) {
	m.Warnings = append(m.Warnings, dataset.Warning{Code: code, Where: "candidate " + m.Name, Message: message})
}

// logOdds is the inverse of Probability.
func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }
