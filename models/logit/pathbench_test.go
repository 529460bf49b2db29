package logit

import (
	"context"
	"fmt"
	"testing"
)

// 100 strengths on 24 columns, at the accuracy of glmnet's default, at a tenth of that,
// which its objective at the weak end of the path takes, and at ours.
func BenchmarkPath(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		p := skewed(n, 24)
		for _, alpha := range []float64{1, 0.5, 0} {
			for _, tolerance := range []float64{2e-5, 2e-6, 1e-7} {
				b.Run(fmt.Sprintf("%d/alpha=%v/tolerance=%v", n, alpha, tolerance), func(b *testing.B) {
					b.ReportAllocs()
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
					b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
				})
			}
		}
	}
}
