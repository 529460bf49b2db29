package dataset

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"holdfast/dataset/expr"
)

// BenchmarkLoadAndLabel reads a hundred thousand and one million snapshots of 24 numbers
// (20 months, a tenth missing) and one outcome per account, and joins them in horizon
// mode: in memory, and with every factor column stored. The rows come as a warehouse
// writes them: month by month, not in canonical order. B/op over 192 bytes a row is how
// many times the 24 columns were allocated in all.
func BenchmarkLoadAndLabel(b *testing.B) {
	const months, factors = 20, 24
	for _, rows := range []int{100_000, 1_000_000} {
		spec := benchmarkFiles(b, rows/months, months, factors)
		b.Run(fmt.Sprintf("rows=%d/memory", rows), func(b *testing.B) { benchmarkLoad(b, spec, rows) })
		spec.Reading.Memory, spec.Reading.TempDir = 1<<20, b.TempDir()
		b.Run(fmt.Sprintf("rows=%d/stored", rows), func(b *testing.B) { benchmarkLoad(b, spec, rows) })
	}
}

func benchmarkLoad(b *testing.B, spec Spec, rows int) {
	b.ReportAllocs()
	for b.Loop() {
		e, err := Load(context.Background(), spec)
		if err != nil {
			b.Fatal(err)
		}
		if e.Counts.Total != rows {
			b.Fatalf("%+v", e.Counts)
		}
		e.Table.Close()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func benchmarkFiles(b *testing.B, accounts, months, factors int) Spec {
	rng := rand.New(rand.NewPCG(1, 1))
	dir := b.TempDir()
	spec := Spec{Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"), Columns: standard,
		Clock: Clock{Mode: Horizon, Horizon: 90}, Uses: make(expr.Columns), ObservedUntil: NoDate, Reading: everything}
	n := accounts * months
	key := texts("account_id")
	key.values.Codes = make([]int32, n)
	date := days("snapshot_date")
	date.values.Days = make([]int32, n)
	for a := range accounts {
		key.values.Levels = append(key.values.Levels, fmt.Sprintf("A%06d", a))
	}
	for i := range n {
		key.values.Codes[i] = int32(i % accounts)
		date.values.Days[i] = int32(NewDate(2024, 1, 31).AddMonths(i / accounts))
	}
	columns := []column{key, date}
	for f := range factors {
		name := fmt.Sprintf("factor_%02d", f)
		values := make([]float64, n)
		for i := range values {
			values[i] = rng.NormFloat64()
			if rng.IntN(10) == 0 {
				values[i] = nan
			}
		}
		columns = append(columns, optional(floats(name, values...)))
		spec.Uses[name] = expr.Number
	}
	writeTo(b, spec.Snapshots, columns...)
	when, churned := days("outcome_date"), make([]float64, accounts)
	account := key
	account.values.Codes = account.values.Codes[:accounts]
	for a := range accounts {
		when.values.Days = append(when.values.Days, int32(NewDate(2025, 1, 1))+int32(rng.IntN(365)))
		churned[a] = float64(rng.IntN(10) / 9)
	}
	writeTo(b, spec.Outcomes, account, when, bools("churned", churned...))
	return spec
}
