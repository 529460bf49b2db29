package health_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"holdfast/backtest/health"
	"holdfast/dataset"
	"holdfast/dataset/synth"
	"holdfast/features"
)

// What a simulated company of 300 accounts can support, 90 days before a renewal.
func ExampleExamine() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "company")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := (synth.Company{Accounts: 300, Seed: 3}).Write(ctx, filepath.Join(dir, "demo"), nil); err != nil {
		fmt.Println(err)
		return
	}

	snapshots := filepath.Join(dir, "demo", "snapshots")
	schema, err := dataset.Inspect(ctx, snapshots)
	if err != nil {
		fmt.Println(err)
		return
	}
	factors, err := features.Compile([]features.Factor{
		{Name: "active_share", Expr: "active_users / licences"},
		{Name: "nps", Expr: "nps", Missing: features.Own},
		{Name: "plan", Expr: "plan", Kind: features.Category},
	}, schema.Types())
	if err != nil {
		fmt.Println(err)
		return
	}
	panel, err := dataset.Survey(ctx, dataset.Spec{
		Snapshots: snapshots, Outcomes: filepath.Join(dir, "demo", "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned"},
		Clock:   dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 45},
		Uses:    features.Uses(factors), ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	report, err := health.Examine(ctx, panel, factors, health.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range report.Summary {
		fmt.Println(line)
	}
	for _, w := range report.Notes {
		fmt.Println(w.Code, w.Where)
	}
	// Output:
	// 7,094 snapshots of 300 accounts (monthly, 2023-01-31 to 2025-12-31) and 486 outcomes, of which 74 churned.
	// 486 renewals became examples 90 days ahead, 15.2 % with churn; 226 of 300 accounts can be scored today.
	// 74 cases of churn for 3 factors in 6 design columns are thin: expect an optimistic fit; two scores of AUC 0.75 must differ by 0.138 for a backtest of half of the examples to tell (four times in five).
	// Nothing needs to be done before a backtest.
	// thin_data examples
	// no_amounts outcomes
}
