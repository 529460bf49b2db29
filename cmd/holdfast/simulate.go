package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime/debug"
	"text/template"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/progress"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset/synth"
)

func newSimulate(a *app) *cobra.Command {
	company := synth.Company{}
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Make up a company whose true churn probabilities are known",
		Long: `simulate writes the snapshots and outcomes of a made-up software company, the true churn
probability of every renewal (truth.parquet) and a holdfast.yaml that is ready to run. The
same seed gives the same files.
` + exitCodesHelp,
		Example: `  holdfast simulate --accounts 700 --months 36 --seed 7 --out demo
  holdfast backtest -c demo/holdfast.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.simulate(cmd, company) },
	}
	flags := cmd.Flags()
	flags.IntVar(&company.Accounts, "accounts", 2000, fmt.Sprintf("customers that ever sign, 1 to 10,000,000; below %d there is little to learn", fewAccounts))
	flags.IntVar(&company.Months, "months", 36, "month-end snapshots, 1 to 600")
	flags.Float64Var(&company.Noise, "noise", 0, "share of renewals, from 0 to below 1, that no factor explains")
	flags.Var(&recountFlag{&company.Recount}, "recount", "change how a column is counted: active_users*0.5@2025-04-01 halves it from that day on")
	flags.Float64Var(&company.Drift, "drift", 0, "change of the log-odds of churn per year, -2 to 2, that no factor records")
	return cmd
}

// simulateMemory is the soft limit of a simulation without --memory. Accounts stream
// through far less; without a limit the collector lets garbage pile up on long runs.
const simulateMemory = 160 << 20

func (a *app) simulate(cmd *cobra.Command, company synth.Company) error {
	if a.out == "" {
		return fail(exitUsage, errors.New("simulate needs --out DIR"))
	}
	if company.Accounts == 0 || company.Months == 0 { // zero asks synth for its default, and nobody types 0 for that
		return fail(exitUsage, errors.New("--accounts and --months must be at least 1"))
	}
	if err := apart(a.out); err != nil {
		return err
	}
	company.Seed = a.seed
	dir, err := rundir.Create(a.out)
	if err != nil {
		return fail(exitOutput, err)
	}
	defer dir.Discard()
	if a.memory == "" {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(simulateMemory))
	}
	bar := progress.New(a.stderr, "simulate", a.terminal && !a.quiet)
	err = dir.Fill(func(stage string) error { return company.Write(cmd.Context(), stage, bar.Set) })
	bar.Done()
	var unwritten *fs.PathError // of a temporary name, which nobody knows
	switch {
	case err != nil && cmd.Context().Err() != nil:
		return cmd.Context().Err()
	case errors.As(err, &unwritten):
		return fail(exitOutput, fmt.Errorf("%s: %w", plain(a.out), unwritten.Err))
	case err != nil:
		return fail(exitUsage, err)
	}
	if err := dir.Write("holdfast.yaml", func(w io.Writer) error { return simulatedConfig.Execute(w, company) }); err != nil {
		return fail(exitOutput, err)
	}
	if err := dir.Publish(); err != nil {
		return fail(exitOutput, err)
	}
	a.clock.Done("simulate", 0)
	config := filepath.Join(a.out, "holdfast.yaml")
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, map[string]any{"out": a.out, "config": config,
			"accounts": company.Accounts, "months": company.Months, "seed": company.Seed}))
	}
	a.printf("%s accounts, %d months in %s\nNext: %s\n", texttab.Group(fmt.Sprint(company.Accounts)), company.Months, plain(a.out), afterSimulate(company, plain(config)))
	return nil
}

// Below so many accounts and months a backtest of the simulated project decides nothing.
const (
	fewAccounts = 500
	fewMonths   = 18
)

// afterSimulate is what to do with the company: where a backtest would come to nothing, to see why.
func afterSimulate(company synth.Company, config string) string {
	switch {
	case company.Accounts < fewAccounts:
		return fmt.Sprintf("holdfast check -c %s (below %d accounts a backtest has little to learn from)", config, fewAccounts)
	case company.Months < fewMonths:
		return fmt.Sprintf("holdfast check -c %s (in less than %d months a backtest has hardly a date to test on)", config, fewMonths)
	}
	return "holdfast backtest -c " + config
}

// simulatedConfig is the project of a simulated company: what its CS team does today
// and a vendor's score against fitted weights.
var simulatedConfig = template.Must(template.New("").Funcs(template.FuncMap{"capacity": capacityFor}).Parse(`# A simulated company (holdfast simulate): which health score should its team use?
version: 1
data:
  snapshots: snapshots/              # month-end snapshots of every account
  outcomes: outcomes.parquet         # what happened at each renewal
columns:
  account: account_id
  snapshot_date: snapshot_date
  outcome_date: renewal_date
  outcome: churned
  decided_at: decided_at             # when the decision was known; nothing learns it earlier
  value: arr
  value_after: arr_after             # what was paid after the renewal, and before: kept revenue
  value_before: arr_before
  segment: plan
label:
  mode: renewal
  lead: 90d                          # score accounts 90 days before their renewal
  max_age: 45d
factors:
  - {name: active_share, category: usage, expr: active_users / licences, expect: lower_churn}
  - {name: sticky_rate, category: usage, expr: sticky_uses_30d / licences, scale: log1p, expect: lower_churn}
  - {name: logins_per_seat, category: usage, expr: logins_30d / licences, clip: [p1, p99], scale: log1p, expect: lower_churn}
  - {name: integrations, category: usage, scale: log1p, expect: lower_churn}
  - {name: onboarding_done, category: onboarding, column: onboarding_done_share, expect: lower_churn}
  - {name: training_hours, category: onboarding, scale: log1p, expect: lower_churn}
  - {name: tickets, category: support, column: support_tickets_90d, scale: log1p, expect: higher_churn}
  - {name: escalations, category: support, column: escalations_90d, scale: log1p, expect: higher_churn}
  - {name: csat, category: voice, expect: lower_churn, missing: own}
  - {name: nps, category: voice, expect: lower_churn, missing: own}
  - {name: payment_delay, category: payment, column: payment_delay_days, scale: log1p, expect: higher_churn}
  - {name: executive_contact, category: relationship, expr: "executive_contact ? 1 : 0", expect: lower_churn}
  - {name: champion_left, category: relationship, expr: "champion_left ? 1 : 0", expect: higher_churn}
  - {name: csm_pulse, category: relationship, kind: category, reference: green}
  - {name: tenure, category: tenure, column: tenure_days, scale: log1p}
  - {name: plan, category: commercial, kind: category, reference: team}
candidates:
  - {name: today, kind: weights, weights: {active_share: 40, nps: 20, tickets: 20, executive_contact: 20}}
  - {name: vendor, kind: column, column: vendor_score, higher_is: healthier}
  - {name: logistic, kind: logistic, penalty: {ridge: auto}}
backtest:
  every: 1q
  champion: today                    # the score in use now
  primary: log_loss
  capacity: {{capacity .Accounts}}                       # accounts the team can work per quarter
  save_rate: [0.1, 0.2, 0.3]
  contact_cost: 200
  bootstrap: 2000
  seed: 1
output: out
`))

// capacityFor is a team that can work about one account in fifty a quarter.
func capacityFor(accounts int) int { return max(5, accounts/50) }
