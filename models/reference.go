package models

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
)

// Reference is what the accounts looked like in the year before a model was made, and what
// its backtest promised: what a monitor holds later quarters against. It is learned once
// and never again, so that a slow drift does not move what it is measured by. Package
// backtest/monitor says which accounts these are, learns it and reads it.
type Reference struct {
	From     dataset.Date `json:"from"`  // the as-of dates, both ends included
	Until    dataset.Date `json:"until"` //
	Rows     int          `json:"rows"`
	Accounts int          `json:"accounts"`

	Factors []FactorReference `json:"factors"` // in the order of the encoder
	Score   Histogram         `json:"score"`   // of the log-odds; its last bin is what has no score
	Bands   *Histogram        `json:"bands,omitempty"`
	Promise *Promise          `json:"promise,omitempty"` // nil: the model was not backtested
}

// FactorReference is one factor as it enters the fit: its values before they are filled,
// clipped and scaled, none of which moves a value into another bin but at the bounds.
type FactorReference struct {
	Factor string `json:"factor"`
	Histogram
}

// Histogram counts rows per bin. The bins of a number are [edge, next edge), with one before
// the first edge and one after the last; those of a category are its Levels and then all
// other levels. What is missing is the last bin. Bands are counted in the order of
// Band.Risk, green first, with no band last.
type Histogram struct {
	Edges  []float64 `json:"edges,omitempty"`
	Levels []string  `json:"levels,omitempty"`
	Counts []int     `json:"counts"`

	// How many rows say as much as one that is its account's only one: of all bins
	// together, and of the last against the rest. Null where that is not defined.
	Effect     Stat `json:"design_effect"`
	LastEffect Stat `json:"last_design_effect"`
}

// Total is the number of rows.
func (h *Histogram) Total() int {
	n := 0
	for _, c := range h.Counts {
		n += c
	}
	return n
}

// Last is the number of rows in the last bin.
func (h *Histogram) Last() int { return h.Counts[len(h.Counts)-1] }

// Promise is what the backtest measured on renewals that the model had not seen.
type Promise struct {
	Examples int          `json:"examples"`
	Churned  int          `json:"churned"`
	From     dataset.Date `json:"from"` // the as-of dates of the test windows, both ends included
	Until    dataset.Date `json:"until"`
	Level    float64      `json:"level"` // of the intervals
	Metrics  []Promised   `json:"metrics"`
}

// Promised is one metric over all test windows, by its name in metrics.csv.
type Promised struct {
	Name  string `json:"name"`
	Value Stat   `json:"value"`
	Low   Stat   `json:"ci_low"`
	High  Stat   `json:"ci_high"`
}

// Of is the promise of a metric; ok is false where there is none.
func (p *Promise) Of(name string) (promised Promised, ok bool) {
	if p == nil {
		return Promised{}, false
	}
	at := slices.IndexFunc(p.Metrics, func(m Promised) bool { return m.Name == name })
	if at < 0 || !p.Metrics[at].Value.Defined() {
		return Promised{}, false
	}
	return p.Metrics[at], true
}

// checkReference refuses a reference of other factors, and counts that are none. A monitor
// divides by these counts and looks bins up by their edges.
func (m *Model) checkReference() error {
	r := m.Reference
	if r == nil {
		return nil
	}
	if len(r.Factors) != len(m.Encoder.Factors) {
		return fmt.Errorf("reference: %d factors, and the model has %d", len(r.Factors), len(m.Encoder.Factors))
	}
	for i := range r.Factors {
		f := &r.Factors[i]
		if f.Factor != m.Encoder.Factors[i].Factor.Name {
			return fmt.Errorf("reference: %q is not factor %d of the model", f.Factor, i+1)
		}
		if err := f.check(r.Rows); err != nil {
			return fmt.Errorf("reference: factor %q: %w", f.Factor, err)
		}
	}
	if err := r.Score.check(r.Rows); err != nil {
		return fmt.Errorf("reference: score: %w", err)
	}
	if r.Bands != nil && len(r.Bands.Counts) != len(bands)+1 {
		return fmt.Errorf("reference: %d counts of bands; there are %d and none", len(r.Bands.Counts), len(bands))
	}
	if r.Promise != nil && !(r.Promise.Level > 0 && r.Promise.Level < 1) {
		return fmt.Errorf("reference: a level of %v is no probability", r.Promise.Level)
	}
	return nil
}

// check wants a count for every bin, edges that rise, and all rows in them.
func (h *Histogram) check(rows int) error {
	own := len(h.Edges) + 1
	if h.Levels != nil {
		own = len(h.Levels) + 1
	}
	switch {
	case h.Levels != nil && h.Edges != nil:
		return errors.New("levels and edges")
	case len(h.Counts) != own+1:
		return fmt.Errorf("%d counts for %d bins", len(h.Counts), own+1)
	case slices.ContainsFunc(h.Counts, func(n int) bool { return n < 0 || n > rows }) || h.Total() != rows:
		return fmt.Errorf("the counts do not add up to the %d rows", rows)
	}
	for i, e := range h.Edges {
		if math.IsNaN(e) || i > 0 && e <= h.Edges[i-1] {
			return errors.New("the edges do not rise")
		}
	}
	return nil
}
