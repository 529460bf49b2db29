package models

import (
	"context"
	"fmt"
	"maps"
	"math"

	"holdfast/dataset"
	"holdfast/features"
)

// Outlook completes a model of churn: models of growth, and of shrinking, at least one of the
// two, that are shipped in its file. They look at the same dates and have no outlook of their
// own (checkOutlook).
type Outlook struct {
	Grow   *Model `json:"grow,omitempty"`
	Shrink *Model `json:"shrink,omitempty"`
}

// Prospect is what an account will do at its next renewal: four probabilities that are not
// below 0 and sum to exactly 1. Where nobody says who shrinks, Shrink is 0 and those who
// will are among Renew. All are NaN where one of the models has no score.
type Prospect struct {
	Leave  float64
	Shrink float64
	Renew  float64
	Grow   float64
}

// grain is what probabilities of a Prospect are multiples of. Sums of such numbers up to 1
// are exact in whatever order they are added, also after a decimal that reads back to the
// same bits.
const grain = 1.0 / (1 << 40)

// NewProspect lays the probabilities of the events beside each other. Each model asks
// "this event or any other", so that each is calibrated by itself and is taken as it is,
// rounded down to the grain; who does none of these renews. Where they claim more than the
// whole, because models fitted apart need not agree, all are scaled down alike and nobody
// is left to renew.
//
// Leave 0.3, shrink 0.1 and grow 0.2 leave 0.4 to renew; 0.6, 0.3 and 0.6, which are 1.5 of
// the whole, become 0.4, 0.2 and 0.4.
func NewProspect(leave, shrink, grow float64) Prospect {
	all := leave + shrink + grow
	if all != all {
		nan := math.NaN()
		return Prospect{nan, nan, nan, nan}
	}
	scale := max(1, all)
	down := func(p float64) float64 { return math.Floor(p/scale/grain) * grain }
	x := Prospect{Leave: down(leave), Shrink: down(shrink), Grow: down(grow)}
	if scale > 1 { // what rounding has left over belongs to nobody in particular
		x.Leave = 1 - x.Shrink - x.Grow
	} else {
		x.Renew = 1 - x.Leave - x.Shrink - x.Grow
	}
	return x
}

// Prospects are the outlooks of rows whose log-odds of churn are known from Predict or
// Explain, one per number of churn and in its order. The model has an Outlook. Each companion
// reads the source once more.
func (m *Model) Prospects(ctx context.Context, churn []float64, source dataset.Source) ([]Prospect, []dataset.Warning, error) {
	var warnings []dataset.Warning
	claims := func(from *Model) ([]float64, error) {
		if from == nil {
			return make([]float64, len(churn)), nil
		}
		p, said, err := from.Predict(ctx, len(churn), source)
		if err != nil {
			return nil, err
		}
		warnings = append(warnings, said...)
		for i, eta := range p.Eta {
			p.Eta[i] = Probability(eta)
		}
		return p.Eta, nil
	}
	shrink, err := claims(m.Outlook.Shrink)
	if err != nil {
		return nil, nil, err
	}
	grow, err := claims(m.Outlook.Grow)
	if err != nil {
		return nil, nil, err
	}
	prospects := make([]Prospect, len(churn))
	for i, eta := range churn {
		prospects[i] = NewProspect(Probability(eta), shrink[i], grow[i])
	}
	return prospects, warnings, nil
}

// companions are the models of the outlook that there are.
func (m *Model) companions() []*Model {
	var list []*Model
	if m.Outlook != nil {
		for _, c := range []*Model{m.Outlook.Shrink, m.Outlook.Grow} {
			if c != nil {
				list = append(list, c)
			}
		}
	}
	return list
}

// allFactors are those of the model, its segments and its companions: what a scorer must
// read.
func (m *Model) allFactors() []features.Factor {
	factors := m.factors()
	if m.Routing != nil {
		factors = append(factors, m.Routing.By)
	}
	for _, c := range m.companions() {
		factors = append(factors, c.allFactors()...)
	}
	return factors
}

// checkOutlook refuses companions that answer another question, or read a column as another
// type than the model or each other do: one scorer reads for all of them.
func (m *Model) checkOutlook() error {
	if m.Outlook == nil {
		return nil
	}
	if m.Target != Churn || len(m.companions()) == 0 {
		return fmt.Errorf("an outlook belongs to a model of %s and has a model of growth or of shrinking", Churn)
	}
	types := maps.Clone(m.Types)
	for _, c := range m.companions() {
		switch want := map[*Model]Target{m.Outlook.Grow: Expansion, m.Outlook.Shrink: Contraction}[c]; {
		case c.Target != want:
			return fmt.Errorf("outlook: model %q is of %s, not of %s", c.Name, c.Target, want)
		case c.Outlook != nil:
			return fmt.Errorf("outlook: model %q has an outlook of its own", c.Name)
		case c.Clock != m.Clock || c.Kind == Predicted:
			return fmt.Errorf("outlook: model %q looks at other dates, or holds no model", c.Name)
		}
		for name, kind := range c.Types {
			if have, ok := types[name]; ok && have != kind {
				return fmt.Errorf("outlook: model %q reads column %q as %s, not as %s", c.Name, name, kind, have)
			}
			types[name] = kind
		}
		if err := c.check(); err != nil {
			return fmt.Errorf("outlook: model %q: %w", c.Name, err)
		}
	}
	return nil
}
