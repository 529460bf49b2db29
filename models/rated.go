package models

import "fmt"

// rated returns the training rows that have a score, for scores that may be missing: what
// is learned about them is learned from those. Where they do not tell enough to learn
// from, it is a *FitError.
func (c Candidate) rated(m *Model, score, y []float64) (rated, outcome []float64, err error) {
	events := 0.0
	for i, s := range score {
		if s == s {
			rated, outcome = append(rated, s), append(outcome, y[i])
			events += y[i]
		}
	}
	if len(rated) == len(score) {
		return score, y, nil
	}
	if events == 0 || events == float64(len(rated)) {
		return nil, nil, &FitError{Candidate: c.Name, Factors: inputNames(c.inputs), Reason: fmt.Sprintf(
			"%d of %d training examples have a score, of which %v churned; calibration needs both churned and renewed ones", len(rated), len(score), events)}
	}
	m.warn("unscored_training", fmt.Sprintf("%d of %d training examples have no score and taught it nothing", len(score)-len(rated), len(score)))
	return rated, outcome, nil
}
