package parquetio

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"
)

// mixedRow has a column for each reason why numbers can be packed, or cannot.
type mixedRow struct {
	Key    string   `parquet:"key,dict"`
	Few    *float64 `parquet:"few,dict,optional"`
	Count  int64    `parquet:"count,dict"`
	Always *int32   `parquet:"always,dict,optional"`
	Many   float64  `parquet:"many,dict"`
	Turns  float64  `parquet:"turns,dict"` // to PLAIN, where its dictionary is full
	Plain  *float64 `parquet:"plain,optional"`
	Odd    float64  `parquet:"odd,dict"`   // a NaN or an infinity now and then
	Later  float64  `parquet:"later,dict"` // odd in the last row group
	Null   *float64 `parquet:"null,dict,optional"`
}

// mixedRows draws rows; odd says whether it is the turn of the last ones.
func mixedRows(rng *rand.Rand, n int, last bool) []mixedRow {
	rows := make([]mixedRow, n)
	maybe := func(v float64) *float64 {
		if rng.IntN(5) == 0 {
			return nil
		}
		return &v
	}
	special := []float64{math.NaN(), math.Inf(1), math.Inf(-1)}
	for i := range rows {
		seven := int32(7)
		rows[i] = mixedRow{Key: string(rune('a' + rng.IntN(20))), Few: maybe([]float64{0, math.Copysign(0, -1), 1.5, -3}[rng.IntN(4)]), Count: rng.Int64N(9),
			Always: &seven, Many: rng.NormFloat64(), Turns: float64(rng.IntN(3)), Plain: maybe(float64(rng.IntN(3))), Odd: float64(rng.IntN(3)), Later: float64(rng.IntN(3))}
		if i > n/2 {
			rows[i].Turns = rng.NormFloat64()
		}
		if rng.IntN(50) == 0 {
			rows[i].Odd = special[rng.IntN(3)]
		}
		if last && rng.IntN(10) == 0 {
			rows[i].Later = special[rng.IntN(3)]
		}
	}
	return rows
}

// packedFile writes row groups of so many rows.
func packedFile(t testing.TB, rng *rand.Rand, groups ...int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[mixedRow](&b, parquet.DictionaryMaxBytes(400), parquet.PageBufferSize(64))
	for i, n := range groups {
		_, err := w.Write(mixedRows(rng, n, i == len(groups)-1))
		if err = errors.Join(err, w.Flush()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// spelledOut is a table without packed columns.
func spelledOut(t *Table) *Table {
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Packed == nil {
			continue
		}
		c.Numbers = make([]float64, len(c.Packed.Codes))
		for row, code := range c.Packed.Codes {
			c.Numbers[row] = c.Packed.Entries[code]
		}
		c.Packed = nil
	}
	return t
}

var packedRequests = []Request{{Column: "key", As: AsKey}, {Column: "few", As: AsNumber}, {Column: "count", As: AsNumber}, {Column: "always", As: AsNumber},
	{Column: "many", As: AsNumber}, {Column: "turns", As: AsNumber}, {Column: "plain", As: AsNumber}, {Column: "odd", As: AsNumber},
	{Column: "later", As: AsNumber}, {Column: "null", As: AsNumber}, {Column: "month", As: AsNumber, Optional: true}, {Column: "nowhere", As: AsNumber, Optional: true}}

// Packed columns hold what they would hold as numbers, to the bit, with the same counts: over row groups that can and cannot
// be packed, files and directory names, in the order of the files and another, on any number of workers.
func TestPackedNumbersAreThose(t *testing.T) {
	packed, loose := make(map[string]bool), make(map[string]bool)
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		for part := range rapid.IntRange(1, 3).Draw(rt, "parts") {
			groups := rapid.SliceOfN(rapid.SampledFrom([]int{300, 40, 1}), 1, 3).Draw(rt, "groups")
			name := filepath.Join(dir, []string{"a.parquet", "month=3/b.parquet", "month=none/c.parquet"}[part])
			if name = filepath.FromSlash(name); part == 2 {
				name = filepath.Join(dir, "month=3.5", "c.parquet")
			}
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, packedFile(t, rng, groups...), 0o644)); err != nil {
				rt.Fatal(err)
			}
		}
		o := Options{Workers: rapid.IntRange(1, 4).Draw(rt, "workers"), Keys: rapid.IntRange(0, 3).Draw(rt, "keys")}
		if rapid.Bool().Draw(rt, "in another order") {
			o.Order = func(keys *Table) ([]int32, error) {
				order := rand.New(rand.NewPCG(3, 3)).Perm(keys.Rows)
				var rows []int32
				for _, row := range order[:keys.Rows*3/4] {
					rows = append(rows, int32(row))
				}
				return rows, nil
			}
		}
		want, err := Read(t.Context(), dir, packedRequests, o)
		if err != nil {
			rt.Fatal(err)
		}
		o.Packed = true
		got, err := Read(t.Context(), dir, packedRequests, o)
		if err != nil {
			rt.Fatal(err)
		}
		for _, c := range got.Columns {
			if packed[c.Name] = packed[c.Name] || c.Packed != nil; c.Packed == nil {
				loose[c.Name] = true
			}
			if c.Packed != nil && c.Numbers != nil {
				rt.Fatalf("column %s is packed and is not", c.Name)
			}
		}
		if diff := cmp.Diff(want, spelledOut(got), sameBits); diff != "" {
			rt.Fatal(diff)
		}
	})
	for _, name := range []string{"few", "count", "always", "null", "month"} {
		if !packed[name] {
			t.Errorf("column %s was never packed", name)
		}
	}
	for _, name := range []string{"many", "turns", "plain", "odd", "later"} {
		if !loose[name] {
			t.Errorf("column %s was always packed", name)
		}
	}
}

// sameBits compares numbers as they are held.
var sameBits = cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })

// What no code is left for is loose from there on, and the column with it.
func TestEntriesBeyondTheCodesAreRefused(t *testing.T) {
	k := newPacking(1)
	dictionary := make([]float64, mostEntries)
	for i := range dictionary {
		dictionary[i] = float64(i)
	}
	codes := make([]uint16, mostEntries)
	if !k.number(dictionary, codes) || codes[mostEntries-1] != mostEntries-1 || k.known()[mostEntries-1] != mostEntries-1 {
		t.Fatalf("%d entries and null have no codes: %d", mostEntries-1, codes[mostEntries-1])
	}
	if k.number([]float64{math.NaN(), 5, -1}, codes) {
		t.Error("one more has a code")
	}
	if !k.number([]float64{math.NaN(), 5, 6}, codes) || codes[0] != 0 || codes[1] != 5 || codes[2] != 6 {
		t.Errorf("known ones have no codes any more: %v", codes[:3])
	}
}
