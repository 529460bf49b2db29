package models

import (
	"fmt"
	"math"
)

// rated returns the training rows that have a score, for scores that may be missing: what
// is learned about them is learned from those. Where they do not tell enough to learn
// from, it is a *FitError. What comes back holds no NaN and both outcomes, on which line,
// climb and countBands rely; where every row has a score it is the same slices.
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
	share := math.Ceil(100 * float64(len(score)-len(rated)) / float64(len(score)))
	m.warn("unscored_training", fmt.Sprintf("up to %v %% of the training examples have no score and taught it nothing", share))
	return rated, outcome, nil
}

// softened are the outcomes of Platt (1999, section 2.2): what one more row of each kind
// would make of certainty, (n+1)/(n+2) for the n churned and 1/(n+2) for the n renewed. A
// score of few values may have one at which everybody left; this keeps its slope finite.
func softened(y []float64) []float64 {
	churned := 0.0
	for _, v := range y {
		churned += v
	}
	renewed := float64(len(y)) - churned
	soft := make([]float64, len(y))
	for i, v := range y {
		soft[i] = 1 / (renewed + 2)
		if v == 1 {
			soft[i] = (churned + 1) / (churned + 2)
		}
	}
	return soft
}
