package metrics

import (
	"context"
	"testing"

	"holdfast/dataset/synth/workload"
)

// BenchmarkW5Bootstrap is 1,000 draws of the accounts and the AUC of each, sort included.
func BenchmarkW5Bootstrap(b *testing.B) {
	workload.BySize(b, func(b *testing.B, rows int) {
		score, _, churned, cluster := company(rows)
		workload.Measure(b, rows, func() error {
			_, err := BootstrapAUC(context.Background(), []*Ranking{NewRanking(score, churned, cluster)}, 1000, 1)
			return err
		})
	})
}

// BenchmarkW5DeLong compares the AUC of two scores, clustered by account.
func BenchmarkW5DeLong(b *testing.B) {
	workload.BySize(b, func(b *testing.B, rows int) {
		x, y, churned, cluster := company(rows)
		workload.Measure(b, rows, func() error {
			_, err := DeLong([][]float64{x, y}, churned, cluster)
			return err
		})
	})
}
