package dataset

import (
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"holdfast/dataset/parquetio"
)

func threeColumns() *Table {
	return newTable(3, []parquetio.Column{
		{Name: "logins", As: parquetio.AsNumber, Numbers: []float64{1.5, nan, -2}},
		{Name: "plan", As: parquetio.AsText, Codes: []int32{1, 0, -1}, Levels: []string{"basic", "pro"}},
		{Name: "since", As: parquetio.AsDay, Days: []int32{0, parquetio.NullDay, 20634}},
	})
}

func TestATableIsAnArrowRecord(t *testing.T) {
	record := threeColumns().Record()
	defer record.Release()
	if record.NumRows() != 3 || record.NumCols() != 3 {
		t.Fatalf("%d rows, %d columns", record.NumRows(), record.NumCols())
	}
	numbers := record.Column(0).(*array.Float64)
	if numbers.Value(0) != 1.5 || !numbers.IsNull(1) || numbers.IsNull(2) || numbers.NullN() != 1 {
		t.Errorf("logins: %v", numbers)
	}
	plans := record.Column(1).(*array.Dictionary)
	words := plans.Dictionary().(*array.String)
	if words.Value(plans.GetValueIndex(0)) != "pro" || words.Value(plans.GetValueIndex(1)) != "basic" || !plans.IsNull(2) {
		t.Errorf("plan: %v", plans)
	}
	since := record.Column(2).(*array.Date32)
	if since.Value(0) != 0 || !since.IsNull(1) || since.Value(2) != 20634 {
		t.Errorf("since: %v", since)
	}
	if got := record.Schema().Field(1).Name; got != "plan" {
		t.Errorf("the second field is %q", got)
	}
	text, err := record.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"logins":1.5,"plan":"pro","since":"1970-01-01"}
,{"logins":null,"plan":"basic","since":null}
,{"logins":-2,"plan":null,"since":"2026-06-30"}
]`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
}

func TestColumnsAreFoundByName(t *testing.T) {
	table := threeColumns()
	if c, ok := table.Column("since"); !ok || !slices.Equal(c.Days(), []Date{0, NoDate, 20634}) || c.Missing() != 1 {
		t.Errorf("since: %v %v", c, ok)
	}
	if c, ok := table.Column("Logins"); ok {
		t.Errorf("a column was found under another case: %v", c)
	}
	c, _ := table.Column("plan")
	if v := c.Vector(); !slices.Equal(v.Codes, []int32{1, 0, -1}) || !slices.Equal(v.Levels, []string{"basic", "pro"}) || v.Numbers != nil {
		t.Errorf("plan: %v", v)
	}
	if c.Days() != nil {
		t.Error("a text column has days")
	}
	if c, _ := table.Column("since"); c.Vector().Numbers != nil || c.Vector().Codes != nil {
		t.Error("an expression can read a date column")
	}
}

// TestTakeGathersRows checks take against indexing, validity bitmaps included, for
// row counts around the bytes of a bitmap.
func TestTakeGathersRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "rows")
		numbers := rapid.SliceOfN(rapid.SampledFrom([]float64{nan, 0, -1, 2.5, math.MaxFloat64}), n, n).Draw(t, "numbers")
		codes := rapid.SliceOfN(rapid.Int32Range(-1, 2), n, n).Draw(t, "codes")
		dates := rapid.SliceOfN(rapid.SampledFrom([]int32{parquetio.NullDay, -5, 0, 9}), n, n).Draw(t, "days")
		rows := rapid.SliceOfN(rapid.Int32Range(0, int32(n-1)), 0, 40).Draw(t, "taken")
		taken := newTable(n, []parquetio.Column{
			{Name: "n", As: parquetio.AsNumber, Numbers: numbers},
			{Name: "t", As: parquetio.AsText, Codes: codes, Levels: []string{"a", "b", "c"}},
			{Name: "d", As: parquetio.AsDay, Days: dates},
		}).take(rows)
		if taken.Rows() != len(rows) || len(taken.Columns()) != 3 {
			t.Fatalf("%d rows, %d columns", taken.Rows(), len(taken.Columns()))
		}
		record := taken.Record()
		for i, r := range rows {
			c := taken.Columns()
			if got := c[0].Vector().Numbers[i]; math.Float64bits(got) != math.Float64bits(numbers[r]) || record.Column(0).IsNull(i) != (got != got) {
				t.Fatalf("row %d: number %v of %v", i, got, numbers[r])
			}
			if got := c[1].Vector().Codes[i]; got != codes[r] || record.Column(1).IsNull(i) != (got < 0) {
				t.Fatalf("row %d: code %d of %d", i, got, codes[r])
			}
			if got := c[2].Days()[i]; got != Date(dates[r]) || record.Column(2).IsNull(i) != (got == NoDate) {
				t.Fatalf("row %d: day %d of %d", i, got, dates[r])
			}
		}
	})
}

// A table of which every row is taken as it lies is not copied; one that is out of order
// by a single row is.
func TestAllRowsShareTheirColumns(t *testing.T) {
	table := threeColumns()
	same := func(rows ...int32) bool {
		a, b := table.Columns()[0].Vector().Numbers, table.take(rows).Columns()[0].Vector().Numbers
		return &a[0] == &b[0]
	}
	if !same(0, 1, 2) {
		t.Error("all rows in order were copied")
	}
	if same(0, 1) || same(0, 2, 1) || same(0, 1, 1) {
		t.Error("other rows share the memory of the whole column")
	}
}

func TestATableOfNoRowsCanBeUsed(t *testing.T) {
	empty := threeColumns().take(nil)
	record := empty.Record()
	defer record.Release()
	if record.NumRows() != 0 {
		t.Errorf("%d rows", record.NumRows())
	}
	for range empty.Batches(nil) {
		t.Error("no rows made a batch")
	}
}
