package models

import (
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// Effect is what one factor does to the prediction: a curve for a number, steps for
// bins, a bar per level for a category. It is data for a picture or a table.
type Effect struct {
	Factor   string        `json:"factor"`
	Category string        `json:"category,omitempty"`
	Steps    bool          `json:"steps"` // the effect is constant over each point's range; else Points lie on a curve
	IV       Stat          `json:"iv"`    // information value of the points: the sum of their parts
	Points   []EffectPoint `json:"points"`
}

// EffectPoint is a group of training rows with equal or neighbouring values. LogOdds
// and P are predicted at Value with every other factor at its training mean; WoE is what
// the rows themselves say, whatever their other factors: where the two part, other
// factors explain it.
type EffectPoint struct {
	Level    string `json:"level,omitempty"` // of a category; MissingLevel for rows without a value
	Value    Stat   `json:"value"`           // the middle one of the values of the group
	From     Stat   `json:"from"`            // the lowest and ...
	To       Stat   `json:"to"`              // ... the highest of them
	Examples int    `json:"examples"`
	Churned  int    `json:"churned"`
	LogOdds  Stat   `json:"log_odds"`
	P        Stat   `json:"p"`
	WoE      Stat   `json:"woe"` // ln(%churned/%renewed), as in package binning; positive is risk
}

const (
	effectPoints = 24 // on a curve: groups of equally many rows
	effectSteps  = 40 // different effects up to which they count as steps
)

// Effects evaluates the partial effect of every factor on the training rows. It works on
// what rows have and get, not on how a factor is defined, and so for every kind of
// factor: O(n) per factor. A platform's score is not additive in its
// factors and has none: nil. Of a model per segment the effects are those of the pooled
// weights. Factors without a column (constant in training) are left out.
func (m *Model) Effects(ctx context.Context, train dataset.View) ([]Effect, error) {
	if m.Card != nil {
		return nil, nil
	}
	train = m.learnedFrom(train)
	coef, typical, mean := m.Coef, make([]float64, len(m.Coef)), m.Intercept
	for j, c := range m.Encoder.Kept() {
		typical[j] = m.typical(c)
		mean += coef[j] * typical[j]
	}
	churned := train.Happened()
	defer dataset.Vacate(train.Examples.Table, churned)
	terms := termsOf(m.Encoder.Names())
	effects := make([]Effect, len(terms))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(train.Examples.Table.AtOnceWith(effectRoom*int64(train.Len()), effectBytes*int64(train.Len())))
	for k, t := range terms {
		group.Go(func() error {
			table := train.Examples.Table
			raw, by, err := m.encodingOf(t.factor).Contributions(ctx, m.Encoder.Form, coef[t.from:t.to], typical[t.from:t.to], table, train.Len(), train.InTurn())
			if err != nil {
				return fmt.Errorf("models: effect of %q: %w", t.factor, err)
			}
			rooms := &rooms{table: table}
			defer rooms.vacate(raw.Numbers, by)
			defer dataset.Vacate(table, raw.Codes)
			effects[k] = Effect{Factor: t.factor, Category: t.category}
			effects[k].of(raw, by, churned, rooms.take)
			effects[k].predict(m.Calibration, mean)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return effects, nil
}

// What looking at a factor takes a row, about: of room for its value, what it adds to the score, and finding
// ranks; and of other memory for counting them.
const (
	effectRoom  = 24
	effectBytes = 1
)

// encodingOf is the factor of that name with what was learned about it.
func (m *Model) encodingOf(name string) *features.Encoding {
	i := slices.IndexFunc(m.Encoder.Factors, func(e features.Encoding) bool { return e.Factor.Name == name })
	return &m.Encoder.Factors[i]
}

// The curve is read off the training rows instead of being computed from the factor's
// definition: what a row has beside what it gets, its columns times their weights, above the mean
// (Encoding.Contributions). Bins, rules, splines and whatever else becomes columns need no code
// here, and no value is drawn that nobody had.

// of groups the rows by what they have, and fills in a point per group. Predictions are
// left as the push of the middle row. room is that of radix.Ranks.
func (x *Effect) of(raw expr.Vector, by []float64, churned []bool, room func(n int) []float64) {
	if raw.Numbers != nil {
		x.Points, x.Steps = numberPoints(raw.Numbers, by, churned, room)
	} else {
		x.Points, x.Steps = levelPoints(raw, by, churned), true
	}
	events := 0
	for _, p := range x.Points {
		events += p.Churned
	}
	iv := 0.0
	for i := range x.Points {
		iv += x.Points[i].weigh(events, len(churned)-events)
	}
	x.IV = Stat(iv)
}

// weigh fills in the weight of evidence and returns the point's part of the information
// value. A point without churned or without renewed rows is counted with half a row more
// of each, as in package binning.
func (p *EffectPoint) weigh(churned, renewed int) float64 {
	c, r := float64(p.Churned), float64(p.Examples-p.Churned)
	if c == 0 || r == 0 {
		c, r = c+0.5, r+0.5
	}
	c, r = c/float64(churned), r/float64(renewed)
	woe := math.Log(c / r)
	p.WoE = Stat(woe)
	return (c - r) * woe
}

// predict turns pushes into log-odds at the others' means.
func (x *Effect) predict(c Calibration, mean float64) {
	for i := range x.Points {
		p := &x.Points[i]
		p.LogOdds = Stat(c.Eta(mean + float64(p.LogOdds)))
		p.P = Stat(Probability(float64(p.LogOdds)))
	}
}
