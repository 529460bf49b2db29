package models

import (
	"context"

	"holdfast/dataset"
	"holdfast/models/trigger"
)

// TopCategory is the category of the factor that adds most to the risk above that of the
// average training account: where a playbook begins. It is "" where no factor adds to it,
// where that factor has no category, and where there is no score. The rounding of a
// platform's score is no factor, and the recipe of a band has no category.
func (e Explanation) TopCategory() string {
	for _, p := range e.Parts { // the largest first
		if p.Factor == roundingPart && p.Category == "" {
			continue
		}
		if p.LogOdds > 0 {
			return p.Category
		}
		break
	}
	return ""
}

// TopCategories is the TopCategory of every row, without the readings and words that an
// explanation has: for many rows. Codes index the categories of the model's factors, -1 where
// TopCategory is "". All of them are -1 for a model of recipes, and for the baseline.
func (m *Model) TopCategories(ctx context.Context, rows int, source dataset.Source) (trigger.Names, error) {
	tops := trigger.Names{Codes: make([]int32, rows)}
	for i := range tops.Codes {
		tops.Codes[i] = -1
	}
	if m.Calibration.Bands != nil || len(m.Encoder.Factors) == 0 {
		return tops, nil
	}
	d, _, err := m.Encoder.Encode(ctx, rows, source)
	if err != nil {
		return tops, err
	}
	x := &explainer{model: m, design: d, terms: termsOf(m.Encoder.Names()), column: m.Encoder.Kept()}
	if x.routes, err = m.route(ctx, rows, source); err != nil {
		return tops, err
	}
	p, err := m.predict(d, x.routes)
	if err != nil {
		return tops, err
	}
	var codes []int32 // of the terms' categories
	tops.Levels, codes = levelsOf(x.terms)
	values, pushes := make([]float64, len(x.terms)), make([]float64, len(x.terms)+1)
	for i, eta := range p.Eta {
		if k := x.topTerm(i, eta, values, pushes); k >= 0 {
			tops.Codes[i] = codes[k]
		}
	}
	return tops, nil
}

// levelsOf numbers the categories of terms; a term without one has -1.
func levelsOf(terms []term) (levels []string, codes []int32) {
	names := make([]string, len(terms))
	for k, t := range terms {
		names[k] = t.category
	}
	n := trigger.NamesOf(names)
	return n.Levels, n.Codes
}

// topTerm is the term that adds most to the log-odds of a row, -1 if none adds any. The
// parts of an explanation are the pushes times one slope (parts), so that what is compared
// is the same.
func (x *explainer) topTerm(row int, eta float64, values, pushes []float64) int {
	if eta != eta {
		return -1
	}
	average := 0.0
	if x.model.Card != nil {
		average = x.cardPushes(row, values, pushes)
	} else {
		pushes = pushes[:len(x.terms)]
		average = x.linearPushes(row, pushes)
	}
	whole := 0.0
	for _, by := range pushes {
		whole += by
	}
	slope := meanSlope(eta-x.model.etaOf(average, routeOf(x.routes, row)), whole, x.model.Calibration.Slope)
	top, most := -1, 0.0
	for k := range x.terms {
		if by := slope * pushes[k]; by > most {
			top, most = k, by
		}
	}
	return top
}
