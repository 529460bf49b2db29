package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/cmd/holdfast/internal/progress"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
)

func newBacktest(a *app) *cobra.Command {
	gate := false
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "Compare all candidates on renewals they had not seen, and give a verdict",
		Long: `backtest walks forward through time: on each cutoff every candidate learns from what was
known that day and scores the accounts up to the next cutoff. All candidates meet the same
renewals. The run directory gets report.html, verdict.json, metrics.csv, weights.csv,
predictions.parquet, model.json, plots and run.json.
` + exitCodesHelp,
		Example: `  holdfast backtest
  holdfast backtest -c demo/holdfast.yaml --out /tmp/run
  holdfast backtest --gate --quiet || echo "not promoted"
  holdfast backtest --as-of 2025-12-31 --json | jq .decision`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.backtest(cmd, gate) },
	}
	cmd.Flags().BoolVar(&gate, "gate", false, "exit 8 on hold and 9 when more data is needed")
	return cmd
}

// backtest is the main job as one line: open, load, walk forward, write, tell.
func (a *app) backtest(cmd *cobra.Command, gate bool) error {
	ctx := cmd.Context()
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	out, err := createRun(p, a.target(p)) // before the work: it may not be writable
	if err != nil {
		return err
	}
	defer out.Discard()
	e, state, err := p.loadExamined(ctx)
	if err != nil {
		return err
	}
	bar := progress.New(a.stderr, "backtest", a.terminal && !a.quiet)
	r, err := backtest.Run(ctx, e, p.candidates, p.options(), a.clock.Follow(e.Len(), bar.Stage))
	bar.Done()
	if why, yes := tooFewDates(err); yes {
		return a.inSample(ctx, p, e, state, out, why, gate)
	}
	if err != nil {
		return err
	}
	if err := a.warn(exitData, r.Warnings); err != nil {
		return err
	}
	card, err := a.card("backtest", p, e, r.Warnings)
	if err != nil {
		return err
	}
	card.Drawn = r.Options.Replicates
	if r.Options.Intervals != backtest.Percentile {
		card.Intervals = r.Options.Intervals
	}
	if err := writeRun(ctx, out, p, r, e, state, card); err != nil {
		return fail(exitOutput, err)
	}
	if err := out.Publish(); err != nil {
		return fail(exitOutput, err)
	}
	a.clock.Done("write", 0)
	if a.json {
		told := resultOf(r)
		told.RunDirectory = a.target(p)
		if err := writeFolded(a.stdout, told); err != nil {
			return fail(exitOutput, err)
		}
	}
	a.printBacktest(r, p.outlookOf(r), a.target(p))
	return gated(gate, r.Verdict.Decision)
}

// loadExamined is loadTrusted with the health of the data, for the report.
func (p *opened) loadExamined(ctx context.Context) (*dataset.Examples, *health.Report, error) {
	panel, err := p.surveyTrusted(ctx)
	if err != nil {
		return nil, nil, err
	}
	state, err := health.Examine(ctx, panel, p.factors, p.healthOptions())
	if err != nil {
		return nil, nil, err
	}
	p.clock.Done("health", len(panel.Snapshots.Date))
	panel.Examples.Timeline = panel.Timeline() // what happens between the decisions: warnings, bands, rollout
	return panel.Examples, state, nil
}

// card describes a run.
func (a *app) card(command string, p *opened, e *dataset.Examples, warnings []dataset.Warning) (runCard, error) {
	text, err := os.ReadFile(a.config)
	if err != nil {
		return runCard{}, fail(exitConfig, err)
	}
	sum := sha256.Sum256(text)
	return runCard{
		Tool: rundir.Tool, Version: version, Command: command, AsOf: a.asOf, Seed: p.config.Backtest.Seed,
		Config: hashedFile{Name: filepath.Base(a.config), SHA256: hex.EncodeToString(sum[:])},
		Inputs: e.Hashes, Counts: e.Counts, Warnings: append([]dataset.Warning{}, warnings...),
	}, nil
}

// gated turns a verdict into an exit code when that was asked for.
func gated(gate bool, d backtest.Decision) error {
	switch {
	case gate && d == backtest.Hold:
		return fail(exitHold, fmt.Errorf("hold"))
	case gate && d == backtest.NeedMoreData:
		return fail(exitNeedMoreData, fmt.Errorf("need more data"))
	}
	return nil
}

// printBacktest is what the user sees at the end.
func (a *app) printBacktest(r *backtest.Result, o *backtest.Outlook, target string) {
	a.printf("%s\n\n", plain(r.Verdict.Headline))
	a.printCandidates(r)
	a.printf("\n")
	a.printReasons(r.Verdict)
	a.printWarning(r)
	a.printFurther(r)
	a.printOutlook(r, o)
	a.printf("\nReport: %s\n", plain(filepath.Join(target, "report.html")))
}

// printReasons prints why, one reason a line; of the tests, those that were not passed say
// so.
func (a *app) printReasons(v backtest.Verdict) {
	for _, reason := range v.Reasons {
		mark := ""
		for _, g := range v.Gates {
			switch {
			case g.Words != reason || g.Passed:
			case g.Undecided:
				mark = "UNDECIDED: "
			default:
				mark = "NOT PASSED: "
			}
		}
		a.printf("  %s%s\n", mark, plain(reason))
	}
}

// printCandidates is how the candidates for one target did.
func (a *app) printCandidates(r *backtest.Result) {
	used := 0
	for _, f := range r.Folds {
		if f.Skipped == "" {
			used++
		}
	}
	n := backtest.Find(r.Candidates[0].Pooled, backtest.AUC)
	a.printf("%s %s in %d of %d folds, %s %s (%.1f %%); capacity %s accounts per period\n\n", texttab.Group(fmt.Sprint(n.N)), r.Data.Clock.Examples(), used, len(r.Folds),
		texttab.Group(fmt.Sprint(n.Churned)), r.Target.Event(), 100*float64(n.Churned)/float64(n.N), texttab.Group(fmt.Sprint(r.Options.Capacity)))
	t := texttab.New("candidate", ">AUC", ">95 % interval", ">log loss", ">Brier", ">slope", ">capture", ">value captured")
	for c, cand := range r.Candidates {
		name := plain(cand.Name)
		if c == r.Champion {
			name += " (champion)"
		}
		auc := backtest.Find(cand.Pooled, backtest.AUC)
		value := backtest.Find(cand.Pooled, backtest.ValueCaptured)
		t.Row(name, texttab.Number(auc.Value, 3), texttab.Interval(auc.Low, auc.High, 3),
			texttab.Number(backtest.Find(cand.Pooled, backtest.LogLoss).Value, 4), texttab.Number(backtest.Find(cand.Pooled, backtest.Brier).Value, 4),
			texttab.Number(backtest.Find(cand.Pooled, backtest.CalibrationSlope).Value, 2),
			percent(backtest.Find(cand.Pooled, backtest.Capture).Value), texttab.Number(value.Value, 0))
	}
	if !a.quiet && !a.json {
		t.Write(a.stdout)
	}
}

func percent(share float64) string {
	if share != share {
		return "n/a"
	}
	return fmt.Sprintf("%.1f %%", 100*share)
}
