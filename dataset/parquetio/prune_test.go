package parquetio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
	"pgregory.net/rapid"
)

// dayGroups writes days as one file with a row group for each slice, beside a column of row numbers.
func dayGroups(t failer, kind Kind, groups ...[]int32) []byte {
	t.Helper()
	day := parquet.Date()
	switch kind {
	case Instant:
		day = parquet.Timestamp(parquet.Millisecond)
	case Text:
		day = parquet.String()
	case Other:
		day = parquet.Leaf(parquet.Int96Type)
	}
	var b bytes.Buffer
	w := parquet.NewWriter(&b, parquet.NewSchema("test", parquet.Group{"day": parquet.Optional(day), "row": parquet.Int(64)}))
	row := int64(0)
	for _, days := range groups {
		for _, d := range days {
			if _, err := w.WriteRows([]parquet.Row{{storedDay(kind, d), parquet.Int64Value(row).Level(0, 0, 1)}}); err != nil {
				t.Fatal(err)
			}
			row++
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// storedDay is a day as a value of the kind; Other stands for INT96.
func storedDay(kind Kind, d int32) parquet.Value {
	switch {
	case d == NullDay:
		return parquet.NullValue().Level(0, 0, 0)
	case kind == Instant:
		return parquet.Int64Value(int64(d)*86400e3).Level(0, 1, 0)
	case kind == Text:
		return parquet.ByteArrayValue([]byte(isoDay(d))).Level(0, 1, 0)
	case kind == Other:
		return parquet.Int96Value(deprecated.Int96{0, 0, uint32(2440588 + d)}).Level(0, 1, 0)
	}
	return parquet.Int32Value(d).Level(0, 1, 0)
}

var dayAndRow = []Request{{Column: "day", As: AsDay}, {Column: "row", As: AsNumber}}

func TestRowGroupsWhollyAfterTheDayAreSpared(t *testing.T) {
	cases := []struct {
		name   string
		groups [][]int32
		last   int32
		want   []float64 // rows that are read
	}{
		{"the later of two", [][]int32{{1, 2}, {3, 4}}, 2, []float64{0, 1}},
		{"the earlier of two", [][]int32{{3, 4}, {1, 2}}, 2, []float64{2, 3}},
		{"one in the middle", [][]int32{{1}, {9}, {2}}, 2, []float64{0, 2}},
		{"all", [][]int32{{5}, {6}}, 2, nil},
		{"none: each has a row of the day itself", [][]int32{{2, 9}, {9, 2}}, 2, []float64{0, 1, 2, 3}},
		{"none: a null is not after any day", [][]int32{{9, NullDay}, {NullDay}}, 2, []float64{0, 1, 2}},
	}
	for _, c := range cases {
		for _, kind := range []Kind{Day, Instant, Text, Other} {
			t.Run(fmt.Sprintf("%s/%s", c.name, kind), func(t *testing.T) {
				path := saved(t, "a.parquet", dayGroups(t, kind, c.groups...))
				o := Options{Until: Until{Column: "day", Last: c.last}}
				got := mustRead(t, path, dayAndRow, o)
				if diff := cmp.Diff(c.want, rowNumbers(got)); diff != "" {
					t.Error(diff)
				}
				alone := mustRead(t, path, dayAndRow[1:], o) // the column that bounds need not be read
				if diff := cmp.Diff(c.want, rowNumbers(alone)); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// rowNumbers are the values of the last column; every row must be where Parts say.
func rowNumbers(t *Table) []float64 {
	var rows []float64
	for _, p := range t.Parts {
		for i := range p.Rows {
			if row := t.Columns[len(t.Columns)-1].Numbers[p.FirstRow+i]; row == float64(p.FileRow+i) {
				rows = append(rows, row)
			} else {
				rows = append(rows, -1)
			}
		}
	}
	return rows
}

// TestAWrongStatisticChangesNoRow plants statistics that claim other days than the file holds: what is read must not
// depend on them.
func TestAWrongStatisticChangesNoRow(t *testing.T) {
	file := dayGroups(t, Day, []int32{1, 2}, []int32{8, 9})
	o := Options{Until: Until{Column: "day", Last: 5}}
	for name, least := range map[string][]byte{
		"all after": binary.LittleEndian.AppendUint32(nil, 100), "all before": binary.LittleEndian.AppendUint32(nil, 0),
		"cut short": {7}, "none": nil, "too long": make([]byte, 9),
	} {
		claimed := repacked(t, file, func(m *format.FileMetaData) {
			for g := range m.RowGroups {
				m.RowGroups[g].Columns[0].MetaData.Statistics.MinValue = least
			}
		})
		early := 0
		for _, row := range rowNumbers(mustRead(t, saved(t, "a.parquet", claimed), dayAndRow, o)) {
			if row < 2 {
				early++
			}
		}
		if early != 2 {
			t.Errorf("statistics %s: %d of the 2 wanted rows were read", name, early)
		}
	}
}

func TestASparedRowGroupIsNotLookedInto(t *testing.T) {
	file := dayGroups(t, Day, []int32{1, 2}, []int32{8, 9})
	var offset int64
	repacked(t, file, func(m *format.FileMetaData) { offset = m.RowGroups[1].Columns[1].MetaData.DataPageOffset })
	for i := range 20 {
		file[offset+int64(i)] ^= 0xff
	}
	path := saved(t, "a.parquet", file)
	if _, err := Read(t.Context(), path, dayAndRow, Options{}); err == nil {
		t.Fatal("the damage is not where the test thinks")
	}
	if got := mustRead(t, path, dayAndRow, Options{Until: Until{"day", 5}}); got.Rows != 2 {
		t.Errorf("%d rows, want those of the first row group", got.Rows)
	}
}

func TestScanSparesWhatReadSpares(t *testing.T) {
	path := saved(t, "a.parquet", dayGroups(t, Day, []int32{1}, []int32{9, 9}, []int32{2, 8}))
	rows := 0
	for table, err := range Scan(t.Context(), path, dayAndRow, Options{Until: Until{"day", 5}}) {
		if err != nil {
			t.Fatal(err)
		}
		rows += table.Rows
	}
	if rows != 3 {
		t.Errorf("%d rows, want 3", rows)
	}
}

func TestDirectoriesOfLaterDaysAreSpared(t *testing.T) {
	dir := tree(t, map[string][]byte{"day=1970-01-03/a.parquet": numbersFile(t, "x", 1), "day=1970-02-01/a.parquet": numbersFile(t, "x", 2)})
	got := mustRead(t, dir, []Request{{Column: "x", As: AsNumber}}, Options{Until: Until{"day", 5}})
	if diff := cmp.Diff([]float64{1}, got.Columns[0].Numbers); diff != "" {
		t.Error(diff)
	}
}

func TestABoundOnAColumnThatIsNotThereIsRefused(t *testing.T) {
	path := saved(t, "a.parquet", dayGroups(t, Day, []int32{1}))
	for _, column := range []string{"date", "row"} {
		if _, err := Read(t.Context(), path, dayAndRow, Options{Until: Until{column, 5}}); err == nil {
			t.Errorf("rows were bounded by column %q", column)
		}
	}
}

// TestSparingChangesNothingThatIsWanted draws row groups with true, wrong and missing statistics: the rows up to the day,
// and the rows without one, must be the same with and without the bound, on any number of workers.
func TestSparingChangesNothingThatIsWanted(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		day := rapid.OneOf(rapid.Int32Range(0, 20), rapid.Just[int32](NullDay))
		groups := rapid.SliceOfN(rapid.SliceOfN(day, 1, 5), 1, 5).Draw(rt, "groups")
		kind := rapid.SampledFrom([]Kind{Day, Instant, Text, Other}).Draw(rt, "kind")
		lie := rapid.SliceOfN(rapid.IntRange(-1, 30), len(groups), len(groups)).Draw(rt, "claims")
		file := repacked(t, dayGroups(rt, kind, groups...), func(m *format.FileMetaData) {
			for g, v := range lie {
				s := &m.RowGroups[g].Columns[0].MetaData.Statistics
				if width := len(s.MinValue); v >= 0 && (width == 4 || width == 8) {
					s.MinValue = binary.LittleEndian.AppendUint64(nil, uint64(v)*map[int]uint64{4: 1, 8: 86400e3}[width])[:width]
				}
			}
		})
		path := filepath.Join(dir, "a.parquet")
		if err := os.WriteFile(path, file, 0o644); err != nil {
			rt.Fatal(err)
		}
		last := rapid.Int32Range(-1, 21).Draw(rt, "last")
		all := mustRead(rt, path, dayAndRow, Options{})
		want := wantedRows(all, last)
		var first *Table
		for _, workers := range []int{1, 3} {
			some := mustRead(rt, path, dayAndRow, Options{Until: Until{"day", last}, Workers: workers})
			if diff := cmp.Diff(want, wantedRows(some, last)); diff != "" {
				rt.Fatal(diff)
			}
			if first == nil {
				first = some
			} else if diff := cmp.Diff(first, some); diff != "" {
				rt.Fatalf("depends on workers: %s", diff)
			}
		}
	})
}

// wantedRows are the numbers of the rows up to a day or without one.
func wantedRows(t *Table, last int32) (rows []float64) {
	for i, d := range t.Columns[0].Days {
		if d <= last {
			rows = append(rows, t.Columns[1].Numbers[i])
		}
	}
	return rows
}
