package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"holdfast/backtest/monitor"
	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots"
)

// monitorFlags are what a user asks of monitor.
type monitorFlags struct {
	model, registry string
	openMetrics     string
	gate            bool
}

func newMonitor(a *app) *cobra.Command {
	var f monitorFlags
	cmd := &cobra.Command{
		Use:   "monitor",
		Short: "Is the model in use still the one that was tested? Drift, coverage and what came true",
		Long: `monitor holds every quarter since a model was made against the year before, and what came true
against what its backtest promised: how far each factor and the score have moved (PSI, with
the point that chance alone exceeds once in twenty times), what is missing, levels that
training never saw, how many accounts have a score, the bands, and the AUC, losses and
calibration on labels that have matured since. For labels that are still open it estimates
them, and says how good such estimates were.

A figure is a finding when it is beyond its limit (` + "`monitor`" + ` of the project file) and
beyond chance, by Holm's rule over all tests of a quarter: a quarter in which nothing has
changed has a finding in at most one case of twenty.

The model is the champion of the registry, or that of --model. With --out, a folder gets
monitor.json, metrics.txt, plots and run.json; --openmetrics writes the figures of the newest
quarter for scraping.

With --gate, the exit code is 8 if a finding holds in the newest quarter or for all matured
labels together, and 9 if no quarter has enough accounts to say.
` + exitCodesHelp,
		Example: `  holdfast monitor                               # the champion of the registry
  holdfast monitor --model out/model.json --out watch
  holdfast monitor --gate --quiet || echo "somebody should look at the score"
  holdfast monitor --openmetrics /var/lib/node_exporter/holdfast.prom --quiet
  holdfast monitor --as-of 2025-09-30 --json | jq '.findings[] | .words, .do'`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.monitor(cmd.Context(), f) },
	}
	cmd.Flags().StringVar(&f.model, "model", "", "`model.json` (default: the champion of the registry)")
	cmd.Flags().StringVar(&f.registry, "registry", "", registryHelp)
	cmd.Flags().StringVar(&f.openMetrics, "openmetrics", "", "write the figures of the newest quarter as OpenMetrics or Prometheus text to this `file`")
	cmd.Flags().BoolVar(&f.gate, "gate", false, "exit 8 when something needs attention and 9 when it is too early to say")
	return cmd
}

// monitorEntries are the names that the folder of a monitor holds beside its marker.
var monitorEntries = []string{"monitor.json", "metrics.txt", "plots"}

// monitor is the command as one line: open, read the model, watch, write, tell.
func (a *app) monitor(ctx context.Context, f monitorFlags) error {
	if f.model != "" && f.registry != "" {
		return fail(exitUsage, errors.New("--model names a model file and --registry a registry with a champion; give one of them"))
	}
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	if err := f.check(a, p); err != nil {
		return err
	}
	m, err := a.inUse(p, f)
	if err != nil {
		return err
	}
	e, err := p.surveyFor(ctx, m)
	if err != nil {
		return err
	}
	report, err := monitor.Watch(ctx, m, e, monitorOptions(p))
	if err != nil {
		return fail(exitModel, err)
	}
	if err := a.warn(exitData, append(e.Warnings, aboutReference(m, report)...)); err != nil {
		return err
	}
	if err := a.writeMonitor(ctx, p, e, report, f); err != nil {
		return err
	}
	if a.json {
		if err := writeFolded(a.stdout, monitorOf(report)); err != nil {
			return fail(exitOutput, err)
		}
	}
	a.printMonitor(report)
	return attention(f.gate, report)
}

// check refuses outputs in the place of inputs, before anything is read.
func (f *monitorFlags) check(a *app, p *opened) error {
	for _, out := range []string{a.out, f.openMetrics} {
		if out == "" {
			continue
		}
		if err := apart(out, p.config.Path(p.config.Data.Snapshots), p.config.Path(p.config.Data.Outcomes), a.registryOf(p, f.registry)); err != nil {
			return err
		}
	}
	if f.openMetrics == "" {
		return nil
	}
	if f.model != "" {
		if err := apart(f.openMetrics, f.model); err != nil {
			return err
		}
	}
	return fail(exitOutput, rundir.CheckFile(f.openMetrics))
}

// inUse is the model to look at.
func (a *app) inUse(p *opened, f monitorFlags) (*models.Model, error) {
	if f.model != "" {
		return readScorer(f.model)
	}
	dir := a.registryOf(p, f.registry)
	books, err := registry.Open(dir)
	if err != nil {
		return nil, failRegistry(err)
	}
	champion, err := readChampion(books)
	if err != nil {
		return nil, err
	}
	if champion == nil {
		return nil, fail(exitUsage, fmt.Errorf("the registry %s has no champion yet; retrain makes one, and --model names a model file", plain(dir)))
	}
	return champion.model, nil
}

// surveyFor reads what a model needs, by the label clock of the project, which must ask the
// question that the model answers.
func (p *opened) surveyFor(ctx context.Context, m *models.Model) (*dataset.Examples, error) {
	if is, was := clockOf(p.config), m.Clock; is.Mode != was.Mode || is.Lead != was.Lead || is.Horizon != was.Horizon {
		return nil, fail(exitConfig, fmt.Errorf("the model was made for %s, and the project asks for %s; monitor it with the project that it was made with", asked(was), asked(is)))
	}
	compiled, err := models.Compile([]models.Candidate{{Name: "the model in use", Kind: models.Earlier, Earlier: m}}, nil, p.types)
	if err != nil {
		return nil, fail(exitModel, fmt.Errorf("the model does not fit the snapshots: %w", err))
	}
	alone := *p
	alone.candidates, alone.factors, alone.cohort = compiled, nil, nil
	panel, err := alone.survey(ctx)
	if err != nil {
		return nil, err
	}
	panel.Examples.Timeline = panel.Timeline()
	return panel.Examples, nil
}

// asked is the question of a clock in words.
func asked(c dataset.Clock) string {
	if c.Mode == dataset.Horizon {
		return fmt.Sprintf("churn within %d days", c.Horizon)
	}
	return fmt.Sprintf("renewals %d days ahead", c.Lead)
}

// monitorOptions are the limits of the project.
func monitorOptions(p *opened) monitor.Options {
	c := p.config.Monitor
	return monitor.Options{PSI: c.PSI, Missing: c.Missing, Unseen: c.Unseen, Coverage: c.Coverage, Bands: c.Bands, Level: c.Level, Accounts: c.Accounts, Events: c.Events}
}

// aboutReference warns of what the model file does not say.
func aboutReference(m *models.Model, r *monitor.Report) []dataset.Warning {
	switch {
	case r.Rebuilt:
		return []dataset.Warning{{Code: "no_reference", Where: "model " + m.Name, Message: fmt.Sprintf(
			"the model file has no reference of its own; that of the year up to %s was made of the snapshots as they are today, and nothing was promised", r.KnownBy)}}
	case r.Reference.Promise == nil:
		return []dataset.Warning{{Code: "no_promise", Where: "model " + m.Name, Message: "the model was fitted and not backtested, so that nothing was promised that could be kept; take the model.json of a backtest"}}
	}
	return nil
}

// attention is the exit code, where that was asked for.
func attention(gate bool, r *monitor.Report) error {
	switch {
	case gate && len(r.Standing()) > 0:
		return fail(exitHold, errors.New("the model needs attention"))
	case gate && !r.Judged():
		return fail(exitNeedMoreData, errors.New("too early to say"))
	}
	return nil
}

// writeMonitor writes what was asked for: a folder, a file to be scraped, both or nothing.
func (a *app) writeMonitor(ctx context.Context, p *opened, e *dataset.Examples, r *monitor.Report, f monitorFlags) error {
	if f.openMetrics != "" {
		if err := rundir.WriteFile(f.openMetrics, func(w io.Writer) error { return writeOpenMetrics(w, r) }); err != nil {
			return fail(exitOutput, err)
		}
	}
	if a.out == "" {
		return nil
	}
	charts, err := plots.Monitor(r)
	if err != nil {
		return err
	}
	card, err := a.card("monitor", p, e, e.Warnings)
	if err != nil {
		return err
	}
	d, err := rundir.Create(a.out, monitorEntries...)
	if err != nil {
		return fail(exitOutput, err)
	}
	defer d.Discard()
	for _, file := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"monitor.json", func(w io.Writer) error { return writeFolded(w, monitorOf(r)) }},
		{"metrics.txt", func(w io.Writer) error { return writeOpenMetrics(w, r) }},
		{rundir.Marker, func(w io.Writer) error { return writeJSON(w, card) }},
	} {
		if err := d.Write(file.name, file.write); err != nil {
			return fail(exitOutput, err)
		}
	}
	if err := writeCharts(ctx, d, charts); err != nil {
		return fail(exitOutput, err)
	}
	return fail(exitOutput, d.Publish())
}
