package parquetio

import (
	"encoding/binary"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// hybridBits writes bits as runs of the drawn kinds and lengths (parquet-format Encodings.md), the last of them padded.
func hybridBits(t *rapid.T, bits []uint8) (src []byte) {
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
		src := hybridBits(t, bits)
		if _, _, err := checkHybrid(src, 1, len(bits)); err != nil {
			t.Fatalf("the test wrote damaged runs: %v", err)
		}
		dirty := slices.Repeat([]uint8{0xEE}, 5000) // of an earlier page
		got, greatest := expandBits(dirty, src, len(bits))
		if !slices.Equal(got, bits) || greatest > 1 {
			t.Fatalf("%v (greatest %d), want %v", got, greatest, bits)
		}
		ones := 0
		for _, b := range bits {
			ones += int(b)
		}
		if n := present(got, len(got)); n != ones {
			t.Fatalf("%d rows have a value, want %d", n, ones)
		}
	})
}

// parquet-go writes a run of true as 255; as a level it is damage.
func TestARunOfOtherThanOneIsTold(t *testing.T) {
	got, greatest := expandBits(nil, []byte{6, 255, 4, 0, 2, 1}, 6) // three times 255, twice 0, once 1
	if !slices.Equal(got, []uint8{1, 1, 1, 0, 0, 1}) || greatest != 255 {
		t.Errorf("%v, greatest %d", got, greatest)
	}
}

func TestPresentCountsEveryRowWithoutLevels(t *testing.T) {
	if n := present(nil, 7); n != 7 {
		t.Errorf("%d of 7", n)
	}
}
