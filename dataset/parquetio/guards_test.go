package parquetio

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
	"pgregory.net/rapid"
)

// repacked rewrites the footer of a file after changing it.
func repacked(t testing.TB, file []byte, change func(*format.FileMetaData)) []byte {
	t.Helper()
	_, end, err := readFooter(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	meta := new(format.FileMetaData)
	if err := unmarshal(file[end:len(file)-tailSize], meta); err != nil {
		t.Fatal(err)
	}
	change(meta)
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), meta)
	if err != nil {
		t.Fatal(err)
	}
	out := append(bytes.Clone(file[:end]), footer...)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(footer)))
	return append(out, magicPlain...)
}

func TestAFooterThatContradictsItselfIsRefused(t *testing.T) {
	fields := []Field{{Name: "x", Kind: Float}, {Name: "y", Kind: Int}, {Name: "z", Kind: Text}}
	file := fileOf(t, fields, []Column{{Numbers: []float64{1, 2, 3}}, {Numbers: []float64{1, 2, 3}}, {Codes: []int32{0, 1, 0}, Levels: []string{"a", "b"}}})
	chunkOf := func(m *format.FileMetaData, i int) *format.ColumnMetaData { return &m.RowGroups[0].Columns[i].MetaData }
	cases := []struct {
		name   string
		change func(*format.FileMetaData)
		want   string
	}{
		{"more rows than the row groups", func(m *format.FileMetaData) { m.NumRows = 1 << 62 }, "claims 4611686018427387904 rows but its row groups hold 3"},
		{"negative rows", func(m *format.FileMetaData) { m.RowGroups[0].NumRows = -3 }, "claims -3 rows"},
		{"a column with fewer values", func(m *format.FileMetaData) { chunkOf(m, 1).NumValues = 2 }, `column "y" has 2 values for 3 rows`},
		{"negative values", func(m *format.FileMetaData) { chunkOf(m, 1).NumValues = -1 }, "claims -1 values"},
		{"a chunk beyond the end", func(m *format.FileMetaData) { chunkOf(m, 0).DataPageOffset = 1 << 40 }, "but the data ends at byte"},
		{"a chunk that starts before the file", func(m *format.FileMetaData) { chunkOf(m, 0).DataPageOffset = -1 }, "claims bytes -1 to"},
		{"an empty chunk", func(m *format.FileMetaData) { chunkOf(m, 0).TotalCompressedSize = 0 }, "claims bytes"},
		{"a huge chunk", func(m *format.FileMetaData) { chunkOf(m, 0).TotalCompressedSize = 1 << 62 }, "claims bytes"},
		{"a dictionary beyond the end", func(m *format.FileMetaData) { chunkOf(m, 2).DictionaryPageOffset = 1 << 50 }, "outside the data"},
		{"two chunks on the same bytes", func(m *format.FileMetaData) { *chunkOf(m, 1) = *chunkOf(m, 0); chunkOf(m, 1).Type = format.Int64 }, "two column chunks share"},
		{"another type than the schema", func(m *format.FileMetaData) { chunkOf(m, 0).Type = format.Int64 }, "stored as INT64 but the schema says DOUBLE"},
		{"a chunk in another file", func(m *format.FileMetaData) { m.RowGroups[0].Columns[0].FilePath = "b" }, "kept in another file"},
		{"a missing chunk", func(m *format.FileMetaData) { m.RowGroups[0].Columns = m.RowGroups[0].Columns[:2] }, "has 2 column chunks but the schema has 3"},
		{"no schema", func(m *format.FileMetaData) { m.Schema = nil }, "has no schema"},
		{"one name twice", func(m *format.FileMetaData) { m.Schema[2].Name = "x" }, `column "x" exists twice`},
		{"a name that is not UTF-8", func(m *format.FileMetaData) { m.Schema[1].Name = "\xff" }, "not UTF-8"},
		{"an unknown physical type", func(m *format.FileMetaData) { m.Schema[1].Type = thrift.New(format.Type(99)) }, "unknown physical type 99"},
		{"an unknown repetition", func(m *format.FileMetaData) { m.Schema[1].RepetitionType = thrift.New(format.FieldRepetitionType(9)) }, "unknown repetition type 9"},
		{"no children", func(m *format.FileMetaData) { m.Schema[0].NumChildren = thrift.New(int32(0)) }, "counts do not add up"},
		{"too many children", func(m *format.FileMetaData) { m.Schema[0].NumChildren = thrift.New(int32(1 << 30)) }, "counts do not add up"},
		{"a value with children", func(m *format.FileMetaData) { m.Schema[1].NumChildren = thrift.New(int32(1)) }, "both a value and a group"},
		{"text on a number", func(m *format.FileMetaData) { m.Schema[2].LogicalType.Value = new(format.StringType) }, "claims to be STRING but is stored as INT64"},
		{"a decimal without digits", func(m *format.FileMetaData) { m.Schema[2].LogicalType.Value = &format.DecimalType{} }, "impossible type DECIMAL(0,0)"},
		{"a decimal too long for its bytes", func(m *format.FileMetaData) {
			m.Schema[2].LogicalType.Value = &format.DecimalType{Precision: 19}
		}, "holds at most 18 digits"},
		{"a 7-bit integer", func(m *format.FileMetaData) { m.Schema[2].LogicalType.Value = &format.IntType{BitWidth: 7} }, "integer of 7 bits"},
		{"an unknown codec", func(m *format.FileMetaData) { chunkOf(m, 0).Codec = 99 }, `column "x", row group 0: uses the unknown codec 99`},
		{"an LZ4 that it is not", func(m *format.FileMetaData) { chunkOf(m, 0).Codec = format.Lz4 }, "cannot be decompressed (LZ4)"},
		{"LZO", func(m *format.FileMetaData) { chunkOf(m, 0).Codec = format.LZO }, "codec LZO"},
		{"a codec that lies", func(m *format.FileMetaData) { chunkOf(m, 0).Codec = format.Snappy }, "cannot be decompressed (SNAPPY)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := saved(t, "a.parquet", repacked(t, file, c.change))
			_, err := Read(t.Context(), path, []Request{{Column: "x", As: AsNumber}}, Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want one that names the file and says %q", err, c.want)
			}
		})
	}
}

func TestACutFileIsRefusedAtEveryLength(t *testing.T) {
	file := numbersFile(t, "x", 1, 2, 3)
	for n := range len(file) {
		if _, err := readOne(t, file[:n], AsNumber); err == nil {
			t.Fatalf("the first %d of %d bytes were read as a file", n, len(file))
		}
	}
}

func TestEveryFlippedBitOfAPageIsFound(t *testing.T) {
	fields := []Field{{Name: "x", Kind: Float, Nullable: true}}
	file := fileOf(t, fields, []Column{{Numbers: []float64{1, 2, 3, 4, 5, 6, 7, 8}}})
	from, to := pageBody(t, file)
	for at := from; at < to; at++ {
		for bit := range 8 {
			damaged := bytes.Clone(file)
			damaged[at] ^= 1 << bit
			if _, err := readOne(t, damaged, AsNumber); err == nil || !strings.Contains(err.Error(), "checksum") {
				t.Fatalf("bit %d of byte %d flipped: %v", bit, at, err)
			}
		}
	}
}

// pageBody returns the bytes of the first page of the first chunk, without its header.
func pageBody(t *testing.T, file []byte) (from, to int64) {
	t.Helper()
	meta, end, err := readFooter(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLayout(meta, end)
	if err != nil {
		t.Fatal(err)
	}
	c := l.groups[0].chunks[0]
	var r pageReader
	r.reset(l.leaves[0], c, file[c.offset:c.offset+c.size])
	_, body, err := r.header()
	if err != nil {
		t.Fatal(err)
	}
	to = c.offset + c.size - int64(len(r.data))
	return to - int64(len(body)), to
}

func TestARunOfRowsBeyondTheMemoryLimitIsRefused(t *testing.T) {
	path := saved(t, "a.parquet", numbersFile(t, "x", make([]float64, 1000)...))
	want := []Request{{Column: "x", As: AsNumber}}
	if _, err := Read(t.Context(), path, want, Options{MemoryLimit: 8000}); err != nil {
		t.Errorf("1000 numbers need 8000 bytes and no more: %v", err)
	}
	if _, err := Read(t.Context(), path, want, Options{MemoryLimit: 7999}); err == nil || !strings.Contains(err.Error(), "raise the memory limit") {
		t.Errorf("error %v, want one that says what to do", err)
	}
}

func TestSkimmingBoundsDepthAndCounts(t *testing.T) {
	nested := append(bytes.Repeat([]byte{0x1c}, 1000), make([]byte, 1001)...)
	cases := map[string]struct {
		b    []byte
		want string
	}{
		"nothing":                      {nil, "middle of a value"},
		"a field without value":        {[]byte{0x15}, "middle of a value"},
		"an endless number":            {bytes.Repeat([]byte{0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 2), "middle of a value"},
		"a text longer than the bytes": {[]byte{0x18, 0xff, 0xff, 0xff, 0xff, 0x07, 'a', 0}, "middle of a value"},
		"a list longer than the bytes": {[]byte{0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x07, 0}, "list of 2147483647 elements in the last 1 bytes"},
		"a list of empty structs":      {[]byte{0x19, 0x2c, 0, 0, 0}, "empty structures"},
		"structs 1000 deep":            {nested, "more than 24 levels"},
		"an unknown wire type":         {[]byte{0x1d, 0}, "unknown wire type 13"},
		"a map longer than the bytes":  {[]byte{0x1b, 0x7f, 0x88, 0}, "middle of a value"},
	}
	for name, c := range cases {
		if _, err := skim(c.b); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
	// field 1 = true, field 2 = map {1: 2} of bytes, field 300 (long form) = double, stop; then two bytes of other data
	good := []byte{0x11, 0x1b, 0x01, 0x33, 1, 2, 0x07, 0xd8, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xee, 0xee}
	if n, err := skim(good); err != nil || n != len(good)-2 {
		t.Errorf("skimmed %d bytes of %d, %v", n, len(good)-2, err)
	}
}

func TestHybridRunsMustHoldTheirValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vals := rapid.SliceOfN(rapid.Int32Range(0, 5), 1, 300).Draw(t, "values")
		enc := &rle.Encoding{BitWidth: 3}
		b, err := enc.EncodeInt32(nil, vals)
		if err != nil {
			t.Fatal(err)
		}
		if err := checkHybrid(b, 3, len(vals)); err != nil {
			t.Fatalf("%d values refused: %v", len(vals), err)
		}
		if err := checkHybrid(b, 3, len(vals)+8); err == nil {
			t.Fatalf("%d values accepted as %d", len(vals), len(vals)+8)
		}
		if err := checkHybrid(append(slices.Clone(b), 2, 0), 3, len(vals)); err == nil {
			t.Fatal("a run behind the last value was accepted")
		}
	})
}

func TestHybridRunsCannotBeBombs(t *testing.T) {
	huge := binary.AppendUvarint(nil, 1<<40)
	cases := map[string]struct {
		src      []byte
		width, n int
	}{
		"a run of 2^39 values":                    {append(slices.Clone(huge), 1), 8, 100},
		"2^39 groups of no bits":                  {append(slices.Clone(huge), 0)[:len(huge)], 0, 100},
		"packed groups without their bytes":       {[]byte{0x03}, 8, 8},
		"a run of none":                           {[]byte{0x00, 0x01}, 8, 8},
		"a width of 255 bits":                     {[]byte{0x10, 0x01}, 255, 8},
		"no bytes":                                {nil, 1, 1},
		"bytes behind a single run of all":        {[]byte{0x10, 0x01, 0x00}, 8, 8},
		"more packed values than any writer pads": {append(binary.AppendUvarint(nil, 1000<<1|1), make([]byte, 1000)...), 1, 8},
	}
	for name, c := range cases {
		if err := checkHybrid(c.src, c.width, c.n); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := checkHybrid([]byte{0x10, 0x07}, 8, 8); err != nil {
		t.Errorf("a single run of 7: %v", err)
	}
}

func TestDeltaBlocksMustHoldTheirValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vals := rapid.SliceOfN(rapid.Int64(), 1, 400).Draw(t, "values")
		b, err := new(delta.BinaryPackedEncoding).EncodeInt64(nil, vals)
		if err != nil {
			t.Fatal(err)
		}
		rest, err := checkDelta(append(b, 1, 2, 3), 64, len(vals))
		if err != nil || !bytes.Equal(rest, []byte{1, 2, 3}) {
			t.Fatalf("%d values: %v, rest %v", len(vals), err, rest)
		}
		if _, err := checkDelta(b, 64, len(vals)+1); err == nil {
			t.Fatal("one value too few was accepted")
		}
		if _, err := checkDelta(b[:len(b)-1], 64, len(vals)); err == nil && len(vals) > 1 {
			t.Fatal("a block without its last byte was accepted")
		}
	})
	for name, head := range map[string][]uint64{
		"blocks of none": {0, 4, 2, 0}, "blocks of 64": {64, 1, 2, 0}, "blocks of 2^20": {1 << 20, 4, 2, 0}, "no parts": {128, 0, 2, 0}, "parts of 16": {128, 8, 2, 0},
	} {
		var b []byte
		for _, v := range head {
			b = binary.AppendUvarint(b, v)
		}
		if _, err := checkDelta(append(b, make([]byte, 64)...), 64, 2); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestSharedPrefixesCannotGrowWithoutBound(t *testing.T) {
	const n = 70_000
	lengths, prefixes := make([]int32, n), make([]int32, n)
	lengths[0] = 5000
	for i := 1; i < n; i++ {
		prefixes[i] = 5000 // every text repeats the first: 350 MB from 5 kB
	}
	enc := new(delta.BinaryPackedEncoding)
	head, err := enc.EncodeInt32(nil, prefixes)
	if err != nil {
		t.Fatal(err)
	}
	tail, err := enc.EncodeInt32(nil, lengths)
	if err != nil {
		t.Fatal(err)
	}
	src := slices.Concat(head, tail, make([]byte, 5000))
	v, err := new(decoder).deltaBytes(format.DeltaByteArray, leaf{physical: format.ByteArray}, src, n)
	if err == nil {
		err = v.check()
	}
	if err == nil || !strings.Contains(err.Error(), "expands to more than") {
		t.Errorf("error %v, want a refusal", err)
	}
}

// pagesOf wraps a page body in a chunk with one data page of version 1 and reads it.
func pagesOf(t *testing.T, l leaf, h *format.PageHeader, body []byte) error {
	t.Helper()
	h.CompressedPageSize = int32(len(body))
	if h.UncompressedPageSize == 0 {
		h.UncompressedPageSize = int32(len(body))
	}
	head, err := thrift.Marshal(new(thrift.CompactProtocol), h)
	if err != nil {
		t.Fatal(err)
	}
	var r pageReader
	r.reset(l, chunk{values: 8}, append(head, body...))
	p, err := r.next()
	if err == nil {
		err = p.check()
	}
	return err
}

func TestDamagedPagesAreRefused(t *testing.T) {
	number, nullable := leaf{physical: format.Double}, leaf{physical: format.Double, Field: Field{Nullable: true}}
	text, boolean := leaf{physical: format.ByteArray}, leaf{physical: format.Boolean}
	v1 := func(rows int32, enc format.Encoding) *format.PageHeader {
		return &format.PageHeader{Type: format.DataPage, DataPageHeader: thrift.New(format.DataPageHeader{NumValues: rows, Encoding: enc, DefinitionLevelEncoding: format.RLE})}
	}
	v2 := func(d format.DataPageHeaderV2) *format.PageHeader {
		return &format.PageHeader{Type: format.DataPageV2, DataPageHeaderV2: thrift.New(d)}
	}
	bitPacked := v1(8, format.Plain)
	bitPacked.DataPageHeader.V.DefinitionLevelEncoding = format.BitPacked
	bomb := v1(8, format.Plain)
	bomb.UncompressedPageSize = 1 << 30
	eight := make([]byte, 64)
	cases := []struct {
		name string
		leaf leaf
		head *format.PageHeader
		body []byte
		want string
	}{
		{"more rows than the chunk has", number, v1(9, format.Plain), eight, "claims 9 rows where 8 are left"},
		{"negative rows", number, v1(-1, format.Plain), eight, "claims -1 rows"},
		{"too few bytes", number, v1(8, format.Plain), eight[:56], "more or fewer values"},
		{"too many bytes", number, v1(7, format.Plain), eight, "more or fewer values"},
		{"a size that no 8 numbers need", number, bomb, eight, "more than its values can need"},
		{"a page without its header", number, &format.PageHeader{Type: format.DataPage}, eight, "without its header"},
		{"a version 2 page without its header", number, &format.PageHeader{Type: format.DataPageV2}, eight, "without its header"},
		{"an index page with a data header", number, &format.PageHeader{Type: format.IndexPage}, eight, "another kind of header"},
		{"an unknown page type", number, &format.PageHeader{Type: 99}, eight, "unknown type 99"},
		{"a dictionary without its header", number, &format.PageHeader{Type: format.DictionaryPage}, eight, "without a proper header"},
		{"a dictionary in another encoding", number, &format.PageHeader{Type: format.DictionaryPage,
			DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: 1, Encoding: format.RLE})}, eight, "which the format does not allow"},
		{"indexes without a dictionary", number, v1(8, format.RLEDictionary), eight, "a dictionary that is not there"},
		{"an unknown encoding", number, v1(8, 77), eight, "(77), which is not supported"},
		{"integers' encoding on floats", number, v1(8, format.DeltaBinaryPacked), eight, "in an encoding for integers"},
		{"booleans' encoding on floats", number, v1(8, format.RLE), eight, "in an encoding for booleans"},
		{"text's encoding on floats", number, v1(8, format.DeltaByteArray), eight, "in an encoding for text"},
		{"numbers' encoding on text", text, v1(8, format.ByteStreamSplit), eight, "in an encoding for numbers"},
		{"boolean runs of the wrong length", boolean, v1(8, format.RLE), eight[:10], "more or fewer values"},
		{"boolean bits too short", boolean, v1(8, format.Plain), nil, "more or fewer values"},
		{"a text longer than its page", text, v1(1, format.Plain), []byte{200, 0, 0, 0, 'a'}, "a text of 200 bytes in the last 1"},
		{"a text without its length", text, v1(2, format.Plain), []byte{1, 0, 0, 0, 'a', 0, 0, 0}, "more or fewer values"},
		{"no levels", nullable, v1(8, format.Plain), []byte{1}, "no definition levels"},
		{"levels longer than the page", nullable, v1(8, format.Plain), []byte{0xff, 0xff, 0xff, 0xff, 0}, "claims 4294967295 bytes of definition levels"},
		{"levels without runs", nullable, v1(8, format.Plain), []byte{0, 0, 0, 0}, "damaged run lengths in its definition levels"},
		{"a level above one", nullable, v1(8, format.Plain), []byte{2, 0, 0, 0, 16, 9}, "the definition level 9"},
		{"a level above one in a run", nullable, v1(8, format.Plain), []byte{4, 0, 0, 0, 8, 9, 8, 1}, "the definition level 9"},
		{"levels in the old encoding", nullable, bitPacked, eight, "which no current writer uses"},
		{"version 2 levels longer than the page", nullable, v2(format.DataPageHeaderV2{NumValues: 8, NumRows: 8, DefinitionLevelsByteLength: 1 << 30}), eight, "bytes of definition levels"},
		{"version 2 with other rows", number, v2(format.DataPageHeaderV2{NumValues: 8, NumRows: 7}), eight, "7 rows but 8 values"},
		{"version 2 with other nulls", nullable, v2(format.DataPageHeaderV2{NumValues: 8, NumRows: 8, NumNulls: 3, DefinitionLevelsByteLength: 2}),
			append([]byte{16, 1}, eight...), "has 0 nulls where its header says 3"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := pagesOf(t, c.leaf, c.head, c.body); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestAChunkThatEndsEarlyIsRefused(t *testing.T) {
	var r pageReader
	r.reset(leaf{physical: format.Double}, chunk{values: 8}, nil)
	if _, err := r.next(); err == nil || !strings.Contains(err.Error(), "ends 8 rows early") {
		t.Error(err)
	}
}
