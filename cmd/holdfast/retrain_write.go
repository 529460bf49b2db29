package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/models"
)

// This file carries out what retrain decided. Everything is written before anything
// counts, and the line in the journal, written last, makes it count.

// carriedOut is a decision and what was done about it.
type carriedOut struct {
	result   *backtest.Result // nil: the champion could not be tested
	examples *dataset.Examples
	state    *health.Report
	warnings []dataset.Warning
	serves   *models.Model
	after    registry.Ref // the zero Ref in a dry run that would register a version
	scores   string       // file name
}

// scoreEntries are the files of scores that a run directory may hold.
var scoreEntries = []string{"scores.parquet", "scores.csv", "scores.jsonl"}

// carryOut puts the model that serves from now on into the registry, if it is new, scores
// the current accounts with it, publishes the run directory and journals the decision. A
// dry run does all of it that writes nothing.
func (run *retraining) carryOut(ctx context.Context, done *carriedOut) error {
	fresh, err := run.successor(ctx, done)
	if err != nil {
		return err
	}
	scores, warnings, err := run.score(ctx, done)
	if err != nil {
		return err
	}
	done.warnings = append(done.warnings, warnings...)
	if err := run.warn(exitData, done.warnings); err != nil {
		return err
	}
	run.note.Scored, run.note.Unscored = scores.counts()
	run.note.ExitCode = exitCode(ctx, gated(true, run.note.Decision))
	if run.dry {
		return nil
	}
	return run.write(ctx, done, fresh, scores)
}

// successor chooses the model that serves from now on, and says whether it is a new one:
// the winner when it is promoted or is the first ever, and else the champion.
func (run *retraining) successor(ctx context.Context, done *carriedOut) (fresh bool, err error) {
	if run.champion != nil && run.note.Decision != backtest.Promote {
		done.serves, done.after = run.champion.model, run.champion.Ref
		return false, nil
	}
	winner := done.result.Winner()
	m := winner.Final
	switch {
	case m == nil:
		return false, fail(exitFit, fmt.Errorf("%s has no model on all mature labels: %s", winner.Name, winner.FinalErr))
	case m.Kind == models.Predicted:
		return false, fail(exitConfig, fmt.Errorf("%s is another tool's predictions and no model that could score an account; retrain needs a champion and challengers that are", plain(m.Name)))
	}
	if err = run.p.describe(ctx, m, done.examples.All(), nil); err == nil {
		err = run.p.complete(m, finalOf(done.result))
		promise(m, done.result)
	}
	done.serves = m
	return true, err
}

// write fills the run directory, registers what is new, publishes and commits. Up to the
// last step a run that ends here has changed nothing that serves.
func (run *retraining) write(ctx context.Context, done *carriedOut, fresh bool, scores currentScores) error {
	p := run.p
	if err := apart(run.target, p.config.Path(p.config.Data.Snapshots), p.config.Path(p.config.Data.Outcomes), run.dir); err != nil {
		return err
	}
	out, err := rundir.Create(run.target, slices.Concat(runEntries, scoreEntries)...)
	if err != nil {
		return fail(exitOutput, err)
	}
	defer out.Discard()
	out.Disk = run.disk
	if err := run.fill(ctx, out, done, fresh); err != nil {
		return fail(exitOutput, err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if fresh {
		run.note.Recipe = recipeOf(p.config, done.serves.Name)
		err := out.Fill(func(folder string) (err error) {
			done.after, err = run.writer.Add(done.serves.Name, run.note.Recipe, os.DirFS(folder))
			return err
		})
		if err != nil {
			return failRegistry(err)
		}
	}
	done.scores = "scores." + p.config.Retrain.Scores
	if err := out.Write(done.scores, func(w io.Writer) error { return scores.write(ctx, w, "."+p.config.Retrain.Scores) }); err != nil {
		return fail(exitOutput, err)
	}
	line, err := run.note.line(done.after)
	if err != nil {
		return err
	}
	if err := out.Publish(); err != nil {
		return fail(exitOutput, err)
	}
	return failRegistry(run.writer.Commit(line))
}

// fill writes the files of the run directory but the scores: those of a backtest, with the
// champion's own model file where the champion stays.
func (run *retraining) fill(ctx context.Context, out *rundir.Dir, done *carriedOut, fresh bool) error {
	card, err := run.card("retrain", run.p, done.examples, done.warnings)
	if err != nil {
		return err
	}
	if done.result != nil {
		if err := writeRun(ctx, out, run.p, done.result, done.examples, done.state, card); err != nil {
			return err
		}
	} else {
		steps := map[string]any{"verdict.json": untestedVerdict{run.note.Decision, run.note.Headline, run.champion.Ref}, rundir.Marker: card}
		for _, name := range []string{"verdict.json", rundir.Marker} {
			if err := out.Write(name, func(w io.Writer) error { return writeJSON(w, steps[name]) }); err != nil {
				return err
			}
		}
	}
	if fresh {
		return nil
	}
	// A champion that stays is the file that was registered, to the byte.
	if err := out.Fill(func(folder string) error { return removeFile(filepath.Join(folder, modelFile)) }); err != nil {
		return err
	}
	return out.Write(modelFile, func(w io.Writer) error { _, err := io.Copy(w, bytes.NewReader(run.champion.text)); return err })
}

// removeFile removes a file that may not be there.
func removeFile(path string) error {
	err := os.Remove(path)
	if os.IsNotExist(err) || err == nil {
		return nil
	}
	return &fs.PathError{Op: "remove", Path: filepath.Base(path), Err: err}
}

// untestedVerdict is verdict.json of a run whose champion could not be tested.
type untestedVerdict struct {
	Decision backtest.Decision `json:"decision"`
	Headline string            `json:"headline"`
	Champion registry.Ref      `json:"champion"`
}
