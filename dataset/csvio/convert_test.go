package csvio

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/dataset/parquetio"
)

// Rows of 100 kB end a row group after groupBytes, not after 131,072 of them: it is written before all of the file is
// read, so that memory stays flat.
func TestARowGroupOfWideRowsIsWrittenBeforeTheFileEnds(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var content strings.Builder
	content.WriteString("name\n")
	for content.Len() < groupBytes+8*blockBytes {
		fmt.Fprintf(&content, "%d%s\n", rng.Uint64(), strings.Repeat("y", 100_000))
	}
	var out bytes.Buffer
	var early int
	src := Source{Path: "x.csv", Open: func() (io.ReadCloser, error) {
		end := readerFunc(func() { early = out.Len() })
		return io.NopCloser(io.MultiReader(strings.NewReader(content.String()), end)), nil
	}}
	table := surveyed(t, Options{Workers: 1}, src)
	if err := table.Convert(t.Context(), 0, &out); err != nil {
		t.Fatal(err)
	}
	if early < 1000 { // the magic number alone, without a row group
		t.Errorf("%d bytes were written when the file ended", early)
	}
}

// readerFunc is an empty file that tells when it is read.
type readerFunc func()

func (f readerFunc) Read([]byte) (int, error) { f(); return 0, io.EOF }

// The Parquet has the kinds that the table says, all nullable, local times without a zone.
func TestTheSchemaFollowsTheTypes(t *testing.T) {
	const content = "i,n,b,d,l,z,t,\n1,1.5,yes,2026-03-31,2026-03-31 10:00,2026-03-31T10:00Z,x,\n"
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, parquetOf(t, surveyed(t, Options{}, text("x.csv", content)), 0), 0o644); err != nil {
		t.Fatal(err)
	}
	fields, rows, err := parquetio.Schema(t.Context(), path)
	if err != nil || rows != 1 || len(fields) != 7 {
		t.Fatal(fields, rows, err)
	}
	kinds := []parquetio.Kind{parquetio.Int, parquetio.Float, parquetio.Bool, parquetio.Day, parquetio.Instant, parquetio.Instant, parquetio.Text}
	for i, f := range fields {
		if f.Kind != kinds[i] || !f.Nullable {
			t.Errorf("%+v, want nullable %s", f, kinds[i])
		}
	}
	if local, zoned := fields[4].Detail, fields[5].Detail; !strings.Contains(local, "no zone") || !strings.Contains(zoned, "UTC") {
		t.Errorf("local %s, zoned %s", local, zoned)
	}
}

func TestACellThatCannotBeWrittenIsNamed(t *testing.T) {
	for typ, cells := range map[Type]string{Date: "20261332", Timestamp: "20260230"} {
		table := surveyed(t, Options{Types: map[string]Type{"x": typ}}, text("x.csv", column("20260131", cells)))
		err := table.Convert(t.Context(), 0, &bytes.Buffer{})
		if err == nil || !strings.Contains(err.Error(), `x.csv: line 3: column "x": "`+cells+`" is not a date`) {
			t.Errorf("%s: got %v", typ, err)
		}
	}
}
