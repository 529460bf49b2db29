package parquetio

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/parquet-go/parquet-go/compress/lz4"
	"pgregory.net/rapid"
)

func TestLZ4BlocksExpandToWhatWasCompressed(t *testing.T) {
	codec := &lz4.Codec{Level: lz4.Fastest}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SliceOfN(rapid.Byte(), 1, 40).Draw(t, "word")
		want := append(bytes.Repeat(word, rapid.IntRange(1, 200).Draw(t, "times")), rapid.SliceOf(rapid.Byte()).Draw(t, "tail")...)
		block, err := codec.Encode(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(want))
		if err := decodeLZ4(got, block); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%v; %d bytes of %q", err, len(want), word)
		}
		for _, n := range []int{len(want) - 1, len(want) + 1} {
			if err := decodeLZ4(make([]byte, n), block); err == nil {
				t.Fatalf("%d bytes expanded into a page of %d", len(want), n)
			}
		}
		if err := decodeLZ4(got, block[:len(block)-1]); err == nil && len(block) > 1 {
			t.Fatal("a block without its last byte was expanded")
		}
	})
}

// framed is Hadoop's layout: frames of some expanded size, each of blocks.
func framed(t *rapid.T, codec *lz4.Codec, want []byte) []byte {
	var out []byte
	for len(want) > 0 {
		frame := rapid.IntRange(1, len(want)).Draw(t, "frame")
		out = binary.BigEndian.AppendUint32(out, uint32(frame))
		for frame > 0 {
			n := rapid.IntRange(1, frame).Draw(t, "block")
			block, err := codec.Encode(nil, want[:n])
			if err != nil {
				t.Fatal(err)
			}
			out = append(binary.BigEndian.AppendUint32(out, uint32(len(block))), block...)
			want, frame = want[n:], frame-n
		}
	}
	return out
}

func TestBothLayoutsOfTheOldLZ4AreRead(t *testing.T) {
	codec := &lz4.Codec{Level: lz4.Fastest}
	rapid.Check(t, func(t *rapid.T) {
		want := bytes.Repeat(rapid.SliceOfN(rapid.Byte(), 1, 20).Draw(t, "word"), rapid.IntRange(1, 60).Draw(t, "times"))
		bare, err := codec.Encode(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		for _, src := range [][]byte{framed(t, codec, want), bare} {
			got := make([]byte, len(want))
			if err := decodeFramedLZ4(got, src); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%v; %q", err, got)
			}
			for _, n := range []int{len(want) - 1, len(want) + 1} {
				if decodeFramedLZ4(make([]byte, n), src) == nil {
					t.Fatalf("%d bytes expanded into a page of %d", len(want), n)
				}
			}
			if decodeFramedLZ4(got, src[:len(src)-1]) == nil {
				t.Fatal("a block without its last byte was expanded")
			}
		}
	})
}

func TestDamagedLZ4BlocksAreRefused(t *testing.T) {
	for name, src := range map[string][]byte{
		"nothing":                            nil,
		"literals that are not there":        {0x40, 'a'},
		"a length that does not end":         {0xf0, 0xff, 0xff},
		"a match before the start":           {0x10, 'a', 9, 0, 0x00},
		"a match at distance zero":           {0x10, 'a', 0, 0, 0x00},
		"half a distance":                    {0x10, 'a', 1},
		"a match length that does not end":   {0x1f, 'a', 1, 0, 0xff},
		"a match beyond the end of the page": {0x1f, 'a', 1, 0, 200, 0x00},
	} {
		if err := decodeLZ4(make([]byte, 16), src); err == nil {
			t.Errorf("%s: expanded", name)
		}
	}
	// token 0x17: one literal, then a match of 4+7 at distance 1; the last sequence has four literals
	got := make([]byte, 16)
	if err := decodeLZ4(got, []byte{0x17, 'a', 1, 0, 0x40, 'b', 'c', 'd', 'e'}); err != nil || string(got) != "aaaaaaaaaaaabcde" {
		t.Errorf("%q, %v", got, err)
	}
}

func FuzzDecodeLZ4(f *testing.F) {
	f.Add([]byte{0x17, 'a', 1, 0, 0x40, 'b', 'c', 'd', 'e'}, uint16(16))
	f.Fuzz(func(t *testing.T, src []byte, n uint16) {
		dst := make([]byte, n)
		again := make([]byte, n)
		err := decodeLZ4(dst, src)
		if err2 := decodeLZ4(again, src); (err == nil) != (err2 == nil) || (err == nil && !bytes.Equal(dst, again)) {
			t.Error("two expansions differ")
		}
	})
}
