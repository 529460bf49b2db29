package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/cmd/holdfast/internal/progress"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots"
	"holdfast/plots/report"
)

// fewDatesCode is the warning of a run that was validated in sample, by which others know it.
const fewDatesCode = "too_few_dates"

// tooFewDates says whether a backtest failed for want of dates alone, and why.
func tooFewDates(err error) (reason string, yes bool) {
	var unplanned *backtest.PlanError
	if errors.As(err, &unplanned) && unplanned.TooFewDates {
		return unplanned.Reason, true
	}
	return "", false
}

// inSample is what backtest does where there are too few dates to walk forward: it fits all
// candidates to all examples, takes the optimism off, and says that this is no backtest.
func (a *app) inSample(ctx context.Context, p *opened, e *dataset.Examples, state *health.Report, out *rundir.Dir, why string, gate bool) error {
	bar := progress.New(a.stderr, "backtest", a.terminal && !a.quiet)
	v, err := backtest.Validate(ctx, e, p.candidates, p.options(), a.clock.Follow(e.Len(), bar.Stage))
	bar.Done()
	if err != nil {
		return err
	}
	v.Warnings = append(v.Warnings, dataset.Warning{Code: fewDatesCode, Message: why + "; the candidates were validated in sample instead"})
	if err := a.warn(exitData, v.Warnings); err != nil {
		return err
	}
	card, err := a.card("backtest", p, e, v.Warnings)
	if err != nil {
		return err
	}
	result := inSampleOf(v, why)
	if err := writeInSample(ctx, out, p, v, e, state, result, card); err != nil {
		return fail(exitOutput, err)
	}
	if err := out.Publish(); err != nil {
		return fail(exitOutput, err)
	}
	if a.json {
		result.RunDirectory = a.target(p)
		if err := writeFolded(a.stdout, result); err != nil {
			return fail(exitOutput, err)
		}
	}
	a.printInSample(v, why, a.target(p))
	return gated(gate, v.Verdict.Decision)
}

// inSampleFile is verdict.json of such a run, and what backtest --json prints: the fields
// that every verdict has, and those that say how little it rests on.
type inSampleFile struct {
	verdictFile
	Validation   string                  `json:"validation"`              // "in_sample": no candidate was tested on later dates
	Why          string                  `json:"why"`                     // there was no walk forward
	RunDirectory string                  `json:"run_directory,omitempty"` // not in verdict.json, as in resultFile
	Counts       dataset.Counts          `json:"counts"`
	Refits       int                     `json:"refits"`
	FailedRefits int                     `json:"failed_refits"`
	Candidates   []inSampleCandidateFile `json:"candidates"`
	Warnings     []dataset.Warning       `json:"warnings"`
}

type inSampleCandidateFile struct {
	Name    string                   `json:"name"`
	Kind    models.Kind              `json:"kind"`
	Metrics map[string]correctedFile `json:"metrics"`
	Weights []models.Weight          `json:"weights"`
}

type correctedFile struct {
	Apparent models.Stat `json:"apparent"`
	Optimism models.Stat `json:"optimism"`
	Value    models.Stat `json:"value"` // apparent less optimism
	Low      models.Stat `json:"ci_low"`
	High     models.Stat `json:"ci_high"`
}

func inSampleOf(v *backtest.InSample, why string) inSampleFile {
	out := inSampleFile{
		verdictFile: verdictOf(&backtest.Result{Target: v.Target, Verdict: v.Verdict}),
		Validation:  "in_sample", Why: why, Counts: v.Data.Counts,
		Refits: v.Replicates, FailedRefits: v.Failed, Warnings: append([]dataset.Warning{}, v.Warnings...),
	}
	for _, c := range v.Candidates {
		cand := inSampleCandidateFile{Name: c.Name, Kind: c.Kind, Metrics: make(map[string]correctedFile), Weights: c.Final.Weights}
		for _, m := range c.Metrics {
			cand.Metrics[m.Name] = correctedFile{models.Stat(m.Apparent), models.Stat(m.Optimism), models.Stat(m.Value), models.Stat(m.Low), models.Stat(m.High)}
		}
		out.Candidates = append(out.Candidates, cand)
	}
	return out
}

// writeInSample fills the run directory. There are no predictions, and no pictures of them: both
// would show how well the models know what they have learned by heart.
func writeInSample(ctx context.Context, d *rundir.Dir, p *opened, v *backtest.InSample, e *dataset.Examples, state *health.Report, result inSampleFile, card runCard) error {
	winner := v.Winner()
	if err := p.describe(ctx, winner, e.All(), nil); err != nil {
		return err
	}
	if err := p.complete(winner, p.fitNamed(ctx, e)); err != nil {
		return err
	}
	page := report.InSample{Validation: v, Why: result.Why, Health: state, Version: version, ConfigName: card.Config.Name}
	var err error
	if page.Charts, err = inSampleCharts(state, page.Studied().Final); err != nil {
		return err
	}
	document, err := page.Build()
	if err != nil {
		return err
	}
	pictures, err := drawCharts(ctx, page.Charts, p.svgOnly)
	if err != nil {
		return err
	}
	if err := writePictures(d, pictures); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{reportPage, func(w io.Writer) error { return document.Write(w, pictures.find) }},
		{reportDocument, func(w io.Writer) error { return writeFolded(w, document) }},
		{verdictName, func(w io.Writer) error { return writeFolded(w, result) }},
		{"metrics.csv", func(w io.Writer) error { return writeInSampleMetrics(w, v) }},
		{"weights.csv", func(w io.Writer) error { return writeWeights(w, weighedInSample(v)) }},
		{"model.json", winner.Write},
		{rundir.Marker, func(w io.Writer) error { return writeJSON(w, card) }},
	} {
		if err := d.Write(f.name, f.write); err != nil {
			return err
		}
	}
	return nil
}

// inSampleCharts are the pictures of the data and of the weights.
func inSampleCharts(state *health.Report, m *models.Model) ([]plots.Chart, error) {
	charts, err := plots.Health(state)
	if err != nil {
		return nil, err
	}
	weights, err := plots.Weights(m)
	if errors.Is(err, plots.ErrNothingToDraw) {
		return charts, nil
	}
	return append(charts, weights), err
}

// weighedInSample are the models that were fitted to all examples.
func weighedInSample(v *backtest.InSample) []weighed {
	var list []weighed
	for _, c := range v.Candidates {
		list = append(list, weighed{c.Final, c.Inference})
	}
	return list
}

// writeInSampleMetrics writes metrics.csv in the columns that a backtest has. Its folds are
// "apparent", "optimism" and "corrected"; only the last have intervals.
func writeInSampleMetrics(w io.Writer, v *backtest.InSample) error {
	c := csv.NewWriter(w)
	c.Write(metricColumns())
	for _, cand := range v.Candidates {
		for _, m := range cand.Metrics {
			row := func(fold string, value, low, high float64) {
				c.Write([]string{cell(cand.Name), fold, "", m.Name, number(value), number(low), number(high),
					strconv.Itoa(cand.N), strconv.Itoa(cand.Churned), string(v.Target)})
			}
			none := float64(models.Undefined())
			row("apparent", m.Apparent, none, none)
			row("optimism", m.Optimism, none, none)
			row("corrected", m.Value, m.Low, m.High)
		}
	}
	c.Flush()
	return c.Error()
}

// printInSample is what the user sees at the end.
func (a *app) printInSample(v *backtest.InSample, why, target string) {
	n := v.Candidates[0]
	a.printf("%s\n\n", plain(v.Verdict.Headline))
	a.printf("This is no walk forward: %s.\n", plain(why))
	a.printf("Every candidate learned from all %s examples, %s %s (%.1f %%), and was tested on the same.\n", texttab.Group(fmt.Sprint(n.N)),
		texttab.Group(fmt.Sprint(n.Churned)), v.Target.Event(), 100*float64(n.Churned)/float64(n.N))
	a.printf("What that flatters it by was estimated from %d refits on draws of accounts and taken off.\n\n", v.Replicates)
	t := texttab.New("candidate", ">AUC apparent", ">optimism", ">corrected", ">95 % interval", ">log loss", ">95 % interval", ">Brier", ">slope")
	for c, cand := range v.Candidates {
		name := plain(cand.Name)
		if c == v.Champion {
			name += " (champion)"
		}
		auc, loss := cand.Find(backtest.AUC), cand.Find(backtest.LogLoss)
		t.Row(name, texttab.Number(auc.Apparent, 3), texttab.Number(auc.Optimism, 3), texttab.Number(auc.Value, 3), texttab.Interval(auc.Low, auc.High, 3),
			texttab.Number(loss.Value, 4), texttab.Interval(loss.Low, loss.High, 4),
			texttab.Number(cand.Find(backtest.Brier).Value, 4), texttab.Number(cand.Find(backtest.CalibrationSlope).Value, 2))
	}
	if !a.quiet && !a.json {
		t.Write(a.stdout)
	}
	a.printf("\n")
	a.printReasons(v.Verdict)
	a.printf("\nReport: %s\n", plain(filepath.Join(target, "report.html")))
}
