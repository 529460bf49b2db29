package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/backtest/leaklab"
	"holdfast/cmd/holdfast/internal/progress"
	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/dataset"
	"holdfast/models"
)

func newRetrain(a *app) *cobra.Command {
	var f retrainFlags
	cmd := &cobra.Command{
		Use:   "retrain",
		Short: "The quarterly job: check, refit, test against the champion, promote or keep, score",
		Long: `retrain is meant to be left alone. It locks the model registry, checks the data and refuses
those that know the answer, fits the champion's recipe and the challengers anew on what is
known today, and tests them against the champion as it is: the registered model file, on
renewals that were not yet known when it was made. It promotes the winner or keeps the
champion, scores the current accounts with the one that serves, writes the run directory (as
backtest does, and the scores), and adds a line to the journal.

It can be killed at any instant: until the line is in the journal nothing has changed, and
the old champion serves. Where data, project file and champion are those of the last run
there is nothing new, and nothing is written. The first run registers the winner of the
project's own candidates.

What a person took from its place, by models rollback or promote, does not come back by
itself: while the data are the same, its recipe is not promoted again.

Where the champion learned from everything that is known, it cannot be tested yet: that is
"need more data", and it serves on. The registry is ` + "`registry`" + ` of the project file; the run
directory is its output with -retrain behind it, or --out.
` + retrainExitCodesHelp,
		Example: `  holdfast retrain -c /srv/churn/holdfast.yaml --quiet
  holdfast retrain --dry-run                     # decide, and write nothing
  holdfast retrain --as-of 2026-06-30            # as it would have run that day
  holdfast retrain --json | jq '.decision, .champion_after'
  tail -n 1 models/journal.jsonl | jq .          # what the last run decided, and why`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.retrain(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.registry, "registry", "", registryHelp)
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "decide and tell, but write nothing at all")
	cmd.Flags().BoolVar(&f.svgOnly, "svg-only", false, "draw no PNG beside the SVG of each picture: faster on small data, and the report needs none")
	return cmd
}

// retrainExitCodesHelp ends the help of retrain, whose codes need no --gate.
const retrainExitCodesHelp = `
Exit codes: 0 promoted, or nothing new; 8 the champion holds; 9 need more data; 1 a bug in
holdfast, 2 usage, 3 config, 4 data refused, 5 fit failed, 6 model or registry refused,
7 output or environment (another run holds the lock), 130 and 143 interrupted.`

// retrainFlags are what a user asks of retrain.
type retrainFlags struct {
	registry string
	dryRun   bool
	svgOnly  bool
}

// retraining is a run of retrain.
type retraining struct {
	*app
	p        *opened
	dir      string // of the registry
	target   string // the run directory
	dry      bool
	books    *registry.Registry
	writer   *registry.Writer // nil in a dry run
	journal  []registry.Entry
	champion *reigning          // nil: there is none yet
	declared []models.Candidate // of the project; those of p are the ones that meet
	options  backtest.Options   // under which they meet
	note     runNote
}

// retrain is the job as one line: lock, look, stop if nothing is new, check, judge, serve,
// write, tell.
func (a *app) retrain(ctx context.Context, f retrainFlags) error {
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	p.svgOnly = f.svgOnly
	run := &retraining{app: a, p: p, dir: a.registryOf(p, f.registry), target: a.retrainTarget(p), dry: f.dryRun, declared: p.candidates}
	if err := apart(run.dir, p.config.Path(p.config.Data.Snapshots), p.config.Path(p.config.Data.Outcomes)); err != nil {
		return err
	}
	unlock, err := run.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := run.meet(); err != nil {
		return err
	}
	panel, err := run.look(ctx)
	if err != nil {
		return err
	}
	last, known := run.done()
	if known && last.Decision != refusedData {
		return run.nothingNew(last)
	}
	state, warnings, err := run.examine(ctx, panel, known)
	if err != nil {
		return err
	}
	return run.decide(ctx, panel.Examples, state, warnings)
}

// meet reads what the registry says: who serves, who wants the place, and what was decided
// before.
func (run *retraining) meet() (err error) {
	if run.champion, err = readChampion(run.books); err != nil {
		return err
	}
	if run.options, err = run.contest(); err != nil {
		return err
	}
	run.journal, err = run.books.Journal()
	return failRegistry(err)
}

// look reads the data, and notes what the run is made from.
func (run *retraining) look(ctx context.Context) (*dataset.Panel, error) {
	panel, err := run.p.survey(ctx)
	if err != nil {
		return nil, err
	}
	panel.Examples.Timeline = panel.Timeline()
	run.note, err = run.makeNote(run.p, run.declared, panel.Examples)
	return panel, err
}

// done finds the last run in the journal; known says that it was made from the same, and
// that the champion which it left still serves.
func (run *retraining) done() (last runNote, known bool) {
	last, left, ran := lastRun(run.journal)
	return last, ran && last.Inputs == run.note.Inputs && left == run.champion.ref()
}

// examine looks at the health of the data, and refuses those that know the answer.
func (run *retraining) examine(ctx context.Context, panel *dataset.Panel, known bool) (*health.Report, []dataset.Warning, error) {
	p := run.p
	state, err := health.Examine(ctx, panel, p.factors, p.healthOptions())
	if err != nil {
		return nil, nil, err
	}
	run.clock.Done("health", len(panel.Snapshots.Date))
	leaks, err := leaklab.Run(ctx, panel, p.factors, run.declared, leaklab.Options{Seed: p.config.Backtest.Seed, Backtest: p.options()})
	if err != nil {
		return nil, nil, err
	}
	run.clock.Done("leak lab", panel.Examples.Len())
	if refusals := leaks.Refusals(); len(refusals) > 0 {
		return nil, nil, run.refuse(refusals, known)
	}
	return state, leaks.Warnings(), nil
}

// decide holds the candidates against the champion and carries out the verdict.
func (run *retraining) decide(ctx context.Context, e *dataset.Examples, state *health.Report, warnings []dataset.Warning) error {
	bar := progress.New(run.stderr, "retrain", run.terminal && !run.quiet)
	r, err := backtest.Run(ctx, e, run.p.candidates, run.options, run.clock.Follow(e.Len(), bar.Stage))
	bar.Done()
	var unplanned *backtest.PlanError
	if errors.As(err, &unplanned) && run.champion != nil {
		r, err = nil, nil // a champion that cannot be tested yet serves on
		run.note.Decision, run.note.Headline = backtest.NeedMoreData, run.untested(unplanned)
	}
	if err != nil {
		return err
	}
	if r != nil {
		run.respectPeople(r)
		run.note.Decision, run.note.Headline, run.note.Numbers = r.Verdict.Decision, r.Verdict.Headline, numbersOf(r)
		warnings = append(warnings, run.unexpected(r.Warnings)...)
	} else {
		warnings = append(warnings, e.Warnings...)
	}
	done := &carriedOut{result: r, examples: e, state: state, warnings: warnings}
	if err := run.carryOut(ctx, done); err != nil {
		return err
	}
	if err := run.tell(done); err != nil {
		return err
	}
	return gated(true, run.note.Decision)
}

// unexpected are warnings without the one that the champion causes by being what it is: it
// has learned from the first folds, which are left out, and the run says so in words.
func (run *retraining) unexpected(warnings []dataset.Warning) []dataset.Warning {
	return slices.DeleteFunc(slices.Clone(warnings), func(w dataset.Warning) bool {
		return w.Code == "folds_seen" && run.champion != nil && w.Where == "candidate "+run.champion.String()
	})
}

// untested says since when there are no outcomes that the champion does not know.
func (run *retraining) untested(why *backtest.PlanError) string {
	known := run.champion.model.Training.KnownBy
	if known == dataset.NoDate {
		return fmt.Sprintf("Need more data: %s cannot be tested: %s", run.champion.Ref, why.Reason)
	}
	return fmt.Sprintf("Need more data: %s learned from labels known by %s, and too few %s that were scored since then are decided to test it on.",
		run.champion.Ref, known, clockOf(run.p.config).Examples())
}

// lock opens the registry: for writing, or in a dry run for reading.
func (run *retraining) lock() (unlock func(), err error) {
	if run.dry {
		run.books, err = registry.Open(run.dir)
		return func() {}, failRegistry(err)
	}
	if run.writer, err = registry.Lock(run.dir, run.disk); err != nil {
		return nil, failRegistry(err)
	}
	run.books = &run.writer.Registry
	return func() { run.writer.Close() }, nil
}

// retrainTarget is the run directory of a retrain: beside that of the backtest, whose report
// it must not replace.
func (a *app) retrainTarget(p *opened) string {
	if a.out != "" {
		return a.out
	}
	return filepath.Clean(p.config.Path(p.config.Output)) + "-retrain"
}

// refuse ends a run whose data cannot be trusted. The finding is journaled once: a job that
// is tried again on the same data adds nothing.
func (run *retraining) refuse(findings []dataset.Warning, known bool) error {
	refused := fail(exitData, &dataset.RefusedError{Findings: findings})
	if run.dry || known {
		return refused
	}
	run.note.Decision, run.note.ExitCode = refusedData, exitData
	run.note.Headline = "The data were refused; the champion serves on."
	if run.champion == nil {
		run.note.Headline = "The data were refused; there is no champion yet."
	}
	for _, f := range findings {
		run.note.Findings = append(run.note.Findings, f.String())
	}
	line, err := run.note.line(run.champion.ref())
	if err == nil {
		err = failRegistry(run.writer.Commit(line))
	}
	if err != nil {
		return errors.Join(err, refused)
	}
	return refused
}
