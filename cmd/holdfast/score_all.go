package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"runtime"
	"runtime/debug"
	"slices"
	"sync/atomic"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/models"
	"holdfast/models/trigger"
)

// scoreAll scores every snapshot row, as it is read:
//
//  1. Workers take one row group of the input after the other, and score it in batches
//     (allRun.group, scoredRows.add).
//  2. Group after group, rows learn what their accounts were at the snapshot before (pastOf).
//     Where the rows of an account do not come in the order of time, the run begins anew, and
//     looks at all of them first (allRun.look).
//  3. Each worker makes of its rows what the file will hold (scoreEncoder), without waiting.
//  4. What is made is appended in the order of the input (turns), so that the file does not
//     depend on who was first.
//
// Histories need the rows of an account beside each other; a model with histories is scored
// from sorted rows instead, which lie in temporary files beyond the memory budget.
func (a *app) scoreAll(ctx context.Context, m *models.Model, f scoreFlags, columns []scoreColumn, format scoreFormat) error {
	r, err := a.writeAll(ctx, m, f, columns, format, nil)
	if errors.Is(err, errDisorder) {
		past, failed := a.lookAtAll(ctx, m, f, columns)
		if failed != nil {
			return failed
		}
		r, err = a.writeAll(ctx, m, f, columns, format, past)
	}
	if err != nil {
		return err
	}
	a.clock.Done("score", int(r.scored.Load()+r.unscored.Load()))
	return a.printAll(r)
}

// writeAll scores and writes all rows. past is what is known of their accounts, nil where it
// is to be found out in passing.
func (a *app) writeAll(ctx context.Context, m *models.Model, f scoreFlags, columns []scoreColumn, format scoreFormat, past pastOf) (*allRun, error) {
	r, err := a.newAllRun(ctx, m, f, columns)
	if err != nil {
		return nil, err
	}
	defer r.close()
	if r.past = past; past == nil && r.asksPast() {
		r.past = newInTurn(m)
	}
	var failed error // without the name of the output, which is not at fault
	err = rundir.WriteFile(a.out, func(w io.Writer) error {
		file := &sink{w: w}
		rows, err := format.all(file, r.id, columns)
		if err != nil {
			return err
		}
		if failed = r.run(ctx, rows); failed == nil {
			failed = a.warn(exitData, append(r.warnings(), r.scorer.Warnings()...))
		}
		if file.err != nil { // what the workers ended with, or the cause of it
			failed = nil
			return file.err
		}
		if failed != nil {
			return failed
		}
		return rows.close()
	})
	if failed != nil {
		return nil, failed
	}
	return r, fail(exitOutput, err)
}

// lookAtAll finds out what was before each row, of rows in any order.
func (a *app) lookAtAll(ctx context.Context, m *models.Model, f scoreFlags, columns []scoreColumn) (pastOf, error) {
	f.reasons = 0
	r, err := a.newAllRun(ctx, m, f, columns)
	if err != nil {
		return nil, err
	}
	defer r.close()
	a.clock.Done("rows out of order: look", r.rows)
	return r.look(ctx)
}

// allRun is a run over all rows.
type allRun struct {
	model   *models.Model
	id      string
	columns []scoreColumn
	reasons int
	tops    bool       // playbooks ask for the category of the strongest reason
	segment *expr.Expr // and for this; nil: they do not
	scorer  *models.Scorer
	past    pastOf // nil: nobody asks

	order            string // of the rows of the file
	groups, rows     int
	reader           func() (read groupReader, close func())
	warnings         func() []dataset.Warning
	close            func()
	scored, unscored atomic.Int64
}

// groupReader yields the rows of a group.
type groupReader func(ctx context.Context, group int) iter.Seq2[*dataset.StreamPiece, error]

func (a *app) newAllRun(ctx context.Context, m *models.Model, f scoreFlags, columns []scoreColumn) (*allRun, error) {
	id, err := m.ID()
	if err != nil {
		return nil, err
	}
	r := &allRun{model: m, id: id, columns: columns, reasons: f.reasons, scorer: m.Scorer()}
	if err := r.ask(); err != nil {
		return nil, fail(exitModel, err)
	}
	return r, r.open(ctx, a, f.snapshots)
}

// plays says whether playbooks are written.
func (r *allRun) plays() bool { return len(r.model.Playbooks) > 0 && writes(r.columns, "playbook") }

// asksValue says whether anything depends on the money of a row.
func (r *allRun) asksValue() bool { return r.plays() || writes(r.columns, "value") }

// asksPast says whether anything depends on what was before a row.
func (r *allRun) asksPast() bool {
	return r.plays() || r.model.Remembers() || writes(r.columns, "band_before", "health_before", "dropped")
}

// ask finds out what the playbooks of the model ask about.
func (r *allRun) ask() error {
	if !r.plays() {
		return nil
	}
	uses, err := r.model.Uses()
	if err != nil {
		return err
	}
	for _, rule := range r.model.Playbooks {
		c, err := rule.Compile()
		if err != nil {
			return err
		}
		r.tops = r.tops || c.Asks(trigger.TopCategory)
		if by := r.model.Columns.Segment; by != "" && c.Asks(trigger.Segment) {
			if r.segment, err = expr.Parse(by, uses); err != nil {
				return err
			}
		}
	}
	return nil
}

// open finds the rows: as they lie in the files, or sorted.
func (r *allRun) open(ctx context.Context, a *app, path string) error {
	if len(r.model.Histories()) > 0 {
		s, err := a.scoreSnapshots(ctx, r.model, path)
		if err != nil {
			return err
		}
		r.order, r.groups, r.rows, r.warnings = "account and day", s.Groups(), len(s.Date), func() []dataset.Warning { return s.Warnings }
		r.reader = func() (groupReader, func()) { return s.Group, func() {} }
		r.close = func() { s.Table.Close() }
		return nil
	}
	reading, roles, err := a.scoreReading(ctx, r.model, path)
	if err != nil {
		return err
	}
	uses, err := r.model.Uses()
	if err != nil {
		return fail(exitModel, err)
	}
	if !r.asksValue() {
		roles.Value = ""
	}
	s, err := dataset.StreamSnapshots(ctx, path, roles, uses, reading)
	if err != nil {
		return refusedColumn(path, err)
	}
	r.order, r.groups, r.rows, r.warnings, r.close = "input", s.Groups(), s.Rows(), s.Warnings, s.Close
	r.reader = func() (groupReader, func()) {
		reader := s.Reader()
		return reader.Group, func() { reader.Close() }
	}
	return nil
}

const (
	// mostWorkers bounds the memory of a run on a machine of many cores: each worker holds a
	// page of every column.
	mostWorkers = 8
	// mostUnsettled is how many times parquetGroup rows a worker scores before those that come
	// before them.
	mostUnsettled = 4
	// streamGarbage is scoreGarbage of a run that holds pages and no accounts: what lies there
	// has no pointers in it, so that the collector is soon done.
	streamGarbage = 15
)

// workers are as many as there are processors, within bounds.
func (r *allRun) workers() int { return min(runtime.GOMAXPROCS(0), mostWorkers, r.groups) }

// run scores all groups.
func (r *allRun) run(ctx context.Context, sink scoreSink) error {
	order := newTurns(ctx)
	defer order.stop()
	defer debug.SetGCPercent(debug.SetGCPercent(streamGarbage))
	return order.each(r.workers(), r.groups, func() (do func(t *turn) error, done func(), err error) {
		encoder, err := sink.encoder()
		if err != nil {
			return nil, nil, err
		}
		w := &allWorker{allRun: r, encoder: encoder, scores: new(models.Scores)}
		w.read, done = r.reader()
		return func(t *turn) error { return w.group(ctx, t) }, done, nil
	})
}

// allWorker is a worker with its memory.
type allWorker struct {
	*allRun
	read    groupReader
	encoder scoreEncoder
	scores  *models.Scores
	full    []*scoredRows // scored and not settled
	free    []*scoredRows
}

// group scores one group of rows and appends it when its turn comes.
func (w *allWorker) group(ctx context.Context, t *turn) error {
	rows := w.empty()
	for p, err := range w.read(ctx, t.number) {
		if err != nil {
			return fail(exitData, err)
		}
		if err := rows.add(ctx, w.allRun, p, w.scores); err != nil {
			return err
		}
		if len(rows.day) < parquetGroup {
			continue
		}
		if w.full = append(w.full, rows); w.past == nil || t.mayLook() || len(w.full) == mostUnsettled {
			if err := w.settle(t, false); err != nil {
				return err
			}
		}
		rows = w.empty()
	}
	w.full = append(w.full, rows)
	return w.settle(t, true)
}

// empty is room for rows.
func (w *allWorker) empty() *scoredRows {
	n := len(w.free)
	if n == 0 {
		return new(scoredRows)
	}
	rows := w.free[n-1]
	w.free = w.free[:n-1]
	return rows
}

// settle tells rows what was before them, if anybody asks, and writes them.
func (w *allWorker) settle(t *turn, last bool) error {
	if w.past != nil {
		if err := w.lookBack(t, last); err != nil {
			return err
		}
	}
	for _, rows := range w.full {
		if w.plays() {
			if err := rows.addPlaybooks(w.model); err != nil {
				return err
			}
		}
		if err := w.encoder.encode(t, rows); err != nil {
			return err
		}
		rows.reset()
	}
	w.full, w.free = w.full[:0], slices.Concat(w.free, w.full)
	return nil
}

// lookBack tells rows what was before them; after the last of a group the next group may do
// the same.
func (w *allWorker) lookBack(t *turn, last bool) error {
	if err := t.look(); err != nil {
		return err
	}
	for _, rows := range w.full {
		if err := w.past.fill(rows); err != nil {
			return err
		}
	}
	if last {
		t.looked()
	}
	return nil
}

// printAll tells how many rows have a score.
func (a *app) printAll(r *allRun) error {
	scored, unscored := int(r.scored.Load()), int(r.unscored.Load())
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, map[string]any{"out": a.out, "model": r.model.Name, "model_id": r.id, "order": r.order,
			"scored": scored, "unscored": unscored, "warnings": append([]dataset.Warning{}, append(r.warnings(), r.scorer.Warnings()...)...)}))
	}
	a.printf("%s rows scored by %s, %s not scored, in the order of the %s: %s\n", grouped(scored), plain(r.id), grouped(unscored), r.order, plain(a.out))
	return nil
}
