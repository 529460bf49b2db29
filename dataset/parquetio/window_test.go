package parquetio

import (
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// A local chunk is read page by page: what a read allocates beside its table grows with the pages and not with the chunk.
func TestALocalChunkIsNotInMemory(t *testing.T) {
	const rows = 1 << 19 // four mebibytes that no codec makes smaller, in one row group
	rng := rand.New(rand.NewPCG(8, 1))
	numbers, boxed := make([]float64, rows), make([]parquet.Value, rows)
	for i := range numbers {
		numbers[i] = rng.NormFloat64()
		boxed[i] = parquet.DoubleValue(numbers[i])
	}
	path := saved(t, "t.parquet", stored(t, parquet.Leaf(parquet.DoubleType), boxed, parquet.PageBufferSize(64<<10), parquet.MaxRowsPerRowGroup(rows)))
	want := []Request{{Column: "x", As: AsNumber}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	table := mustRead(t, path, want, Options{Workers: 1})
	runtime.ReadMemStats(&after)
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
