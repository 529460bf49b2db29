package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/platform"
)

// A score by categories is a tree: factors make the score of their category, categories
// make the score. Written out it is a weight for each factor, the category's weight
// shared out by the weights within, and that is what is fitted, stored and explained.

// CategoryWeight is the hand-set weight of a category, from 0 on and relative to the others.
type CategoryWeight struct {
	Category string
	Weight   float64
}

// withCategories writes the weights of categories out as weights of factors. Within a
// category the factors count by the weights they were given; where none of them was given
// one, all of its factors count alike. Usage 60 of logins (3) and seats (1), and voice 40 of
// the survey, are the weights 45, 15 and 40. A factor with a weight whose category has none is
// an error: it would count for nothing, and nobody writes that on purpose.
func (c Candidate) withCategories(factors []features.Factor) (Candidate, error) {
	if c.Categories == nil {
		return c, nil
	}
	category := make(map[string]string, len(factors))
	for _, f := range factors {
		category[f.Name] = f.Category
	}
	within := make(map[string][]FactorWeight)
	for _, w := range c.Weights {
		if of, known := category[w.Factor]; known && !slices.ContainsFunc(c.Categories, func(g CategoryWeight) bool { return g.Category == of }) {
			return c, fmt.Errorf("factor %q has a weight, and its category %q has none", w.Factor, of)
		}
		within[category[w.Factor]] = append(within[category[w.Factor]], w)
	}
	c.Weights = slices.Clone(within[""]) // of no category, or unknown: to be reported by name
	for i, g := range c.Categories {
		if !(g.Weight >= 0) || math.IsInf(g.Weight, 1) {
			return c, fmt.Errorf("the weight %v of category %q must be a number from 0 on", g.Weight, g.Category)
		}
		if slices.ContainsFunc(c.Categories[:i], func(h CategoryWeight) bool { return h.Category == g.Category }) {
			return c, fmt.Errorf("category %q is listed twice", g.Category)
		}
		shared, err := g.share(within[g.Category], factors)
		if err != nil {
			return c, err
		}
		c.Weights = append(c.Weights, shared...)
	}
	return c, nil
}

// share gives the weight of a category to its factors, in proportion to within; nil for all of
// the category's factors that are numbers, alike.
func (g CategoryWeight) share(within []FactorWeight, factors []features.Factor) ([]FactorWeight, error) {
	if within == nil {
		for _, f := range factors {
			if f.Category == g.Category && f.Kind != features.Category {
				within = append(within, FactorWeight{Factor: f.Name, Weight: 1})
			}
		}
	}
	total := 0.0
	for _, w := range within {
		total += w.Weight
	}
	if !(total > 0) || math.IsInf(total, 1) {
		return nil, fmt.Errorf("category %q has no factor with a weight above 0", g.Category)
	}
	shared := make([]FactorWeight, len(within))
	for i, w := range within {
		shared[i] = FactorWeight{Factor: w.Factor, Weight: g.Weight * (w.Weight / total)}
	}
	return shared, nil
}

// sheet is the candidate as a weighted mean in which the weight of a missing factor goes
// to the others: first to those of its category, and only that of a category without any
// value to other categories.
func (c Candidate) sheet() platform.Sheet {
	sheet := platform.Sheet{Kind: platform.WeightedMean, Missing: c.Missing}
	if sheet.Missing == "" {
		sheet.Missing = platform.Reweight
	}
	for _, g := range c.Categories {
		sheet.Groups = append(sheet.Groups, platform.Heading{Name: g.Category, Weight: &g.Weight})
	}
	for i, w := range c.Weights {
		entry := platform.Entry{Name: w.Factor, Weight: &w.Weight}
		if c.Categories != nil {
			entry.Group = c.inputs[i].Category
		}
		sheet.Entries = append(sheet.Entries, entry)
	}
	return sheet
}

// redistributes says whether a factor hands its weight to the others where it is missing.
func redistributes(inputs []features.Factor) bool {
	return slices.ContainsFunc(inputs, func(f features.Factor) bool { return f.Stale == features.Redistribute })
}

// CategoryScore is the 0-100 score of one category, by row; NaN where none of its factors
// has a value.
type CategoryScore struct {
	Category string
	Score    []float64
}

// CategoryScores are the scores between the factors and the score: for each category, in
// the order of its first factor, the mean of its factors' 0-100 scores by their weights, one
// number per row of the source. A missing score leaves its weight to the others of its
// category. It is for models of hand-set weights and of form percent; an error for any other.
// All rows are encoded at once: 8 bytes per row and factor.
func (m *Model) CategoryScores(ctx context.Context, rows int, source dataset.Source) ([]CategoryScore, error) {
	weights := m.columnWeights()
	if weights == nil {
		return nil, errors.New("models: only a score that is a weighted mean of 0-100 factor scores has scores of categories")
	}
	d, _, err := m.Encoder.Encode(ctx, rows, source)
	if err != nil {
		return nil, err
	}
	var scores []CategoryScore
	var totals [][]float64
	for j, n := range m.Encoder.Names() {
		at := slices.IndexFunc(scores, func(s CategoryScore) bool { return s.Category == n.Category })
		if at < 0 {
			at = len(scores)
			scores = append(scores, CategoryScore{Category: n.Category, Score: make([]float64, rows)})
			totals = append(totals, make([]float64, rows))
		}
		for i, v := range d.Columns[j] {
			if v == v {
				scores[at].Score[i] += float64(weights[j] * v)
				totals[at][i] += weights[j]
			}
		}
	}
	for k := range scores {
		for i := range scores[k].Score {
			scores[k].Score[i] /= totals[k][i] // 0/0: none has a value
		}
	}
	return scores, nil
}

// columnWeights are what the columns of a weighted mean of scores count for, from 0 on and not
// scaled to any sum; nil for another score. Coef has the sign that turns health into risk, so
// that its size is the weight.
func (m *Model) columnWeights() []float64 {
	weights := make([]float64, len(m.Encoder.Names()))
	switch {
	case m.Encoder.Form != features.Scores && m.Encoder.Form != features.Graded && m.Encoder.Form != features.Shared:
		return nil
	case m.Card != nil && len(m.Card.Measures) == len(weights):
		for j, measure := range m.Card.Measures {
			weights[j] = measure.Weight
		}
	case m.Card == nil && len(m.Coef) == len(weights):
		for j, b := range m.Coef {
			weights[j] = math.Abs(b)
		}
	default:
		return nil
	}
	return weights
}
