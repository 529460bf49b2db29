package models

import (
	"errors"
	"fmt"
	"math"

	"holdfast/dataset"
)

// Weigh says how much each training row counts. Weights are scaled to the mean 1, so that
// strengths of penalties keep their meaning.
//
// A weight is not so many independent rows: model-based errors, profile intervals and
// likelihood ratios of a weighted fit are those of a likelihood that is not the rows' own.
// Account-clustered errors allow for weights.
type Weigh struct {
	By       string `json:"by,omitempty"`             // ByValue, or empty: all rows alike
	HalfLife int    `json:"half_life_days,omitempty"` // a row counts half after so many days; 0: age does not count
}

// ByValue weighs a row by the money at stake. A row of unknown value counts as the average
// of the others.
const ByValue = "value"

// check refuses weights of an unknown kind, and an age that cannot halve anything.
func (w Weigh) check() error {
	switch {
	case w.By != "" && w.By != ByValue:
		return fmt.Errorf("unknown weigh by %q; there is %s", w.By, ByValue)
	case w.HalfLife < 0:
		return fmt.Errorf("the half life of %d days must be above 0", w.HalfLife)
	}
	return nil
}

// Sampling are the shares of the rows with and without the event that are in the data,
// where rows were drawn by outcome: {1, 0.1} if every churn was kept and every tenth
// renewal. The zero value is no sampling.
//
// The weights of a logistic regression do not mind; its intercept is too high by the log
// of the ratio (Prentice and Pyke 1979; King and Zeng 2001, section 4.1). The fit takes
// that ratio as an offset, so that the model gives the probabilities of all accounts. In a
// backtest on the sampled rows these look too low, as they should.
type Sampling struct {
	Churned float64 `json:"churned"`
	Renewed float64 `json:"renewed"`
}

// check wants both shares or neither: a share of 0 would mean that no such row is in the data.
func (s Sampling) check() error {
	if s == (Sampling{}) {
		return nil
	}
	if !(s.Churned > 0 && s.Churned <= 1 && s.Renewed > 0 && s.Renewed <= 1) {
		return fmt.Errorf("sampling: shares %v and %v must be above 0 and at most 1", s.Churned, s.Renewed)
	}
	return nil
}

// shift is what sampling has added to the log-odds of a row in the data: ln(Churned/Renewed),
// 2.3 if every churn and every tenth renewal was kept.
func (s Sampling) shift() float64 {
	if s == (Sampling{}) {
		return 0
	}
	return math.Log(s.Churned / s.Renewed)
}

// of are the weights of the rows of a view, nil for all alike. Age is counted from the day
// on which the last label of the view became known, and not from today: the same rows weigh
// the same whenever they are fitted.
func (w Weigh) of(v dataset.View) ([]float64, error) {
	if w == (Weigh{}) {
		return nil, nil
	}
	weights, err := w.values(v)
	if err != nil {
		return nil, err
	}
	if w.HalfLife > 0 {
		last := dataset.NoDate
		for _, r := range v.Rows {
			last = max(last, v.Examples.Known[r])
		}
		for i, r := range v.Rows {
			weights[i] *= math.Exp2(-float64(last-v.Examples.AsOf[r]) / float64(w.HalfLife))
		}
	}
	return weights, toMeanOne(weights)
}

// values are the money at stake, or 1 for every row. An amount below 0 counts as 0; an unknown
// one as the mean of the known, after that.
func (w Weigh) values(v dataset.View) ([]float64, error) {
	values := make([]float64, v.Len())
	for i := range values {
		values[i] = 1
	}
	if w.By == "" {
		return values, nil
	}
	if v.Examples.Value == nil {
		return nil, errors.New("weigh: {by: value} needs a value column, and the data have none; set columns.value")
	}
	sum, known := 0.0, 0
	for i, r := range v.Rows {
		values[i] = max(0, v.Examples.Value[r]) // NaN stays NaN
		if values[i] == values[i] {
			sum += values[i]
			known++
		}
	}
	for i, x := range values {
		if x != x {
			values[i] = sum / float64(known)
		}
	}
	return values, nil
}

// toMeanOne scales weights in place. Their sum is then the number of rows, by which the
// strength of a penalty is multiplied.
func toMeanOne(weights []float64) error {
	m := mean(weights)
	if !(m > 0) || math.IsInf(m, 1) {
		return errors.New("weigh: the values of the training rows are all 0 or unknown, so that no row counts; weigh by something else")
	}
	for i := range weights {
		weights[i] /= m
	}
	return nil
}
