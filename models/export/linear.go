package export

import (
	"fmt"
	"math"
	"slices"

	"holdfast/features"
	"holdfast/models"
)

// This file makes percent weights of a weighted sum of numbers that all have limits:
//
//	score = b_0 + sum_j b_j (x_j - mean_j) / sd_j,   low_j <= x_j <= high_j.
//
// Let at100_j be the limit of a factor where the score is least and at0_j the other one, and
// h_j = 100 (x_j - at0_j)/(at100_j - at0_j) its place between them. Then
//
//	score = top - perPoint * H,   H = sum_j points_j h_j / 100,
//	points_j = 100 |b_j| (high_j - low_j)/sd_j / total,   perPoint = total / 100,
//	top = b_0 + sum_j b_j (at0_j - mean_j)/sd_j,   total the sum of all |b_j| (high_j - low_j)/sd_j:
//
// H goes from 0 to 100, falls as the score rises, and so ranks accounts as the score does.

// isLinear says whether a model is a weighted sum of factors as they are: neither of 0-100
// scores, which have percent weights already, nor a card, a recipe or one factor alone.
func isLinear(m *models.Model) bool {
	return m.Kind == models.Logistic && m.Percents == nil && m.Card == nil && m.Encoder != nil && m.Encoder.Form == features.Standardised
}

// linearSheet makes the percent weights, or says what is in the way (affine). Points are exact
// here and sum to 100 up to rounding; they are not whole.
func linearSheet(m *models.Model) (*Sheet, error) {
	if err := affine(m); err != nil {
		return nil, err
	}
	s, l, total, at := &Sheet{Linear: true}, line{top: m.Intercept}, 0.0, 0
	for j := range m.Encoder.Factors {
		f := &m.Encoder.Factors[j]
		if f.Columns[0].Constant {
			continue // the same for everybody
		}
		w, c, b := limited(f, m.Coef[at]), &f.Columns[0], m.Coef[at]
		w.Points = math.Abs(b) * ((*f.High - *f.Low) / c.SD)
		w.Missing = missingRule(m, f)
		total += w.Points
		l.top += b * (w.At[0] - c.Mean) / c.SD
		s.Weights = append(s.Weights, w)
		at++
	}
	if !(total > 0) {
		return nil, &UnsupportedError{m.Name, "percent weights", "no factor of it has a weight, so that everybody has one score"}
	}
	for j := range s.Weights {
		s.Weights[j].Points *= 100 / total
	}
	l.perPoint = total / 100
	s.along(m, l)
	return s, nil
}

// limited is the line of a factor: it scores 100 at the limit where the event is rarest.
func limited(f *features.Encoding, coef float64) PercentWeight {
	at0, at100 := *f.Low, *f.High
	w := PercentWeight{Factor: f.Factor.Name, Category: f.Factor.Category, Higher: "healthier", Source: sourceOf(f),
		Scale: "none", At: make(map[int]float64), encoding: f}
	if coef > 0 || coef == 0 && f.Factor.Expect == features.HigherChurn {
		at0, at100, w.Higher = at100, at0, "riskier"
	}
	for _, q := range quarters() {
		w.At[q] = at0 + float64(q)/100*(at100-at0)
	}
	w.At[100] = at100
	return w
}

// affine refuses a model of which a part is no straight line of a number with limits.
func affine(m *models.Model) error {
	refuse := func(why string) error {
		return &UnsupportedError{m.Name, "percent weights", why + "; or fit a candidate of kind logistic with form: percent, whose weights are whole points out of 100"}
	}
	if slices.ContainsFunc(m.Segments, func(of models.SegmentFit) bool { return len(of.Coef) > 0 || of.Shift != 0 }) {
		return refuse("it has weights or a level of its own per segment, and a platform has one score for all: fit it without per_segment and without calibration by segment")
	}
	if m.Target.OrChurn() == models.Expansion {
		return refuse("its probability is of growth, and percent weights score health: export the model of who will leave")
	}
	for j := range m.Encoder.Factors {
		f := &m.Encoder.Factors[j]
		if why := bent(f); why != "" {
			return refuse(fmt.Sprintf("factor %q %s", f.Factor.Name, why))
		}
	}
	return nil
}

// bent says why the share of a factor in the score is no straight line between two limits,
// and what to do; empty where it is one.
func bent(f *features.Encoding) string {
	switch {
	case f.Factor.Kind != features.Numeric || f.Knots != nil || f.Members != nil:
		return fmt.Sprintf("is of kind %s, and not a number that is weighed as it is: leave it out", f.Factor.Kind)
	case len(f.Columns) != 1:
		return "has a flag of its own for missing values: set missing to median, mean or a number"
	case f.Columns[0].Constant:
		return ""
	case f.Factor.Scale == features.Log1p || f.Factor.Scale == features.Asinh:
		return fmt.Sprintf("is bent by scale %s: set scale to none", f.Factor.Scale)
	case f.Low == nil || f.High == nil || !(*f.Low < *f.High):
		return "has no limits: give it a clip, as in [p1, p99], whose ends score 0 and 100"
	}
	return ""
}
