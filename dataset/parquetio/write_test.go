package parquetio

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
	"pgregory.net/rapid"
)

// fileOf writes columns as one file, in batches that end at the given rows, and returns its bytes.
func fileOf(t failer, fields []Field, cols []Column, ends ...int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, fields)
	if err != nil {
		t.Fatal(err)
	}
	start := 0
	for _, end := range append(ends, rowsOf(fields, cols)) {
		if err := w.Write(rowsBetween(fields, cols, start, end)); err != nil {
			t.Fatal(err)
		}
		start = end
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// failer is what *testing.T and *rapid.T have in common here.
type failer interface {
	Helper()
	Fatal(...any)
}

func rowsOf(fields []Field, cols []Column) int {
	n, err := checkColumn(fields[0], &cols[0])
	if err != nil {
		return 0
	}
	return n
}

func rowsBetween(fields []Field, cols []Column, from, to int) []Column {
	out := make([]Column, len(cols))
	for i := range cols {
		out[i].Levels = cols[i].Levels
		switch fields[i].Kind {
		case Text:
			out[i].Codes = cols[i].Codes[from:to]
		case Day:
			out[i].Days = cols[i].Days[from:to]
		default:
			out[i].Numbers = cols[i].Numbers[from:to]
		}
	}
	return out
}

// saved writes bytes to a file of a temporary directory.
func saved(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// mustRead reads and fails the test on an error.
func mustRead(t failer, path string, want []Request, o Options) *Table {
	t.Helper()
	table, err := Read(context.Background(), path, want, o)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// texts spells out the rows of a text column; nulls as "<null>".
func texts(c *Column) []string {
	out := make([]string, len(c.Codes))
	for i, code := range c.Codes {
		if out[i] = "<null>"; code >= 0 {
			out[i] = c.Levels[code]
		}
	}
	return out
}

var sameNaN = cmpopts.EquateNaNs()

// anyColumns draws a table of one column of each kind that can be written.
func anyColumns(t *rapid.T) ([]Field, []Column) {
	rows := rapid.IntRange(0, 60).Draw(t, "rows")
	nullable := rapid.Bool().Draw(t, "nullable")
	fields := []Field{
		{Name: "float", Kind: Float, Nullable: nullable}, {Name: "int", Kind: Int, Nullable: nullable},
		{Name: "bool", Kind: Bool, Nullable: nullable}, {Name: "text", Kind: Text, Nullable: nullable}, {Name: "day", Kind: Day, Nullable: nullable},
	}
	cols := make([]Column, 5)
	cols[3].Levels = []string{"", "zebra", "ant", "Ägypten", "line\nend"}
	for range rows {
		null := nullable && rapid.Bool().Draw(t, "null")
		f, n, b := rapid.Float64().Draw(t, "f"), float64(rapid.Int64Range(-1<<53, 1<<53).Draw(t, "n")), float64(rapid.IntRange(0, 1).Draw(t, "b"))
		code, day := rapid.Int32Range(0, 4).Draw(t, "code"), rapid.Int32Range(firstDay, lastDay).Draw(t, "day")
		if null {
			f, n, b, code, day = math.NaN(), math.NaN(), math.NaN(), -1, NullDay
		}
		cols[0].Numbers = append(cols[0].Numbers, f)
		cols[1].Numbers = append(cols[1].Numbers, n)
		cols[2].Numbers = append(cols[2].Numbers, b)
		cols[3].Codes = append(cols[3].Codes, code)
		cols[4].Days = append(cols[4].Days, day)
	}
	return fields, cols
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		fields, cols := anyColumns(t)
		path := filepath.Join(dir, "a.parquet")
		if err := os.WriteFile(path, fileOf(t, fields, cols), 0o644); err != nil {
			t.Fatal(err)
		}
		got := mustRead(t, path, naturalRequests(fields), Options{}).Columns
		for i := range 3 {
			if diff := cmp.Diff(cols[i].Numbers, got[i].Numbers, sameNaN, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s: %s", fields[i].Name, diff)
			}
		}
		if diff := cmp.Diff(texts(&cols[3]), texts(&got[3])); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(cols[4].Days, got[4].Days, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestBytesDoNotDependOnBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields, cols := anyColumns(t)
		rows := rowsOf(fields, cols)
		cut := rapid.IntRange(0, rows).Draw(t, "cut")
		if !bytes.Equal(fileOf(t, fields, cols), fileOf(t, fields, cols, cut)) {
			t.Fatalf("%d rows at once and in batches of %d and %d give different files", rows, cut, rows-cut)
		}
	})
}

func TestBytesDoNotDependOnBatchesAcrossRowGroups(t *testing.T) {
	fields, cols := snapshotTable(rowsPerGroup + 1000)
	fields, cols = fields[:6], cols[:6]
	whole := fileOf(t, fields, cols)
	if !bytes.Equal(whole, fileOf(t, fields, cols, 7, rowsPerGroup-1, rowsPerGroup+1)) {
		t.Error("the same rows in other batches give other bytes")
	}
	path := saved(t, "a.parquet", whole)
	s, err := openSelection(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	groups := s.parts[0].layout.groups
	if len(groups) != 2 || groups[0].rows != rowsPerGroup || groups[1].rows != 1000 {
		t.Errorf("row groups %v, want %d and 1000 rows", groups, rowsPerGroup)
	}
	got := mustRead(t, path, requestsFor(fields), Options{})
	if diff := cmp.Diff(texts(&cols[0]), texts(&got.Columns[0])); diff != "" {
		t.Error(diff)
	}
}

func TestManyDistinctTextsSurviveTheDictionary(t *testing.T) {
	fields := []Field{{Name: "id", Kind: Text}}
	c := Column{}
	for i := range 150_000 {
		c.Levels = append(c.Levels, strings.Repeat("k", 20)+string(rune('a'+i%26))+uuidLike(i))
		c.Codes = append(c.Codes, int32(i))
	}
	got := mustRead(t, saved(t, "a.parquet", fileOf(t, fields, []Column{c})), []Request{{Column: "id", As: AsKey}}, Options{})
	if diff := cmp.Diff(texts(&c), texts(&got.Columns[0])); diff != "" {
		t.Error(diff[:min(len(diff), 500)])
	}
}

// Whole numbers that repeat are indexes into a dictionary; a column of more distinct ones than that pays for
// goes on as PLAIN.
func TestNumbersThatRepeatAreIndexes(t *testing.T) {
	fields := []Field{{Name: "seats", Kind: Int}, {Name: "spend", Kind: Int, Nullable: true}}
	cols := make([]Column, 2)
	for i := range rowsPerGroup + 1000 {
		spend := float64(i) * 7919
		if i%5 == 2 {
			spend = math.NaN()
		}
		cols[0].Numbers, cols[1].Numbers = append(cols[0].Numbers, float64(i%200)), append(cols[1].Numbers, spend)
	}
	file := fileOf(t, fields, cols)
	got := mustRead(t, saved(t, "a.parquet", file), naturalRequests(fields), Options{}).Columns
	for i := range cols {
		if diff := cmp.Diff(cols[i].Numbers, got[i].Numbers, sameNaN); diff != "" {
			t.Errorf("%s: %.500s", fields[i].Name, diff)
		}
	}
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for i, all := range []bool{true, false} {
		m := f.Metadata().RowGroups[0].Columns[i].MetaData
		plain := slices.ContainsFunc(m.EncodingStats, func(s format.PageEncodingStats) bool {
			return s.PageType == format.DataPage && s.Encoding == format.Plain
		})
		if m.DictionaryPageOffset == 0 || plain == all {
			t.Errorf("%s has pages %v, want all of indexes: %v", fields[i].Name, m.EncodingStats, all)
		}
	}
}

// uuidLike spells a number in a way that sorts unlike the number.
func uuidLike(i int) string {
	b := make([]byte, 16)
	for k := range b {
		b[k] = byte(i >> (k % 4 * 8))
	}
	return string(uuidText(b))
}

func TestFieldsKeepTheirOrder(t *testing.T) {
	fields := []Field{{Name: "z", Kind: Float}, {Name: "a", Kind: Int, Nullable: true}, {Name: "m", Kind: Day}, {Name: "b", Kind: Text}, {Name: "q", Kind: Bool}}
	got, rows, err := Schema(context.Background(), saved(t, "a.parquet", fileOf(t, fields, make([]Column, 5))))
	if err != nil || rows != 0 {
		t.Fatal(rows, err)
	}
	want := []Field{
		{Name: "z", Kind: Float, Detail: "DOUBLE"}, {Name: "a", Kind: Int, Nullable: true, Detail: "INT(64)"},
		{Name: "m", Kind: Day, Detail: "DATE"}, {Name: "b", Kind: Text, Detail: "STRING"}, {Name: "q", Kind: Bool, Detail: "BOOLEAN"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStoredNaNIsNotNull(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	fields := []Field{{Name: "required", Kind: Float}, {Name: "nullable", Kind: Float, Nullable: true}}
	cols := []Column{{Numbers: []float64{1, nan, inf, -inf, nan}}, {Numbers: []float64{1, nan, 2, -inf, nan}}}
	got := mustRead(t, saved(t, "a.parquet", fileOf(t, fields, cols)), naturalRequests(fields), Options{}).Columns
	if c := got[0]; c.Nulls != 0 || c.NaNs != 2 || c.Infs != 2 || c.FirstInf != 2 {
		t.Errorf("required column: %d nulls, %d NaN, %d infinities from row %d; want 0, 2, 2 from 2", c.Nulls, c.NaNs, c.Infs, c.FirstInf)
	}
	if c := got[1]; c.Nulls != 2 || c.NaNs != 0 || c.Infs != 1 || c.FirstInf != 3 {
		t.Errorf("nullable column: %d nulls, %d NaN, %d infinities from row %d; want 2, 0, 1 from 3", c.Nulls, c.NaNs, c.Infs, c.FirstInf)
	}
}

func TestWriterRefusesWhatTheFileCannotHold(t *testing.T) {
	one := func(f Field) []Field { return []Field{f} }
	cases := []struct {
		name   string
		fields []Field
		cols   []Column
		want   string
	}{
		{"no columns", nil, nil, "without columns"},
		{"a kind that is only read", one(Field{Name: "x", Kind: Decimal}), nil, `column "x": kind decimal is read only`},
		{"one name twice", []Field{{Name: "x", Kind: Int}, {Name: "x", Kind: Int}}, nil, "distinct"},
		{"an empty name", one(Field{Kind: Int}), nil, "not empty"},
		{"too few columns", one(Field{Name: "x", Kind: Int}), []Column{}, "0 columns to a file of 1"},
		{"a fraction as integer", one(Field{Name: "x", Kind: Int}), []Column{{Numbers: []float64{1, 0.5}}}, "row 1: 0.5 is not a whole number"},
		{"an integer beyond 2^53", one(Field{Name: "x", Kind: Int}), []Column{{Numbers: []float64{1 << 54}}}, "not a whole number up to 2^53"},
		{"a missing integer in a required column", one(Field{Name: "x", Kind: Int}), []Column{{Numbers: []float64{math.NaN()}}}, "NaN is not a whole number"},
		{"2 as boolean", one(Field{Name: "x", Kind: Bool}), []Column{{Numbers: []float64{2}}}, "2 is not 0 or 1"},
		{"a code without level", one(Field{Name: "x", Kind: Text}), []Column{{Codes: []int32{0}}}, "row 0: code 0 is not one of 0 levels"},
		{"a null text in a required column", one(Field{Name: "x", Kind: Text}), []Column{{Codes: []int32{-1}}}, "row 0: is null"},
		{"a null day in a required column", one(Field{Name: "x", Kind: Day}), []Column{{Days: []int32{NullDay}}}, "null day"},
		{"columns of different length", []Field{{Name: "x", Kind: Int}, {Name: "y", Kind: Day}}, []Column{{Numbers: []float64{1, 2}}, {Days: []int32{1}}}, `column "y": has 1 rows where the first column has 2`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w, err := NewWriter(discard{}, c.fields)
			if err == nil {
				err = w.Write(c.cols)
				if again := w.Close(); again != err {
					t.Errorf("Close returned %v after Write returned %v", again, err)
				}
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %q", err, c.want)
			}
		})
	}
}

// failing is a full disk.
type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, os.ErrClosed
	}
	return len(p), nil
}

func TestWriterReportsAFullDisk(t *testing.T) {
	fields, cols := snapshotTable(1000)
	for _, after := range []int{0, 3, 1000, 20_000} {
		w, err := NewWriter(&failing{after}, fields)
		if err == nil {
			err = w.Write(cols)
		}
		if err == nil {
			err = w.Close()
		}
		if err == nil || !strings.HasPrefix(err.Error(), "parquetio: writing") {
			t.Errorf("a disk that is full after %d bytes gives the error %v", after, err)
		}
	}
}
