package parquetio

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
)

// company is the simulated company of the repository.
const company = "../../testdata/company"

// form is a way in which another program would have written the company.
type form struct {
	name    string
	day     func(day int64) (parquet.Node, parquet.Value)
	integer func(v int64) (parquet.Node, parquet.Value)
	text    parquet.Node
	number  parquet.Node
	codec   compress.Codec
	version int
	parts   int
	rows    int64 // of a row group
	backed  bool  // rows in the reverse order
}

// The forms cover what the writers in use differ in. Those that parquet-go cannot write were tried with the writers
// themselves: pyarrow, pandas, DuckDB, Polars and Spark.
func forms() []form {
	return []form{
		{name: "as others see it", codec: &parquet.Snappy, version: 2, rows: 1 << 20},
		{name: "dates as milliseconds in UTC", day: stamp(parquet.Millisecond, true, 86400e3), codec: &parquet.Gzip, version: 1, rows: 5000},
		{name: "dates as microseconds without zone", day: stamp(parquet.Microsecond, false, 86400e6), codec: &parquet.Zstd, version: 2, rows: 777, parts: 3},
		{name: "dates as nanoseconds", day: stamp(parquet.Nanosecond, true, 86400e9), codec: &parquet.Brotli, version: 2, rows: 1 << 20},
		{name: "dates as INT96", day: int96Day, codec: &parquet.Uncompressed, version: 1, rows: 1 << 20, parts: 7},
		{name: "dates as text", day: textDay, codec: &parquet.Lz4Raw, version: 1, rows: 3000},
		{name: "whole numbers of 32 bits", integer: int32Value, codec: &parquet.Snappy, version: 1, rows: 100},
		{name: "whole numbers as decimals", integer: decimalValue, codec: &parquet.Snappy, version: 1, rows: 9999},
		{name: "rows backwards in the newer encodings", integer: deltaValue, text: parquet.Encoded(parquet.String(), &parquet.DeltaByteArray),
			number: parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.ByteStreamSplit), codec: &parquet.Zstd, version: 2, rows: 4000, parts: 2, backed: true},
		{name: "dictionaries of everything", number: parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.RLEDictionary),
			text: parquet.Encoded(parquet.String(), &parquet.RLEDictionary), codec: &parquet.Snappy, version: 1, rows: 2500},
	}
}

func stamp(unit parquet.TimeUnit, adjusted bool, perDay int64) func(int64) (parquet.Node, parquet.Value) {
	return func(day int64) (parquet.Node, parquet.Value) {
		return parquet.TimestampAdjusted(unit, adjusted), parquet.Int64Value(day * perDay)
	}
}

func int96Day(day int64) (parquet.Node, parquet.Value) {
	return parquet.Leaf(parquet.Int96Type), parquet.Int96Value(deprecated.Int96{0, 0, uint32(2440588 + day)})
}

func textDay(day int64) (parquet.Node, parquet.Value) {
	return parquet.String(), parquet.ByteArrayValue([]byte(isoDay(int32(day))))
}

func plainDay(day int64) (parquet.Node, parquet.Value) {
	return parquet.Date(), parquet.Int32Value(int32(day))
}

func plainInteger(v int64) (parquet.Node, parquet.Value) {
	return parquet.Int(64), parquet.Int64Value(v)
}

func int32Value(v int64) (parquet.Node, parquet.Value) {
	return parquet.Int(32), parquet.Int32Value(int32(v))
}

func decimalValue(v int64) (parquet.Node, parquet.Value) {
	return parquet.Decimal(2, 18, parquet.Int64Type), parquet.Int64Value(v * 100)
}

func deltaValue(v int64) (parquet.Node, parquet.Value) {
	return parquet.Encoded(parquet.Int(64), &parquet.DeltaBinaryPacked), parquet.Int64Value(v)
}

// TestEveryFormOfTheCompanyHoldsTheSameValues rewrites some accounts of the company in each form and reads them.
func TestEveryFormOfTheCompanyHoldsTheSameValues(t *testing.T) {
	const last = "A000060"
	for _, name := range []string{"snapshots", "outcomes.parquet"} {
		from := filepath.Join(company, name)
		fields, _, err := Schema(t.Context(), from)
		if err != nil {
			t.Fatal(err)
		}
		want := mustRead(t, from, requestsFor(fields), Options{})
		rows := accountsUpTo(want, last)
		if len(rows) < 60 {
			t.Fatalf("only %d rows of %s", len(rows), name)
		}
		some := &Table{Rows: len(rows), Columns: slices.Clone(want.Columns)}
		for i, c := range want.Columns {
			k := &some.Columns[i]
			k.Numbers, k.Codes, k.Days = picked(c.Numbers, rows), picked(c.Codes, rows), picked(c.Days, rows)
		}
		for _, f := range forms() {
			t.Run(f.name+"/"+name, func(t *testing.T) {
				dir := t.TempDir()
				f.rewrite(t, fields, some, dir)
				compareTables(t, some, mustRead(t, dir, requestsFor(fields), Options{}), nil, 0)
			})
		}
	}
}

// accountsUpTo lists the rows of the accounts up to the last one. The account is the first column.
func accountsUpTo(t *Table, last string) (rows []int) {
	for row, code := range t.Columns[0].Codes {
		if t.Columns[0].Levels[code] <= last {
			rows = append(rows, row)
		}
	}
	return rows
}

// rewrite writes a table as a directory of part files in this form.
func (f form) rewrite(t *testing.T, fields []Field, table *Table, dir string) {
	t.Helper()
	rows := make([]int, table.Rows)
	for i := range rows {
		rows[i] = i
	}
	if f.backed {
		slices.Reverse(rows)
	}
	parts := max(1, f.parts)
	for k := range parts {
		f.writePart(t, filepath.Join(dir, fmt.Sprintf("part-%05d.parquet", k)), fields, table, rows[k*len(rows)/parts:(k+1)*len(rows)/parts])
	}
}

// writePart writes some rows as one file.
func (f form) writePart(t *testing.T, path string, fields []Field, table *Table, which []int) {
	t.Helper()
	group := parquet.Group{}
	for i, field := range fields {
		node, _ := f.value(field, &table.Columns[i], -1)
		if field.Nullable {
			node = parquet.Optional(node)
		}
		group[field.Name] = node
	}
	schema := parquet.NewSchema("form", group)
	var rows []parquet.Row
	for _, row := range which {
		rows = append(rows, f.row(schema, fields, table, row))
	}
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := parquet.NewWriter(out, schema, parquet.Compression(f.codec), parquet.DataPageVersion(f.version), parquet.MaxRowsPerRowGroup(f.rows), parquet.PageBufferSize(4000))
	if _, err := w.WriteRows(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// row boxes one row in the order of the schema, which is that of the names.
func (f form) row(schema *parquet.Schema, fields []Field, table *Table, row int) parquet.Row {
	out := make(parquet.Row, len(fields))
	for i, field := range fields {
		leaf, _ := schema.Lookup(field.Name)
		_, v := f.value(field, &table.Columns[i], row)
		defined := 0
		if field.Nullable && !v.IsNull() {
			defined = 1
		}
		out[leaf.ColumnIndex] = v.Level(0, defined, leaf.ColumnIndex)
	}
	return out
}

// value is a cell and how its column is stored; row -1 asks for the latter only.
func (f form) value(field Field, c *Column, row int) (parquet.Node, parquet.Value) {
	switch field.Kind {
	case Text:
		if row < 0 || c.Codes[row] < 0 {
			return orNode(f.text, parquet.String()), parquet.NullValue()
		}
		return nil, parquet.ByteArrayValue([]byte(c.Levels[c.Codes[row]]))
	case Day:
		if row < 0 || c.Days[row] == NullDay {
			node, _ := orValue(f.day, plainDay)(0)
			return node, parquet.NullValue()
		}
		_, v := orValue(f.day, plainDay)(int64(c.Days[row]))
		return nil, v
	}
	missing := row < 0 || c.Numbers[row] != c.Numbers[row]
	switch {
	case field.Kind == Int && missing:
		node, _ := orValue(f.integer, plainInteger)(0)
		return node, parquet.NullValue()
	case field.Kind == Int:
		_, v := orValue(f.integer, plainInteger)(int64(c.Numbers[row]))
		return nil, v
	case field.Kind == Bool && missing:
		return parquet.Leaf(parquet.BooleanType), parquet.NullValue()
	case field.Kind == Bool:
		return nil, parquet.BooleanValue(c.Numbers[row] == 1)
	case missing:
		return orNode(f.number, parquet.Leaf(parquet.DoubleType)), parquet.NullValue()
	}
	return nil, parquet.DoubleValue(c.Numbers[row])
}

func orNode(node, usual parquet.Node) parquet.Node {
	if node == nil {
		return usual
	}
	return node
}

func orValue(f, usual func(int64) (parquet.Node, parquet.Value)) func(int64) (parquet.Node, parquet.Value) {
	if f == nil {
		return usual
	}
	return f
}
