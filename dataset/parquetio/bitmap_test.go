package parquetio

import (
	"encoding/binary"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// writtenRuns writes bits as runs of the drawn kinds and lengths (parquet-format Encodings.md), the last of them padded.
func writtenRuns(t *rapid.T, bits []uint8) (src []byte) {
	for len(bits) > 0 {
		if rapid.Bool().Draw(t, "packed") {
			groups := rapid.IntRange(1, (len(bits)+7)/8).Draw(t, "groups")
			src = binary.AppendUvarint(src, uint64(groups)<<1|1)
			for g := range groups {
				var packed byte
				for i := range 8 {
					if at := 8*g + i; at < len(bits) {
						packed |= bits[at] << i
					}
				}
				src = append(src, packed)
			}
			bits = bits[min(8*groups, len(bits)):]
			continue
		}
		n := 1
		for n < len(bits) && bits[n] == bits[0] {
			n++
		}
		n = rapid.IntRange(1, n).Draw(t, "run")
		src = append(binary.AppendUvarint(src, uint64(n)<<1), bits[0])
		bits = bits[n:]
	}
	return src
}

// someBits draws bits: strewn about, and in stretches, shorter and longer than a word.
func someBits(t *rapid.T) []uint8 {
	bits := rapid.SliceOfN(rapid.Uint8Range(0, 1), 1, 200).Draw(t, "bits")
	for range rapid.IntRange(0, 4).Draw(t, "stretches") {
		like := rapid.Uint8Range(0, 1).Draw(t, "like")
		bits = append(bits, slices.Repeat([]uint8{like}, rapid.IntRange(1, 150).Draw(t, "length"))...)
	}
	return bits
}

func TestBitsAreExpandedInTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := someBits(t)
		src := writtenRuns(t, bits)
		if err := checkHybrid(src, 1, len(bits)); err != nil {
			t.Fatalf("the test wrote damaged runs: %v", err)
		}
		dirty := slices.Repeat([]uint8{0xEE}, 5000) // of an earlier page
		got, greatest, err := hybridBits(dirty, src, len(bits))
		if err != nil || greatest > 1 || len(got) != (len(bits)+7)/8 {
			t.Fatalf("%d bytes for %d bits, greatest %d, %v", len(got), len(bits), greatest, err)
		}
		if expanded := expandBits(nil, got, len(bits)); !slices.Equal(expanded, bits) {
			t.Fatalf("%v, want %v", expanded, bits)
		}
		ones := 0
		for _, b := range bits {
			ones += int(b)
		}
		if n := present(got, len(bits)); n != ones { // also: no bit behind the last
			t.Fatalf("%d rows have a value, want %d", n, ones)
		}
	})
}

// What checkHybrid refuses, hybridBits refuses, and nothing else.
func TestBitsAreCheckedLikeAllRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := someBits(t)
		src := append(writtenRuns(t, bits), rapid.SliceOfN(rapid.Byte(), 0, 12).Draw(t, "behind")...)
		if rapid.Bool().Draw(t, "damaged") {
			src[rapid.IntRange(0, len(src)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "damage")
		}
		n := max(0, len(bits)+rapid.IntRange(-80, 20).Draw(t, "more"))
		_, _, err := hybridBits(nil, src, n)
		if want := checkHybrid(src, 1, n); (err == nil) != (want == nil) {
			t.Fatalf("%x as %d bits: %v, want %v", src, n, err, want)
		}
	})
}

// parquet-go writes a run of true as 255; as a level it is damage.
func TestARunOfOtherThanOneIsTold(t *testing.T) {
	got, greatest, err := hybridBits(nil, []byte{6, 255, 4, 0, 2, 1}, 6) // three times 255, twice 0, once 1
	if !slices.Equal(got, []byte{0b100111}) || greatest != 255 || err != nil {
		t.Errorf("%b, greatest %d, %v", got, greatest, err)
	}
}

func TestPresentCountsEveryRowWithoutLevels(t *testing.T) {
	if n := present(nil, 7); n != 7 {
		t.Errorf("%d of 7", n)
	}
}

// Runs of every length, of either kind, between others and at the end: a word is not their border.
func TestRunsOfEveryLengthAreExpanded(t *testing.T) {
	for n := 1; n <= 200; n++ {
		groups := (n + 7) / 8
		equal := append(binary.AppendUvarint(nil, uint64(n)<<1), 1)
		packed := append(binary.AppendUvarint(nil, uint64(groups)<<1|1), slices.Repeat([]byte{0xFF}, groups)...)
		before, behind := []byte{3 << 1, 0}, append([]byte{20<<1 | 1}, make([]byte, 20)...)
		for _, c := range []struct {
			name        string
			src         []byte
			n, from, to int // in all, and the ones
		}{
			{"equal, between", slices.Concat(before, equal, behind), 3 + n + 160, 3, 3 + n},
			{"packed, between", slices.Concat(before, packed, behind), 3 + 8*groups + 160, 3, 3 + 8*groups},
			{"equal, last", slices.Concat(behind, before, equal), 163 + n, 163, 163 + n},
			{"packed, last", slices.Concat(behind, before, packed), 163 + n, 163, 163 + n},
			{"packed, alone", packed, n, 0, n},
		} {
			want := make([]uint8, c.n)
			repeat(want[c.from:c.to], 1)
			got, _, err := hybridBits(nil, c.src, c.n)
			if err != nil || !slices.Equal(expandBits(nil, got, c.n), want) {
				t.Errorf("%d %s: %v: %08b", n, c.name, err, got)
			}
		}
	}
}
