package backtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"holdfast/dataset"
	"holdfast/models"
	"holdfast/models/trigger"
)

// watchLimit is about how many snapshots are scored to watch accounts over time. Of more,
// whole accounts are drawn; half a million say everything that is asked of them to the
// second digit.
const watchLimit = 500_000

// watched are the scores of accounts over time: every snapshot of the test windows, scored
// by the models of its fold, with the bands of its fold. Rows are sorted by account and
// then by day; those that a candidate could not score are left out for all.
type watched struct {
	timeline *dataset.Timeline
	share    float64 // of the accounts that are watched
	row      []int32 // of the timeline
	account  []int32
	asOf     []dataset.Date
	value    []float64   // of every row; NaN where unknown
	fold     []int32     // its index
	eta      [][]float64 // per candidate: log-odds of churn
	band     [][]int8    // per candidate, as in Predictions

	// What takes work to know, and is empty where no rule asks about it.
	asksTop, asksSegment bool
	top                  []trigger.Names // per candidate: the category that adds most to the risk
	segment              trigger.Names

	before [][]int8 // per candidate and account: the band it had last, for hysteresis
}

// newWatched is nil without a Timeline, and for targets that it knows nothing of.
func newWatched(e *dataset.Examples, r *Result) *watched {
	if e.Timeline == nil || r.Target != models.Churn {
		return nil
	}
	n := len(r.Candidates)
	w := &watched{timeline: e.Timeline, share: 1, eta: make([][]float64, n), band: make([][]int8, n), before: make([][]int8, n),
		top: make([]trigger.Names, n), asksTop: r.Options.anyAsks(trigger.TopCategory), asksSegment: r.Options.anyAsks(trigger.Segment)}
	rows := 0
	for _, f := range r.Folds {
		if f.Skipped == "" {
			rows += len(e.Timeline.Between(f.Cutoff, f.Next, 1))
		}
	}
	if rows > watchLimit {
		w.share = float64(watchLimit) / float64(rows)
		r.Warnings = append(r.Warnings, dataset.Warning{Code: "watched_part", Message: fmt.Sprintf(
			"of %d snapshots in the test windows those of %.0f %% of the accounts were followed over time; counts of alerts, churns and moves between bands are of these", rows, 100*w.share)})
	}
	for c := range w.before {
		w.before[c] = slices.Repeat([]int8{models.Band("").Code()}, len(e.Timeline.Accounts))
	}
	return w
}

// append scores the snapshots of one test window.
func (w *watched) append(ctx context.Context, f *Fold, fitted []*models.Model, list []learned) error {
	rows := w.timeline.Between(f.Cutoff, f.Next, w.share)
	scored, _, err := models.PredictEach(ctx, fitted, w.timeline.Table(), len(rows), w.timeline.Batches(rows))
	if err != nil {
		return err
	}
	tops, err := w.tops(ctx, rows, fitted)
	if err != nil {
		return err
	}
	for i, row := range rows {
		if !allScored(scored, i) {
			continue
		}
		w.row, w.fold = append(w.row, row), append(w.fold, int32(f.Index))
		w.account, w.asOf = append(w.account, w.timeline.Account[row]), append(w.asOf, w.timeline.AsOf[row])
		for c, m := range fitted {
			before := &w.before[c][w.timeline.Account[row]]
			*before = m.BandOf(list[c].thresholds, models.BandOf(int32(*before)), scored[c].Score[i], scored[c].Eta[i]).Code()
			w.band[c] = append(w.band[c], *before)
			w.eta[c] = append(w.eta[c], scored[c].Eta[i])
			if w.asksTop {
				w.top[c].Codes = append(w.top[c].Codes, tops[c][i])
			}
		}
	}
	return nil
}

// tops are the categories that add most to the risk, per candidate, by their numbers in
// w.top: the models of two folds may number them differently.
func (w *watched) tops(ctx context.Context, rows []int32, fitted []*models.Model) ([][]int32, error) {
	if !w.asksTop {
		return nil, nil
	}
	codes := make([][]int32, len(fitted))
	for c, m := range fitted {
		n, err := m.TopCategories(ctx, len(rows), w.timeline.Batches(rows))
		if err != nil {
			return nil, err
		}
		codes[c] = w.top[c].Adopt(n)
	}
	return codes, nil
}

// sort brings the rows, which came fold by fold, into the order of accounts and days, and
// looks up what does not depend on the fold.
func (w *watched) sort() error {
	order := every[int32](len(w.row))
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(w.account[a], w.account[b]) })
	w.row, w.account, w.asOf, w.fold = pick(w.row, order), pick(w.account, order), pick(w.asOf, order), pick(w.fold, order)
	for c := range w.eta {
		w.eta[c], w.band[c] = pick(w.eta[c], order), pick(w.band[c], order)
		if w.asksTop {
			w.top[c].Codes = pick(w.top[c].Codes, order)
		}
	}
	w.value = make([]float64, len(w.row))
	for i, row := range w.row {
		w.value[i] = nan()
		if w.timeline.Value != nil {
			w.value[i] = w.timeline.Value[row]
		}
	}
	w.before = nil
	if !w.asksSegment {
		return nil
	}
	names, err := w.timeline.Segments(w.row)
	w.segment = trigger.NamesOf(names)
	return err
}

// follows says whether row i is the next time, after row i-1, that somebody looked at the
// same account: no fold between the two was left out.
func (w *watched) follows(i int, folds []Fold) bool {
	if i == 0 || w.account[i] != w.account[i-1] {
		return false
	}
	for k := w.fold[i-1] + 1; k < w.fold[i]; k++ {
		if folds[k].Skipped != "" {
			return false
		}
	}
	return true
}

// runs are the rows [from, to) of each account that was watched, by its number.
func (w *watched) runs() map[int32][2]int {
	runs := make(map[int32][2]int)
	for from := 0; from < len(w.account); {
		to := from
		for to < len(w.account) && w.account[to] == w.account[from] {
			to++
		}
		runs[w.account[from]] = [2]int{from, to}
		from = to
	}
	return runs
}
