package monitor

import (
	"context"
	"errors"
	"fmt"
	"math"

	"holdfast/dataset"
	"holdfast/models"
)

// Watch holds everything since the model was made against its reference: as-of dates after
// the last day whose labels it knows. The examples carry their Timeline, with all columns
// that the model reads.
//
// A model without a reference, as older versions wrote it, gets one of today's data, which
// is the same unless its past was rewritten since; the report says so. The model and the
// examples are only read, and the report holds the model's reference, not a copy.
//
// Too little to judge is no error: the report of a model without a day behind it has no
// Quarters, and that of few accounts or labels has figures and no findings. Errors: no
// Timeline, no snapshots of the year before the model was made, options out of range, a
// column that the model reads and the Timeline has not, a canceled context.
func Watch(ctx context.Context, m *models.Model, e *dataset.Examples, o Options) (*Report, error) {
	o = o.orDefault()
	if err := o.check(); err != nil {
		return nil, err
	}
	if e.Timeline == nil {
		return nil, errors.New("monitor: the examples have no timeline; set it to that of their panel")
	}
	id, err := m.ID()
	if err != nil {
		return nil, err
	}
	w := &watch{model: m, line: e.Timeline, examples: e, options: o, reference: m.Reference, report: &Report{
		Model: id, KnownBy: m.Training.KnownBy, ObservedUntil: e.ObservedUntil, Options: o, Reference: m.Reference}}
	if err := w.refer(ctx); err != nil {
		return nil, err
	}
	w.divide()
	if w.scored, err = score(ctx, m, w.line, w.rows); err != nil {
		return nil, err
	}
	if err := w.followFactors(ctx); err != nil {
		return nil, err
	}
	w.followScores()
	if err := w.followLabels(ctx); err != nil {
		return nil, err
	}
	w.find()
	return w.report, ctx.Err()
}

// watch is a report in the making.
type watch struct {
	model     *models.Model
	line      *dataset.Timeline
	examples  *dataset.Examples
	options   Options
	reference *models.Reference
	report    *Report

	// rows are those of the Timeline that count: the newest of every account in every
	// quarter. of are the indices into them, by quarter, and scored is what the model makes
	// of them.
	rows   []int32
	of     [][]int32
	scored *scored
}

// refer makes sure that there is a reference.
func (w *watch) refer(ctx context.Context) (err error) {
	if w.reference != nil {
		return nil
	}
	if w.reference, err = Learn(ctx, w.model, w.line); err != nil {
		return err
	}
	if w.reference == nil {
		return fmt.Errorf("monitor: model %q has no reference, and there are no snapshots of the year up to %s to make one of; fit it again", w.model.Name, w.model.Training.KnownBy)
	}
	w.report.Reference, w.report.Rebuilt = w.reference, true
	return nil
}

// divide finds the rows of every quarter. The first begins on the day after the last whose
// labels the model knows, so that no row of the reference is watched. A quarter without
// snapshots between others is a quarter with no accounts. The rows lie by account and then by
// day, and so do those of each quarter: one row an account.
func (w *watch) divide() {
	w.rows = newest(w.line, w.model.Training.KnownBy+1, math.MaxInt32-1)
	first, last := dataset.Date(math.MaxInt32), dataset.NoDate
	for _, row := range w.rows {
		first, last = min(first, w.line.AsOf[row]), max(last, w.line.AsOf[row])
	}
	if len(w.rows) == 0 {
		return
	}
	place := make(map[dataset.Date]int)
	for start := quarterOf(first); start <= last; start = start.AddMonths(3) {
		place[start] = len(w.report.Quarters)
		w.report.Quarters = append(w.report.Quarters, Quarter{Start: start, From: dataset.NoDate, Until: dataset.NoDate})
	}
	w.of = make([][]int32, len(w.report.Quarters))
	for i, row := range w.rows {
		day := w.line.AsOf[row]
		k := place[quarterOf(day)]
		q := &w.report.Quarters[k]
		if q.Accounts == 0 {
			q.From = day
		}
		q.Accounts, q.From, q.Until = q.Accounts+1, min(q.From, day), max(q.Until, day)
		w.of[k] = append(w.of[k], int32(i))
	}
	for k := range w.report.Quarters {
		w.report.Quarters[k].Judged = w.report.Quarters[k].Accounts >= w.options.Accounts
	}
}

// pick gathers the given rows, in their order, into a slice of its own.
func pick[T any](from []T, rows []int32) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = from[r]
	}
	return out
}

// sum adds counts.
func sum(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// ratio is a share, NaN of nothing.
func ratio(k, n int) float64 { return float64(k) / float64(n) }

// undefinedShare is the share of something that there is not.
func undefinedShare() Share { return Share{math.NaN(), math.NaN(), math.NaN()} }
