package parquetio

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go/format"
	"pgregory.net/rapid"
)

// Pages whose bytes are all ASCII are read in another way than pages of any text; both must say the same of every page, also
// of one that is cut short or goes on too long.
func TestPagesOfPlainTextAreReadAlike(t *testing.T) {
	l := leaf{Field: Field{Name: "x", Kind: Text}, physical: format.ByteArray}
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.OneOf(rapid.StringMatching(`[a-z0-9-]{0,12}`), rapid.StringOfN(rapid.RuneFrom([]rune("aé€")), 0, 60, -1)), 0, 30).Draw(t, "texts")
		var src []byte
		for _, text := range texts {
			src = append(binary.LittleEndian.AppendUint32(src, uint32(len(text))), text...)
		}
		damage := rapid.IntRange(-2, 2).Draw(t, "damage")
		src = append(src, "zz"[:max(damage, 0)]...)
		src = src[:max(0, len(src)+min(damage, 0))]
		got, gotErr := keysOf(l, src, len(texts), true)
		want, wantErr := keysOf(l, src, len(texts), false)
		if (gotErr == nil) != (wantErr == nil) || (gotErr == nil) != (damage == 0 || damage < 0 && len(texts) == 0) {
			t.Fatalf("%q with %d bytes too many: %v, want %v", texts, damage, gotErr, wantErr)
		}
		if gotErr == nil && (!slices.Equal(got, texts) || !slices.Equal(want, texts)) {
			t.Fatalf("%q and %q, want %q", got, want, texts)
		}
	})
}

// keysOf reads a page of plain text; without fast, as if a byte of it were not ASCII.
func keysOf(l leaf, src []byte, n int, fast bool) (keys []string, err error) {
	v, err := new(decoder).plain(l, src, n)
	if err != nil {
		return nil, err
	}
	v.texts.ascii = v.texts.ascii && fast
	var into Texts
	into.Add([]byte("of an earlier page"))
	err = appendKeys(&into, l, &v)
	for i := 1; i < into.Len(); i++ {
		keys = append(keys, string(into.At(i)))
	}
	return keys, err
}

func TestOnlyASCIIIsASCII(t *testing.T) {
	for n := range 20 {
		b := slices.Repeat([]byte{0x7F}, n)
		if !isASCII(b) {
			t.Errorf("%d bytes of 127 are refused", n)
		}
		for at := range b {
			if b[at] = 0x80; isASCII(b) {
				t.Errorf("128 at %d of %d is accepted", at, n)
			}
			b[at] = 0
		}
	}
}
