package parquetio

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// tree writes files below a temporary directory and returns it.
func tree(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, b := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// numbersFile is a file with one column of floats.
func numbersFile(t *testing.T, name string, v ...float64) []byte {
	t.Helper()
	return fileOf(t, []Field{{Name: name, Kind: Float}}, []Column{{Numbers: v}})
}

func TestPartFilesAreReadInPathOrder(t *testing.T) {
	dir := tree(t, map[string][]byte{
		"b.parquet": numbersFile(t, "x", 3), "a.parquet": numbersFile(t, "x", 1, 2), "sub/c.PARQ": numbersFile(t, "x", 4),
		"_SUCCESS": nil, "_metadata": {1}, ".a.parquet.crc": {2}, "_temporary/d.parquet": {3}, "README.md": []byte("text"), ".hidden/e.parquet": {4},
	})
	got := mustRead(t, dir, []Request{{Column: "x", As: AsNumber}}, Options{})
	if diff := cmp.Diff([]float64{1, 2, 3, 4}, got.Columns[0].Numbers); diff != "" {
		t.Error(diff)
	}
	want := []Part{
		{Path: filepath.Join(dir, "a.parquet"), FirstRow: 0, Rows: 2}, {Path: filepath.Join(dir, "b.parquet"), FirstRow: 2, Rows: 1},
		{Path: filepath.Join(dir, "sub", "c.PARQ"), FirstRow: 3, Rows: 1},
	}
	if diff := cmp.Diff(want, got.Parts); diff != "" {
		t.Error(diff)
	}
}

func TestGlobsSelectFilesAndDirectories(t *testing.T) {
	dir := tree(t, map[string][]byte{
		"2025/a.parquet": numbersFile(t, "x", 1), "2026/b.parquet": numbersFile(t, "x", 2), "other/c.parquet": numbersFile(t, "x", 3),
	})
	for pattern, want := range map[string][]float64{
		"20*/*.parquet": {1, 2}, "**/*.parquet": {1, 2, 3}, "20*": {1, 2}, "{2025,other}/*": {1, 3},
	} {
		got := mustRead(t, filepath.Join(dir, filepath.FromSlash(pattern)), []Request{{Column: "x", As: AsNumber}}, Options{})
		if diff := cmp.Diff(want, got.Columns[0].Numbers); diff != "" {
			t.Errorf("%s: %s", pattern, diff)
		}
	}
}

func TestHiveDirectoriesBecomeColumns(t *testing.T) {
	dir := tree(t, map[string][]byte{
		"year=2025/team=North%2FSouth/a.parquet":              numbersFile(t, "x", 1, 2),
		"year=2026/team=__HIVE_DEFAULT_PARTITION__/b.parquet": numbersFile(t, "x", 3),
	})
	fields, rows, err := Schema(context.Background(), dir)
	if err != nil || rows != 3 {
		t.Fatal(rows, err)
	}
	wantFields := []Field{
		{Name: "x", Kind: Float, Detail: "DOUBLE"}, {Name: "year", Kind: Int, Detail: "directory name", Partition: true},
		{Name: "team", Kind: Text, Detail: "directory name", Partition: true, Nullable: true},
	}
	if diff := cmp.Diff(wantFields, fields); diff != "" {
		t.Error(diff)
	}
	got := mustRead(t, dir, []Request{{Column: "team", As: AsText}, {Column: "year", As: AsNumber}, {Column: "year", As: AsText}}, Options{}).Columns
	if diff := cmp.Diff([]string{"North/South", "North/South", "<null>"}, texts(&got[0])); diff != "" || got[0].Nulls != 1 {
		t.Error(diff, got[0].Nulls)
	}
	if diff := cmp.Diff([]float64{2025, 2025, 2026}, got[1].Numbers); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"2025", "2026"}, got[2].Levels); diff != "" {
		t.Error(diff)
	}
	_, err = Read(context.Background(), dir, []Request{{Column: "team", As: AsNumber}}, Options{})
	if err == nil || !strings.Contains(err.Error(), `column "team" has the value "North/South", which is not a number`) {
		t.Error(err)
	}
}

func TestHiveDatesAreDays(t *testing.T) {
	dir := tree(t, map[string][]byte{"day=1970-01-11/a.parquet": numbersFile(t, "x", 1), "day=1969-12-31/a.parquet": numbersFile(t, "x", 1)})
	got := mustRead(t, dir, []Request{{Column: "day", As: AsDay}}, Options{})
	if diff := cmp.Diff([]int32{-1, 10}, got.Columns[0].Days); diff != "" {
		t.Error(diff)
	}
}

func TestAColumnThatSomePartsLackIsNullThere(t *testing.T) {
	dir := tree(t, map[string][]byte{"a.parquet": numbersFile(t, "x", 1), "b.parquet": numbersFile(t, "y", 2)})
	got := mustRead(t, dir, []Request{{Column: "x", As: AsNumber}, {Column: "y", As: AsNumber}}, Options{})
	nan := math.NaN()
	if diff := cmp.Diff([][]float64{{1, nan}, {nan, 2}}, [][]float64{got.Columns[0].Numbers, got.Columns[1].Numbers}, sameNaN); diff != "" {
		t.Error(diff)
	}
	if got.Columns[0].Nulls != 1 || got.Columns[0].NaNs != 0 {
		t.Errorf("%d nulls and %d NaN, want 1 and 0", got.Columns[0].Nulls, got.Columns[0].NaNs)
	}
	if len(got.Notices) != 2 || !strings.Contains(got.Notices[0].String(), `column "x" is missing in 1 of 2 files`) || !strings.Contains(got.Notices[0].String(), "b.parquet") {
		t.Errorf("notices %q", got.Notices)
	}
}

func TestPartsOfDifferentKindsAreNamed(t *testing.T) {
	text := fileOf(t, []Field{{Name: "x", Kind: Text}}, []Column{{Codes: []int32{0}, Levels: []string{"1"}}})
	whole := fileOf(t, []Field{{Name: "x", Kind: Int}}, []Column{{Numbers: []float64{7}}})
	dir := tree(t, map[string][]byte{"a.parquet": whole, "b.parquet": text})
	_, err := Read(context.Background(), dir, []Request{{Column: "x", As: AsKey}}, Options{})
	var column *ColumnError
	if !errors.As(err, &column) || !strings.Contains(err.Error(), "a.parquet") || !strings.Contains(err.Error(), "b.parquet") {
		t.Errorf("error %v, want a ColumnError that names both files", err)
	}
	fields, _, err := Schema(context.Background(), dir)
	if err != nil || fields[0].Kind != Other || !strings.Contains(fields[0].Detail, "b.parquet") {
		t.Errorf("schema %v %v, want a column that cannot be used and says why", fields, err)
	}
	dir = tree(t, map[string][]byte{"a.parquet": whole, "b.parquet": numbersFile(t, "x", 0.5)})
	got := mustRead(t, dir, []Request{{Column: "x", As: AsNumber}}, Options{}).Columns[0]
	if got.Stored != Float || got.Numbers[0] != 7 || got.Numbers[1] != 0.5 {
		t.Errorf("integers and floats read as %v %v, want floats 7 and 0.5", got.Stored, got.Numbers)
	}
}

func TestColumnErrorsSayWhatThereIs(t *testing.T) {
	fields := []Field{{Name: "account_id", Kind: Text}, {Name: "renewal_date", Kind: Day}, {Name: "arr", Kind: Float}}
	path := saved(t, "outcomes.parquet", fileOf(t, fields, make([]Column, 3)))
	cases := []struct {
		request Request
		want    string
	}{
		{Request{Column: "renewal_dt", As: AsDay}, `column "renewal_dt" not found; did you mean "renewal_date"?; columns: "account_id", "renewal_date", "arr"`},
		{Request{Column: "ARR ", As: AsNumber}, `column "ARR " not found; did you mean "arr"?; columns: "account_id", "renewal_date", "arr"`},
		{Request{Column: "support", As: AsNumber}, `column "support" not found; columns: "account_id", "renewal_date", "arr"`},
		{Request{Column: "account_id", As: AsNumber}, `column "account_id" holds text (STRING), not numbers: convert it when writing, or use it as a category or date`},
		{Request{Column: "arr", As: AsKey}, `column "arr" holds float (DOUBLE), which cannot be a key (whole numbers above 2^53 run together): write it as integer or text`},
		{Request{Column: "arr", As: AsText}, `column "arr" holds float (DOUBLE), which cannot be a category: use text, integers or booleans`},
		{Request{Column: "arr", As: AsDay}, `column "arr" holds float (DOUBLE), which could be days, seconds or 20260331: convert it to DATE when writing`},
		{Request{Column: "renewal_date", As: AsKey}, `column "renewal_date" holds date (DATE), which cannot be a key: use text, integers or UUIDs`},
		{Request{Column: "arr"}, `column "arr" is wanted as an unknown target`},
	}
	for _, c := range cases {
		_, err := Read(context.Background(), path, []Request{c.request}, Options{})
		var column *ColumnError
		if !errors.As(err, &column) || column.Column != c.request.Column || err.Error() != "parquetio: "+path+": "+c.want {
			t.Errorf("error  %v\nwant … %s", err, c.want)
		}
	}
}

func TestAtMostTwelveColumnsAreListed(t *testing.T) {
	e := &ColumnError{Path: "a", Column: "zzz", Reason: "not found"}
	for _, r := range "abcdefghijklmnop" {
		e.Have = append(e.Have, "column_"+string(r))
	}
	if got := e.Error(); !strings.HasSuffix(got, `"column_l", and 4 more`) {
		t.Error(got)
	}
}

func TestNamesFromFilesCannotGarbleATerminal(t *testing.T) {
	e := &ColumnError{Path: "a\x1b[2J", Column: "x\n\u202e\xff", Reason: "not found"}
	if got, want := e.Error(), `parquetio: "a\x1b[2J": column "x\n\u202e�" not found`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := quoteName(strings.Repeat("é", 500)); len([]rune(got)) != 83 {
		t.Errorf("a name of 500 letters is shown in %d", len([]rune(got)))
	}
}

func TestAnOptionalColumnMayBeAbsent(t *testing.T) {
	path := saved(t, "a.parquet", numbersFile(t, "x", 1, 2))
	got := mustRead(t, path, []Request{{Column: "decided_at", As: AsDay, Optional: true}, {Column: "x", As: AsNumber}}, Options{})
	if c := got.Columns[0]; c.Stored != Absent || c.Days != nil || c.Nulls != 2 {
		t.Errorf("absent column reads as %+v", c)
	}
}

func TestPathsThatHoldNoParquetSaySo(t *testing.T) {
	good := numbersFile(t, "x", 1)
	twice := tree(t, map[string][]byte{"k=1/k=2/a.parquet": good})
	cases := map[string]struct{ path, want string }{
		"missing":          {filepath.Join(t.TempDir(), "none.parquet"), "no such file or directory"},
		"empty directory":  {tree(t, map[string][]byte{"_SUCCESS": nil}), "no Parquet files here"},
		"no match":         {filepath.Join(t.TempDir(), "*.parquet"), "no Parquet files here"},
		"bad pattern":      {filepath.Join(t.TempDir(), "[a"), "is not a valid pattern"},
		"empty file":       {saved(t, "a.parquet", nil), "is empty (0 bytes)"},
		"CSV":              {saved(t, "a.parquet", []byte("id,arr\n1,2\n3,4\n")), `is not a Parquet file: it starts with the text "id,a"`},
		"spreadsheet":      {saved(t, "a.parquet", []byte("PK\x03\x04............")), "is a zip archive or spreadsheet"},
		"binary":           {saved(t, "a.parquet", []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}), "starts with the bytes 00 01 02 03"},
		"magic alone":      {saved(t, "a.parquet", []byte("PAR1")), "is cut short: 4 bytes"},
		"cut in half":      {saved(t, "a.parquet", good[:len(good)/2]), "does not end like a Parquet file"},
		"encrypted":        {saved(t, "a.parquet", append([]byte("PARE"), good[4:]...)), "is encrypted"},
		"encrypted footer": {saved(t, "a.parquet", append(good[:len(good)-4:len(good)-4], "PARE"...)), "is encrypted"},
		"key twice":        {twice, `has the key "k" twice in its path`},
	}
	for name, c := range cases {
		_, _, err := Schema(context.Background(), c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want one line that says %q", name, err, c.want)
		}
		if _, again := Read(context.Background(), c.path, nil, Options{}); again == nil || again.Error() != err.Error() {
			t.Errorf("%s: Read says %v, Schema %v", name, again, err)
		}
	}
}

func TestSchemasOfPartsAreUnited(t *testing.T) {
	one := func(kind Kind, nullable bool) []byte {
		c := Column{Numbers: []float64{1}, Days: []int32{1}}
		return fileOf(t, []Field{{Name: "x", Kind: kind, Nullable: nullable}}, []Column{c})
	}
	instant := stored(t, parquet.Timestamp(parquet.Millisecond), []parquet.Value{parquet.Int64Value(86400_000)})
	unsigned := stored(t, parquet.Uint(32), []parquet.Value{parquet.Int32Value(-1)})
	cases := []struct {
		name string
		a, b []byte
		want Field
	}{
		{"equal kinds", one(Int, false), one(Int, true), Field{Name: "x", Kind: Int, Nullable: true, Detail: "INT(64)"}},
		{"integers and floats", one(Int, false), one(Float, false), Field{Name: "x", Kind: Float, Detail: "DOUBLE"}},
		{"floats and booleans", one(Float, false), one(Bool, false), Field{Name: "x", Kind: Float, Detail: "DOUBLE"}},
		{"signed and unsigned", one(Int, false), unsigned, Field{Name: "x", Kind: Int, Detail: "INT(64)"}},
		{"dates and timestamps", one(Day, false), instant, Field{Name: "x", Kind: Instant, Detail: "TIMESTAMP(millis, UTC)"}},
	}
	for _, c := range cases {
		fields, _, err := Schema(t.Context(), tree(t, map[string][]byte{"a.parquet": c.a, "b.parquet": c.b}))
		if err != nil || len(fields) != 1 || fields[0] != c.want {
			t.Errorf("%s: %+v %v, want %+v", c.name, fields, err, c.want)
		}
	}
}

func TestAColumnThatOnlySomePartsHaveIsNoticed(t *testing.T) {
	files := map[string][]byte{"a.parquet": numbersFile(t, "x", 1), "b.parquet": fileOf(t, []Field{{Name: "x", Kind: Float}, {Name: "extra", Kind: Float}},
		[]Column{{Numbers: []float64{1}}, {Numbers: []float64{2}}})}
	for name, c := range map[string]struct {
		want []Request
		says string
	}{
		"nobody asks for it": {[]Request{{Column: "x", As: AsNumber}}, `column "extra" is only in 1 of 2 files (first: `},
		"it is asked for":    {[]Request{{Column: "x", As: AsNumber}, {Column: "extra", As: AsNumber}}, `column "extra" is missing in 1 of 2 files (first: `},
	} {
		got := mustRead(t, tree(t, files), c.want, Options{})
		if len(got.Notices) != 1 || !strings.HasPrefix(got.Notices[0].String(), c.says) {
			t.Errorf("%s: %v", name, got.Notices)
		}
	}
	files["b.parquet"] = fileOf(t, []Field{{Name: "x", Kind: Float}, {Name: "extra", Kind: Float}}, []Column{{}, {}})
	if got := mustRead(t, tree(t, files), []Request{{Column: "x", As: AsNumber}}, Options{}); len(got.Notices) != 0 {
		t.Errorf("of a file without rows it is said: %v", got.Notices)
	}
}

func TestDatesAndTimestampsInOneColumnAreNoticed(t *testing.T) {
	day := stored(t, parquet.Date(), []parquet.Value{parquet.Int32Value(1)})
	instant := stored(t, parquet.Timestamp(parquet.Millisecond), []parquet.Value{parquet.Int64Value(86400_000)})
	want := []Request{{Column: "x", As: AsDay}}
	got := mustRead(t, tree(t, map[string][]byte{"a.parquet": day, "b.parquet": instant}), want, Options{})
	if len(got.Notices) != 1 || got.Notices[0].Kind != MixedDays || !strings.Contains(got.Notices[0].String(), `column "x" is a timestamp in 1 of 2 files (first: `) {
		t.Errorf("notices %v", got.Notices)
	}
	if got := mustRead(t, tree(t, map[string][]byte{"a.parquet": instant, "b.parquet": instant}), want, Options{}); len(got.Notices) != 0 {
		t.Errorf("of timestamps alone it is said: %v", got.Notices)
	}
}

func TestAColumnWithoutTypeFitsAnyKind(t *testing.T) {
	text := fileOf(t, []Field{{Name: "x", Kind: Text}}, []Column{{Codes: []int32{0}, Levels: []string{"a"}}})
	number := numbersFile(t, "x", 1)
	void := repacked(t, stored(t, parquet.Optional(parquet.Int(32)), []parquet.Value{parquet.NullValue()}), func(m *format.FileMetaData) {
		m.Schema[1].LogicalType.Value = new(format.NullType)
		m.Schema[1].ConvertedType.Reset()
	})
	for kind, file := range map[Kind][]byte{Text: text, Float: number} {
		dir := tree(t, map[string][]byte{"a.parquet": void, "b.parquet": file})
		fields, _, err := Schema(t.Context(), dir)
		if err != nil || fields[0].Kind != kind {
			t.Fatalf("%v %v, want %v", fields, err, kind)
		}
		got := mustRead(t, dir, naturalRequests(fields), Options{})
		if c := got.Columns[0]; c.Nulls != 1 || c.Stored != kind || len(got.Notices) != 0 {
			t.Errorf("%v: %d nulls as %v, notices %q", kind, c.Nulls, c.Stored, got.Notices)
		}
	}
}

func TestDirectoryNamesThatAreNotDatesAreRefused(t *testing.T) {
	dir := tree(t, map[string][]byte{"day=31.03.2026/a.parquet": numbersFile(t, "x", 1), "day=2026-03-31/%zz=1/a.parquet": numbersFile(t, "x", 1)})
	_, err := Read(t.Context(), dir, []Request{{Column: "day", As: AsDay}}, Options{})
	if err == nil || !strings.Contains(err.Error(), `column "day" has the value "31.03.2026", which is not a date`) {
		t.Error(err)
	}
	got := mustRead(t, dir, []Request{{Column: "%zz", As: AsNumber}}, Options{})
	if got.Columns[0].Nulls != 1 || got.Columns[0].Numbers[0] != 1 {
		t.Errorf("a name that is not properly escaped reads as %v", got.Columns[0].Numbers)
	}
}

func TestKindsAndTargetsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for k := Absent; k <= Other; k++ {
		if seen[k.String()] {
			t.Errorf("two kinds are called %s", k)
		}
		seen[k.String()] = true
	}
	for _, a := range []As{AsNumber, AsText, AsKey, AsDay, 0} {
		if seen[a.String()] {
			t.Errorf("two targets are called %s", a)
		}
		seen[a.String()] = true
	}
}

func TestAColumnWithATwinIsNoticed(t *testing.T) {
	fields := []Field{{Name: "arr", Kind: Float}, {Name: "ARR", Kind: Float}}
	path := saved(t, "a.parquet", fileOf(t, fields, []Column{{Numbers: []float64{1}}, {Numbers: []float64{2}}}))
	for name, want := range map[string]float64{"arr": 1, "ARR": 2} {
		got := mustRead(t, path, []Request{{Column: name, As: AsNumber}}, Options{})
		if got.Columns[0].Numbers[0] != want {
			t.Errorf("%s reads as %v", name, got.Columns[0].Numbers)
		}
		if len(got.Notices) != 1 || got.Notices[0].Kind != SimilarColumn || !strings.Contains(got.Notices[0].String(), `column "`+name+`" has a twin in 1 of 1 files`) {
			t.Errorf("%s: notices %v", name, got.Notices)
		}
	}
	both := mustRead(t, path, requestsFor(fields), Options{})
	if len(both.Notices) != 0 {
		t.Errorf("whoever asks for both knows of both: %v", both.Notices)
	}
	if _, err := Read(t.Context(), path, []Request{{Column: "Arr", As: AsNumber}}, Options{}); err == nil || !strings.Contains(err.Error(), `column "Arr" not found; did you mean`) {
		t.Errorf("error %v", err)
	}
}

func TestAMonthIsNotADay(t *testing.T) {
	dir := tree(t, map[string][]byte{"month=2026-03/a.parquet": numbersFile(t, "x", 1)})
	_, err := Read(t.Context(), dir, []Request{{Column: "month", As: AsDay}}, Options{})
	if err == nil || !strings.Contains(err.Error(), `column "month" has the value "2026-03", a month and not a day: name a date column of the files, or the directories after days, like month=2026-03-31`) {
		t.Error(err)
	}
	got := mustRead(t, dir, []Request{{Column: "month", As: AsText}}, Options{})
	if diff := cmp.Diff([]string{"2026-03"}, got.Columns[0].Levels); diff != "" {
		t.Error(diff)
	}
}
