package parquetio

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// crafted is a file whose only column x has the given pages, whatever these hold.
func crafted(t testing.TB, node parquet.Node, codec format.CompressionCodec, rows int64, pages ...[]byte) []byte {
	t.Helper()
	all := bytes.Join(pages, nil)
	template := stored(t, node, nil)
	_, end, err := readFooter(bytes.NewReader(template), int64(len(template)))
	if err != nil {
		t.Fatal(err)
	}
	meta := new(format.FileMetaData)
	if err := unmarshal(template[end:len(template)-tailSize], meta); err != nil {
		t.Fatal(err)
	}
	meta.NumRows = rows
	meta.RowGroups = thrift.Slice[format.RowGroup]{{NumRows: rows, Columns: thrift.Slice[format.ColumnChunk]{{MetaData: format.ColumnMetaData{
		Type: meta.Schema[1].Type.V, PathInSchema: thrift.Slice[string]{"x"}, Codec: codec, NumValues: rows,
		TotalCompressedSize: int64(len(all)), DataPageOffset: int64(len(magicPlain)),
	}}}}}
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), meta)
	if err != nil {
		t.Fatal(err)
	}
	file := append([]byte(magicPlain), all...)
	file = append(file, footer...)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(footer)))
	return append(file, magicPlain...)
}

// zeros is n zero bytes as zstd, a few hundred bytes for megabytes.
func zeros(t testing.TB, n int) []byte { return packed(t, make([]byte, n)) }

// packed is b as zstd.
func packed(t testing.TB, b []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(b, nil)
}

// dictionaryPage is a page of entries that expands to size bytes.
func dictionaryPage(t testing.TB, entries, size int, body []byte) []byte {
	return pageBytes(t, &pageMeta{Type: format.DictionaryPage, UncompressedPageSize: int32(size),
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(entries)})}, body)
}

// dataPage is a version 1 page of a required column.
func dataPage(t testing.TB, enc format.Encoding, rows, size int, body []byte) []byte {
	return pageBytes(t, dataHeader(0, enc, int32(rows), int32(size), 0, 0), body)
}

// deltaLengthsOf are n equal lengths: one number, and blocks of no bits.
func deltaLengthsOf(n, length int) []byte {
	b := binary.AppendUvarint(nil, 1<<16)
	b = binary.AppendUvarint(b, 1)
	b = binary.AppendUvarint(b, uint64(n))
	b = binary.AppendUvarint(b, uint64(2*length)) // zigzag
	for left := n - 1; left > 0; left -= 1 << 16 {
		b = append(b, 0, 0) // the smallest delta, and the width of the only part
	}
	return b
}

// TestNoHeaderTakesMemoryBeyondTheCeiling reads small files that claim as much as they can get away with, each in a process
// of its own, and measures the most memory the process held. The default ceiling for a table is 64 MiB; doc.go says what a
// worker takes beyond it.
func TestNoHeaderTakesMemoryBeyondTheCeiling(t *testing.T) {
	const (
		process = 40 << 10 // KiB: what a process takes that reads a file of three rows, with room for the collector
		limit   = 64 << 10 // KiB: the default ceiling of a small file
		page    = 16 << 10 // KiB: the most that a small page of text expands to
	)
	run := func(n int) []byte { return append(binary.AppendUvarint([]byte{0}, uint64(n)<<1), nil...) } // width 0: no value bytes
	text, number := parquet.String(), parquet.Leaf(parquet.DoubleType)
	const most, empties = 8 << 20, 4 << 20 // numbers and empty texts that just fit
	cases := []struct {
		name    string
		file    []byte
		refused bool
		ceiling int // KiB
	}{
		{"2^40 rows", crafted(t, number, format.Uncompressed, 1<<40, dataPage(t, format.RLEDictionary, 1<<30, 6, run(1<<30))), true, process},
		{"a row more than fits", crafted(t, number, format.Uncompressed, 9<<20, dictionaryPage(t, 1, 8, make([]byte, 8)), dataPage(t, format.RLEDictionary, 9<<20, 6, run(9<<20))), true, process},
		{"one value for all rows that fit", crafted(t, number, format.Uncompressed, most, dictionaryPage(t, 1, 8, make([]byte, 8)), dataPage(t, format.RLEDictionary, most, len(run(most)), run(most))), false, process + limit + most*4>>10},
		{"numbers from nothing", crafted(t, number, format.Zstd, most, dataPage(t, format.Plain, most, 8*most, zeros(t, 8*most))), false, process + 3*limit},
		{"millions of empty texts", crafted(t, text, format.Zstd, empties, dataPage(t, format.Plain, empties, 4*empties, zeros(t, 4*empties))), false, process + 3*page},
		{"a dictionary of empty texts", crafted(t, text, format.Zstd, 8, dictionaryPage(t, 1<<20, 4<<20, zeros(t, 4<<20)), dataPage(t, format.RLEDictionary, 8, 2, packed(t, []byte{0, 16}))), false, process + 3*page},
		{"a dictionary of too many texts", crafted(t, text, format.Zstd, 8, dictionaryPage(t, 4<<20, 16<<20, zeros(t, 16<<20))), true, process},
		{"a text page of a gibibyte", crafted(t, text, format.Zstd, 8, dataPage(t, format.Plain, 8, 1<<30, zeros(t, 64<<20))), true, process},
		{"a page of a gibibyte that says a few bytes", crafted(t, number, format.Zstd, 8, dataPage(t, format.Plain, 8, 64, zeros(t, 256<<20))), true, process},
		{"empty texts of no bits", crafted(t, text, format.Uncompressed, 8<<20, dataPage(t, format.DeltaLengthByteArray, 8<<20, len(deltaLengthsOf(8<<20, 0)), deltaLengthsOf(8<<20, 0))), false, process + 2*limit},
		{"more lengths than rows", crafted(t, text, format.Uncompressed, 8, dataPage(t, format.DeltaLengthByteArray, 8, len(deltaLengthsOf(64<<20, 0)), deltaLengthsOf(64<<20, 0))), true, process},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			refusal, peak := readApart(t, saved(t, "a.parquet", c.file))
			t.Logf("%d bytes, %d MiB, %s", len(c.file), peak>>10, refusal)
			if (refusal != "") != c.refused {
				t.Errorf("refused: %q, want %v", refusal, c.refused)
			}
			if peak > c.ceiling {
				t.Errorf("took %d MiB, the ceiling is %d MiB", peak>>10, c.ceiling>>10)
			}
		})
	}
}

// readApart reads all of a file in a process of its own, and returns its refusal and the most memory it held, in KiB.
func readApart(t *testing.T, path string) (refusal string, peak int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), corpusFile+"="+path)
	child.Stdout, child.Stderr = &stdout, &stderr
	if err := child.Run(); err != nil && child.ProcessState.ExitCode() != 4 {
		t.Fatalf("dies: %v: %s", err, stderr.String())
	}
	peak, err := strconv.Atoi(strings.TrimSpace(stdout.String()))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(stderr.String()), peak
}
