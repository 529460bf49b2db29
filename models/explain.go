package models

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// Explanation says why one row has its log-odds of churn: where the average training
// account stands, and what each factor adds to that. Average and parts sum to the whole, in
// log-odds and in points of health, up to the rounding of that sum (a relative 1e-12).
//
// A score is a sum over factors, and log-odds and health are functions of that sum alone.
// The part of a factor in a change of such a function is then its part in the change of the
// sum, times the mean slope between the two accounts: the one division that adds up, gives
// nothing to a factor that changes nothing, and treats equal factors alike (Aumann and
// Shapley, Values of Non-Atomic Games, 1974).
type Explanation struct {
	LogOdds float64 `json:"log_odds"`
	P       float64 `json:"p"`
	Health  float64 `json:"health"`
	Band    Band    `json:"band,omitempty"`
	Segment string  `json:"segment,omitempty"` // whose weights or level the row has; empty: those of all accounts
	Average Average `json:"average"`
	Parts   []Part  `json:"parts"` // what raises the risk most first, what lowers it most last
}

// Average is the average training account, or that of the row's segment: every design column
// at its training mean, scored by the weights of the row. It is the same for all rows of a
// segment and need not be any account.
type Average struct {
	LogOdds float64 `json:"log_odds"`
	Health  float64 `json:"health"`
}

// Part is what one factor adds to the average account.
type Part struct {
	Factor   string  `json:"factor"`
	Category string  `json:"category,omitempty"`
	Value    Reading `json:"value"`          // of the row, as the factor reads it
	Peer     Reading `json:"peer"`           // usual among the training rows; empty if the model does not know
	Word     string  `json:"word,omitempty"` // of a platform's measure: what it calls the value, such as poor
	LogOdds  float64 `json:"log_odds"`
	Health   float64 `json:"health"` // in points; a part that raises the risk lowers health

	push float64 // on the scale of the score
}

// Scored says whether the row has a score.
func (e Explanation) Scored() bool { return e.LogOdds == e.LogOdds }

// Change is what one factor did to a row from one day to another. A change that raised the
// risk has LogOdds above 0 and Health below 0.
type Change struct {
	Factor  string  `json:"factor"`
	From    Reading `json:"from"`
	To      Reading `json:"to"`
	LogOdds float64 `json:"log_odds"`
	Health  float64 `json:"health"`
}

// Since splits the difference from an earlier explanation of the same account by the same
// model, as the parts split the difference from the average account: the changes sum to
// what log-odds and health have moved by, and a factor that stayed has none. An account that
// has come into another segment is held against another average, with other weights: how
// far the averages are apart is then a change of its own, and a factor that stayed may count
// for more. The biggest changes come first.
func (e Explanation) Since(earlier Explanation) []Change {
	was := make(map[string]Part, len(earlier.Parts))
	for _, p := range earlier.Parts {
		was[p.Factor] = p
	}
	changes, moved := []Change{}, 0.0
	by := func(p Part) float64 { return p.push }
	if e.Segment != earlier.Segment {
		by = func(p Part) float64 { return p.LogOdds }
	}
	add := func(c Change) {
		if c.LogOdds != 0 {
			changes = append(changes, c)
			moved += c.LogOdds
		}
	}
	for _, p := range e.Parts {
		from := was[p.Factor]
		delete(was, p.Factor)
		add(Change{Factor: p.Factor, From: from.Value, To: p.Value, LogOdds: by(p) - by(from)})
	}
	for _, p := range earlier.Parts { // the recipe of another band
		if _, gone := was[p.Factor]; gone {
			add(Change{Factor: p.Factor, From: p.Value, LogOdds: -by(p)})
		}
	}
	if e.Segment != earlier.Segment {
		add(Change{Factor: "segment", From: named(earlier.Segment), To: named(e.Segment), LogOdds: e.Average.LogOdds - earlier.Average.LogOdds})
	}
	odds := meanSlope(e.LogOdds-earlier.LogOdds, moved, 0)
	health := meanSlope(e.Health-earlier.Health, e.LogOdds-earlier.LogOdds, 0)
	for i := range changes {
		changes[i].LogOdds *= odds
		changes[i].Health = health * changes[i].LogOdds
	}
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(math.Abs(b.LogOdds), math.Abs(a.LogOdds)) })
	return changes
}

// explainer explains the rows of one source. It holds all of them encoded, and as the factors
// read them, and is for one goroutine.
type explainer struct {
	model  *Model
	design *features.Design
	routes []int32                // of the rows, nil without segments
	terms  []term                 // the factors among the columns, by place
	column []features.Column      // what was learned of each column
	values map[string]expr.Vector // of each factor, as it reads them; nil in TopCategories, which shows none
}

// explainer reads the rows, encoded and as they are.
func (m *Model) explainer(ctx context.Context, rows int, source dataset.Source) (*explainer, []dataset.Warning, error) {
	d, warnings, err := m.Encoder.Encode(ctx, rows, source)
	if err != nil {
		return nil, nil, err
	}
	x := &explainer{model: m, design: d, terms: termsOf(m.Encoder.Names()), column: m.Encoder.Kept(), values: make(map[string]expr.Vector)}
	for _, e := range m.Encoder.Factors {
		if x.values[e.Factor.Name], err = e.Values(ctx, rows, source); err != nil {
			return nil, nil, err
		}
	}
	x.routes, err = m.route(ctx, rows, source)
	return x, warnings, err
}

// Explanations explains every row; a row that cannot be scored has NaN for its log-odds and
// no parts. Memory grows with rows times factors: callers with many rows give them in batches,
// which changes nothing, because rows do not know of each other.
func (m *Model) Explanations(ctx context.Context, rows int, source dataset.Source) ([]Explanation, []dataset.Warning, error) {
	x, warnings, err := m.explainer(ctx, rows, source)
	if err != nil {
		return nil, nil, err
	}
	p, err := m.predict(x.design, x.routes)
	if err != nil {
		return nil, nil, err
	}
	explanations := make([]Explanation, rows)
	for i := range explanations {
		explanations[i] = x.explain(i, p.Eta[i])
	}
	return explanations, warnings, nil
}

// Explained are predictions with their reasons in words.
type Explained struct {
	Predictions
	Bands   []Band     // empty where there is no score, or the model has no bands
	Reasons [][]string // per row: what raises the risk most, the strongest first
	Top     []string   // per row: its Explanation.TopCategory

	Unscored []Unscored // per row: why it has no score
}

// Explain scores rows and says, for each, up to top reasons for a risk above that of the
// average training account: a factor, its value beside the usual one, and what it adds to
// the log-odds of churn. An account below the average may have reasons too: what raises its
// risk is there although more lowers it.
func (m *Model) Explain(ctx context.Context, rows int, source dataset.Source, top int) (*Explained, []dataset.Warning, error) {
	x, warnings, err := m.explainer(ctx, rows, source)
	if err != nil {
		return nil, nil, err
	}
	p, err := m.predict(x.design, x.routes)
	if err != nil {
		return nil, nil, err
	}
	return x.all(p, top), warnings, nil
}

// explain explains one row of known log-odds.
func (x *explainer) explain(row int, eta float64) Explanation {
	m := x.model
	if eta != eta {
		return Explanation{LogOdds: eta, P: eta, Health: eta}
	}
	parts, average := x.parts(row, eta)
	e := Explanation{LogOdds: eta, P: Probability(eta), Health: Health(eta), Band: m.band(eta, x.design, row),
		Segment: m.segmentOf(routeOf(x.routes, row)), Average: Average{LogOdds: average, Health: Health(average)}, Parts: parts}
	slope := meanSlope(e.Health-e.Average.Health, eta-average, -100*Probability(average)*Probability(-average))
	for k := range parts {
		parts[k].Health = slope * parts[k].LogOdds
	}
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(b.LogOdds, a.LogOdds) })
	return e
}

// segmentOf is the segment whose own weights a route has; none where it has the pooled ones.
func (m *Model) segmentOf(route int32) string {
	if route < 0 || int(route) >= len(m.Segments) || m.Segments[route].Coef == nil && m.Segments[route].Shift == 0 {
		return ""
	}
	return m.Segments[route].Segment
}

// meanSlope is the slope of a function between two points, and its derivative where they
// are one: the limit, so that parts that take each other off exactly still have their sizes.
func meanSlope(rise, run, derivative float64) float64 {
	if run == 0 {
		return derivative
	}
	return rise / run
}

// parts are what the factors add to the log-odds of the average training account. Whatever
// the calibration is, it looks at the score alone: pushes on the scale of the score become
// log-odds by one slope for all, that from the average account to the row.
func (x *explainer) parts(row int, eta float64) (parts []Part, average float64) {
	m := x.model
	switch {
	case m.Card != nil:
		parts, average = x.cardParts(row)
	case m.Calibration.Bands != nil:
		parts, average = []Part{x.bandPart(row)}, m.Typical[0]
		parts[0].LogOdds = parts[0].push
		return parts, average
	default:
		parts, average = x.linearParts(row)
	}
	whole := 0.0
	for _, p := range parts {
		whole += p.push
	}
	averageEta := m.etaOf(average, routeOf(x.routes, row))
	slope := meanSlope(eta-averageEta, whole, m.Calibration.Slope)
	for k := range parts {
		parts[k].LogOdds = slope * parts[k].push
	}
	return parts, averageEta
}

// linearParts are those of a score that is linear in the design, on the scale of the score.
func (x *explainer) linearParts(row int) (parts []Part, average float64) {
	pushes := make([]float64, len(x.terms))
	average = x.linearPushes(row, pushes)
	for k, t := range x.terms {
		parts = append(parts, x.part(t.factor, t.category, row, pushes[k]))
	}
	return parts, average
}

// linearPushes is what each term adds to the score of the average account, on its scale:
// sum b_j (x_j - mean_j) over its columns. pushes has one place per term.
func (x *explainer) linearPushes(row int, pushes []float64) (average float64) {
	average, coef := x.model.coefficients(routeOf(x.routes, row))
	for k, t := range x.terms {
		pushes[k] = 0
		for j := t.from; j < t.to; j++ {
			typical := x.model.typical(x.column[j])
			average += coef[j] * typical
			pushes[k] += coef[j] * (x.design.Columns[j][row] - typical)
		}
	}
	return average
}

// part is one factor's, with what the row has and what is usual.
func (x *explainer) part(factor, category string, row int, by float64) Part {
	peer, _ := x.model.peer(factor)
	return Part{Factor: factor, Category: category, Value: readingAt(x.values[factor], row), Peer: peer.reading(), push: by}
}

// typical is the encoded value of the average training account: 0 of a standardised column,
// whose mean that is, and else the mean of the column.
func (m *Model) typical(c features.Column) float64 {
	if m.Encoder.Form == features.Standardised {
		return 0
	}
	return c.Mean
}

// band is that of a row; a model without bands has none.
func (m *Model) band(eta float64, d *features.Design, row int) Band {
	switch {
	case m.Calibration.Bands != nil:
		return bands[int(d.Columns[0][row])]
	case m.Bands != nil:
		return m.Bands.Band(eta)
	}
	return ""
}

// String is the reason in words, such as "active_share 0.21, usually 0.64 (+0.92)". What is
// usual is left out where the account has just that, of which a category can still say
// more than the average does.
func (p Part) String() string {
	s := p.Factor
	if v := p.Value.String(); v != "" {
		s += " " + v
	}
	if p.Word != "" {
		s += " is " + p.Word
	}
	if usual := p.Peer.String(); usual != "" && usual != p.Value.String() {
		s += ", usually " + usual
	}
	return fmt.Sprintf("%s (%+.2f)", s, p.LogOdds)
}

// finite says whether a number is one.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
