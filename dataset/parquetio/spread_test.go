package parquetio

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The twins below say what the loops of spread.go must do, row by row and with branches.

// someRows draws which rows have a value: gaps at random, in runs, or none, so many that all kinds of ends occur.
func someRows(t *rapid.T) []bool {
	rows := rapid.SliceOfN(rapid.Bool(), 0, 100).Draw(t, "rows")
	for range rapid.IntRange(0, 3).Draw(t, "runs") {
		like := rapid.Bool().Draw(t, "like")
		rows = append(rows, slices.Repeat([]bool{like}, rapid.IntRange(0, 40).Draw(t, "length"))...)
	}
	return rows
}

// packedRows is the bitmap of rows, and how many have a value.
func packedRows(rows []bool) (defined []byte, stored int) {
	defined = make([]byte, (len(rows)+7)/8)
	for i, has := range rows {
		if has {
			defined[i/8] |= 1 << (i % 8)
			stored++
		}
	}
	return defined, stored
}

// anyNumber draws numbers of every kind, and often such as have a bit pattern of their own.
func anyNumber() *rapid.Generator[float64] {
	return rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(),
		math.MaxFloat64, -math.MaxFloat64, 5e-324, -5e-324, 1}), rapid.Map(rapid.Uint64(), math.Float64frombits))
}

// same reports whether two lists of numbers have the same bits, NaN aside, of which a sum keeps any pattern.
func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(a, b float64) bool {
		return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
	})
}

func TestEntriesStandInTheirRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		defined, stored := packedRows(rows)
		dictionary := append([]float64{math.NaN()}, rapid.SliceOfN(anyNumber(), 1, 50).Draw(t, "dictionary")...)
		indexes := rapid.SliceOfN(rapid.Int32Range(0, int32(len(dictionary)-2)), stored, stored).Draw(t, "indexes")
		var want []float64
		for i, next := 0, 0; i < len(rows); i++ {
			if want = append(want, math.NaN()); rows[i] {
				want[i] = dictionary[1+indexes[next]]
				next++
			}
		}
		indexes = append(indexes, slices.Repeat([]int32{math.MaxInt32}, 8)...)[:stored] // whoever asks for those is found out
		got := slices.Repeat([]float64{123}, len(rows))
		if spreadNumberEntries(got, dictionary, indexes, defined); !same(got, want) {
			t.Fatalf("%v, want %v", got, want)
		}
		clear(got)
		if spreadEntries(got, dictionary, indexes, defined); !same(got, want) {
			t.Fatalf("without vectors: %v, want %v", got, want)
		}
		var stay []float64
		for i, has := range rows {
			if has {
				stay = append(stay, want[i])
			}
		}
		dense := make([]float64, stored)
		if numberEntries(dense, dictionary[1:], indexes); !same(dense, stay) {
			t.Fatalf("without nulls: %v, want %v", dense, stay)
		}
		clear(got)
		if spread(got, append([]float64{math.NaN()}, stay...), defined); !same(got, want) {
			t.Fatalf("of values: %v, want %v", got, want)
		}
	})
}

func TestPlainNumbersStandInTheirRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := someRows(t)
		defined, stored := packedRows(rows)
		values := rapid.SliceOfN(rapid.OneOf(rapid.Float64(), anyNumber()), stored, stored).Draw(t, "values")
		var src []byte
		want, odd, next := make([]float64, len(rows)), false, 0
		for i, has := range rows {
			if want[i] = math.NaN(); has {
				v := values[next]
				src = binary.LittleEndian.AppendUint64(src, math.Float64bits(v))
				if want[i] = v; v == 0 {
					want[i] = 0 // and not -0
				}
				odd = odd || math.IsNaN(v) || math.IsInf(v, 0)
				next++
			}
		}
		got := make([]float64, len(rows))
		if told := spreadDoubles(got, slices.Clip(src), defined); !same(got, want) || told != odd {
			t.Fatalf("%v, odd %v; want %v, %v", got, told, want, odd)
		}
		dense, zeros := make([]float64, stored), slices.Clone(values)
		for i, v := range values {
			if v == 0 {
				values[i] = 0
			}
		}
		if told := plainDoubles(dense, src); !same(dense, values) || told != odd {
			t.Fatalf("without nulls: %v, odd %v; want %v, %v", dense, told, values, odd)
		}
		if told := plainZeros(zeros); !same(zeros, values) || told != odd {
			t.Fatalf("in place: %v, odd %v; want %v, %v", zeros, told, values, odd)
		}
	})
}

// Nulls have one pattern of bits, whoever writes them.
func TestNullsHaveTheBitsOfNaN(t *testing.T) {
	got := make([]float64, 17)
	spreadDoubles(got, nil, make([]byte, 3))
	for i, v := range got {
		if math.Float64bits(v) != math.Float64bits(math.NaN()) {
			t.Errorf("row %d is %#x", i, math.Float64bits(v))
		}
	}
}

func TestIndexesBeyondTheDictionaryAreRefusedWhereverTheyStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.IntRange(1, 1<<20).Draw(t, "entries")
		indexes := rapid.SliceOfN(rapid.Int32Range(0, int32(entries-1)), 1, 70).Draw(t, "indexes")
		if err := checkIndexes(indexes, entries); err != nil {
			t.Fatal(err)
		}
		beyond := rapid.OneOf(rapid.Just(int32(entries)), rapid.Just(int32(-1)), rapid.Int32Range(int32(entries), math.MaxInt32), rapid.Int32Range(math.MinInt32, -1))
		indexes[rapid.IntRange(0, len(indexes)-1).Draw(t, "at")] = beyond.Draw(t, "beyond")
		if err := checkIndexes(indexes, entries); err == nil {
			t.Fatalf("%v of %d accepted", indexes, entries)
		}
	})
}
