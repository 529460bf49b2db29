package parquetio

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// fuzzLimit is the memory that a table may take while fuzzing, and fuzzCeiling what reading a small file twice may allocate
// with that limit, garbage included.
const (
	fuzzLimit   = 4 << 20
	fuzzCeiling = 512 << 20
)

// seedFiles are one small file for every type and encoding; versions, codecs and nesting take turns.
func seedFiles(f *testing.F) [][]byte {
	fields, cols := snapshotTable(40)
	files := [][]byte{fileOf(f, fields[:6], cols[:6]), numbersFileOf(f, 1, 2, 3)}
	codecs := []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Brotli, &parquet.Zstd, &parquet.Lz4Raw}
	for _, s := range samples() {
		for _, enc := range s.encodings {
			files = append(files, sampleFile(f, s, enc, 1+len(files)%2, codecs[len(files)%len(codecs)]))
		}
	}
	type nested struct {
		ID   string            `parquet:"id"`
		Tags []string          `parquet:"tags,list"`
		Map  map[string]*int32 `parquet:"map"`
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, []nested{{"A", []string{"x", "y"}, nil}, {"B", nil, map[string]*int32{"k": new(int32), "l": nil}}}); err != nil {
		f.Fatal(err)
	}
	return append(files, b.Bytes())
}

// FuzzRead feeds whole files. Whatever the bytes, reading must end without a panic and within its memory, a table must
// have the rows that were promised, and what Verify passes, Read reads.
func FuzzRead(f *testing.F) {
	for _, file := range seedFiles(f) {
		f.Add(file)
	}
	path := filepath.Join(f.TempDir(), "fuzz.parquet")
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		before := allocated()
		o := Options{MemoryLimit: fuzzLimit, Workers: 1}
		v, broken := Verify(t.Context(), path, o)
		if broken == nil {
			readVerified(t, path, v, o)
		}
		if n := allocated() - before; n > fuzzCeiling+256*uint64(len(b)) {
			t.Errorf("%d bytes took %d MiB", len(b), n>>20)
		}
	})
}

// readVerified reads a file that Verify has passed. All columns together may be more than the limit, which is no fault.
func readVerified(t *testing.T, path string, v *Verified, o Options) {
	want := naturalRequests(v.Fields)
	o.MemoryLimit *= int64(max(1, len(want)))
	table, err := Read(t.Context(), path, want, o)
	if err != nil {
		t.Fatalf("passed by Verify, but: %v", err)
	}
	if int64(table.Rows) != v.Rows {
		t.Errorf("%d rows read of %d promised", table.Rows, v.Rows)
	}
	packing := o
	packing.Packed = true
	packed, err := Read(t.Context(), path, want, packing)
	if err != nil {
		t.Fatalf("packed: %v", err)
	}
	if diff := cmp.Diff(table, spelledOut(packed), sameBits); diff != "" {
		t.Errorf("packed: %s", diff)
	}
	for _, c := range table.Columns {
		if c.As == AsDay {
			o.Until = Until{Column: c.Name, Last: 20000}
			early, err := Read(t.Context(), path, want, o)
			if err != nil || early.Rows > table.Rows {
				t.Errorf("until day 20000: %v", err)
			}
		}
	}
}

// allocated is the number of bytes ever allocated.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// FuzzPage feeds the body of one page behind a well-formed header without checksum: mutations of whole files rarely get
// that far, because pages that parquet-go writes carry one.
func FuzzPage(f *testing.F) {
	for _, file := range seedFiles(f) {
		addPages(f, file)
	}
	leaves := pageLeaves()
	f.Fuzz(func(t *testing.T, kind, codec, enc, version, levels, nulls uint8, entries, entriesSize, rows, size uint32, dictionary, body []byte) {
		l := leaves[int(kind)%len(leaves)]
		rows %= 1 << 16
		data := pageBytes(t, &pageMeta{Type: format.DictionaryPage, UncompressedPageSize: int32(entriesSize), DictionaryPageHeader: thrift.New(
			format.DictionaryPageHeader{NumValues: int32(entries)})}, dictionary)
		if len(dictionary) == 0 {
			data = nil
		}
		data = append(data, pageBytes(t, dataHeader(version, format.Encoding(enc), int32(rows), int32(size), int32(levels), int32(nulls)), body)...)
		c := chunk{codec: format.CompressionCodec(codec % 8), values: int64(rows)}
		before := allocated()
		if err := decodeAs(l, c, data); err == nil && len(body) == 0 && rows > 0 && dictionary == nil {
			t.Errorf("%d rows decoded from nothing", rows)
		}
		if n := allocated() - before; n > fuzzCeiling+256*uint64(len(data)) {
			t.Errorf("%d bytes took %d MiB", len(data), n>>20)
		}
	})
}

// pageLeaves are the stored forms whose pages are fuzzed, each required and nullable.
func pageLeaves() []leaf {
	var leaves []leaf
	for _, l := range []leaf{
		{Field: Field{Kind: Bool}, physical: format.Boolean}, {Field: Field{Kind: Int}, physical: format.Int32},
		{Field: Field{Kind: Int}, physical: format.Int64}, {Field: Field{Kind: Instant}, physical: format.Int96, unit: micros},
		{Field: Field{Kind: Float}, physical: format.Float}, {Field: Field{Kind: Float}, physical: format.Double},
		{Field: Field{Kind: Text}, physical: format.ByteArray}, {Field: Field{Kind: Decimal}, physical: format.ByteArray},
		{Field: Field{Kind: UUID}, physical: format.FixedLenByteArray, width: uuidWidth},
		{Field: Field{Kind: Decimal}, physical: format.FixedLenByteArray, width: 5},
	} {
		nullable := l
		nullable.Nullable = true
		leaves = append(leaves, l, nullable)
	}
	return leaves
}

// decodeAs decodes a chunk as what its leaf naturally becomes.
func decodeAs(l leaf, c chunk, data []byte) error {
	var r pageReader
	r.reset(l, c, data)
	var t tally
	switch want := naturalRequests([]Field{l.Field})[0]; want.As {
	case AsNumber:
		return numbers(&r, new(numberBuffers), numberRows{out: make([]float64, c.values)}, &t)
	case AsDay:
		return days(&r, new(tickBuffers), make([]int32, c.values), nil, &t)
	}
	return codes(&r, new(buffers[int32]), make([]int32, c.values), new(vocabulary), &t)
}

// dataHeader is the header of a data page.
func dataHeader(version uint8, enc format.Encoding, rows, size, levels, nulls int32) *pageMeta {
	if version%2 == 0 {
		return &pageMeta{Type: format.DataPage, UncompressedPageSize: size, DataPageHeader: thrift.New(
			dataMetaV1{NumValues: rows, Encoding: enc, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE})}
	}
	return &pageMeta{Type: format.DataPageV2, UncompressedPageSize: size, DataPageHeaderV2: thrift.New(
		dataMetaV2{NumValues: rows, NumRows: rows, NumNulls: nulls, Encoding: enc, DefinitionLevelsByteLength: levels})}
}

// pageBytes is a header with its page.
func pageBytes(t testing.TB, h *pageMeta, body []byte) []byte {
	h.CompressedPageSize = int32(len(body))
	head, err := thrift.Marshal(new(thrift.CompactProtocol), h)
	if err != nil {
		t.Fatal(err)
	}
	return append(head, body...)
}

// addPages seeds FuzzPage with the pages of a file.
func addPages(f *testing.F, file []byte) {
	meta, end, err := readFooter(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		f.Fatal(err)
	}
	l, err := newLayout(meta, end)
	if err != nil {
		f.Fatal(err)
	}
	leaves := pageLeaves()
	for _, top := range l.leaves {
		kind := slices.IndexFunc(leaves, func(p leaf) bool { return p.physical == top.physical && p.Nullable == top.Nullable })
		if top.column < 0 || kind < 0 {
			continue
		}
		c := l.groups[0].chunks[top.column]
		var r pageReader
		r.reset(top, c, file[c.offset:c.offset+c.size])
		var dictionary []byte
		entries, entriesSize := uint32(0), uint32(0)
		for len(r.data) > 0 {
			h, body, err := r.header()
			if err != nil && !errors.Is(err, io.EOF) {
				f.Fatal(err)
			}
			switch h.Type {
			case format.DictionaryPage:
				dictionary, entries, entriesSize = body, uint32(h.DictionaryPageHeader.V.NumValues), uint32(h.UncompressedPageSize)
			case format.DataPage:
				d := h.DataPageHeader.V
				f.Add(uint8(kind), uint8(c.codec), uint8(d.Encoding), uint8(0), uint8(0), uint8(0), entries, entriesSize, uint32(d.NumValues), uint32(h.UncompressedPageSize), dictionary, body)
			case format.DataPageV2:
				d := h.DataPageHeaderV2.V
				f.Add(uint8(kind), uint8(c.codec), uint8(d.Encoding), uint8(1), uint8(d.DefinitionLevelsByteLength), uint8(d.NumNulls), entries, entriesSize, uint32(d.NumValues), uint32(h.UncompressedPageSize), dictionary, body)
			}
		}
	}
}
