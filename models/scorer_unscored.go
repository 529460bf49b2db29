package models

import (
	"holdfast/dataset/expr"
	"holdfast/features"
)

// The reasons for which a row has no score.
const (
	MissingFactor = "missing_factor" // a factor without which the model says nothing has no value
	UnseenLevel   = "unseen_level"   // a category with unseen: error has a level that training never saw
)

// Unscored is why a row has no score: one reason, of the first factor that has one. Both are
// empty for a row with a score.
type Unscored struct {
	Code   string
	Factor string // empty where no single factor is to blame
}

// unscored is the reason of one row.
func (x *explainer) unscored(row int) Unscored {
	return x.model.blame(x.terms, func(j int) float64 { return x.design.Columns[j][row] },
		func(e *features.Encoding) bool { return has(x.values[e.Factor.Name], row) })
}

// blame finds the first factor whose columns say nothing of a row: at returns the columns of
// the design there, and present whether a factor has a value there.
func (m *Model) blame(terms []term, at func(j int) float64, present func(*features.Encoding) bool) Unscored {
	for _, t := range terms {
		for j := t.from; j < t.to; j++ {
			if v := at(j); v != v {
				return Unscored{m.missingOrUnseen(t.factor, present), t.factor}
			}
		}
	}
	return Unscored{Code: MissingFactor}
}

// missingOrUnseen tells a level that nobody knows from no level at all. Where training had
// no missing value, a missing one is a level like any other that was not seen.
func (m *Model) missingOrUnseen(factor string, present func(*features.Encoding) bool) string {
	for i := range m.Encoder.Factors {
		e := &m.Encoder.Factors[i]
		if e.Factor.Name == factor && e.Factor.Kind == features.Category && (e.Factor.Missing != features.Drop || present(e)) {
			return UnseenLevel
		}
	}
	return MissingFactor
}

// has says whether a vector has a value in a row.
func has(v expr.Vector, row int) bool {
	if v.Codes != nil {
		return v.Codes[row] >= 0
	}
	return v.Numbers != nil && v.Numbers[row] == v.Numbers[row]
}
