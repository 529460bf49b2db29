package history

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// benchmarkRows are snapshots of one cadence: accounts with some years of past each.
func benchmarkRows(rows, perAccount, everyDays int) (s snapshots, account []int32) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range rows {
		k := i % perAccount
		day := int32(18000 + k*everyDays)
		s.of, s.day = append(s.of, float64(r.IntN(200))), append(s.day, day)
		if r.IntN(20) == 0 {
			s.of[i] = nan
		}
		account = append(account, int32(i/perAccount))
	}
	return s, account
}

func BenchmarkCompute(b *testing.B) {
	for _, c := range []struct {
		cadence          string
		perAccount, days int
	}{{"monthly", 36, 30}, {"weekly", 156, 7}, {"daily", 1000, 1}} {
		s, account := benchmarkRows(1_000_000, c.perAccount, c.days)
		for _, f := range Functions() {
			for _, over := range []int{90, 365} {
				b.Run(fmt.Sprintf("%s/%s/%dd", c.cadence, f, over), func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						Compute(s.of, account, s.day, nil, Spec{Of: "x", OverDays: over, As: f})
					}
					b.ReportMetric(float64(len(s.of))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
				})
			}
		}
	}
}

// BenchmarkComputeLate is the slow way: every twentieth row was recorded six weeks late.
func BenchmarkComputeLate(b *testing.B) {
	s, account := benchmarkRows(1_000_000, 36, 30)
	s.known = append(s.known, s.day...)
	for i := range s.known {
		if i%20 == 0 {
			s.known[i] += 42
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		Compute(s.of, account, s.day, s.known, Spec{Of: "x", OverDays: 365, As: Mean})
	}
	b.ReportMetric(float64(len(s.of))*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
}
