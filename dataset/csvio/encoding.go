package csvio

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// UTF-8 cannot be told from Latin-1 by looking at a part of a file, so nothing is guessed: the text
// is UTF-8 unless a mark or a flag says otherwise, and the first byte that is not stops the import
// with its place (valid.go). A name garbled into "cafÃ©" would be another account.

// Byte order marks.
var (
	bomUTF8    = []byte{0xef, 0xbb, 0xbf}
	bomUTF16LE = []byte{0xff, 0xfe}
	bomUTF16BE = []byte{0xfe, 0xff}
)

// decode returns the text as UTF-8 without its byte order mark. A mark wins over encoding: it is part of the file.
func decode(path string, in *bufio.Reader, encoding Encoding) (io.Reader, error) {
	mark, _ := in.Peek(3) // an error shows again when the text is read
	for _, known := range []struct {
		mark     []byte
		encoding Encoding
	}{{bomUTF8, UTF8}, {bomUTF16LE, UTF16LE}, {bomUTF16BE, UTF16BE}} {
		if bytes.HasPrefix(mark, known.mark) {
			encoding = known.encoding
			if _, err := in.Discard(len(known.mark)); err != nil {
				return nil, err
			}
			break
		}
	}
	switch encoding {
	case "", UTF8:
		return in, nil
	case UTF16LE, UTF16BE:
		return bufio.NewReaderSize(&decoder{in: in, next: utf16Decoder(path, encoding == UTF16BE)}, readBytes), nil
	case Windows1252:
		return bufio.NewReaderSize(&decoder{in: in, next: nextWindows1252}, readBytes), nil
	}
	return nil, fmt.Errorf("csvio: encoding %q is not known; there are %s, %s, %s and %s", encoding, UTF8, UTF16LE, UTF16BE, Windows1252)
}

// decoder turns characters into UTF-8, one at a time; these encodings are rare enough in large
// files for that to be fast enough.
type decoder struct {
	in   *bufio.Reader
	next func(*bufio.Reader) (rune, error) // one character, or io.EOF between two
	err  error                             // what next ended with; it stays
}

// Read implements io.Reader, for buffers that hold a character.
func (d *decoder) Read(p []byte) (int, error) {
	// Characters are written whole: a reader with less room than the longest gets nothing and must come again.
	n := 0
	for d.err == nil && n+utf8.UTFMax <= len(p) {
		var r rune
		if r, d.err = d.next(d.in); d.err == nil {
			n += utf8.EncodeRune(p[n:], r)
		}
	}
	if n > 0 || len(p) < utf8.UTFMax {
		return n, nil
	}
	return 0, d.err
}

// utf16Decoder reads one character of UTF-16, which takes one unit or, as a surrogate pair, two.
func utf16Decoder(path string, bigEndian bool) func(*bufio.Reader) (rune, error) {
	unit := func(in *bufio.Reader) (rune, error) {
		a, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		b, err := in.ReadByte()
		if errors.Is(err, io.EOF) {
			return 0, fmt.Errorf("csvio: %s ends within a character of UTF-16; is it whole?", path)
		}
		if bigEndian {
			a, b = b, a
		}
		return rune(a) | rune(b)<<8, err
	}
	return func(in *bufio.Reader) (rune, error) {
		r, err := unit(in)
		if err != nil || !utf16.IsSurrogate(r) {
			return r, err
		}
		low, err := unit(in)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return 0, fmt.Errorf("csvio: %s holds half a character of UTF-16; is it damaged, or in another encoding?", path)
		}
		return r, nil
	}
}

// windows1252 are the characters of bytes 0x80 to 0x9f; all other bytes are Latin-1. The five bytes that the code page
// leaves open are control characters, as in the WHATWG Encoding Standard.
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}

// nextWindows1252 reads one character: every byte is one, so that nothing can be wrong with it.
func nextWindows1252(in *bufio.Reader) (rune, error) {
	b, err := in.ReadByte()
	if b >= 0x80 && b < 0xa0 {
		return windows1252[b-0x80], err
	}
	return rune(b), err
}
