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

func TestBitsAreExpandedInTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.SliceOfN(rapid.Uint8Range(0, 1), 1, 200).Draw(t, "bits")
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
		src := writtenRuns(t, rapid.SliceOfN(rapid.Uint8Range(0, 1), 1, 60).Draw(t, "bits"))
		src = append(src, rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(t, "behind")...)
		src[rapid.IntRange(0, len(src)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "damage")
		n := rapid.IntRange(0, 80).Draw(t, "n")
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
