package features

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// BenchmarkFit learns an encoder of 24 numbers from one million rows and standardises
// them: median fill and percentile clip in every column.
func BenchmarkFit(b *testing.B) {
	const rows, numbers = 1_000_000, 24
	rng := rand.New(rand.NewPCG(1, 1))
	var columns []column
	var factors []Factor
	for f := range numbers {
		name := fmt.Sprintf("factor_%02d", f)
		columns = append(columns, column{name: name, numbers: draw(rows, func(int) float64 {
			if rng.IntN(10) == 0 {
				return nan
			}
			return math.Exp(rng.NormFloat64())
		})})
		factors = append(factors, Factor{Name: name, Expr: name, Scale: Log1p, Clip: []Bound{{Value: 1, Percentile: true}, {Value: 99, Percentile: true}}})
	}
	e := examples(b, some(rows), columns...)
	factors = compile(b, e, factors...)
	view := e.All()
	b.Run("fit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, _, err := Fit(context.Background(), factors, view, Standardised); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
	})
	encoder, _, _, err := Fit(context.Background(), factors, view, Standardised)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := encoder.Encode(context.Background(), rows, view.Batches()); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
	})
}
