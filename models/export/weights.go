package export

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"holdfast/features"
	"holdfast/models"
	"holdfast/models/platform"
)

// PercentWeight is a line of the table that people type into a customer-success platform:
// a factor, its points out of 100, and what a value of it scores.
type PercentWeight struct {
	Factor   string
	Category string
	Points   float64            // out of 100
	Higher   string             // healthier or riskier: what more of the factor means
	Source   string             // what the factor is computed from, in the model's own words
	Scale    string             // what is done to a value before it is placed between the anchors; "none" mostly
	At       map[int]float64    // the value that scores 0, 25, 50, 75 and 100; nil where Steps say it
	Steps    string             // of tiers, anchors and bins: what each value scores
	Missing  string             // what a missing value scores
	encoding *features.Encoding // what it is of
}

// quarters are the scores whose values a table shows: three between the anchors, for
// platforms that know steps only.
func quarters() []int { return []int{0, 25, 50, 75, 100} }

// Cut is where a band begins on the 0-100 score of percent weights.
type Cut struct {
	Band models.Band
	UpTo float64 // the score at and below which an account is of the band, or of a worse one
}

// Level is the probability at a score.
type Level struct {
	Score float64
	P     float64
}

// Sheet is what people type into a customer-success platform. The score of an account is
//
//	sum over factors of points * score / 100,  score = 100 (x - at 0)/(at 100 - at 0) within 0 and 100
//
// with x the value on the factor's scale.
type Sheet struct {
	Weights []PercentWeight
	Cuts    []Cut   // where red and yellow begin; none without bands, or where no line leads from score to probability
	Levels  []Level // of scores from 0 to 100, if Linear
	Linear  bool    // made of a weighted sum of limited numbers, as WeightsOf says, which ranks as this score does
}

// WeightsOf returns the percent weights of a model: its own, or those of a weighted sum whose
// numbers all have limits (linear.go), which is the same up to a line. A model that is no such
// sum is an *UnsupportedError that names the factor that is in the way, or the candidate to
// fit instead.
func WeightsOf(m *models.Model) (*Sheet, error) {
	if isLinear(m) {
		return linearSheet(m)
	}
	points, err := pointsOf(m)
	if err != nil {
		return nil, err
	}
	var list []PercentWeight
	for j := range m.Encoder.Factors {
		f := &m.Encoder.Factors[j]
		w := PercentWeight{Factor: f.Factor.Name, Category: f.Factor.Category, Points: points[j], Higher: "healthier",
			Source: sourceOf(f), Scale: string(f.Factor.Scale), Missing: missingRule(m, f), encoding: f}
		if f.Factor.Expect == features.HigherChurn {
			w.Higher = "riskier"
		}
		w.place()
		list = append(list, w)
	}
	s := &Sheet{Weights: list}
	if !countsUp(m) && m.Routing == nil {
		s.along(m, line{top: m.Intercept, perPoint: 1})
	}
	return s, nil
}

// countsUp says whether health counts up to the event: of a score of who will grow.
func countsUp(m *models.Model) bool {
	return slices.ContainsFunc(m.Coef, func(b float64) bool { return b > 0 })
}

// line leads from percent weights to the score of the model: top at 0, and less by perPoint.
type line struct{ top, perPoint float64 }

// along sets what the line says of bands and probabilities. Nothing, where the calibration
// turns no score into a probability: a flat one, or that of recipes. A cut that no score from
// 0 to 100 reaches is left out, since nobody, or everybody, is of that band.
func (s *Sheet) along(m *models.Model, l line) {
	c := m.Calibration
	if c.Bands != nil || c.Knots == nil && !(c.Slope > 0) {
		return
	}
	for _, q := range s.tenths() {
		s.Levels = append(s.Levels, Level{float64(q), models.Probability(c.Eta(l.top - l.perPoint*float64(q)))})
	}
	if m.Bands == nil {
		return
	}
	for _, b := range []struct {
		band models.Band
		from float64
	}{{models.Red, m.Bands.Red}, {models.Yellow, m.Bands.Yellow}} {
		// From the least score of the model that is in the band, ties included as everywhere.
		least := leastEta(func(score float64) bool { return models.Reaches(models.Probability(c.Eta(score)), b.from) })
		if upTo := (l.top - least) / l.perPoint; upTo >= 0 && upTo <= 100 {
			s.Cuts = append(s.Cuts, Cut{b.band, upTo})
		}
	}
}

// tenths are the scores whose probability the sheet shows.
func (s *Sheet) tenths() []int {
	if !s.Linear {
		return nil
	}
	return []int{0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100}
}

// pointsOf are the points of the factors, in the order of the encoder.
func pointsOf(m *models.Model) ([]float64, error) {
	refuse := func(why string) error {
		return &UnsupportedError{m.Name, "percent weights", why + "; fit a candidate of kind logistic with form: percent, whose weights are whole points out of 100"}
	}
	switch {
	case m.Encoder == nil || m.Kind != models.Weights && m.Percents == nil:
		return nil, refuse(fmt.Sprintf("a model of kind %s is no weighted mean of 0-100 factor scores", m.Kind))
	case m.Routing != nil && m.Routing.PerSegment:
		return nil, refuse("it has weights of its own per segment")
	case len(m.Encoder.Names()) != len(m.Encoder.Factors):
		return nil, refuse("a factor of it is not one score")
	case m.Card != nil:
		return cardPoints(m.Card), nil
	}
	points := make([]float64, len(m.Coef))
	total := 0.0
	for _, b := range m.Coef {
		total += math.Abs(b)
	}
	for j, b := range m.Coef {
		if points[j] = 100 * math.Abs(b) / total; m.Percents != nil {
			points[j] = m.Percents.Points[j]
		}
	}
	return points, nil
}

// cardPoints are those of a weighted mean with groups: the share of the group times that
// within it.
func cardPoints(c *platform.Card) []float64 {
	points := c.Shares()
	for j := range points {
		points[j] *= 100
	}
	return points
}

// sourceOf says what the factor is computed from.
func sourceOf(f *features.Encoding) string {
	if f.Factor.Only == nil {
		return f.Factor.Source()
	}
	return fmt.Sprintf("%s, only where %s is %s; elsewhere its average score", f.Factor.Source(), f.Factor.Only.By, strings.Join(f.Factor.Only.In, " or "))
}

// place says what the values of a factor score.
func (w *PercentWeight) place() {
	f := w.encoding
	if f.Factor.Kind == features.Numeric || f.Factor.Kind == features.Interaction || f.Factor.Kind == features.Group {
		w.At = make(map[int]float64)
		for _, q := range quarters() {
			w.At[q] = unscaled(f.Factor.Scale, f.At0+float64(q)/100*(f.At100-f.At0))
		}
		return
	}
	w.Scale = "none"
	var steps []string
	step := func(where string, score float64) { steps = append(steps, where+": "+shown(score)) }
	switch f.Factor.Kind {
	case features.Points:
		for _, a := range f.Factor.Points {
			step(shown(a.X), a.Points)
		}
		w.Scale = "linear between"
	case features.Tiers:
		for _, t := range f.Factor.Tiers {
			where := "above"
			if t.UpTo != nil {
				where = "up to " + shown(*t.UpTo)
			}
			step(where, t.Points)
		}
	case features.Bins:
		for i, bin := range f.Bins.Bins {
			where := "from there on"
			if i < len(f.Bins.Edges) {
				where = "below " + shown(f.Bins.Edges[i])
			}
			step(where, placedScore(f, bin.WoE))
		}
		for i, bin := range f.Bins.Special {
			step("exactly "+shown(f.Bins.Codes[i]), placedScore(f, bin.WoE))
		}
	}
	w.Steps = strings.Join(steps, "; ")
}

// placedScore is the 0-100 score of a number on the factor's scale.
func placedScore(f *features.Encoding, x float64) float64 {
	if f.At0 == f.At100 {
		return 50
	}
	return min(100, max(0, 100*(x-f.At0)/(f.At100-f.At0)))
}

// unscaled is the value that a scale makes x of: the inverse of log1p or asinh, so that people
// read the factor's own values.
func unscaled(s features.Scale, x float64) float64 {
	switch s {
	case features.Log1p:
		return math.Expm1(x)
	case features.Asinh:
		return math.Sinh(x)
	}
	return x
}

// missingRule says what a missing value scores.
func missingRule(m *models.Model, f *features.Encoding) string {
	if m.Card != nil && (m.Encoder.Form != features.Shared || f.Factor.Stale == features.Redistribute) {
		switch m.Card.Total.Missing {
		case platform.Reweight:
			return "its points go to the other factors, in proportion"
		case platform.Zero:
			return "scores 0"
		}
		return "the account has no score"
	}
	if f.Factor.Missing == features.Drop {
		return "the account has no score"
	}
	if f.Bins != nil {
		return "scores " + shown(placedScore(f, f.Bins.Missing.WoE))
	}
	how := map[features.Policy]string{features.Median: " (the median)", features.Own: " (the median)", features.Mean: " (the mean)"}[f.Factor.Missing]
	return "counts as " + shown(f.Fill) + how
}
