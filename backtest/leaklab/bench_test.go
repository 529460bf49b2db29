package leaklab

import (
	"testing"

	"holdfast/dataset/synth"
)

// BenchmarkRun takes a company of some 30,000 examples and 0.5 million snapshots through
// all tests, the scramble included, with 29 factors.
func BenchmarkRun(b *testing.B) {
	p := simulated(b, synth.Company{Accounts: 20_000, Seed: 1}, renewal)
	for _, c := range []struct {
		name    string
		options Options
	}{{"tests", Options{Permutations: -1}}, {"tests and scramble", Options{}}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportMetric(float64(p.panel.Examples.Len()), "examples")
			for b.Loop() {
				p.run(b, c.options)
			}
		})
	}
}
