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
func measureStability(ctx context.Context, r *Result, latest *sides, fold int, fitted []*models.Model) error {
	row := slices.Index(r.Predictions.Fold, int32(fold))
	if row < 0 {
		return nil
	}
	train, later := latest.train, spreadSide{account: r.Predictions.Account[row:]} // the latest fold is the last block
	if r.Predictions.Value != nil {
		later.value = r.Predictions.Value[row:]
	}
	compared, err := twoSidesOf(spreadSide{train.Accounts(), stakesAt(train)}, later)
	if err != nil {
		return fmt.Errorf("backtest: %w", err)
	}
	return someAtOnce(train.Examples.Table.AtOnce(stabilityBytes*int64(train.Len())), len(fitted), func(c int) error {
		p, err := fitted[c].PredictView(ctx, train, latest.notebook)
		if err != nil {
			return err
		}
		bins := compared.binned(p.Eta, r.Predictions.Eta[c][row:])
		if r.Candidates[c].Stability, err = bins.drift(); err == nil {
			r.Candidates[c].ValueMove, err = bins.valueDrift()
		}
		if err != nil {
			return fmt.Errorf("backtest: %w", err)
		}
		return nil
	})
}

// stabilityBytes is what comparing the scores of a candidate takes a row: predictions, two copies
// that are sorted, bins, and the rows by account.
const stabilityBytes = 64

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

// spreadSide is the rows of one side of a comparison of scores.
type spreadSide struct {
	account []int32
	value   []float64 // nil without money
}

// twoSides are the rows of a reference and of a later period in tenths of the log-odds of the
// reference. Accounts are in both, and the null points of the index respect that.
type twoSides struct {
	rows *metrics.DriftRows
	paid bool // they have a value, and none below zero, of which there are no shares
	bin  []int32
	bins int
}

// twoSidesOf is what all candidates have in common: all but the bins.
func twoSidesOf(reference, later spreadSide) (twoSides, error) {
	account := slices.Concat(reference.account, later.account)
	period := make([]int32, len(account))
	for i := range later.account {
		period[len(reference.account)+i] = 1
	}
	var value []float64
	if reference.value != nil && later.value != nil {
		value = slices.Concat(reference.value, later.value)
		for i, v := range value {
			if v != v {
				value[i] = 0 // an account of unknown value adds no money
			}
		}
		if slices.Min(value) < 0 {
			value = nil
		}
	}
	rows, err := metrics.NewDriftRows(period, account, value, 1)
	return twoSides{rows: rows, paid: value != nil}, err
}

// binned puts the rows of both sides into the tenths of a candidate.
func (t twoSides) binned(reference, later []float64) twoSides {
	edges := metrics.Edges(reference, stabilityBins)
	t.bins, t.bin = len(edges)+2, make([]int32, 0, len(reference)+len(later))
	for _, side := range [][]float64{reference, later} {
		for _, v := range side {
			t.bin = append(t.bin, metrics.BinOf(edges, v))
		}
	}
	return t
}

// drift is the PSI of the rows.
func (t twoSides) drift() (metrics.Stability, error) {
	list, err := t.rows.Drift(t.bin, t.bins)
	if err != nil {
		return metrics.Stability{}, err
	}
	return list[0], nil
}

// valueDrift is the PSI of the shares of value; nothing without money, or with amounts below
// zero, which have no shares.
func (t twoSides) valueDrift() (metrics.Stability, error) {
	if !t.paid {
		return metrics.Stability{}, nil
	}
	list, err := t.rows.WeightedDrift(t.bin, t.bins)
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
