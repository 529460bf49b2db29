package synth

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
)

// BenchmarkBlocks measures the generator alone.
func BenchmarkBlocks(b *testing.B) {
	rows := 0
	for b.Loop() {
		for block, err := range (Company{Accounts: 10_000, Seed: 1}).Blocks(1_000) {
			if err != nil {
				b.Fatal(err)
			}
			rows += block.Snapshots.Rows
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkWrite measures whole companies. live-heap-MB is the largest of about
// twenty samples of what a garbage collection leaves: it must not grow from one
// size to the next.
func BenchmarkWrite(b *testing.B) {
	for _, accounts := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("accounts=%d", accounts), func(b *testing.B) {
			c := Company{Accounts: accounts, Seed: 1}
			peak, round := uint64(0), 0
			for b.Loop() {
				dir := filepath.Join(b.TempDir(), fmt.Sprint(round))
				round++
				sampled := 0
				err := c.Write(context.Background(), dir, func(done, total int) {
					if done-sampled < total/20 {
						return
					}
					sampled = done
					var m runtime.MemStats
					runtime.GC()
					runtime.ReadMemStats(&m)
					peak = max(peak, m.HeapAlloc)
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(accounts*round)/b.Elapsed().Seconds(), "accounts/s")
			b.ReportMetric(float64(peak)/(1<<20), "live-heap-MB")
		})
	}
}
