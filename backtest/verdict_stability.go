package backtest

import (
	"context"
	"fmt"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// stabilityBins are the bins of the index: tenths of the training rows.
const stabilityBins = 10

// measureStability compares the probabilities that the models of the latest fold gave to
// its test window with those that they give to their own training rows: a score whose
// audience has moved promises what it has not been seen to keep.
func measureStability(ctx context.Context, r *Result, train dataset.View, fold int, fitted []*models.Model) error {
	account, row := train.Accounts(), slices.Index(r.Predictions.Fold, int32(fold))
	if row < 0 {
		return nil
	}
	tested := r.Predictions.Account[row:] // the latest fold is the last block
	for c, m := range fitted {
		p, _, err := m.Predict(ctx, train.Len(), train.Batches())
		if err != nil {
			return err
		}
		s, err := drift(p.Eta, account, r.Predictions.Eta[c][row:], tested)
		if err != nil {
			return fmt.Errorf("backtest: %w", err)
		}
		r.Candidates[c].Stability = s
	}
	return nil
}

// drift is the PSI of log-odds between a reference and a later period, in tenths of the
// reference. Accounts are in both, and its null point respects that.
func drift(reference []float64, account []int32, later []float64, laterAccount []int32) (metrics.Stability, error) {
	sorted := slices.DeleteFunc(slices.Clone(reference), func(v float64) bool { return v != v })
	slices.Sort(sorted)
	edges := metrics.Edges(sorted, stabilityBins)
	n := len(reference) + len(later)
	bin, period := make([]int32, 0, n), make([]int32, n)
	for _, v := range reference {
		bin = append(bin, metrics.BinOf(edges, v))
	}
	for i, v := range later {
		bin = append(bin, metrics.BinOf(edges, v))
		period[len(reference)+i] = 1
	}
	list, err := metrics.Drift(bin, period, slices.Concat(account, laterAccount), len(edges)+2, 1)
	if err != nil {
		return metrics.Stability{}, err
	}
	return list[0], nil
}

// stabilityGate asks that the predictions have not moved: the index must stay below the
// rule of thumb or below what chance alone exceeds once in twenty times, whichever is
// higher. The rule alone calls noise a drift where rows are few. ok is false where nothing
// was measured.
func (r *Result) stabilityGate(challenger string) (g Gate, ok bool) {
	s := r.Candidates[r.index(challenger)].Stability
	if s.N == 0 || s.M == 0 {
		return Gate{}, false
	}
	limit := r.Options.PSI
	if s.Null95 > limit {
		limit = s.Null95
	}
	return Gate{Name: "stable", Value: s.PSI, Limit: limit, AtMost: true, Passed: s.PSI < limit, Words: fmt.Sprintf(
		"the predictions of %s for the latest period differ from those for its training rows by a PSI of %.3f; it must be below %.3f (chance alone stays below %.3f in 95 of 100 cases)",
		challenger, s.PSI, limit, s.Null95)}, true
}
