package backtest_test

import (
	"context"
	"fmt"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// The simulated company of testdata, from Parquet to a verdict: should the fitted
// score replace the hand-set one?
func ExampleRun() {
	ctx := context.Background()
	const snapshots, outcomes = "../testdata/company/snapshots", "../testdata/company/outcomes.parquet"
	schema, err := dataset.Inspect(ctx, snapshots)
	if err != nil {
		fmt.Println(err)
		return
	}

	// 1. What is looked at, and which candidates there are.
	factors, err := features.Compile([]features.Factor{
		{Name: "active_share", Expr: "active_users / licences", Expect: features.LowerChurn},
		{Name: "tickets", Expr: "support_tickets_90d", Scale: features.Log1p, Expect: features.HigherChurn},
		{Name: "nps", Expr: "nps", Expect: features.LowerChurn},
		{Name: "champion_left", Expr: "champion_left ? 1 : 0", Expect: features.HigherChurn},
	}, schema.Types())
	if err != nil {
		fmt.Println(err)
		return
	}
	candidates, err := models.Compile([]models.Candidate{
		{Name: "today", Kind: models.Weights, Weights: []models.FactorWeight{{Factor: "active_share", Weight: 40}, {Factor: "nps", Weight: 30}, {Factor: "tickets", Weight: 30}}},
		{Name: "vendor", Kind: models.Vendor, Column: "vendor_score", HigherIs: features.LowerChurn},
		{Name: "fitted", Kind: models.Logistic},
	}, factors, schema.Types())
	if err != nil {
		fmt.Println(err)
		return
	}

	// 2. The label clock turns snapshots and outcomes into examples.
	e, err := dataset.Load(ctx, dataset.Spec{
		Snapshots: snapshots, Outcomes: outcomes,
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date",
			Outcome: "churned", DecidedAt: "decided_at", Value: "arr"},
		Clock: dataset.Clock{Mode: dataset.Renewal, Lead: 90, MaxAge: 45}, Uses: features.Uses(models.Inputs(candidates)),
		ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	// 3. All candidates over all folds, compared.
	r, err := backtest.Run(ctx, e, candidates, backtest.Options{
		Every: backtest.Step{Months: 3}, Champion: "today", Capacity: 20, Replicates: 500, Seed: 1,
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range r.Candidates {
		auc, loss := backtest.Find(c.Pooled, backtest.AUC), backtest.Find(c.Pooled, backtest.LogLoss)
		fmt.Printf("%-8s AUC %.2f [%.2f, %.2f], log loss %.3f\n", c.Name, auc.Value, auc.Low, auc.High, loss.Value)
	}
	fmt.Println(r.Verdict.Headline)
	// Output:
	// today    AUC 0.68 [0.65, 0.71], log loss 0.376
	// vendor   AUC 0.63 [0.60, 0.67], log loss 0.388
	// fitted   AUC 0.70 [0.67, 0.73], log loss 0.371
	// baseline AUC 0.50 [0.50, 0.50], log loss 0.402
	// Need more data: fitted and today cannot be told apart yet.
}
