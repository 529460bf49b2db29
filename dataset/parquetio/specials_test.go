package parquetio

import (
	"math"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// A page says by its encoding where to look for what is not finite: in the values of PLAIN, in the dictionary alone of
// RLE_DICTIONARY. The counts, and the bits of what is read, do not depend on it, nor on whether a file is read or streamed.
func TestSpecialsAreCountedInEveryEncoding(t *testing.T) {
	zero, nan := math.Copysign(0, -1), math.Float64frombits(0xFFF8000000000123)
	pattern := []any{1.5, nil, zero, nan, math.Inf(1), 2.5, nil, math.Inf(-1), nil, -3.5, 0.0}
	const rows = 1100 // a hundred times the pattern, over several pages
	var vals []parquet.Value
	for i := range rows {
		vals = append(vals, parquet.ValueOf(pattern[i%len(pattern)]))
	}
	plain := parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.Plain)
	entries := parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.RLEDictionary)
	split := parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.ByteStreamSplit)
	for name, node := range map[string]parquet.Node{"PLAIN": plain, "RLE_DICTIONARY": entries, "BYTE_STREAM_SPLIT": split} {
		file := stored(t, parquet.Optional(node), vals)
		want := []Request{{Column: "x", As: AsNumber}}
		path := saved(t, "a.parquet", file)
		table := mustRead(t, path, want, Options{})
		c := table.Columns[0]
		if c.Nulls != 300 || c.NaNs != 100 || c.Infs != 200 || c.FirstInf != 4 {
			t.Errorf("%s: %d nulls, %d NaN, %d infinite, the first in row %d", name, c.Nulls, c.NaNs, c.Infs, c.FirstInf)
		}
		for i, v := range c.Numbers {
			expected, stored := pattern[i%len(pattern)].(float64)
			if !stored || expected != expected {
				expected = math.NaN()
			}
			if math.Float64bits(v) != math.Float64bits(expected+0) {
				t.Fatalf("%s, row %d: %v (%x), want %v", name, i, v, math.Float64bits(v), expected)
			}
		}
		s, err := readAllOf(t, path, want, 100)
		if err != nil {
			t.Fatal(err)
		}
		s.sameAsRead(t, table)
	}
}
