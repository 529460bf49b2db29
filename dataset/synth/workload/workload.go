// Package workload answers: what do the benchmarks of the six works run on, and what do they
// report? The works are the ones that holdfast wants to be fast at, in the order in which a
// user meets them:
//
//	W1  load a company of 28 columns and label it      dataset
//	W2  fit a ridge on 24 factors                      models
//	W3  fit an elastic-net path of 100 strengths       models
//	W4  walk forward: 8 folds, 3 candidates            backtest
//	W5  1,000 account replicates of an AUC; DeLong     backtest/metrics
//	W6  score every row, Parquet to Parquet            cmd/holdfast
//
// Each is a benchmark beside the code it measures, over Sizes rows of a simulated company.
package workload

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/synth"
)

// Sizes are the numbers of rows that every work is measured at.
func Sizes() []int { return []int{100_000, 1_000_000} }

// rowsPerAccount is how many snapshots an account of a 36-month company has on average.
const rowsPerAccount = 24.4

// Company simulates a company of about so many snapshots in a directory of the test, and
// returns the directory. The same rows give the same company.
func Company(tb testing.TB, rows int) (dir string) {
	tb.Helper()
	dir = filepath.Join(tb.TempDir(), fmt.Sprint(rows))
	if err := os.Mkdir(dir, 0o755); err != nil {
		tb.Fatal(err)
	}
	company := synth.Company{Accounts: int(float64(rows) / rowsPerAccount), Seed: 1}
	if err := company.Write(tb.Context(), dir, nil); err != nil {
		tb.Fatal(err)
	}
	return dir
}

// Numbers are the 24 columns of a company that are numbers.
func Numbers() []string {
	return []string{"tenure_days", "arr", "licences", "active_users", "logins_30d", "sticky_uses_30d", "integrations", "exports_30d",
		"reports_30d", "api_calls_30d", "support_tickets_90d", "escalations_90d", "open_tickets", "csat", "nps", "nps_age_days",
		"payment_delay_days", "executive_contact", "champion_left", "training_hours", "onboarding_done_share", "community_posts",
		"services_spend", "vendor_score"}
}

// Types are the types of the 24 numbers, booleans being numbers to a factor. With texts, the
// four text columns are among them.
func Types(texts bool) expr.Columns {
	types := make(expr.Columns)
	for _, name := range Numbers() {
		types[name] = expr.Number
	}
	types["executive_contact"], types["champion_left"] = expr.Bool, expr.Bool
	if texts {
		for _, name := range []string{"plan", "region", "segment", "csm_pulse"} {
			types[name] = expr.Text
		}
	}
	return types
}

// Spec reads the given columns of a company and makes an example of every snapshot.
func Spec(dir string, uses expr.Columns) dataset.Spec {
	return dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned", DecidedAt: "decided_at"},
		Clock:   dataset.Clock{Mode: dataset.Horizon, Horizon: 90}, Uses: uses,
		ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	}
}

// Measure runs a work over and over and reports rows a second, and bytes and allocations a
// row: what one run allocates in all, which bounds from above what it holds at once.
func Measure(b *testing.B, rows int, work func() error) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	all := float64(rows) * float64(b.N)
	b.ReportMetric(all/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/all, "B/row")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N), "allocs/run")
}

// BySize runs a benchmark at each of Sizes.
func BySize(b *testing.B, run func(b *testing.B, rows int)) {
	for _, rows := range Sizes() {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) { run(b, rows) })
	}
}
