package logit

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// skewed draws a problem the shape of real usage data: 24 log-normal and
// sparse columns, about 12 % churn.
func skewed(n, p int) Problem {
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	prob := Problem{Y: make([]float64, n)}
	for j := range p {
		c := make([]float64, n)
		for i := range c {
			switch j % 3 {
			case 0:
				c[i] = math.Exp(rng.NormFloat64())
			case 1:
				c[i] = rng.NormFloat64()
			default:
				c[i] = float64(rng.IntN(4) / 3)
			}
		}
		prob.Columns = append(prob.Columns, c)
	}
	for i := range n {
		eta := -2.6
		for j, c := range prob.Columns {
			eta += 0.4 * math.Cos(float64(j)) * c[i]
		}
		if rng.Float64() < sigmoid(eta) {
			prob.Y[i] = 1
		}
	}
	return prob
}

// A ridge, in float64 alone and with the refinement that problems of up to 250 000 rows get.
func BenchmarkFit(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		p := skewed(n, 24)
		p.L2 = slices.Repeat([]float64{1}, 24)
		for _, mode := range []struct {
			name  string
			exact ExactMode
		}{{"float64", ExactNever}, {"exact", ExactAlways}} {
			b.Run(fmt.Sprintf("%d/%s", n, mode.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					f, err := Fit(context.Background(), p, Settings{Exact: mode.exact})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(f.Iterations), "iterations")
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// A pass over rows that fit in the last cache, and over rows that do not.
func BenchmarkPass(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		d, err := newDesign(skewed(n, 24), nil)
		if err != nil {
			b.Fatal(err)
		}
		pass, e, theta := newPasses(d), newEvaluation(d.size()), make([]float64, d.size())
		exact, zeta := newExactPasses(d), make([]dd, d.size())
		for _, kind := range []struct {
			name string
			run  func() error
		}{
			{"hessian", func() error { return pass.evaluate(context.Background(), theta, 1, e) }},
			{"gradient", func() error { return pass.slope(context.Background(), theta, e) }},
			{"exact gradient", func() error { _, err := exact.blocks(context.Background(), zeta, false); return err }},
		} {
			b.Run(fmt.Sprintf("%d/%s", n, kind.name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := kind.run(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
			})
		}
	}
}
