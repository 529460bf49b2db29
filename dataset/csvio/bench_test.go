package csvio

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// snapshots is a CSV file like those the package is made for: a key, a date, a category, money, percent and ten numbers.
func snapshots(rows int) string {
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("account_id,snapshot_date,plan,arr,adoption,active")
	for i := range 10 {
		fmt.Fprintf(&b, ",x%d", i)
	}
	b.WriteByte('\n')
	for i := range rows {
		fmt.Fprintf(&b, "A%06d,2026-%02d-%02d,%s,\"$%d,%03d.50\",%d%%,%t", i%5000, 1+i/5000%12, 1+i%28, []string{"basic", "pro", "NA"}[rng.IntN(3)], 1+rng.IntN(99), rng.IntN(1000), rng.IntN(101), rng.IntN(2) == 0)
		for k := range 10 {
			if k%2 == 0 {
				fmt.Fprintf(&b, ",%d", rng.IntN(1000))
			} else {
				fmt.Fprintf(&b, ",%.6g", rng.NormFloat64())
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// perRow reports rows a second beside the bytes.
func perRow(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkSurvey100kRows16Columns(b *testing.B) {
	const rows = 100_000
	content := snapshots(rows)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		surveyed(b, Options{}, text("x.csv", content))
	}
	perRow(b, rows)
}

func BenchmarkConvert100kRows16Columns(b *testing.B) {
	const rows = 100_000
	content := snapshots(rows)
	table := surveyed(b, Options{}, text("x.csv", content))
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if err := table.Convert(b.Context(), 0, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b, rows)
}

// The scanner alone is what no second core helps with.
func BenchmarkScan100kRows16Columns(b *testing.B) {
	const rows = 100_000
	content := snapshots(rows)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := openSheet(text("x.csv", content), Options{})
		if err != nil {
			b.Fatal(err)
		}
		for block := (&block{}); err == nil; {
			err = s.next(block, maxRows)
		}
		if err != io.EOF {
			b.Fatal(err)
		}
	}
	perRow(b, rows)
}

func BenchmarkCells(b *testing.B) {
	for _, cell := range []string{"", "12", "-3.25", "A000123", "$1,234.50", "2026-03-31", "31/12/2026", "2026-03-31T10:00:00Z"} {
		b.Run(strings.ReplaceAll(cell, "/", "."), func(b *testing.B) {
			l := newLexer(Options{})
			b.ReportAllocs()
			for b.Loop() {
				l.classify([]byte(cell))
			}
		})
	}
}
