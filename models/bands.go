package models

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Thresholds cut probabilities into bands: red from Red on, yellow from Yellow on, green
// below. They are learned once, from the training rows, and stored in the model: a band
// that moved with the accounts of the day could not get worse for all of them.
type Thresholds struct {
	Red    float64 `json:"red"` // probability of churn, as is Yellow
	Yellow float64 `json:"yellow"`
}

// BandRule says where a band begins: at a probability, or where a share of the training
// rows is above.
type BandRule struct {
	Share       float64 // of the training rows, in (0, 1); 0: not given
	Probability float64 // in (0, 1); 0: not given
}

// BandRules are the rules of the two bands that are not green. The share of yellow counts
// from where red begins.
type BandRules struct{ Red, Yellow BandRule }

// DefaultBandRules are one account in twenty red and one in five yellow.
func DefaultBandRules() BandRules {
	return BandRules{Red: BandRule{Share: 0.05}, Yellow: BandRule{Share: 0.20}}
}

// Band is the band of log-odds of churn.
func (t *Thresholds) Band(eta float64) Band {
	switch p := Probability(eta); {
	case p >= t.Red:
		return Red
	case p >= t.Yellow:
		return Yellow
	}
	return Green
}

// learnThresholds applies the rules to the log-odds of the training rows. Equal
// probabilities are in one band, so that a share may be overshot by ties; it is never
// undershot. Where everybody has the same probability, there are no bands.
func learnThresholds(rules BandRules, eta []float64) (*Thresholds, error) {
	p := make([]float64, 0, len(eta))
	for _, e := range eta {
		if e == e {
			p = append(p, Probability(e))
		}
	}
	if len(p) == 0 {
		return nil, errors.New("no training row has a score, so bands have no thresholds")
	}
	slices.Sort(p)
	if p[0] == p[len(p)-1] {
		return nil, nil
	}
	red := rules.Red.threshold(p, 0)
	yellow := rules.Yellow.threshold(p, from(p, red))
	if yellow > red {
		return nil, fmt.Errorf("yellow begins at a probability of %.3g, above red at %.3g; give red the higher one", yellow, red)
	}
	return &Thresholds{Red: red, Yellow: yellow}, nil
}

// threshold is the lowest probability of the band; so many rows above it are taken.
func (r BandRule) threshold(sorted []float64, above int) float64 {
	if r.Probability > 0 {
		return r.Probability
	}
	const slack = 1 - 1e-12 // a share of 0.1 of ten rows is one row, whatever 0.1 is in binary
	taken := above + int(math.Ceil(r.Share*float64(len(sorted))*slack))
	return sorted[len(sorted)-min(taken, len(sorted))]
}

// from counts the values from the threshold on.
func from(sorted []float64, threshold float64) int {
	at, _ := slices.BinarySearch(sorted, threshold)
	return len(sorted) - at
}

// check refuses thresholds that are none.
func (t *Thresholds) check() error {
	if !(0 <= t.Yellow && t.Yellow <= t.Red && t.Red <= 1) {
		return fmt.Errorf("bands: yellow from %v and red from %v are not probabilities in this order", t.Yellow, t.Red)
	}
	return nil
}
