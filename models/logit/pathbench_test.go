package logit

import (
	"context"
	"fmt"
	"testing"
)

// 100 strengths on 24 columns, at the accuracy of glmnet's default and at ours.
func BenchmarkPath(b *testing.B) {
	p := skewed(100_000, 24)
	for _, alpha := range []float64{1, 0.5, 0} {
		for _, tolerance := range []float64{2e-5, 1e-7} {
			b.Run(fmt.Sprintf("alpha=%v/tolerance=%v", alpha, tolerance), func(b *testing.B) {
				passes := 0
				for b.Loop() {
					path, err := FitPath(context.Background(), p, PathSettings{Alpha: alpha, Tolerance: tolerance})
					if err != nil {
						b.Fatal(err)
					}
					passes = 0
					for _, point := range path.Points {
						passes += point.Passes
					}
				}
				b.ReportMetric(float64(passes), "passes")
			})
		}
	}
}
