package parquetio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// snapshotTable builds the columns of a table like the one the toolkit is made for: a key, a date, two categories and 24
// numbers, half of them with few distinct values and nulls.
func snapshotTable(rows int) ([]Field, []Column) {
	rng := rand.New(rand.NewPCG(1, 2))
	accounts := make([]string, max(rows/12, 1))
	for i := range accounts {
		accounts[i] = fmt.Sprintf("A%07d", i)
	}
	fields := []Field{{Name: "account_id", Kind: Text}, {Name: "snapshot_date", Kind: Day}, {Name: "plan", Kind: Text, Nullable: true}, {Name: "churned", Kind: Bool}}
	cols := make([]Column, 4, 28)
	cols[0].Levels, cols[2].Levels = accounts, []string{"basic", "pro", "team"}
	for i := range rows {
		cols[0].Codes = append(cols[0].Codes, int32(i%len(accounts)))
		cols[1].Days = append(cols[1].Days, int32(18000+30*(i/len(accounts))))
		cols[2].Codes = append(cols[2].Codes, rng.Int32N(4)-1)
		cols[3].Numbers = append(cols[3].Numbers, float64(rng.IntN(2)))
	}
	for k := range 24 {
		c := Column{Numbers: make([]float64, rows)}
		for i := range c.Numbers {
			switch {
			case k%2 == 0:
				c.Numbers[i] = rng.NormFloat64()
			case rng.IntN(20) == 0:
				c.Numbers[i] = math.NaN()
			default:
				c.Numbers[i] = float64(rng.IntN(50))
			}
		}
		fields = append(fields, Field{Name: fmt.Sprintf("x%02d", k), Kind: Float, Nullable: k%2 == 1})
		cols = append(cols, c)
	}
	return fields, cols
}

// requestsFor reads each field as what it was written as.
func requestsFor(fields []Field) []Request {
	want := naturalRequests(fields)
	for i := range want {
		if want[i].Column == "account_id" {
			want[i].As = AsKey
		}
	}
	return want
}

func BenchmarkWrite100kRows28Columns(b *testing.B) {
	fields, cols := snapshotTable(100_000)
	b.ReportAllocs()
	for b.Loop() {
		w, err := NewWriter(discard{}, fields)
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Write(cols); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func BenchmarkRead1MRows28Columns(b *testing.B) {
	const rows = 1_000_000
	path, fields := writeBenchFile(b, rows)
	b.ReportAllocs()
	for b.Loop() {
		t, err := Read(context.Background(), path, requestsFor(fields), Options{})
		if err != nil || t.Rows != rows {
			b.Fatal(t, err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkScan1MRows28Columns(b *testing.B) {
	const rows = 1_000_000
	path, fields := writeBenchFile(b, rows)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range Scan(context.Background(), path, requestsFor(fields), Options{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkStream1MRows28Columns reads with one Reader, pieces as small as score takes.
func BenchmarkStream1MRows28Columns(b *testing.B) {
	const rows = 1_000_000
	path, fields := writeBenchFile(b, rows)
	files, err := Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer files.Close()
	s, err := files.NewStream(b.Context(), requestsFor(fields), Options{})
	if err != nil {
		b.Fatal(err)
	}
	r := s.Reader()
	defer r.Close()
	b.ReportAllocs()
	for b.Loop() {
		read := 0
		for g := range s.Groups() {
			if err := r.Open(b.Context(), g); err != nil {
				b.Fatal(err)
			}
			for {
				p, err := r.Next(b.Context(), 4096)
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					b.Fatal(err)
				}
				read += p.Rows
			}
		}
		if read != rows {
			b.Fatalf("%d rows", read)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func writeBenchFile(b *testing.B, rows int) (string, []Field) {
	b.Helper()
	fields, cols := snapshotTable(rows)
	path := filepath.Join(b.TempDir(), "bench.parquet")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w, err := NewWriter(f, fields)
	if err != nil {
		b.Fatal(err)
	}
	if err := w.Write(cols); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return path, fields
}
