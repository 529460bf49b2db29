//go:build cloud

package store_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"holdfast/dataset/parquetio"
	"holdfast/dataset/store/storetest"
)

// written is a Parquet file of random columns x00, x01, … .
func written(t *testing.T, rows, columns int) []byte {
	t.Helper()
	rng := rand.New(rand.NewPCG(2, 3))
	var fields []parquetio.Field
	var block []parquetio.Column
	for k := range columns {
		c := parquetio.Column{Name: fmt.Sprintf("x%02d", k), Numbers: make([]float64, rows)}
		for i := range c.Numbers {
			c.Numbers[i] = rng.NormFloat64()
		}
		fields = append(fields, parquetio.Field{Name: c.Name, Kind: parquetio.Float})
		block = append(block, c)
	}
	var file bytes.Buffer
	w, err := parquetio.NewWriter(&file, fields)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(block); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// numbers asks for columns as numbers.
func numbers(columns ...string) (want []parquetio.Request) {
	for _, c := range columns {
		want = append(want, parquetio.Request{Column: c, As: parquetio.AsNumber})
	}
	return want
}

// TestOnlyTheWantedColumnsTravel reads 2 of 30 equally large columns of 300,000 rows. The wanted chunks are a fifteenth of
// the file, whose values are random and do not compress.
func TestOnlyTheWantedColumnsTravel(t *testing.T) {
	file := written(t, 300_000, 30)
	onEach(t, "bytes that travel", func(t *testing.T, s *storetest.Service) {
		s.Put(t, "wide.parquet", file)
		s.Requests.Store(0)
		s.Bytes.Store(0)
		table, err := parquetio.Read(t.Context(), s.URL("wide.parquet"), numbers("x03", "x20"), parquetio.Options{})
		if err != nil {
			t.Fatal(err)
		}
		least := int64(2 * 8 * table.Rows)
		read, requests := s.Bytes.Load(), s.Requests.Load()
		t.Logf("%d requests, %d bytes; the wanted values take %d, the file %d", requests, read, least, len(file))
		if read < least || float64(read) > 1.04*float64(least) {
			t.Errorf("%d bytes travelled for %d bytes of values", read, least)
		}
	})
}

// TestNeighboursComeInOneRequest reads all columns: one request for the identity, one for the footer, and one for each row
// group of less than 8 MiB.
func TestNeighboursComeInOneRequest(t *testing.T) {
	file := written(t, 20_000, 30)
	var all []string
	for k := range 30 {
		all = append(all, fmt.Sprintf("x%02d", k))
	}
	onEach(t, "the number of requests", func(t *testing.T, s *storetest.Service) {
		s.Put(t, "wide.parquet", file)
		s.Requests.Store(0)
		if _, err := parquetio.Read(t.Context(), s.URL("wide.parquet"), numbers(all...), parquetio.Options{}); err != nil {
			t.Fatal(err)
		}
		if n := s.Requests.Load(); n != 3 {
			t.Errorf("%d requests, want 3", n)
		}
	})
}

// sameTable compares two tables bit by bit, but for where they come from. It does not use cmp, which takes seconds for
// half a million rows.
func sameTable(t *testing.T, a, b *parquetio.Table) {
	t.Helper()
	if a.Rows != b.Rows || len(a.Parts) != len(b.Parts) || len(a.Notices) != len(b.Notices) {
		t.Fatalf("%d rows in %d parts, %v; want %d in %d, %v", b.Rows, len(b.Parts), b.Notices, a.Rows, len(a.Parts), a.Notices)
	}
	for i := range a.Columns {
		x, y := &a.Columns[i], &b.Columns[i]
		bits := slices.EqualFunc(x.Numbers, y.Numbers, func(v, w float64) bool { return math.Float64bits(v) == math.Float64bits(w) })
		if !bits || !slices.Equal(x.Codes, y.Codes) || !slices.Equal(x.Levels, y.Levels) || !slices.Equal(x.Days, y.Days) || x.Nulls != y.Nulls {
			t.Errorf("column %s differs", x.Name)
		}
	}
}

func TestATreeReadsAsItDoesOnADisk(t *testing.T) {
	company := filepath.Join("..", "..", "testdata", "company", "snapshots")
	snapshots, err := os.ReadFile(filepath.Join(company, "part-00000.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"month=2026-01/part-0.parquet": snapshots, "month=2026-01/part-1.parquet": snapshots, "month=2026-02/part-0.parquet": snapshots, "_SUCCESS": nil}
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	fields, rows, err := parquetio.Schema(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := []parquetio.Request{{Column: "month", As: parquetio.AsText}, {Column: "account_id", As: parquetio.AsKey}, {Column: "snapshot_date", As: parquetio.AsDay}}
	for _, f := range fields {
		if f.Kind == parquetio.Float {
			want = append(want, parquetio.Request{Column: f.Name, As: parquetio.AsNumber})
		}
	}
	local, err := parquetio.Read(t.Context(), dir, want, parquetio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	onEach(t, "tables read from a store", func(t *testing.T, s *storetest.Service) {
		for name, content := range files {
			s.Put(t, "snapshots/"+name, content)
		}
		got, gotRows, err := parquetio.Schema(t.Context(), s.URL("snapshots"))
		if err != nil || gotRows != rows || !cmp.Equal(fields, got) {
			t.Fatalf("%v %d %v", got, gotRows, err)
		}
		for _, workers := range []int{1, 2, 5} {
			remote, err := parquetio.Read(t.Context(), s.URL("snapshots"), want, parquetio.Options{Workers: workers})
			if err != nil {
				t.Fatal(err)
			}
			sameTable(t, local, remote)
		}
	})
}
