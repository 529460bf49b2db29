package synth

import "holdfast/dataset/parquetio"

// snapshotFields is the schema of snapshots/*.parquet: the key, then the factors
// in the order of their numbers. Rows are sorted by account and date.
func snapshotFields() []parquetio.Field {
	fields := []parquetio.Field{
		{Name: "account_id", Kind: parquetio.Text},
		{Name: "snapshot_date", Kind: parquetio.Day},
	}
	for _, f := range factors() {
		fields = append(fields, parquetio.Field{Name: f.name, Kind: f.kind, Nullable: f.nullable})
	}
	return fields
}

// outcomeFields is the schema of outcomes.parquet: one row per renewal whose
// answer is known. decided_at is the day it became known, up to 25 days before
// the renewal for churn and 20 before to 10 after for the others. A churned
// account is worth nothing afterwards: its arr_after is 0, not null. An account
// that renewed unchanged has the same ARR before and after, to the bit.
func outcomeFields() []parquetio.Field {
	return []parquetio.Field{
		{Name: "account_id", Kind: parquetio.Text},
		{Name: "renewal_date", Kind: parquetio.Day},
		{Name: "churned", Kind: parquetio.Bool},
		{Name: "decided_at", Kind: parquetio.Day},
		{Name: "arr_before", Kind: parquetio.Float},
		{Name: "arr_after", Kind: parquetio.Float},
	}
}

// truthFields is the schema of truth.parquet, which no real company has: a tool
// that reads it is being tested. as_of is the date of the snapshot that decided
// the renewal, stage is "onboarding" or "mature"; the package comment defines the
// probabilities.
func truthFields() []parquetio.Field {
	return []parquetio.Field{
		{Name: "account_id", Kind: parquetio.Text},
		{Name: "renewal_date", Kind: parquetio.Day},
		{Name: "as_of", Kind: parquetio.Day},
		{Name: "stage", Kind: parquetio.Text},
		{Name: "p_true", Kind: parquetio.Float},
		{Name: "p_factors", Kind: parquetio.Float},
		{Name: "p_contracted", Kind: parquetio.Float},
		{Name: "p_expanded", Kind: parquetio.Float},
	}
}
