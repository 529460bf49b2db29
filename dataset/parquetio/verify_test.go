package parquetio

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// nestedRow has a column of every kind of nesting, and bytes, which cannot be used either.
type nestedRow struct {
	ID     string            `parquet:"id"`
	Tags   []string          `parquet:"tags,list"`
	Plain  []int64           `parquet:"plain"`
	Map    map[string]*int32 `parquet:"map"`
	Struct *struct {
		A *float64 `parquet:"a,optional"`
		B []struct {
			C bool `parquet:"c"`
		} `parquet:"b"`
	} `parquet:"struct,optional"`
	Raw []byte `parquet:"raw"`
}

// nestedFile writes rows with empty, null and filled lists.
func nestedFile(t testing.TB, options ...parquet.WriterOption) []byte {
	t.Helper()
	rows := make([]nestedRow, 300)
	for i := range rows {
		r := &rows[i]
		r.ID = strings.Repeat("x", i%5)
		for k := range i % 4 {
			r.Tags = append(r.Tags, strings.Repeat("t", k))
			r.Plain = append(r.Plain, int64(k))
		}
		if i%3 == 0 {
			r.Map = map[string]*int32{"k": new(int32)}
			r.Struct = new(struct {
				A *float64 `parquet:"a,optional"`
				B []struct {
					C bool `parquet:"c"`
				} `parquet:"b"`
			})
		}
		if i%6 == 0 {
			r.Struct.A = new(float64)
			r.Struct.B = append(r.Struct.B, struct {
				C bool `parquet:"c"`
			}{true})
		}
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, rows, append(options, parquet.PageBufferSize(300), parquet.MaxRowsPerRowGroup(110))...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNestedColumnsAreVerified(t *testing.T) {
	for _, version := range []int{1, 2} {
		file := nestedFile(t, parquet.DataPageVersion(version))
		v, err := Verify(t.Context(), saved(t, "a.parquet", file), Options{})
		if err != nil || v.Rows != 300 {
			t.Fatalf("version %d: %+v %v", version, v, err)
		}
		var details []string
		for _, f := range v.Fields {
			details = append(details, f.Name+" "+f.Detail)
		}
		want := []string{"id STRING", "map nested (MAP)", "plain nested (repeated INT64)", "raw BYTE_ARRAY (binary, not marked as text)", "struct nested (STRUCT)", "tags nested (LIST)"}
		if diff := cmp.Diff(want, sorted(details)); diff != "" {
			t.Error(diff)
		}
	}
}

// TestDamageInAnUnusedColumnIsFound flips a bit at the end of each nested chunk.
func TestDamageInAnUnusedColumnIsFound(t *testing.T) {
	file := nestedFile(t)
	meta, end, err := readFooter(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLayout(meta, end)
	if err != nil {
		t.Fatal(err)
	}
	if len(l.nested) != 6 { // tags, plain, map key and value, a, c
		t.Fatalf("%d nested leaves, want 6", len(l.nested))
	}
	for _, n := range l.nested {
		c := l.groups[0].chunks[n.column]
		damaged := bytes.Clone(file)
		damaged[c.offset+c.size-1] ^= 0x40
		path := saved(t, "a.parquet", damaged)
		_, err := Verify(t.Context(), path, Options{})
		if err == nil || !strings.Contains(err.Error(), `column "`+n.Name+`", row group 0: page`) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", n.Name, err)
		}
		mustRead(t, path, []Request{{Column: "id", As: AsKey}}, Options{}) // whoever does not use it is not hindered
	}
}

func TestNestedPagesMustHoldTheirLevels(t *testing.T) {
	n := &nestedLeaf{maxRepetition: 1, maxDefinition: 2, leaf: leaf{physical: format.Int32}}
	// Levels in runs, each [2*count][level]: rows begin where the repetition level is 0, values stand at definition level 2.
	page := func(repetition, definition, values []byte) []byte {
		b := append([]byte{byte(len(repetition)), 0, 0, 0}, repetition...)
		b = append(append(b, byte(len(definition)), 0, 0, 0), definition...)
		return append(b, values...)
	}
	cases := []struct {
		name string
		body []byte
		rows int64
		want string
	}{
		{"three values in two rows", page([]byte{4, 0, 2, 1}, []byte{6, 2}, make([]byte, 12)), 2, ""},
		{"one value of three is null", page([]byte{4, 0, 2, 1}, []byte{4, 2, 2, 1}, make([]byte, 8)), 2, ""},
		{"a row too few", page([]byte{2, 0, 4, 1}, []byte{6, 2}, make([]byte, 12)), 2, "holds 1 rows where its row group has 2"},
		{"a level too high", page([]byte{4, 0, 2, 1}, []byte{6, 3}, make([]byte, 12)), 2, "has the level 3 of at most 2 in its definition levels"},
		{"too few levels", page([]byte{2, 0}, []byte{6, 2}, make([]byte, 12)), 2, "damaged run lengths in its repetition levels"},
		{"a value too few", page([]byte{4, 0, 2, 1}, []byte{6, 2}, make([]byte, 8)), 2, "more or fewer values"},
		{"no levels", []byte{1}, 2, "has no levels"},
		{"levels beyond the page", []byte{200, 0, 0, 0, 1}, 2, "claims 200 bytes of levels in 1"},
	}
	for _, c := range cases {
		var r pageReader
		r.reset(n.leaf, chunk{values: 3}, pageBytes(t, dataHeader(0, format.Plain, 3, int32(len(c.body)), 0, 0), c.body))
		err := r.nested(n, c.rows)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestValuesThatCannotMeanWhatTheySayAreFound(t *testing.T) {
	fields := []Field{{Name: "x", Kind: Float, Nullable: true}, {Name: "day", Kind: Day}, {Name: "fine", Kind: Float}}
	const excel = -25567 // 1900-01-01, 70 years of which 17 are leap years before 1970-01-01: 70*365+17
	nan, inf := math.NaN(), math.Inf(-1)
	file := fileOf(t, fields, []Column{{Numbers: []float64{1, nan, inf, inf}}, {Days: []int32{excel + 1, 5, excel - 2, excel}}, {Numbers: []float64{1, 2, 3, math.MaxFloat64}}})
	path := saved(t, "a.parquet", file)
	v, err := Verify(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Finding{
		{Path: path, Column: "x", Row: 2, What: "-Inf", Count: 2},
		{Path: path, Column: "day", Row: 2, What: "1899-12-30", Count: 2, Placeholder: true},
	}
	if diff := cmp.Diff(want, v.Findings); diff != "" {
		t.Error(diff)
	}
}

func TestFindingsOfRowGroupsAreAddedUp(t *testing.T) {
	var b bytes.Buffer
	w := parquet.NewGenericWriter[struct{ X float64 }](&b, parquet.MaxRowsPerRowGroup(2))
	if _, err := w.Write([]struct{ X float64 }{{1}, {2}, {3}, {math.Inf(1)}, {math.Inf(1)}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	v, err := Verify(t.Context(), saved(t, "a.parquet", b.Bytes()), Options{})
	if err != nil || len(v.Findings) != 1 || v.Findings[0].Row != 3 || v.Findings[0].Count != 2 {
		t.Errorf("%+v %v, want two infinities from row 3 on", v, err)
	}
}

func TestVerifyReadsPartsForThemselves(t *testing.T) {
	text := fileOf(t, []Field{{Name: "x", Kind: Text}}, []Column{{Codes: []int32{0}, Levels: []string{"a"}}})
	dir := tree(t, map[string][]byte{"a.parquet": numbersFile(t, "x", 1), "b.parquet": text})
	if v, err := Verify(t.Context(), dir, Options{}); err != nil || v.Rows != 2 {
		t.Errorf("%+v %v: parts that differ are nobody's damage", v, err)
	}
	if _, err := Verify(t.Context(), dir+"/none", Options{}); err == nil {
		t.Error("a missing file was verified")
	}
}

// TestAnEmptyRowGroupMayPointAnywhere: Arrow writes row groups without rows whose chunks begin before the file.
func TestAnEmptyRowGroupMayPointAnywhere(t *testing.T) {
	file := repacked(t, numbersFile(t, "x", 1, 2), func(m *format.FileMetaData) {
		empty := m.RowGroups[0]
		empty.Columns = thrift.Slice[format.ColumnChunk]{empty.Columns[0]}
		empty.NumRows = 0
		c := &empty.Columns[0].MetaData
		c.NumValues, c.DataPageOffset, c.TotalCompressedSize = 0, 0, 15
		m.RowGroups = append(m.RowGroups, empty)
	})
	got := column(t, file, AsNumber, Options{})
	if diff := cmp.Diff([]float64{1, 2}, got.Numbers); diff != "" {
		t.Error(diff)
	}
}

func TestUnusedMetadataMayBeOdd(t *testing.T) {
	// A key without a value is legal (parquet.thrift: KeyValue.value is optional), and parquet-go's types require one. Field 5
	// of the footer is a list of one structure with field 1 = "k" only.
	file := numbersFile(t, "x", 1)
	_, end, err := readFooter(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	meta := new(format.FileMetaData)
	if err := unmarshal(file[end:len(file)-tailSize], meta); err != nil {
		t.Fatal(err)
	}
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), &format.FileMetaData{Version: 1, Schema: meta.Schema, NumRows: 1, RowGroups: meta.RowGroups})
	if err != nil {
		t.Fatal(err)
	}
	footer = append(footer[:len(footer)-1], 0x19, 0x1c, 0x18, 1, 'k', 0, 0) // field 5 follows field 4
	odd := append(bytes.Clone(file[:end]), footer...)
	odd = append(odd, byte(len(footer)), byte(len(footer)>>8), 0, 0)
	odd = append(odd, magicPlain...)
	if got := column(t, odd, AsNumber, Options{}); got.Numbers[0] != 1 {
		t.Error(got.Numbers)
	}
}

func TestNestedKindsOfOldWritersHaveNames(t *testing.T) {
	for _, c := range []struct {
		converted deprecated.ConvertedType
		want      string
	}{{deprecated.List, "nested (LIST)"}, {deprecated.Map, "nested (MAP)"}, {deprecated.MapKeyValue, "nested (MAP)"}} {
		el := format.SchemaElement{ConvertedType: thrift.New(c.converted)}
		if got := nestedDetail(&el); got != c.want {
			t.Errorf("%d is %s, want %s", c.converted, got, c.want)
		}
	}
}

// TestTypesThatCannotBeUsedAreRefusedByName: the error names the type, and says what to do.
func TestTypesThatCannotBeUsedAreRefusedByName(t *testing.T) {
	blob, twelve := parquet.Leaf(parquet.ByteArrayType), parquet.Leaf(parquet.FixedLenByteArrayType(12))
	cases := []struct {
		name   string
		node   parquet.Node
		change func(*format.SchemaElement)
	}{
		{"BSON", parquet.BSON(), nil},
		{"TIME", parquet.Time(parquet.Microsecond), nil},
		{"INTERVAL", twelve, func(el *format.SchemaElement) { el.ConvertedType = thrift.New(deprecated.Interval) }},
		{"GEOMETRY", blob, func(el *format.SchemaElement) { el.LogicalType.Value = new(format.GeometryType) }},
		{"GEOGRAPHY", blob, func(el *format.SchemaElement) { el.LogicalType.Value = new(format.GeographyType) }},
		{"BYTE_ARRAY (binary, not marked as text)", blob, nil},
		{"FIXED_LEN_BYTE_ARRAY (binary, not marked as text)", twelve, nil},
	}
	for _, c := range cases {
		file := repacked(t, stored(t, c.node, nil), func(m *format.FileMetaData) {
			if c.change != nil {
				c.change(&m.Schema[1])
			}
		})
		for _, as := range []As{AsNumber, AsText, AsKey, AsDay} {
			if _, err := readOne(t, file, as); err == nil || !strings.Contains(err.Error(), c.name) || !strings.Contains(err.Error(), "which cannot be used: flatten or convert it") {
				t.Errorf("%s wanted as %s: error %v", c.name, as, err)
			}
		}
		if _, err := Verify(t.Context(), saved(t, "a.parquet", file), Options{}); err != nil {
			t.Errorf("%s unused: %v", c.name, err)
		}
	}
}
