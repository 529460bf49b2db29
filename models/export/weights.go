package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
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

// PercentWeights returns the percent weights of a model, and where red and yellow begin on
// their score; no cuts where the model has no bands, or where a line does not lead from the
// score to the probability. The score of an account is
//
//	sum over factors of points * score / 100,  score = 100 (x - at 0)/(at 100 - at 0) within 0 and 100
//
// with x the value on the factor's scale. A model that is no such sum is an
// *UnsupportedError that names the candidate to fit instead.
func PercentWeights(m *models.Model) ([]PercentWeight, []Cut, error) {
	points, err := pointsOf(m)
	if err != nil {
		return nil, nil, err
	}
	var list []PercentWeight
	for j := range m.Encoder.Factors {
		f := &m.Encoder.Factors[j]
		w := PercentWeight{Factor: f.Factor.Name, Category: f.Factor.Category, Points: points[j], Higher: "healthier",
			Source: f.Factor.Source(), Scale: string(f.Factor.Scale), Missing: missingRule(m, f), encoding: f}
		if f.Factor.Expect == features.HigherChurn {
			w.Higher = "riskier"
		}
		if f.Factor.Only != nil {
			w.Source += fmt.Sprintf(", only where %s is %s; elsewhere its average score", f.Factor.Only.By, strings.Join(f.Factor.Only.In, " or "))
		}
		w.place()
		list = append(list, w)
	}
	return list, cuts(m), nil
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

// unscaled is the value that a scale makes x of.
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

// cuts turns the thresholds of the probability into scores: with eta = a + c (k - H/1),
// p >= t exactly where H <= k + (a - logit t)/c.
func cuts(m *models.Model) []Cut {
	c := m.Calibration
	if m.Bands == nil || c.Knots != nil || c.Bands != nil || !(c.Slope > 0) || m.Routing != nil {
		return nil
	}
	for _, b := range m.Coef {
		if b > 0 {
			return nil // a score of who will grow: health counts up to it
		}
	}
	var list []Cut
	for _, b := range []struct {
		band models.Band
		from float64
	}{{models.Red, m.Bands.Red}, {models.Yellow, m.Bands.Yellow}} {
		upTo := m.Intercept + (c.Intercept-math.Log(b.from/(1-b.from)))/c.Slope
		if upTo >= 0 && upTo <= 100 {
			list = append(list, Cut{b.band, upTo})
		}
	}
	return list
}

// shown is a number for people: six significant digits.
func shown(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// WeightsCSV writes the percent weights, a factor a line, with all digits. Texts that a
// spreadsheet would take for a formula get an apostrophe in front.
func WeightsCSV(w io.Writer, m *models.Model) error {
	list, cuts, err := PercentWeights(m)
	if err != nil {
		return err
	}
	c := csv.NewWriter(w)
	head := []string{"factor", "category", "points", "higher_is", "scale"}
	for _, q := range quarters() {
		head = append(head, fmt.Sprintf("value_at_%d", q))
	}
	c.Write(append(head, "steps", "missing", "computed_from"))
	for _, x := range list {
		row := []string{inert(x.Factor), inert(x.Category), digits(x.Points), x.Higher, x.Scale}
		for _, q := range quarters() {
			row = append(row, x.value(q, digits))
		}
		c.Write(append(row, inert(x.Steps), inert(x.Missing), inert(x.Source)))
	}
	for _, cut := range cuts {
		c.Write([]string{fmt.Sprintf("(%s up to)", cut.Band), "", digits(cut.UpTo), "", "", "", "", "", "", "", "", "", ""})
	}
	c.Flush()
	return c.Error()
}

// value is the value that scores q, empty where steps say what values score.
func (w *PercentWeight) value(q int, write func(float64) string) string {
	if w.At == nil {
		return ""
	}
	return write(w.At[q])
}

// inert makes text safe in a spreadsheet.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// WeightsMarkdown writes the percent weights as a page for people.
func WeightsMarkdown(w io.Writer, m *models.Model) error {
	list, cuts, err := PercentWeights(m)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Weights of %s\n\n", escaped(m.Name))
	b.WriteString("The score of an account is the sum of points × factor score / 100. A factor scores from 0 to 100, in a straight line\n" +
		"between the value at 0 and the value at 100 (on its scale), and never less or more.\n\n")
	b.WriteString("| factor | category | points | higher is | scale | at 0 | at 25 | at 50 | at 75 | at 100 | missing |\n")
	b.WriteString("|---|---|---:|---|---|---:|---:|---:|---:|---:|---|\n")
	for _, x := range list {
		cells := []string{escaped(x.Factor), escaped(x.Category), shown(x.Points), x.Higher, x.Scale}
		for _, q := range quarters() {
			cells = append(cells, x.value(q, shown))
		}
		b.WriteString("| " + strings.Join(append(cells, escaped(x.Missing)), " | ") + " |\n")
	}
	b.WriteString("\n")
	for _, x := range list {
		if x.Steps != "" {
			fmt.Fprintf(&b, "- %s scores %s\n", escaped(x.Factor), escaped(x.Steps))
		}
		if x.Source != x.Factor {
			fmt.Fprintf(&b, "- %s is computed from %s\n", escaped(x.Factor), escaped(x.Source))
		}
	}
	for _, cut := range cuts {
		fmt.Fprintf(&b, "- %s: a score of %s or less\n", cut.Band, shown(cut.UpTo))
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// escaped is text in a table of Markdown, in which nothing of it has a meaning.
func escaped(s string) string {
	return strings.NewReplacer("\\", `\\`, "|", `\|`, "\n", " ", "\r", " ", "<", "&lt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`).Replace(s)
}
