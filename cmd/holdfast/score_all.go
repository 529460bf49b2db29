package main

import (
	"context"
	"io"
	"iter"
	"runtime"
	"runtime/debug"
	"sync/atomic"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/models"
)

// scoreAll scores every snapshot row, as it is read:
//
//  1. Workers take one row group of the input after the other, and score it in batches
//     (allRun.group, models.Scorer).
//  2. Each makes of its rows what the file will hold (scoreEncoder), without waiting.
//  3. What is made is appended in the order of the input (turns), so that the file does not
//     depend on who was first.
//
// Histories need the rows of an account beside each other; a model with histories is scored
// from sorted rows instead, which lie in temporary files beyond the memory budget.
func (a *app) scoreAll(ctx context.Context, m *models.Model, f scoreFlags, format scoreFormat) error {
	id, err := m.ID()
	if err != nil {
		return err
	}
	r := &allRun{model: m, id: id, reasons: f.reasons, scorer: m.Scorer()}
	if err := r.open(ctx, a, f.snapshots); err != nil {
		return err
	}
	defer r.close()
	var failed error // without the name of the output, which is not at fault
	err = rundir.WriteFile(a.out, func(w io.Writer) error {
		sink, err := format.sink(w, id, f.reasons > 0)
		if err != nil {
			return err
		}
		if failed = r.run(ctx, sink); failed == nil {
			failed = a.warn(exitData, append(r.warnings(), r.scorer.Warnings()...))
		}
		if failed != nil {
			return failed
		}
		return sink.close()
	})
	if failed != nil {
		return failed
	}
	if err != nil {
		return fail(exitOutput, err)
	}
	a.clock.Done("score", int(r.scored.Load()+r.unscored.Load()))
	return a.printAll(r)
}

// allRun is a run over all rows.
type allRun struct {
	model   *models.Model
	id      string
	reasons int
	scorer  *models.Scorer

	order            string // of the rows of the file
	groups           int
	reader           func() (read groupReader, close func())
	warnings         func() []dataset.Warning
	close            func()
	scored, unscored atomic.Int64
}

// groupReader yields the rows of a group.
type groupReader func(ctx context.Context, group int) iter.Seq2[*dataset.StreamPiece, error]

// open finds the rows: as they lie in the files, or sorted.
func (r *allRun) open(ctx context.Context, a *app, path string) error {
	if len(r.model.Histories()) > 0 {
		s, err := a.scoreSnapshots(ctx, r.model, path)
		if err != nil {
			return err
		}
		r.order, r.groups, r.warnings = "account and day", s.Groups(), func() []dataset.Warning { return s.Warnings }
		r.reader = func() (groupReader, func()) { return s.Group, func() {} }
		r.close = func() { s.Table.Close() }
		return nil
	}
	reading, roles, err := a.scoreReading(ctx, r.model, path)
	if err != nil {
		return err
	}
	uses, err := r.model.OwnUses()
	if err != nil {
		return fail(exitModel, err)
	}
	s, err := dataset.StreamSnapshots(ctx, path, roles, uses, reading)
	if err != nil {
		return refusedColumn(path, err)
	}
	r.order, r.groups, r.warnings, r.close = "input", s.Groups(), s.Warnings, s.Close
	r.reader = func() (groupReader, func()) {
		reader := s.Reader()
		return reader.Group, func() { reader.Close() }
	}
	return nil
}

// workerMemory is about what a worker needs: the collector is told to work for it, because
// there is little garbage and much that is used again.
const workerMemory = 44 << 20

// mostWorkers bounds the memory of a run on a machine of many cores: each worker holds a
// page of every column.
const mostWorkers = 8

// run scores all groups.
func (r *allRun) run(ctx context.Context, sink scoreSink) error {
	order := newTurns(ctx)
	defer order.stop()
	limit := int64(min(runtime.GOMAXPROCS(0), mostWorkers)) * workerMemory
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(min(limit, debug.SetMemoryLimit(-1))))
	workers := min(runtime.GOMAXPROCS(0), mostWorkers, r.groups)
	return order.each(workers, r.groups, func() (do func(t *turn) error, done func(), err error) {
		encoder, err := sink.encoder()
		if err != nil {
			return nil, nil, err
		}
		read, done := r.reader()
		scores := new(models.Scores)
		return func(t *turn) error { return r.group(ctx, t, read, encoder, scores) }, done, nil
	})
}

// group scores one group of rows and appends it when its turn comes.
func (r *allRun) group(ctx context.Context, t *turn, read groupReader, encoder scoreEncoder, scores *models.Scores) error {
	for rows, err := range read(ctx, t.number) {
		if err != nil {
			return fail(exitData, err)
		}
		p := &scoredPiece{StreamPiece: rows, Scores: scores}
		if err := r.score(ctx, p); err != nil {
			return err
		}
		if err := encoder.add(t, p); err != nil {
			return err
		}
	}
	return encoder.flush(t)
}

// scoredPiece is some rows with their scores.
type scoredPiece struct {
	*dataset.StreamPiece
	*models.Scores
	unscored []models.Unscored // nil: all rows have a score
	reasons  [][]string        // nil: nobody has asked
}

// score fills in the scores of a piece.
func (r *allRun) score(ctx context.Context, p *scoredPiece) error {
	err := r.scorer.Score(ctx, p.Batch, p.Scores)
	if err == nil {
		p.unscored, err = r.scorer.Unscored(ctx, p.Batch, p.Scores)
	}
	if err == nil && r.reasons > 0 {
		p.reasons, err = r.scorer.Reasons(ctx, p.Batch, r.reasons)
	}
	if err != nil {
		return err
	}
	n := int64(0)
	for _, u := range p.unscored {
		n += int64(oneIf(u.Code != ""))
	}
	r.unscored.Add(n)
	r.scored.Add(int64(len(p.Date)) - n)
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
