package csvio

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"pgregory.net/rapid"
)

// decoded undoes gzip and an encoding, reading in pieces.
func decoded(in []byte, encoding Encoding) (string, error) {
	packed, err := unpack("x.csv", bufio.NewReader(drip{bytes.NewReader(in), rand.New(rand.NewPCG(1, 2))}))
	if err != nil {
		return "", err
	}
	r, err := decode("x.csv", packed, encoding)
	if err != nil {
		return "", err
	}
	out, err := io.ReadAll(r)
	return string(out), err
}

// asUTF16 encodes with the standard library.
func asUTF16(s string, order binary.AppendByteOrder) (out []byte) {
	for _, unit := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

func TestEncodedTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.StringMatching(`a[a-zé€漢😀,;\n]{0,40}`).Draw(t, "text")
		for name, c := range map[string]struct {
			in       []byte
			encoding Encoding
		}{
			"UTF-8":                          {[]byte(want), UTF8},
			"UTF-8 unsaid":                   {[]byte(want), ""},
			"UTF-8 with a mark":              {append([]byte("\ufeff"), want...), ""},
			"UTF-8 with a mark, said wrong":  {append([]byte("\ufeff"), want...), Windows1252},
			"UTF-16LE":                       {asUTF16(want, binary.LittleEndian), UTF16LE},
			"UTF-16BE":                       {asUTF16(want, binary.BigEndian), UTF16BE},
			"UTF-16LE with a mark":           {asUTF16("\ufeff"+want, binary.LittleEndian), ""},
			"UTF-16BE with a mark":           {asUTF16("\ufeff"+want, binary.BigEndian), ""},
			"UTF-16BE with a mark, said LE":  {asUTF16("\ufeff"+want, binary.BigEndian), UTF16LE},
			"gzip of UTF-16LE with a mark":   {zipped(asUTF16("\ufeff"+want, binary.LittleEndian)), ""},
			"gzip of UTF-8, said to be that": {zipped([]byte(want)), UTF8},
		} {
			if got, err := decoded(c.in, c.encoding); err != nil || got != want {
				t.Errorf("%s: got %q (%v), want %q", name, got, err, want)
			}
		}
	})
}

func zipped(in []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(in) // into memory
	z.Close()
	return out.Bytes()
}

// The characters are those of the WHATWG Encoding Standard, index-windows-1252.txt: Latin-1 but for 0x80 to 0x9f.
func TestWindows1252IsLatin1ButForThirtyTwoBytes(t *testing.T) {
	const high = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	in := make([]byte, 256)
	var want strings.Builder
	for b := range in {
		in[b] = byte(b)
		switch {
		case b == 0x80:
			want.WriteString(high)
		case b < 0x80 || b > 0x9f:
			want.WriteRune(rune(b))
		}
	}
	if got, err := decoded(in, Windows1252); err != nil || got != want.String() {
		t.Errorf("got %q (%v)", got, err)
	}
}

func TestDamagedTextIsNotMadeUp(t *testing.T) {
	whole := zipped([]byte(strings.Repeat("a,b\n1,2\n", 100)))
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-6] ^= 1 // of the checksum
	for name, c := range map[string]struct {
		in       []byte
		encoding Encoding
		want     string
	}{
		"half a unit":                     {[]byte("a\x00b"), UTF16LE, "ends within a character of UTF-16"},
		"half a pair at the end":          {[]byte("\x3d\xd8"), UTF16LE, "half a character of UTF-16"},
		"a pair the wrong way round":      {[]byte("\x00\xde\x3d\xd8"), UTF16LE, "half a character of UTF-16"},
		"gzip that was cut off":           {whole[:len(whole)-9], "", "unexpected EOF"},
		"gzip with another checksum":      {flipped, "", "checksum"},
		"gzip that ends in its header":    {whole[:5], "", "x.csv: "},
		"an encoding that is not known":   {[]byte("a"), "ebcdic", `encoding "ebcdic" is not known; there are utf-8`},
		"Parquet":                         {[]byte("PAR1...."), "", "is Parquet already"},
		"a workbook, which is a zip file": {[]byte("PK\x03\x04...."), "", "Excel workbook"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := decoded(c.in, c.encoding); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestTextThatIsNotUTF8IsShownWithItsPlace(t *testing.T) {
	for csv, want := range map[string]string{
		"a,b\n1,\xff\n":         "line 2, character 3: byte 0xff is not UTF-8",
		"a,b\né,é\xe9\n":        "line 2, character 4: byte 0xe9",
		"a\xe9\n1\n":            "line 1, character 2: byte 0xe9",
		"a,b\n\"x\ny\xc3\",1\n": "line 3, character 2: byte 0xc3",
		"a\n" + strings.Repeat("1\n", 400_000) + "\xed\xa0\x80\n": "line 400002, character 1: byte 0xed", // a surrogate in UTF-8
		"a\n1\n\x00\n": "line 3, character 1: a NUL byte; is this UTF-16 (--encoding utf-16le)",
	} {
		_, err := Survey(t.Context(), []Source{text("x.csv", csv)}, Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
