package models_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features"
	"holdfast/models"
)

// Twelve accounts with one factor, from Parquet to a probability.
func ExampleCandidate_Fit() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "models")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	e, err := twelveAccounts(ctx, dir)
	if err != nil {
		fmt.Println(err)
		return
	}

	// 1. What is looked at, and which candidates there are.
	types := expr.Columns{"logins": expr.Number}
	factors, err := features.Compile([]features.Factor{{Name: "logins", Expr: "logins", Expect: features.LowerChurn}}, types)
	if err != nil {
		fmt.Println(err)
		return
	}
	candidates, err := models.Compile([]models.Candidate{
		{Name: "fitted", Kind: models.Logistic},
		{Name: "today", Kind: models.Weights, Weights: []models.FactorWeight{{Factor: "logins", Weight: 100}}},
	}, factors, types)
	if err != nil {
		fmt.Println(err)
		return
	}

	// 2. Each learns from the same examples; the baseline is always among them.
	for _, c := range candidates {
		m, err := c.Fit(ctx, e.All())
		if err != nil {
			fmt.Println(err)
			return
		}
		p, _, err := m.Predict(ctx, e.Len(), e.All().Batches())
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-8s P(churn) of the account with 1 login %.3f, with 12 logins %.3f\n",
			m.Name, models.Probability(p.Eta[0]), models.Probability(p.Eta[11]))
	}
	// Output:
	// fitted   P(churn) of the account with 1 login 0.828, with 12 logins 0.076
	// today    P(churn) of the account with 1 login 0.801, with 12 logins 0.090
	// baseline P(churn) of the account with 1 login 0.417, with 12 logins 0.417
}

// twelveAccounts writes and loads accounts A01 to A12 with 1 to 12 logins.
func twelveAccounts(ctx context.Context, dir string) (*dataset.Examples, error) {
	n := 12
	account, day, renewal := parquetio.Column{}, parquetio.Column{}, parquetio.Column{}
	logins := parquetio.Column{}
	churned := parquetio.Column{Numbers: []float64{1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0}}
	today := dataset.NewDate(2026, 3, 31)
	for i := range n {
		account.Codes = append(account.Codes, int32(i))
		account.Levels = append(account.Levels, fmt.Sprintf("A%02d", i+1))
		day.Days, renewal.Days = append(day.Days, int32(today)), append(renewal.Days, int32(today+90))
		logins.Numbers = append(logins.Numbers, float64(i+1))
	}
	key := parquetio.Field{Name: "account_id", Kind: parquetio.Text}
	snapshots, outcomes := filepath.Join(dir, "snapshots.parquet"), filepath.Join(dir, "outcomes.parquet")
	err := writeFile(snapshots, []parquetio.Field{key, {Name: "snapshot_date", Kind: parquetio.Day}, {Name: "logins", Kind: parquetio.Float}},
		[]parquetio.Column{account, day, logins})
	if err != nil {
		return nil, err
	}
	err = writeFile(outcomes, []parquetio.Field{key, {Name: "renewal_date", Kind: parquetio.Day}, {Name: "churned", Kind: parquetio.Bool}},
		[]parquetio.Column{account, renewal, churned})
	if err != nil {
		return nil, err
	}
	return dataset.Load(ctx, dataset.Spec{
		Snapshots: snapshots, Outcomes: outcomes,
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned"},
		Clock:   dataset.Clock{Mode: dataset.Renewal, Lead: 90}, Uses: expr.Columns{"logins": expr.Number},
		ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
}

func writeFile(path string, fields []parquetio.Field, columns []parquetio.Column) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := parquetio.NewWriter(f, fields)
	if err != nil {
		return err
	}
	if err := w.Write(columns); err != nil {
		return err
	}
	return w.Close()
}
