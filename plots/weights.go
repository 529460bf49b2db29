package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/features"
	"holdfast/models"
	"holdfast/plots/words"
)

// mostWeights is how many weights a picture holds; the rest is named in its
// subtitle and stands in weights.csv.
const mostWeights = 60

// Weights draws the weights of a model per standard deviation of their factors,
// so that they can be compared: grouped by category, the heaviest first, with
// 95 % Wald intervals where the model was fitted. The intercept is left out. A
// model without weights gives [ErrNothingToDraw].
func Weights(m *models.Model) (Chart, error) {
	if m == nil {
		return Chart{}, nothing("weights", "there is no model")
	}
	weights, left := heaviest(m.Weights, mostWeights)
	if len(weights) == 0 {
		return Chart{}, nothing("weights", "the model has no weights")
	}
	if !slices.ContainsFunc(weights, func(w models.Weight) bool { return w.PerSD != 0 }) {
		return Chart{}, nothing("weights", "no weight moves the score")
	}
	rows := weightRows(m, weights)
	c := Chart{
		Name:   "weights",
		Title:  "What moves the score: " + words.Label(m.Name, 40),
		Alt:    weightsAlt(m, weights, left),
		Width:  float64(chartWidth),
		Height: float64(forestHeight(len(rows))),
	}
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, weightsSubtitle(m, weights, left))
		forest(body, forestScale(weightUnit(m), rows), rows, figureRoom)
	}
	return c, nil
}

// keptWeights draws the model that is in use after the verdict.
func keptWeights(r *backtest.Result) (Chart, error) { return Weights(kept(r)) }

// challengerWeights draws the challenger that was not promoted.
func challengerWeights(r *backtest.Result) (Chart, error) {
	if r.Verdict.Decision == backtest.Promote {
		return Chart{}, nothing("weights", "the challenger is the winner")
	}
	for _, c := range r.Candidates {
		if c.Name == r.Verdict.Challenger && c.Final != nil {
			chart, err := Weights(c.Final)
			chart.Name = "weights_challenger"
			return chart, err
		}
	}
	return Chart{}, nothing("weights", "there is no challenger with a model")
}

// kept is the model of the winner, which is the one in use after the verdict; nil when it has
// none.
func kept(r *backtest.Result) *models.Model {
	name := r.Verdict.Champion
	if r.Verdict.Decision == backtest.Promote {
		name = r.Verdict.Challenger
	}
	for _, c := range r.Candidates {
		if c.Name == name {
			return c.Final
		}
	}
	return nil
}

// heaviest returns the weights that can be drawn, the heaviest of them up to most, by
// category and falling size; the categories by their heaviest weight. left is how
// many were cut.
func heaviest(all []models.Weight, most int) (weights []models.Weight, left int) {
	for _, w := range all {
		if w.Factor != models.Intercept && finite(float64(w.PerSD)) {
			weights = append(weights, w)
		}
	}
	size := func(w models.Weight) float64 { return math.Abs(float64(w.PerSD)) }
	falling := func(a, b models.Weight) int { return cmp.Compare(size(b), size(a)) }
	slices.SortStableFunc(weights, falling)
	left = max(0, len(weights)-most)
	weights = weights[:len(weights)-left]

	rank := make(map[string]int) // of a category: the place of its heaviest weight
	for i, w := range weights {
		if _, seen := rank[w.Category]; !seen {
			rank[w.Category] = i
		}
	}
	slices.SortStableFunc(weights, func(a, b models.Weight) int { return cmp.Compare(rank[a.Category], rank[b.Category]) })
	return weights, left
}

// weightRows sets a heading above each category, unless there is one for all.
func weightRows(m *models.Model, weights []models.Weight) []estimate {
	grouped := slices.ContainsFunc(weights, func(w models.Weight) bool { return w.Category != weights[0].Category })
	var rows []estimate
	for i, w := range weights {
		if grouped && (i == 0 || weights[i-1].Category != w.Category) {
			rows = append(rows, estimate{heading: categoryName(w.Category)})
		}
		rows = append(rows, weightRow(m, w))
	}
	return rows
}

// weightRow puts one weight into the forest.
func weightRow(m *models.Model, w models.Weight) estimate {
	low, high := PerSD(w)
	row := estimate{
		name: FactorName(m, w), value: float64(w.PerSD), low: low, high: high,
		wideLow: math.NaN(), wideHigh: math.NaN(),
		colour: protects, hollow: spans(low, high), figure: words.Signed(float64(w.PerSD), 2),
	}
	if row.value > 0 {
		row.colour = raises
	}
	return row
}

// PerSD restates the interval of a weight in the unit of its PerSD: the ratio of
// the two is the standard deviation of the factor. NaN where the weight is zero
// or has no interval.
func PerSD(w models.Weight) (low, high float64) {
	sd := float64(w.PerSD / w.Weight)
	if !finite(sd, float64(w.Low), float64(w.High)) {
		return math.NaN(), math.NaN()
	}
	return sd * float64(w.Low), sd * float64(w.High)
}

// FactorName is a weight's factor with its level and segment, in words: the same in charts
// and tables. In a model with weights per segment, those of the segments without any are
// marked as pooled.
func FactorName(m *models.Model, w models.Weight) string {
	name := words.Label(w.Factor, 60)
	if w.Level != "" {
		name += " = " + words.Label(w.Level, 40)
	}
	switch {
	case w.Segment != "":
		name += " (" + words.Label(w.Segment, 30) + ")"
	case isSegmented(m):
		name += " (pooled)"
	}
	return name
}

// isSegmented says whether some segment has weights of its own.
func isSegmented(m *models.Model) bool {
	return m != nil && slices.ContainsFunc(m.Weights, func(w models.Weight) bool { return w.Segment != "" })
}

// categoryName is the heading of factors that were given no category.
func categoryName(category string) string {
	if category == "" {
		return "other"
	}
	return category
}

// OnScores says whether the factors enter a model as 0-100 scores with 100 =
// healthy. Their weights are then of the score, not of the factor: more tickets is
// a lower score, and raises churn although the weight is negative.
func OnScores(m *models.Model) bool {
	return m != nil && (m.Kind == models.Weights || m.Encoder != nil && (m.Encoder.Form == features.Scores || m.Encoder.Form == features.Graded))
}

// OnPoints says whether the factors enter a model as the points that a platform gives
// them. Their weights are then of the points, not of the factor.
func OnPoints(m *models.Model) bool { return m != nil && m.Card != nil && !OnScores(m) }

// weightUnit is what the weights of a model are measured in.
func weightUnit(m *models.Model) string {
	if OnScores(m) {
		return "log-odds of churn per standard deviation of the 0-100 score"
	}
	if OnPoints(m) {
		return "log-odds of churn per standard deviation of the points"
	}
	return "log-odds of churn per standard deviation"
}

// weightsSubtitle says how to read the picture: with intervals or without, and how
// much of the model is not in it.
func weightsSubtitle(m *models.Model, weights []models.Weight, left int) string {
	text := "red raises churn, blue protects"
	if slices.ContainsFunc(weights, func(w models.Weight) bool { low, high := PerSD(w); return finite(low, high) }) {
		text += "; bars are 95% intervals, hollow: could be either"
	} else {
		text += "; not fitted, so without intervals"
	}
	if OnScores(m) {
		text += "; per score, 100 is healthy"
	}
	if OnPoints(m) {
		text += "; per the points that the factor earns"
	}
	if left > 0 {
		text += fmt.Sprintf("; %d lighter weights are not shown", left)
	}
	return text
}

// weightsAlt reads out the weights in the order of the picture.
func weightsAlt(m *models.Model, weights []models.Weight, left int) string {
	said := make([]string, len(weights))
	for i, w := range weights {
		said[i] = FactorName(m, w) + " " + words.Signed(float64(w.PerSD), 2)
		low, high := PerSD(w)
		if in := words.Interval(words.Signed(low, 2), words.Signed(high, 2)); in != "" {
			said[i] += " (" + in + ")"
		}
	}
	text := fmt.Sprintf("Weights of %s in %s, positive raises churn: %s.",
		label(m.Name), weightUnit(m), strings.Join(said, "; "))
	if left > 0 {
		text += fmt.Sprintf(" %d lighter weights are not shown.", left)
	}
	return text
}
