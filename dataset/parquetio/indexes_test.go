package parquetio

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// unpacked are the n dictionary indexes of a page.
func unpacked(src []byte, n, entries int) ([]int32, error) {
	var buffer []int32
	x, err := new(decoder).indexes(src, n, entries, &buffer)
	if err != nil {
		return nil, err
	}
	return x.next(n)
}

// packBits writes values of the given width behind each other, the lowest bit first, bit by bit; groups of eight.
func packBits(values []int32, width int) []byte {
	out := make([]byte, (len(values)+7)/8*width)
	for i, v := range values {
		for k := range width {
			at := i*width + k
			out[at/8] |= byte(uint32(v)>>k&1) << (at % 8)
		}
	}
	return out
}

// drawRuns draws values of a width and writes them in runs of either kind, whose lengths are drawn too.
func drawRuns(t *rapid.T, width int) (src []byte, values []int32) {
	value := rapid.Map(rapid.Uint32Range(0, uint32(uint64(1)<<width-1)), func(v uint32) int32 { return int32(v) })
	runs := rapid.IntRange(1, 6).Draw(t, "runs")
	for run := range runs {
		if rapid.Bool().Draw(t, "equal") {
			n, v := rapid.IntRange(1, 300).Draw(t, "count"), value.Draw(t, "value")
			src = binary.AppendUvarint(src, uint64(n)<<1)
			src = append(src, binary.LittleEndian.AppendUint32(nil, uint32(v))[:(width+7)/8]...)
			values = append(values, slices.Repeat([]int32{v}, n)...)
			continue
		}
		groups := rapid.IntRange(1, 30).Draw(t, "groups")
		group := rapid.SliceOfN(value, 8*groups, 8*groups).Draw(t, "packed")
		src = append(binary.AppendUvarint(src, uint64(groups)<<1|1), packBits(group, width)...)
		if run == runs-1 { // the last group may be padded, with anything
			group = group[:len(group)-rapid.IntRange(0, 7).Draw(t, "padding")]
		}
		values = append(values, group...)
	}
	return src, values
}

// However the rows of a page are divided, the indexes are those that were written: across runs, within groups of eight, and
// with other columns using the buffer in between.
func TestIndexesAreTheSameInPortionsOfAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(0, 31).Draw(t, "width")
		src, want := drawRuns(t, width)
		var buffer, got []int32
		x, err := new(decoder).indexes(append([]byte{byte(width)}, src...), len(want), 1<<width, &buffer)
		for err == nil && len(got) < len(want) {
			n := rapid.IntRange(0, min(40, len(want)-len(got))).Draw(t, "n")
			if rapid.IntRange(0, 4).Draw(t, "rest") == 0 {
				n = len(want) - len(got)
			}
			var part []int32
			if part, err = x.next(n); cap(part)-len(part) < 8 {
				t.Fatalf("no room behind %d indexes", n)
			}
			got = append(got, part...)
			for i := range buffer[:cap(buffer)] {
				buffer[:cap(buffer)][i] = math.MinInt32
			}
		}
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%v: %v, want %v", err, got, want)
		}
	})
}

// An index beyond the dictionary is refused with the portion that has it, and none before; padding may be anything.
func TestAnIndexBeyondTheDictionaryIsRefusedBeforeItIsUsed(t *testing.T) {
	values := slices.Repeat([]int32{1}, 80)
	values[50], values[79] = 9, 9
	src := append([]byte{4, 10<<1 | 1}, packBits(values, 4)...)
	var buffer []int32
	x, err := new(decoder).indexes(src, 79, 9, &buffer) // value 79 is padding
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		n    int
		want string
	}{{50, ""}, {1, "refers to entry 9 of a dictionary of 9"}, {28, ""}} {
		if _, err := x.next(c.n); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d more: %v, want %q", c.n, err, c.want)
		}
	}
}

// The vectors and the loops unpack what was packed, however much may be read behind it.
func TestUnpackingUndoesPackingAtAnyWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(0, 32).Draw(t, "width")
		n := 8 * rapid.IntRange(0, 20).Draw(t, "groups")
		value := rapid.Map(rapid.Uint32Range(0, uint32(uint64(1)<<width-1)), func(v uint32) int32 { return int32(v) })
		want := rapid.SliceOfN(value, n, n).Draw(t, "values")
		spare := rapid.IntRange(0, 40).Draw(t, "spare")
		src := slices.Clip(append(packBits(want, width), slices.Repeat([]byte{0xA5}, spare)...))
		if rapid.Bool().Draw(t, "clipped") {
			src = src[: len(src)-spare : len(src)]
		}
		u, got := newUnpacker(width), slices.Repeat([]int32{-1}, n)
		if u.unpack(got, src); !slices.Equal(got, want) {
			t.Fatalf("width %d: %v, want %v", width, got, want)
		}
		clear(got)
		if (&unpacker{width: width}).loop(got, src); !slices.Equal(got, want) {
			t.Fatalf("width %d, without vectors: %v, want %v", width, got, want)
		}
	})
}
