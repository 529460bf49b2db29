package main

import (
	"fmt"
	"path/filepath"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/cmd/holdfast/internal/texttab"
)

// retrained is what retrain --json prints.
type retrained struct {
	runNote
	Before registry.Ref `json:"champion_before"`
	After  registry.Ref `json:"champion_after"` // in a dry run that would promote: still the one before
	New    bool         `json:"new"`            // false: nothing new, and nothing was written
	DryRun bool         `json:"dry_run"`
	Run    string       `json:"run_directory,omitempty"`
}

// nothingNew ends a run that has been done before.
func (run *retraining) nothingNew(last runNote) error {
	if run.json {
		last.ExitCode = exitDone
		return fail(exitOutput, writeJSON(run.stdout, retrained{runNote: last, Before: run.champion.ref(), After: run.champion.ref(), DryRun: run.dry}))
	}
	run.printf("Nothing new: data, project file and champion are those of the last run, as of %s.\n", last.AsOf)
	run.printf("That run said: %s\n", plain(last.Headline))
	run.printf("Champion: %s\n", plain(run.champion.ref().String()))
	return nil
}

// tell prints what was decided and done.
func (run *retraining) tell(done *carriedOut) error {
	if run.json {
		told := retrained{runNote: run.note, Before: run.champion.ref(), After: done.after, New: true, DryRun: run.dry}
		if run.dry {
			told.After = told.Before
		} else {
			told.Run = run.target
		}
		return fail(exitOutput, writeJSON(run.stdout, told))
	}
	run.printf("%s\n\n", plain(run.note.Headline))
	if done.result != nil {
		run.printCandidates(done.result)
		run.printf("\n")
		run.printLeftOut(done.result)
		run.printReasons(done.result.Verdict)
		run.printf("\n")
	}
	run.printf("Champion: %s\n", plain(run.change(done)))
	run.printf("%s accounts scored, %s not scored\n", texttab.Group(fmt.Sprint(run.note.Scored)), texttab.Group(fmt.Sprint(run.note.Unscored)))
	if run.dry {
		run.printf("Dry run: nothing was written\n")
		return nil
	}
	run.printf("Scores: %s\n", plain(filepath.Join(run.target, done.scores)))
	if done.result != nil {
		run.printf("Report: %s\n", plain(filepath.Join(run.target, "report.html")))
	}
	return nil
}

// printLeftOut says which folds test nobody, where the champion has seen some.
func (run *retraining) printLeftOut(r *backtest.Result) {
	if run.champion == nil {
		return
	}
	seen, known := 0, run.champion.model.Training.KnownBy
	for _, f := range r.Folds {
		if f.Cutoff < known {
			seen++
		}
	}
	if seen > 0 {
		run.printf("  %s learned from labels known by %s: %d of %d folds begin before that and test nobody\n", plain(run.champion.String()), known, seen, len(r.Folds))
	}
}

// change says in words who serves from now on.
func (run *retraining) change(done *carriedOut) string {
	switch before := run.champion.ref(); {
	case run.dry && done.after.IsZero():
		return "would be a new version of " + done.serves.Name
	case before.IsZero():
		return done.after.String() + ", the first"
	case before != done.after:
		return done.after.String() + ", after " + before.String()
	}
	return done.after.String() + ", as before"
}
