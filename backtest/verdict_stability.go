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
// audience has moved promises what it has not been seen to keep. It does so by rows, and by
// value where there is money: a few large accounts can move where most have not.
func measureStability(ctx context.Context, r *Result, train dataset.View, fold int, fitted []*models.Model) error {
	row := slices.Index(r.Predictions.Fold, int32(fold))
	if row < 0 {
		return nil
	}
	reference := spreadSide{account: train.Accounts(), value: stakesAt(train)}
	later := spreadSide{account: r.Predictions.Account[row:]} // the latest fold is the last block
	if r.Predictions.Value != nil {
		later.value = r.Predictions.Value[row:]
	}
	for c, m := range fitted {
		p, _, err := m.Predict(ctx, train.Len(), train.Batches())
		if err != nil {
			return err
		}
		reference.eta, later.eta = p.Eta, r.Predictions.Eta[c][row:]
		bins := binned(reference, later)
		if r.Candidates[c].Stability, err = bins.drift(); err == nil {
			r.Candidates[c].ValueMove, err = bins.valueDrift()
		}
		if err != nil {
			return fmt.Errorf("backtest: %w", err)
		}
	}
	return nil
}

// stakesAt is the value of every row; nil without values.
func stakesAt(v dataset.View) []float64 {
	if v.Examples.Value == nil {
		return nil
	}
	value := make([]float64, v.Len())
	for i, row := range v.Rows {
		value[i] = v.Examples.Value[row]
	}
	return value
}

// spreadSide is one side of a comparison of scores.
type spreadSide struct {
	eta, value []float64 // value nil without money
	account    []int32
}

// twoSides are the rows of a reference and of a later period in tenths of the log-odds of the
// reference. Accounts are in both, and the null points of the index respect that.
type twoSides struct {
	bin, period, account []int32
	value                []float64
	bins                 int
}

func binned(reference, later spreadSide) twoSides {
	sorted := slices.DeleteFunc(slices.Clone(reference.eta), func(v float64) bool { return v != v })
	slices.Sort(sorted)
	edges, n := metrics.Edges(sorted, stabilityBins), len(reference.eta)+len(later.eta)
	t := twoSides{bin: make([]int32, 0, n), period: make([]int32, n), account: slices.Concat(reference.account, later.account), bins: len(edges) + 2}
	for _, v := range slices.Concat(reference.eta, later.eta) {
		t.bin = append(t.bin, metrics.BinOf(edges, v))
	}
	for i := range later.eta {
		t.period[len(reference.eta)+i] = 1
	}
	if reference.value != nil && later.value != nil {
		t.value = slices.Concat(reference.value, later.value)
		for i, v := range t.value {
			if v != v {
				t.value[i] = 0 // an account of unknown value adds no money
			}
		}
	}
	return t
}

// drift is the PSI of the rows.
func (t twoSides) drift() (metrics.Stability, error) {
	list, err := metrics.Drift(t.bin, t.period, t.account, t.bins, 1)
	if err != nil {
		return metrics.Stability{}, err
	}
	return list[0], nil
}

// valueDrift is the PSI of the shares of value; nothing without money, or with amounts below
// zero, which have no shares.
func (t twoSides) valueDrift() (metrics.Stability, error) {
	if t.value == nil || slices.Min(t.value) < 0 {
		return metrics.Stability{}, nil
	}
	list, err := metrics.WeightedDrift(t.bin, t.period, t.account, t.value, t.bins, 1)
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
	return Gate{Name: "stable", Value: s.PSI, Limit: limit, AtMost: true, Passed: s.PSI < limit, beyond: s.PSI > limit, Words: fmt.Sprintf(
		"the predictions of %s for the latest period differ from those for its training rows by a PSI of %.3f; it must be below %.3f (chance alone stays below %.3f in 95 of 100 cases)",
		challenger, s.PSI, limit, s.Null95)}, true
}
