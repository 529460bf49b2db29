package csvio

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// valid refuses text that is not UTF-8, and NUL, which no text holds. It runs over the bytes of
// whole blocks, where it costs little, and not over cells. It is asked before an error of splitting
// is told: text in another encoding is the better explanation of a quote that never closes.
func (s *scanner) valid(b *block, used int) error {
	text := b.text[:used]
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return fmt.Errorf("csvio: %s: %s: a NUL byte; is this UTF-16 (--encoding %s), or damaged?", s.path, s.place(b, i), UTF16LE)
	}
	if utf8.Valid(text) {
		return nil
	}
	// Only a file that is refused comes here, so that the place may be found slowly.
	i := 0
	for {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return fmt.Errorf("csvio: %s: %s: byte 0x%02x is not UTF-8; save the file as UTF-8 or say --encoding %s", s.path, s.place(b, i), text[i], Windows1252)
}

// place names the line and the character of an offset into the text of a block, both from 1 on,
// as editors count: characters and not bytes.
func (s *scanner) place(b *block, offset int) string {
	before := b.text[:offset]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return fmt.Sprintf("line %d, character %d", b.line+bytes.Count(before, []byte{'\n'}), utf8.RuneCount(before[begin:])+1)
}
