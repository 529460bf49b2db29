package models

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/radix"
)

// Stability is what a candidate would have come to, had other accounts been drawn.
type Stability struct {
	Replicates int            `json:"replicates"`
	Failed     int            `json:"failed"` // replicates without a fit, which count in nothing else
	Seed       uint64         `json:"seed"`
	Weights    []StableWeight `json:"weights"` // of the columns of the full fit, in order

	Warnings []dataset.Warning `json:"warnings,omitempty"`
}

// StableWeight is how one weight fared over the replicates that have a fit.
type StableWeight struct {
	Factor   string `json:"factor"`
	Level    string `json:"level,omitempty"`
	Category string `json:"category,omitempty"`
	Chosen   Stat   `json:"chosen"`    // share in which the weight is not 0: what a lasso keeps
	SameSign Stat   `json:"same_sign"` // share in which it has the sign of the full fit; undefined for 0
	Low      Stat   `json:"low"`       // percentile interval of Weight.PerSD over the replicates, 0 where
	High     Stat   `json:"high"`      // it was not chosen
}

// Stability draws accounts with replacement, all their rows or none, and fits the
// candidate anew on each draw, with everything that it learns: fillings, clips, levels,
// the strength of a penalty (Sauerbrei and Schumacher 1992). It needs no theory of the
// fit, and is what there is for one that is penalised or bounded. An account drawn twice
// has its rows twice.
//
// A replicate that has no fit is counted in Failed: a candidate of which many have none
// rests on few accounts. The result depends on the rows, replicates and seed alone. It costs a
// fit per replicate, one after the other: a fit uses all processors itself. A model whose
// weights are not those of its design columns (a platform's, the baseline's) has none to
// draw, and the result is empty.
func (c Candidate) Stability(ctx context.Context, m *Model, train dataset.View, replicates int, seed uint64) (*Stability, error) {
	s := &Stability{Replicates: replicates, Seed: seed, Weights: []StableWeight{}}
	names := m.Encoder.Names()
	if m.Card != nil || len(names) == 0 || len(m.Coef) != len(names) {
		return s, nil
	}
	draws := make([][]float64, len(names))
	accounts := accountRows(train)
	c = c.From(m)
	for r := range replicates {
		fitted, err := c.Fit(ctx, redraw(train, accounts, seed, r))
		var unfit *FitError
		if errors.As(err, &unfit) {
			s.Failed++
			continue
		}
		if err != nil {
			return nil, err
		}
		for j, b := range m.aligned(fitted) {
			draws[j] = append(draws[j], b)
		}
	}
	for j, n := range names {
		s.Weights = append(s.Weights, stableWeight(StableWeight{Factor: n.Factor, Level: n.Level, Category: n.Category}, m.Coef[j], draws[j]))
	}
	if s.Failed > 0 {
		s.Warnings = append(s.Warnings, dataset.Warning{Code: "replicates_failed", Where: "candidate " + c.Name,
			Message: fmt.Sprintf("%d of %d draws of accounts have no fit; the weights rest on few accounts", s.Failed, replicates)})
	}
	return s, nil
}

// accountRows splits the rows of a view, which are in canonical order, by account.
func accountRows(v dataset.View) [][]int32 {
	var accounts [][]int32
	from := 0
	for i := range v.Rows {
		if i+1 == len(v.Rows) || v.Examples.Account[v.Rows[i+1]] != v.Examples.Account[v.Rows[i]] {
			accounts = append(accounts, v.Rows[from:i+1])
			from = i + 1
		}
	}
	return accounts
}

// Rows are repeated rather than weighted, because a candidate is fitted as a whole: its
// medians, percentiles and pooled levels know nothing of weights, and are to vary with
// the draw as the weights do.

// redraw is replicate r: as many accounts as there are, from the stream (seed, r), in
// canonical order.
func redraw(v dataset.View, accounts [][]int32, seed uint64, r int) dataset.View {
	rng := rand.New(rand.NewPCG(seed, uint64(r)))
	count := make([]int, len(accounts))
	for range accounts {
		count[rng.IntN(len(accounts))]++
	}
	rows := make([]int32, 0, len(v.Rows))
	for g, n := range count {
		for range n {
			rows = append(rows, accounts[g]...)
		}
	}
	return v.Of(rows)
}

// aligned returns the coefficients of another fit of the same candidate by the columns
// of this one. Levels that are constant or pooled there have none.
func (m *Model) aligned(other *Model) []float64 {
	have := other.Encoder.Names()
	coef := make([]float64, len(m.Coef))
	for j, n := range m.Encoder.Names() {
		if at := slices.Index(have, n); at >= 0 {
			coef[j] = other.Coef[at]
		}
	}
	return coef
}

// stableWeight sums up the draws of one coefficient. All is undefined without draws.
func stableWeight(w StableWeight, full float64, draws []float64) StableWeight {
	w.Chosen, w.SameSign, w.Low, w.High = Undefined(), Undefined(), Undefined(), Undefined()
	if len(draws) == 0 {
		return w
	}
	var chosen, same float64
	for _, b := range draws {
		chosen += oneIf(b != 0)
		same += oneIf(b*full > 0)
	}
	n := float64(len(draws))
	w.Chosen = Stat(chosen / n)
	if full != 0 {
		w.SameSign = Stat(same / n)
	}
	ranks := radix.NewRanks(draws, 0.025, 0.975)
	w.Low, w.High = Stat(ranks.Quantile(0.025)), Stat(ranks.Quantile(0.975))
	return w
}

// oneIf is 1 for yes and 0 for no, to be added up.
func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
