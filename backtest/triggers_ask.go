package backtest

import (
	"errors"
	"fmt"

	"holdfast/dataset"
	"holdfast/models"
	"holdfast/models/trigger"
)

// checkTriggers reports all rules that cannot be used, as a *PlanError.
func checkTriggers(lists [][]Trigger, e *dataset.Examples) error {
	var problems []error
	for _, list := range lists {
		for _, t := range list {
			c, err := t.Compile()
			switch {
			case err != nil:
				problems = append(problems, err)
			case c.Asks(trigger.Value) && e.Value == nil:
				problems = append(problems, fmt.Errorf("trigger %q asks about value; name its column in columns.value", t.Name))
			case c.Asks(trigger.Segment) && e.Segment == nil:
				problems = append(problems, fmt.Errorf("trigger %q asks about segment; say what it is in columns.segment", t.Name))
			}
		}
	}
	if err := errors.Join(problems...); err != nil {
		return &PlanError{Reason: err.Error()}
	}
	return nil
}

// anyAsks says whether a rule of the run depends on a column that takes work to know.
func (o Options) anyAsks(column string) bool {
	for _, list := range [][]Trigger{o.Triggers, o.Playbooks} {
		for _, t := range list {
			if c, err := t.Compile(); err == nil && c.Asks(column) {
				return true
			}
		}
	}
	return false
}

// standings are what rules may ask about the scores of candidate c.
func (w *watched) standings(c int, folds []Fold) *trigger.Standings {
	s := &trigger.Standings{Rows: len(w.row), P: make([]float64, len(w.row)), Health: make([]float64, len(w.row)),
		Value: w.value, Band: w.band[c], BandBefore: make([]int8, len(w.row)), TopCategory: w.top[c], Segment: w.segment}
	models.Probabilities(s.P, w.eta[c])
	models.Healths(s.Health, w.eta[c])
	for i := range s.BandBefore {
		s.BandBefore[i] = uncoloured
		if w.follows(i, folds) {
			s.BandBefore[i] = w.band[c][i-1]
		}
	}
	return s
}
