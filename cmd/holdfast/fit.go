package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/models"
)

func newFit(a *app) *cobra.Command {
	name := ""
	cmd := &cobra.Command{
		Use:   "fit",
		Short: "Fit one candidate on all mature labels and print its weights",
		Long: `fit learns one candidate from every label that is known and prints its weights with their
intervals. The run directory (--out, or output of the project file with -fit behind it) gets
model.json, weights.csv and run.json.
` + exitCodesHelp,
		Example: `  holdfast fit --candidate logistic --out fitted
  holdfast fit --candidate logistic --json --quiet`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.fit(cmd, name) },
	}
	cmd.Flags().StringVar(&name, "candidate", "", "which candidate (default: the first logistic one)")
	return cmd
}

func (a *app) fit(cmd *cobra.Command, name string) error {
	ctx := cmd.Context()
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	cand, err := p.candidate(name)
	if err != nil {
		return err
	}
	out, err := createRun(p, a.fitTarget(p)) // before the work: it may not be writable
	if err != nil {
		return err
	}
	defer out.Discard()
	e, err := p.loadTrusted(ctx)
	if err != nil {
		return err
	}
	m, err := cand.Fit(ctx, e.All())
	if err != nil {
		return err
	}
	warnings := append(append([]dataset.Warning{}, e.Warnings...), m.Warnings...)
	if err := a.warn(exitData, warnings); err != nil {
		return err
	}
	if err := a.writeFit(out, p, e, m, warnings); err != nil {
		return err
	}
	if a.json {
		return writeJSON(a.stdout, m)
	}
	return a.printFit(m)
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
func (a *app) writeFit(out *rundir.Dir, p *opened, e *dataset.Examples, m *models.Model, warnings []dataset.Warning) error {
	card, err := a.card("fit", p, e, warnings)
	if err != nil {
		return err
	}
	steps := []struct {
		name  string
		write func(w io.Writer) error
	}{
		{"model.json", p.describe(m).Write},
		{"weights.csv", func(w io.Writer) error { return writeWeights(w, []*models.Model{m}) }},
		{rundir.Marker, func(w io.Writer) error { return writeJSON(w, card) }},
	}
	for _, s := range steps {
		if err := out.Write(s.name, s.write); err != nil {
			return fail(exitOutput, err)
		}
	}
	return fail(exitOutput, out.Publish())
}

// printFit prints the weights, the strongest first within the order of the file.
func (a *app) printFit(m *models.Model) error {
	a.printf("%s: %s on %s examples, %s churned", plain(m.Name), m.Kind,
		texttab.Group(fmt.Sprint(m.Training.Examples)), texttab.Group(fmt.Sprint(m.Training.Churned)))
	if m.Penalty > 0 {
		a.printf(", ridge %.4g", m.Penalty)
	}
	a.printf("\nA positive weight raises the odds of churn.")
	if m.Kind == models.Weights {
		a.printf(" The unit is one point of the factor's own health, 0 to 100.")
	}
	a.printf("\n\n")
	t := texttab.New("factor", ">weight", ">std error", ">z", ">p", ">95 % interval", ">per SD", ">share")
	for _, w := range m.Weights {
		name := w.Factor
		if w.Level != "" {
			name += " = " + w.Level
		}
		interval := ""
		if w.Low.Defined() {
			interval = "[" + texttab.Significant(float64(w.Low), 3) + ", " + texttab.Significant(float64(w.High), 3) + "]"
		}
		t.Row(plain(name), texttab.Significant(float64(w.Weight), 4), texttab.Significant(float64(w.StdErr), 3),
			texttab.Number(float64(w.Z), 2), pValue(float64(w.P)), interval, texttab.Number(float64(w.PerSD), 3), percent(float64(w.Share)))
	}
	if a.quiet {
		return nil
	}
	if err := t.Write(a.stdout); err != nil {
		return fail(exitOutput, err)
	}
	if f := m.Fit; f != nil {
		a.printf("\nlog likelihood %.4f, null %.4f, deviance %.4f, AIC %.4f; %d iterations\n", f.LogLik, f.NullLogLik, f.Deviance, f.AIC, f.Iterations)
	}
	return nil
}

func pValue(p float64) string {
	if p < 0.0001 {
		return "<0.0001"
	}
	return texttab.Number(p, 4)
}
