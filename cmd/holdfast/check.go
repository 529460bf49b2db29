package main

import (
	"context"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

func newCheck(a *app) *cobra.Command {
	snapshots := ""
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what is wrong with the project and its data",
		Long: `check reads the project file and the data, runs the label clock and looks for factors that
know the answer. With --snapshots it only reads a file or tree and lists its columns.
` + exitCodesHelp,
		Example: `  holdfast check
  holdfast check --strict --quiet && holdfast backtest
  holdfast check --snapshots snaps/`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if snapshots != "" {
				return a.checkFile(cmd.Context(), snapshots)
			}
			return a.check(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&snapshots, "snapshots", "", "check just this file, directory or glob")
	return cmd
}

// checked is the result of a check, as --json prints it.
type checked struct {
	Counts        dataset.Counts    `json:"counts"`
	ObservedUntil dataset.Date      `json:"observed_until"`
	Factors       []checkedFactor   `json:"factors"`
	Findings      []dataset.Warning `json:"findings"` // refuse the data
	Warnings      []dataset.Warning `json:"warnings"`
}

type checkedFactor struct {
	Name    string      `json:"name"`
	Missing models.Stat `json:"missing"` // share of the examples
	Min     models.Stat `json:"min"`
	Median  models.Stat `json:"median"`
	Max     models.Stat `json:"max"`
	Levels  int         `json:"levels,omitempty"`
	KS      models.Stat `json:"ks"` // how well it tells churned from renewed, alone
}

func (a *app) check(ctx context.Context) error {
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	e, err := p.load(ctx)
	if err != nil {
		return err
	}
	profiles, err := features.Describe(ctx, p.factors, e.All())
	if err != nil {
		return err
	}
	findings, err := features.Leaks(ctx, p.factors, e.All())
	if err != nil {
		return err
	}
	result := checked{Counts: e.Counts, ObservedUntil: e.ObservedUntil, Warnings: append([]dataset.Warning{}, e.Warnings...), Findings: append([]dataset.Warning{}, findings...)}
	for _, f := range profiles {
		result.Factors = append(result.Factors, checkedFactor{f.Name, models.Stat(f.Missing), models.Stat(f.Min),
			models.Stat(f.Median), models.Stat(f.Max), f.Levels, models.Stat(f.KS)})
	}
	if a.json {
		if err := writeJSON(a.stdout, result); err != nil {
			return fail(exitOutput, err)
		}
	}
	a.printCheck(p, result)
	if len(result.Findings) > 0 {
		return fail(exitData, &dataset.RefusedError{Findings: result.Findings})
	}
	return a.warn(exitData, result.Warnings)
}

func (a *app) printCheck(p *opened, r checked) {
	if a.quiet || a.json {
		return
	}
	c := r.Counts
	unit := "outcomes"
	if clockOf(p.config).Mode == dataset.Horizon {
		unit = "snapshots"
	}
	a.printf("Label clock (%s, observed until %s)\n\n", p.config.Label.Mode, r.ObservedUntil)
	t := texttab.New("what became of them", ">"+unit, "")
	row := func(name string, n int, why string) { t.Row(name, texttab.Group(fmt.Sprint(n)), why) }
	row("all", c.Total, "")
	row("mature: examples", c.Mature, fmt.Sprintf("%s churned (%s) of %s accounts", texttab.Group(fmt.Sprint(c.Churned)),
		percent(float64(c.Churned)/float64(max(1, c.Mature))), texttab.Group(fmt.Sprint(c.Accounts))))
	row("immature", c.Immature, "their window has not fully passed")
	row("not at risk", c.NotAtRisk, "already gone, or already decided")
	row("no snapshot", c.NoSnapshot, "none early enough")
	row("stale snapshot", c.Stale, "the newest early enough is older than max_age allows")
	row("unknown outcome", c.Unknown, "the outcome is null")
	row("incomplete", c.Incomplete, "a factor with missing: drop has no value")
	t.Write(a.stdout)
	a.printf("\n%s further accounts have snapshots but no example yet.\n\nFactors\n\n", texttab.Group(fmt.Sprint(c.Open)))
	t = texttab.New("factor", ">missing", ">min", ">median", ">max", ">levels", ">KS alone")
	for _, f := range r.Factors {
		levels := ""
		if f.Levels > 0 {
			levels = fmt.Sprint(f.Levels)
		}
		t.Row(plain(f.Name), percent(float64(f.Missing)), blank(f.Min), blank(f.Median), blank(f.Max), levels, texttab.Number(float64(f.KS), 3))
	}
	t.Write(a.stdout)
	if len(r.Findings) == 0 {
		a.printf("\nNo factor knows the answer. The data can be used.\n")
	}
}

// blank prints a number, or nothing for what does not apply.
func blank(v models.Stat) string {
	if math.IsNaN(float64(v)) {
		return ""
	}
	return texttab.Significant(float64(v), 4)
}

// checkFile lists the columns of a path.
func (a *app) checkFile(ctx context.Context, path string) error {
	schema, err := dataset.Inspect(ctx, path)
	if err != nil {
		return fail(exitData, err)
	}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, map[string]any{"path": path, "rows": schema.Rows, "columns": schema.Fields}))
	}
	a.printf("%s: %s rows\n\n", plain(path), texttab.Group(fmt.Sprint(schema.Rows)))
	t := texttab.New("column", "kind", "stored as", "nulls")
	for _, f := range schema.Fields {
		nulls := "never"
		if f.Nullable {
			nulls = "allowed"
		}
		t.Row(plain(f.Name), f.Kind.String(), plain(f.Detail), nulls)
	}
	if !a.quiet {
		t.Write(a.stdout)
	}
	return nil
}
