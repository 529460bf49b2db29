package models

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/radix"
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
// factor: O(n log n) per factor, for the sorting. A platform's score is not additive in its
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
	terms := termsOf(m.Encoder.Names())
	effects := make([]Effect, len(terms))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(train.Examples.Table.AtOnce(effectBytes * int64(train.Len())))
	for k, t := range terms {
		group.Go(func() error {
			raw, by, err := m.encodingOf(t.factor).Contributions(ctx, m.Encoder.Form, coef[t.from:t.to], typical[t.from:t.to], train.Len(), train.Batches())
			if err != nil {
				return fmt.Errorf("models: effect of %q: %w", t.factor, err)
			}
			effects[k] = Effect{Factor: t.factor, Category: t.category}
			effects[k].of(raw, by, churned)
			effects[k].predict(m.Calibration, mean)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return effects, nil
}

// effectBytes is about what looking at a factor takes a row: its value, what it adds to the score,
// and sorting.
const effectBytes = 48

// encodingOf is the factor of that name with what was learned about it.
func (m *Model) encodingOf(name string) *features.Encoding {
	i := slices.IndexFunc(m.Encoder.Factors, func(e features.Encoding) bool { return e.Factor.Name == name })
	return &m.Encoder.Factors[i]
}

// The curve is read off the training rows instead of being computed from the factor's
// definition: what a row has beside what it gets, its columns times their weights, above the mean
// (Encoding.Contributions). Bins, rules, splines and whatever else becomes columns need no code
// here, and no value is drawn that nobody had.

// effectGroup is a run of rows that make one point.
type effectGroup struct {
	level string
	rows  []int32
}

// of groups the rows by what they have, and fills in a point per group. Predictions are
// left as the push of the middle row.
func (x *Effect) of(raw expr.Vector, by []float64, churned []bool) {
	var groups []effectGroup
	if raw.Numbers != nil {
		groups, x.Steps = numberGroups(raw.Numbers, by)
	} else {
		groups, x.Steps = levelGroups(raw), true
	}
	events := 0
	for _, c := range churned {
		events += int(oneIf(c))
	}
	iv := 0.0
	for _, g := range groups {
		p := EffectPoint{Level: g.level, Value: Undefined(), From: Undefined(), To: Undefined(), Examples: len(g.rows)}
		for _, i := range g.rows {
			p.Churned += int(oneIf(churned[i]))
		}
		middle := g.rows[len(g.rows)/2]
		if raw.Numbers != nil && g.level == "" {
			p.Value, p.From, p.To = Stat(raw.Numbers[middle]), Stat(raw.Numbers[g.rows[0]]), Stat(raw.Numbers[g.rows[len(g.rows)-1]])
		}
		p.LogOdds = Stat(by[middle])
		iv += p.weigh(events, len(churned)-events)
		x.Points = append(x.Points, p)
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

// numberGroups sorts the rows by value and cuts where the effect jumps, if that is
// seldom, else into equal parts; rows of one value stay together, and those without one
// come last.
func numberGroups(values, by []float64) (groups []effectGroup, steps bool) {
	order, missing := make([]int32, 0, len(values)), []int32(nil)
	for i, v := range values {
		if v == v {
			order = append(order, int32(i))
		} else {
			missing = append(missing, int32(i))
		}
	}
	order = radix.Rising(values, order)
	ends := jumps(order, values, by)
	if steps = len(ends) <= effectSteps; !steps {
		ends = equalParts(order, values)
	}
	from := 0
	for _, to := range ends {
		groups = append(groups, effectGroup{rows: order[from:to]})
		from = to
	}
	if missing != nil {
		groups = append(groups, effectGroup{level: features.MissingLevel, rows: missing})
	}
	return groups, steps
}

// Whether a factor is a curve or has steps is not asked of its definition either: a step is
// where the effect changes. A number that is rare in its values, such as a count, has a
// step for each of them, which is the finest picture that there is of it.

// jumps are the positions behind each run of one effect; it stops looking when there are
// too many for steps.
func jumps(order []int32, values, by []float64) []int {
	var ends []int
	for k := range order {
		last := k+1 == len(order)
		if last || by[order[k+1]] != by[order[k]] && values[order[k+1]] != values[order[k]] {
			ends = append(ends, k+1)
		}
		if len(ends) > effectSteps {
			break
		}
	}
	return ends
}

// equalParts are the positions behind each of about effectPoints parts, rising, the last one
// len(order). A part ends where its last value ends: fewer and larger parts where values repeat.
func equalParts(order []int32, values []float64) []int {
	var ends []int
	for part := 1; part <= effectPoints; part++ {
		k := part * len(order) / effectPoints
		for k > 0 && k < len(order) && values[order[k]] == values[order[k-1]] {
			k++
		}
		if len(ends) == 0 && k > 0 || len(ends) > 0 && k > ends[len(ends)-1] {
			ends = append(ends, k)
		}
	}
	return ends
}

// levelGroups are the rows of each level in byte order, those without one last.
func levelGroups(raw expr.Vector) []effectGroup {
	rows := make([][]int32, len(raw.Levels)+1)
	for i, code := range raw.Codes {
		if code < 0 {
			code = int32(len(raw.Levels))
		}
		rows[code] = append(rows[code], int32(i))
	}
	var groups []effectGroup
	for code, level := range raw.Levels {
		if rows[code] != nil {
			groups = append(groups, effectGroup{level: level, rows: rows[code]})
		}
	}
	slices.SortFunc(groups, func(a, b effectGroup) int { return cmp.Compare(a.level, b.level) })
	if missing := rows[len(raw.Levels)]; missing != nil {
		groups = append(groups, effectGroup{level: features.MissingLevel, rows: missing})
	}
	return groups
}
