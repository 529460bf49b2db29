package main

import (
	"context"

	"github.com/spf13/cobra"

	"holdfast/backtest/health"
	"holdfast/backtest/leaklab"
	"holdfast/dataset"
)

func newCheck(a *app) *cobra.Command {
	snapshots := ""
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what the data can support, and what is wrong with it",
		Long: `check reads the project file and the data, runs the label clock, and says what this pile of
snapshots and outcomes can support: how many renewals have a usable snapshot how early,
which accounts can be scored today, what is missing, what has drifted, which factors say
the same, churn and retained revenue by quarter, and whether there are enough cases for a
fit. Factors that know the answer refuse the data. With --snapshots it only reads a file
or tree, every value of it, and lists its columns.
` + exitCodesHelp,
		Example: `  holdfast check
  holdfast check --json | jq .factors
  holdfast check --as-of 2025-12-31
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
	cmd.Flags().StringVar(&snapshots, "snapshots", "", "check just this `file`, directory or glob")
	return cmd
}

// checked is the result of a check, as --json prints it.
type checked struct {
	*health.Report
	Leaks    *leaklab.Report   `json:"leaks"`
	Refused  []dataset.Warning `json:"refused"`  // leaks: the data cannot be used as they are
	Warnings []dataset.Warning `json:"warnings"` // of reading and of the leak lab
}

// check is one line: open, read, examine, look for leaks, tell.
func (a *app) check(ctx context.Context) error {
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	panel, err := p.survey(ctx)
	if err != nil {
		return err
	}
	result := checked{}
	if result.Report, err = health.Examine(ctx, panel, p.factors, p.healthOptions()); err != nil {
		return err
	}
	a.clock.Done("health", len(panel.Snapshots.Date))
	result.Leaks, err = leaklab.Run(ctx, panel, p.factors, p.candidates, leaklab.Options{Seed: p.config.Backtest.Seed, Backtest: p.options()})
	if err != nil {
		return err
	}
	a.clock.Done("leak lab", panel.Examples.Len())
	result.Refused = append([]dataset.Warning{}, result.Leaks.Refusals()...)
	result.Warnings = append(append([]dataset.Warning{}, panel.Examples.Warnings...), result.Leaks.Warnings()...)
	if a.json {
		if err := writeJSON(a.stdout, result); err != nil {
			return fail(exitOutput, err)
		}
	}
	a.printCheck(result)
	if len(result.Refused) > 0 {
		return fail(exitData, &dataset.RefusedError{Findings: result.Refused})
	}
	return a.warnChecked(result)
}

// healthOptions are what the project says to health.
func (p *opened) healthOptions() health.Options {
	return health.Options{Leads: p.config.Label.LeadDays, Seed: p.config.Backtest.Seed}
}

// warnChecked prints the warnings of reading, which no table shows. With --strict the
// findings count too.
func (a *app) warnChecked(r checked) error {
	if err := a.warn(exitData, r.Warnings); err != nil || !a.strict {
		return err
	}
	quiet := *a
	quiet.quiet = true // they are in the tables
	return quiet.warn(exitData, r.Findings)
}
