package dataset_test

import (
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/synth/workload"
)

// BenchmarkW1Load reads 28 columns of a company, of which 24 are numbers, checks them, and lets
// the clock label every snapshot.
func BenchmarkW1Load(b *testing.B) {
	workload.BySize(b, func(b *testing.B, rows int) {
		spec := workload.Spec(workload.Company(b, rows), workload.Types(true))
		first, err := dataset.Load(b.Context(), spec)
		if err != nil {
			b.Fatal(err)
		}
		workload.Measure(b, first.Counts.Total, func() error {
			e, err := dataset.Load(b.Context(), spec)
			if err != nil {
				return err
			}
			return e.Table.Close()
		})
	})
}
