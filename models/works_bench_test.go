package models

import (
	"context"
	"errors"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/synth/workload"
	"holdfast/features"
	"holdfast/models/logit"
)

// workFactors are the 24 numbers of a simulated company as factors.
func workFactors(b *testing.B) []features.Factor {
	b.Helper()
	var specs []features.Factor
	types := workload.Types(false)
	for _, name := range workload.Numbers() {
		specs = append(specs, features.Factor{Name: name, Expr: name})
	}
	factors, err := features.Compile(specs, types)
	if err != nil {
		b.Fatal(err)
	}
	return factors
}

// BenchmarkW2Fit fits a ridge of fixed strength: from examples in memory, encoding and the
// standard errors included, and from the files, without a bound and within a budget that leaves factors
// and designs on the disk.
func BenchmarkW2Fit(b *testing.B) {
	ridge, err := Compile([]Candidate{{Name: "fit", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 1e-4}}}, workFactors(b), workload.Types(false))
	if err != nil {
		b.Fatal(err)
	}
	workload.BySize(b, func(b *testing.B, rows int) {
		spec := workload.Spec(workload.Company(b, rows), workload.Types(false))
		fit := func(e *dataset.Examples) error {
			_, err := ridge[0].Fit(b.Context(), e.All())
			return err
		}
		e, err := dataset.Load(b.Context(), spec)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("memory", func(b *testing.B) {
			workload.Measure(b, e.Len(), func() error { return fit(e) })
		})
		fromFiles := func(b *testing.B, memory int64) {
			spec.Reading.Memory, spec.Reading.TempDir = memory, b.TempDir()
			workload.Measure(b, e.Len(), func() error {
				read, err := dataset.Load(b.Context(), spec)
				if err != nil {
					return err
				}
				return errors.Join(fit(read), read.Table.Close())
			})
		}
		b.Run("parquet", func(b *testing.B) { fromFiles(b, 0) })
		b.Run("streamed", func(b *testing.B) { fromFiles(b, int64(rows)*streamedRow) })
	})
}

// streamedRow is the budget of memory a row of a streamed fit: 128 MiB for a million rows.
const streamedRow = 134

// BenchmarkW3Path is the whole way of an elastic net from the strength that drops every factor,
// 100 strengths down, on encoded factors.
func BenchmarkW3Path(b *testing.B) {
	factors := workFactors(b)
	workload.BySize(b, func(b *testing.B, rows int) {
		e, err := dataset.Load(b.Context(), workload.Spec(workload.Company(b, rows), workload.Types(false)))
		if err != nil {
			b.Fatal(err)
		}
		p := problemOf(b, e, factors)
		workload.Measure(b, e.Len(), func() error {
			_, err := logit.FitPath(context.Background(), p, logit.PathSettings{Alpha: 0.5, Count: 100})
			return err
		})
	})
}

// problemOf is the regression on all examples.
func problemOf(b *testing.B, e *dataset.Examples, factors []features.Factor) logit.Problem {
	b.Helper()
	_, design, _, err := features.Fit(b.Context(), factors, e.All(), features.Standardised)
	if err != nil {
		b.Fatal(err)
	}
	p := logit.Problem{Columns: design.Columns, Y: make([]float64, e.Len())}
	for i, churned := range e.Churned {
		if churned {
			p.Y[i] = 1
		}
	}
	return p
}
