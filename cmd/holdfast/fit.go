package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
	"holdfast/plots"
)

// fitFlags are what a user asks of fit.
type fitFlags struct {
	candidate string
	bootstrap int
	dropOne   bool
	tune      tuneFlags
}

func newFit(a *app) *cobra.Command {
	var f fitFlags
	cmd := &cobra.Command{
		Use:   "fit",
		Short: "Fit one candidate on all mature labels and print its weights",
		Long: `fit learns one candidate from every label that is known and prints its weights with their
intervals, how far each factor moves the score, and the accounts that move a weight most.
The run directory (--out, or output of the project file with -fit behind it) gets
model.json, weights.csv, a picture of what each factor does, and run.json.

Clustered figures count accounts, profile intervals and likelihood ratios (LR) count rows;
where the two differ, trust the first. With --drop-one, every factor is left out in turn and
missed, or not, on the latest third of the as-of dates, which no fit has seen; with
--bootstrap, accounts are drawn anew to see which weights keep their sign.

With --set, --pin or --bound, you move the points of a score by hand and see what that costs:
the optimum of the data, yours, and the nearest acceptable weights (as close to yours as the
data allow, within one standard error) are backtested side by side, and model.json is the
nearest acceptable. With --path, you see the whole way from the hand weights to the optimum.
` + exitCodesHelp,
		Example: `  holdfast fit --candidate logistic --out fitted
  holdfast fit --candidate logistic --json --quiet
  holdfast fit --drop-one --bootstrap 100
  holdfast fit --set active_share=20 --pin nps
  holdfast fit --bound active_share=10:40 --path`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.fit(cmd, f) },
	}
	cmd.Flags().StringVar(&f.candidate, "candidate", "", "which `candidate` (default: the first logistic one)")
	cmd.Flags().IntVar(&f.bootstrap, "bootstrap", 0, "fit so many draws of the accounts anew")
	cmd.Flags().BoolVar(&f.dropOne, "drop-one", false, "leave out every factor in turn and judge on later renewals")
	f.tune.add(cmd.Flags())
	return cmd
}

func (a *app) fit(cmd *cobra.Command, flags fitFlags) error {
	ctx := cmd.Context()
	if flags.bootstrap < 0 {
		return fail(exitUsage, fmt.Errorf("--bootstrap: %d draws; give a number from 0 on", flags.bootstrap))
	}
	if flags.tune.given() {
		return a.tune(ctx, flags)
	}
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	cand, err := p.candidate(flags.candidate)
	if err != nil {
		return err
	}
	if flags.dropOne && cand.Kind != models.Logistic {
		return fail(exitUsage, fmt.Errorf("--drop-one fits without each factor in turn, and %s is of kind %s, which is not fitted; choose a candidate of kind %s", plain(cand.Name), cand.Kind, models.Logistic))
	}
	out, err := createRun(p, a.fitTarget(p)) // before the work: it may not be writable
	if err != nil {
		return err
	}
	defer out.Discard()
	panel, err := p.surveyTrusted(ctx)
	if err != nil {
		return err
	}
	e := panel.Examples
	e.Timeline = panel.Timeline() // for what a monitor will hold the model against
	defer debug.SetGCPercent(debug.SetGCPercent(fitGarbage))
	train := e.All()
	notebook := features.NewNotebook(train)
	defer notebook.Close()
	m, err := cand.Sharing(notebook).Fit(ctx, train)
	if err != nil {
		return err
	}
	a.clock.Done("fit", e.Len())
	if err := p.describe(ctx, m, train, notebook); err != nil {
		return err
	}
	if err := p.complete(m, p.fitNamed(ctx, e)); err != nil {
		return err
	}
	warnings := append(append([]dataset.Warning{}, e.Warnings...), m.Warnings...)
	if err := a.warn(exitData, warnings); err != nil {
		return err
	}
	a.clock.Done("bands and outlook", e.Len())
	f := &fitReport{Model: m}
	if f.Inference, err = m.Infer(ctx, train, models.InferenceOptions{Notebook: notebook}); err != nil {
		return err
	}
	notebook.Close() // nobody looks at the columns any more
	if err := p.examine(ctx, cand, f, train, flags); err != nil {
		return err
	}
	a.clock.Done("inference", e.Len())
	if err := a.writeFit(ctx, out, p, e, f, warnings); err != nil {
		return err
	}
	a.clock.Done("write", 0)
	if a.json {
		return writeJSON(a.stdout, f)
	}
	return a.printFit(f)
}

// fitGarbage is how much garbage the collector lets lie while a model is made and looked at, in percent of
// what is used: less than usual, because nearly all of it are long columns without pointers, which take
// the collector no time, while fresh memory takes the machine some.
const fitGarbage = 25

// examine asks further how far the fit can be trusted.
func (p *opened) examine(ctx context.Context, c models.Candidate, f *fitReport, train dataset.View, flags fitFlags) (err error) {
	if f.Effects, err = f.Model.Effects(ctx, train); err != nil {
		return err
	}
	if flags.bootstrap > 0 {
		if f.Stability, err = c.Stability(ctx, f.Model, train, flags.bootstrap, p.config.Backtest.Seed); err != nil {
			return err
		}
	}
	if flags.dropOne {
		f.DropOne, err = backtest.DropOne(ctx, c, train, 0.95)
	}
	return err
}

// candidate finds a candidate by name; without one, the first that is fitted.
func (p *opened) candidate(name string) (models.Candidate, error) {
	names := make([]string, len(p.candidates))
	for i, c := range p.candidates {
		names[i] = c.Name
		if c.Name == name || name == "" && c.Kind == models.Logistic {
			return c, nil
		}
	}
	if name == "" {
		return p.candidates[0], nil
	}
	hint := "the candidates are " + strings.Join(names, ", ")
	if near, ok := expr.Nearest(name, names); ok {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return models.Candidate{}, fail(exitUsage, fmt.Errorf("--candidate: no candidate %q; %s", name, hint))
}

// writeFit fills and publishes the run directory of a fit.
func (a *app) writeFit(ctx context.Context, out *rundir.Dir, p *opened, e *dataset.Examples, f *fitReport, warnings []dataset.Warning) error {
	card, err := a.card("fit", p, e, warnings)
	if err != nil {
		return err
	}
	steps := []struct {
		name  string
		write func(w io.Writer) error
	}{
		{"model.json", f.Model.Write},
		{"weights.csv", func(w io.Writer) error { return writeWeights(w, []weighed{{f.Model, f.Inference}}) }},
		{rundir.Marker, func(w io.Writer) error { return writeJSON(w, card) }},
	}
	for _, s := range steps {
		if err := out.Write(s.name, s.write); err != nil {
			return fail(exitOutput, err)
		}
	}
	if err := writeModelSQL(out, f.Model); err != nil {
		return fail(exitOutput, err)
	}
	chart, err := plots.Effects(f.Name, f.Effects)
	if err == nil {
		err = writeCharts(ctx, out, []plots.Chart{chart})
	}
	if err != nil && !errors.Is(err, plots.ErrNothingToDraw) {
		return fail(exitOutput, err)
	}
	return fail(exitOutput, out.Publish())
}
