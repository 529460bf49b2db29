package leaklab_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"holdfast/backtest/leaklab"
	"holdfast/dataset"
	"holdfast/dataset/synth"
	"holdfast/features"
	"holdfast/models"
)

// A company whose exit reasons were written over the whole history of the accounts that
// left, and the project of an analyst who thought nothing of it.
func ExampleRun() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "company")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	company := synth.Company{Accounts: 500, Seed: 3, Leak: synth.PostChurnStatus}
	if err := company.Write(ctx, filepath.Join(dir, "demo"), nil); err != nil {
		fmt.Println(err)
		return
	}

	// The factors and candidates, against the columns there are.
	snapshots := filepath.Join(dir, "demo", "snapshots")
	schema, err := dataset.Inspect(ctx, snapshots)
	if err != nil {
		fmt.Println(err)
		return
	}
	factors, err := features.Compile([]features.Factor{
		{Name: "active_share", Expr: "active_users / licences"},
		{Name: "tenure", Expr: "tenure_days"},
		{Name: "reason", Expr: "exit_reason", Kind: features.Category},
	}, schema.Types())
	if err != nil {
		fmt.Println(err)
		return
	}
	candidates, err := models.Compile([]models.Candidate{{Name: "logistic", Kind: models.Logistic}}, factors, schema.Types())
	if err != nil {
		fmt.Println(err)
		return
	}

	// The data, with the raw rows kept.
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

	report, err := leaklab.Run(ctx, panel, factors, candidates, leaklab.Options{Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Findings {
		fmt.Printf("%s (%s): %s\n%s: %.2f\n%s\n", f.Code, f.Severity, f.Factor, f.Measure, f.Evidence, f.Key)
	}
	for _, s := range report.Scrambles {
		fmt.Printf("%s on scrambled labels: passed %v\n", s.Candidate, s.Passed)
	}
	// Output:
	// leak_only_the_gone (refuse): reason
	// share of the accounts that ever churned, told apart at their first example: 0.75
	// remove factors[].name: reason
	// logistic on scrambled labels: passed true
}
