package models

import (
	"errors"
	"fmt"

	"holdfast/dataset"
	"holdfast/features"
)

// Target is the event that a candidate gives the probability of.
type Target string

// The targets. The empty Target is Churn; the others need amounts before and after.
const (
	Churn       Target = "churn"
	Contraction Target = "contraction" // renewed for less
	Expansion   Target = "expansion"   // renewed for more
)

// targets are all of them, in the order in which they are worked and shown.
var targets = [...]Target{Churn, Contraction, Expansion}

// Event is the outcome that the target is about; of an unknown one, which check refuses, churn.
func (t Target) Event() dataset.Event {
	switch t {
	case Contraction:
		return dataset.ContractedEvent
	case Expansion:
		return dataset.ExpandedEvent
	}
	return dataset.ChurnedEvent
}

// OrChurn is the target, Churn where none is named.
func (t Target) OrChurn() Target {
	if t == "" {
		return Churn
	}
	return t
}

// risky says whether what is healthier makes the event less likely: unhealthy accounts
// leave or shrink, healthy ones grow. It turns every direction that is declared in terms
// of health.
func (t Target) risky() bool { return t != Expansion }

// sign is 1 where more of a score or factor of declared direction means more of the event,
// and -1 where it means less. Hand weights of a target Expansion so have positive
// coefficients: health counts up to growth.
func (c Candidate) sign(more features.Direction) float64 {
	if (more == features.HigherChurn) == c.Target.risky() {
		return 1
	}
	return -1
}

// check refuses an unknown target.
func (t Target) check() error {
	for _, known := range targets {
		if t.OrChurn() == known {
			return nil
		}
	}
	return fmt.Errorf("unknown target %q; there are %s, %s and %s", t, Churn, Contraction, Expansion)
}

// checkNamed refuses a target that is unknown or not named: a model is for one.
func (t Target) checkNamed() error {
	if t == "" {
		return errors.New("it does not say which event it is the probability of")
	}
	return t.check()
}

// responses are the labels as the solver takes them: 1 where the event of the view
// happened, in the Room of the table. Fit has turned the view to the candidate's target.
func responses(v dataset.View) []float64 {
	y := dataset.Room[float64](v.Examples.Table, v.Len())
	for i, r := range v.Rows {
		if v.HappenedAt(r) {
			y[i] = 1
		}
	}
	return y
}

// learnedFrom returns those of the training rows that the weights were learned from: asked
// about the target, and without the slice that was kept for the calibration.
func (m *Model) learnedFrom(train dataset.View) dataset.View {
	train = train.For(m.Target.Event())
	if later := m.Calibration.Later; later != nil {
		train = train.KnownBy(later.From, dataset.NoDate)
	}
	return train
}
