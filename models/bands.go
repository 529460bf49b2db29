package models

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/features"
)

// Thresholds cut probabilities into bands: red from Red on, yellow from Yellow on, green
// below. They are learned once, from the training rows, and stored in the model: a band
// that moved with the accounts of the day could not get worse for all of them.
type Thresholds struct {
	Red    float64 `json:"red"` // probability of churn, as is Yellow
	Yellow float64 `json:"yellow"`

	// Hysteresis is how far p must fall below where a band begins before an account leaves
	// it for a better one; 0: at once. See BandAfter.
	Hysteresis float64 `json:"hysteresis,omitempty"`
}

// BandRule says where a band begins. Exactly one field is above 0. What it counts are
// training rows of the band itself: those of yellow are counted from where red begins.
// Rows of equal probability are in one band, so that Share, Capacity and Value may be
// overshot by ties; they are never undershot while there are rows.
type BandRule struct {
	Share       float64 // of the training rows, in (0, 1)
	Probability float64 // from which on, in (0, 1)
	Precision   float64 // in (0, 1]: the lowest probability from which on this share of the band had the event; where none reaches it, the band is empty
	Capacity    float64 // accounts per period, each counted once in a period, on the average of the training rows' days
	Value       float64 // share of the value of the training rows, in (0, 1)
}

// BandRules are the rules of the two bands that are not green. A zero rule is that of
// DefaultBandRules.
type BandRules struct {
	Red, Yellow BandRule

	Period     int     // days of a period, for Capacity; 0: a quarter of 91 days
	Hysteresis float64 // see Thresholds
}

// quarterDays is a period that nobody has given a length.
const quarterDays = 91

// DefaultBandRules are one account in twenty red and one in five yellow.
func DefaultBandRules() BandRules {
	return BandRules{Red: BandRule{Share: 0.05}, Yellow: BandRule{Share: 0.20}}
}

// OrDefault fills in what was left at its zero value.
func (r BandRules) OrDefault() BandRules {
	usual := DefaultBandRules()
	if r.Red == (BandRule{}) {
		r.Red = usual.Red
	}
	if r.Yellow == (BandRule{}) {
		r.Yellow = usual.Yellow
	}
	if r.Period == 0 {
		r.Period = quarterDays
	}
	return r
}

// NeedValue says whether a rule counts money.
func (r BandRules) NeedValue() bool { return r.Red.Value > 0 || r.Yellow.Value > 0 }

// Check refuses rules that say nothing or two things, and values that do not lie where
// theirs do.
func (r BandRules) Check() error {
	r = r.OrDefault()
	if !(r.Hysteresis >= 0 && r.Hysteresis < 1) || r.Period < 0 {
		return fmt.Errorf("models: bands: a hysteresis of %v and a period of %d days; give a probability below 1 and a number of days", r.Hysteresis, r.Period)
	}
	for _, one := range []struct {
		band Band
		rule BandRule
	}{{Red, r.Red}, {Yellow, r.Yellow}} {
		if err := one.rule.check(); err != nil {
			return fmt.Errorf("models: bands: %s: %w", one.band, err)
		}
	}
	return nil
}

// check wants one number, and in its place.
func (r BandRule) check() error {
	given := 0
	for _, v := range []float64{r.Share, r.Probability, r.Precision, r.Capacity, r.Value} {
		if v != 0 {
			given++
		}
		if !(v >= 0) {
			return fmt.Errorf("%v is no beginning of a band", v)
		}
	}
	switch {
	case given != 1:
		return errors.New("say one of share, p, precision, capacity and value")
	case r.Share >= 1 || r.Probability >= 1 || r.Value >= 1 || r.Precision > 1:
		return errors.New("share, p and value must lie below 1, and precision not above it")
	}
	return nil
}

// Band is the band of log-odds of churn.
func (t *Thresholds) Band(eta float64) Band { return t.at(Probability(eta)) }

// BandAfter is the band of an account that was in another before, "" for none. It enters a
// worse band at once, and leaves it for a better one only when p is more than Hysteresis
// below where the worse begins, so that an account near a threshold does not change its
// colour with every snapshot.
func (t *Thresholds) BandAfter(before Band, eta float64) Band {
	p := Probability(eta)
	now := t.at(p)
	if before.Risk() <= now.Risk() {
		return now
	}
	if held := t.at(p + t.Hysteresis); held.Risk() < before.Risk() {
		return held
	}
	return before
}

// at is the band of a probability.
func (t *Thresholds) at(p float64) Band {
	switch {
	case Reaches(p, t.Red):
		return Red
	case Reaches(p, t.Yellow):
		return Yellow
	}
	return Green
}

// Tie is by how much, relatively, a probability may lie below a threshold and be at it all
// the same. Thresholds are probabilities of training rows, so that ties at them are the rule;
// a sum in another order, as a database forms it, may end in another last digit.
const Tie = 1e-12

// Reaches says whether a probability is at a threshold, or above it.
func Reaches(p, threshold float64) bool { return p >= leastOf(threshold) }

// leastOf is the least probability that reaches a threshold.
func leastOf(threshold float64) float64 { return threshold * (1 - Tie) }

// check refuses thresholds that are none.
func (t *Thresholds) check() error {
	if !(0 <= t.Yellow && t.Yellow <= t.Red && t.Red <= 1) {
		return fmt.Errorf("bands: yellow from %v and red from %v are not probabilities in this order", t.Yellow, t.Red)
	}
	if !(t.Hysteresis >= 0 && t.Hysteresis < 1) {
		return fmt.Errorf("bands: a hysteresis of %v is no difference of probabilities", t.Hysteresis)
	}
	return nil
}

// Ladder is that of the rows that the model was fitted on, to learn from them where its bands
// begin. It is nil for a model whose bands are not cut out of probabilities: rules say the
// band themselves, and the baseline gives everybody one probability; and of rows none of which
// has a score, as where another tool's predictions begin later. With the notebook of the fit,
// which may be nil, the rows are not encoded again.
func (m *Model) Ladder(ctx context.Context, train dataset.View, rules BandRules, n *features.Notebook) (*Ladder, error) {
	ladders, err := Ladders(ctx, []*Model{m}, train, rules, n)
	if err != nil {
		return nil, err
	}
	return ladders[0], nil
}

// Ladders are those of several models that were fitted on the same rows.
func Ladders(ctx context.Context, list []*Model, train dataset.View, rules BandRules, n *features.Notebook) ([]*Ladder, error) {
	ladders := make([]*Ladder, len(list))
	var cut []*Model
	var at []int // their places in the list
	for k, m := range list {
		if m.Kind != Rules && m.Kind != Baseline {
			cut, at = append(cut, m), append(at, k)
		}
	}
	predictions, err := PredictViews(ctx, cut, train, n)
	if err != nil {
		return nil, err
	}
	var group errgroup.Group
	errs := make([]error, len(cut))
	for k, p := range predictions {
		if slices.ContainsFunc(p.Eta, func(eta float64) bool { return eta == eta }) {
			group.Go(func() error {
				ladders[at[k]], errs[k] = NewLadder(rules, p.Eta, train)
				return nil
			})
		}
	}
	_ = group.Wait() // the errors are in errs
	for k, err := range errs {
		predictions[k].vacate(train.Examples.Table)
		if err != nil {
			return nil, fmt.Errorf("models: %q: %w", cut[k].Name, err)
		}
	}
	return ladders, nil
}

// learnBands stores in the model where its bands begin.
func (m *Model) learnBands(ctx context.Context, train dataset.View, rules BandRules, n *features.Notebook) error {
	ladder, err := m.Ladder(ctx, train.For(m.Target.OrChurn().Event()), rules, n)
	if err != nil || ladder == nil {
		return err
	}
	if m.Bands, err = ladder.Thresholds(nil); err != nil {
		return fmt.Errorf("models: %q: %w", m.Name, err)
	}
	m.Warnings = append(m.Warnings, ladder.Warnings(m.Bands)...)
	return nil
}

// BandOf is the band of a row with this score and log-odds, which was in another band
// before ("" for none): that of the recipe that the score stands for, or that of the
// thresholds; "" without either.
func (m *Model) BandOf(t *Thresholds, before Band, score, eta float64) Band {
	switch {
	case eta != eta:
		return ""
	case m.Calibration.Bands != nil:
		return bands[min(max(int(score), 0), len(bands)-1)]
	case t != nil:
		return t.BandAfter(before, eta)
	}
	return ""
}
