package parquetio

import (
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// longColumn is a file with a column of four mebibytes that no codec makes smaller, in small pages of one row group.
func longColumn(t *testing.T) (path string, numbers []float64) {
	t.Helper()
	const rows = 1 << 19
	rng := rand.New(rand.NewPCG(8, 1))
	numbers, boxed := make([]float64, rows), make([]parquet.Value, rows)
	for i := range numbers {
		numbers[i] = rng.NormFloat64()
		boxed[i] = parquet.DoubleValue(numbers[i])
	}
	return saved(t, "t.parquet", stored(t, parquet.Leaf(parquet.DoubleType), boxed, parquet.PageBufferSize(64<<10), parquet.MaxRowsPerRowGroup(rows))), numbers
}

// A local chunk is read page by page: what a read allocates beside its table grows with the pages and not with the chunk.
func TestALocalChunkIsNotInMemory(t *testing.T) {
	path, numbers := longColumn(t)
	want := []Request{{Column: "x", As: AsNumber}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	table := mustRead(t, path, want, Options{Workers: 1})
	runtime.ReadMemStats(&after)
	rows := int64(len(numbers))
	if beside := int64(after.TotalAlloc-before.TotalAlloc) - 8*rows; beside > 2*rows {
		t.Errorf("%d bytes beside a column of %d", beside, 8*rows)
	}
	if !same(table.Columns[0].Numbers, numbers) {
		t.Error("other numbers")
	}
	if got, err := readDistant(t.Context(), new(distant), filepath.Dir(path), want, Options{}); err != nil || !same(got.Columns[0].Numbers, numbers) {
		t.Errorf("from afar: other numbers, %v", err)
	}
}

// A stream asks an object store for several pages at a time, and for no byte twice.
func TestAStreamFromAfarReadsAByteOnce(t *testing.T) {
	path, numbers := longColumn(t)
	store := new(distant)
	p, err := planDistant(t.Context(), store, path, []Request{{Column: "x", As: AsNumber}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	r := (&Stream{plan: p, groups: p.groups}).Reader()
	if err := r.Open(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var got []float64
	for {
		piece, err := r.Next(t.Context(), 5000)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, piece.Columns[0].Numbers...)
	}
	if !same(got, numbers) {
		t.Error("other numbers")
	}
	chunk := p.parts[0].layout.groups[0].chunks[0]
	requests := store.sorted()
	at := chunk.offset
	for _, q := range requests {
		if q.from != at {
			t.Errorf("byte %d was asked for behind byte %d", q.from, at)
		}
		at = q.to
	}
	if most := int(chunk.size/farWindow) + 1; at != chunk.offset+chunk.size || len(requests) > most {
		t.Errorf("%d requests up to byte %d, want %d up to %d", len(requests), at, most, chunk.offset+chunk.size)
	}
}
