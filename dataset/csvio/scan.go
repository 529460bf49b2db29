package csvio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"holdfast/dataset"
)

// The bounds of memory.
const (
	blockBytes = 1 << 19  // of text in a block, if no record is longer
	maxRecord  = 16 << 20 // bytes of one record; beyond it a quote was never closed
	maxColumns = 10_000
)

// span is where a field lies in the text of its block.
type span struct {
	from, to int32
	quotes   quotes
}

// quotes says what stands around and inside a field.
type quotes uint8

const (
	bare    quotes = iota
	quoted         // the quotes are outside the span
	doubled        // and inside it every quote is written twice
)

// block is some whole records of a file. All have as many fields as the header.
type block struct {
	text  []byte
	spans []span // one record after the other
	lines []int  // line in which each record begins
	line  int    // in which the text begins
	bytes int    // of text that the records take
}

func (b *block) rows() int { return len(b.lines) }

// cell returns the text of a field. Doubled quotes are undone in *scratch.
func (b *block) cell(s span, scratch *[]byte) []byte {
	text := b.text[s.from:s.to]
	if s.quotes != doubled {
		return text
	}
	out := (*scratch)[:0]
	for len(text) > 0 {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			i = len(text) - 1
		}
		out = append(out, text[:i+1]...)
		text = text[min(i+2, len(text)):]
	}
	*scratch = out
	return out
}

// scanner cuts text into records (RFC 4180, with any delimiter, and with quotes inside unquoted fields as they stand).
type scanner struct {
	path  string
	in    io.Reader
	delim byte
	names []string // of the header; nil until it was read
	rest  []byte   // read but not yet cut
	line  int      // in which the next record begins
	ended bool     // in has no more

	blank      int // lines without a value between records, or with delimiters only
	firstBlank int
	waiting    int // blank lines that are at the end unless a record follows
	firstWait  int
}

// next fills a block with the next records, at most most of them. It returns io.EOF after the last. The text after the
// last whole record is kept for the next block; a record longer than a block makes the block grow, up to maxRecord.
func (s *scanner) next(b *block, most int) error {
	b.spans, b.lines, b.bytes = b.spans[:0], b.lines[:0], 0
	b.text, b.line = append(b.text[:0], s.rest...), s.line
	s.rest = s.rest[:0]
	for size := max(blockBytes, len(b.text)); ; size *= 2 {
		if err := s.fill(b, size); err != nil {
			return err
		}
		used, err := s.split(b, most)
		if valid := s.valid(b, used); valid != nil {
			return valid
		}
		if err != nil {
			return err
		}
		s.rest = append(s.rest, b.text[used:]...)
		switch {
		case b.rows() > 0:
			b.bytes = used
			return nil
		case s.ended && used == len(b.text):
			return io.EOF
		case used > 0: // blank lines only
			b.text, b.line = append(b.text[:0], s.rest...), s.line
			size = blockBytes / 2
		case len(b.text) >= maxRecord:
			return fmt.Errorf("csvio: %s: line %d: a record of more than %d MiB begins here; is a quote in it never closed?", s.path, s.line, maxRecord>>20)
		}
		s.rest = s.rest[:0]
	}
}

// fill reads until the block holds size bytes or the file ends.
func (s *scanner) fill(b *block, size int) error {
	for len(b.text) < size && !s.ended {
		if cap(b.text) < size {
			b.text = append(make([]byte, 0, size), b.text...)
		}
		n, err := s.in.Read(b.text[len(b.text):size])
		b.text = b.text[:len(b.text)+n]
		if errors.Is(err, io.EOF) {
			s.ended = true
		} else if err != nil {
			return fmt.Errorf("csvio: %s: after line %d: %w", s.path, s.line+bytes.Count(b.text, []byte{'\n'}), err)
		}
	}
	return nil
}

// split cuts whole records off the text of a block and returns how many bytes they take.
func (s *scanner) split(b *block, most int) (used int, err error) {
	for used < len(b.text) && b.rows() < most {
		first := len(b.spans)
		end, err := s.record(b, used)
		if err != nil || end < 0 {
			b.spans = b.spans[:first]
			return used, err
		}
		if err := s.keep(b, first); err != nil {
			return end, err
		}
		s.line += bytes.Count(b.text[used:end], []byte{'\n'})
		used = end
	}
	return used, nil
}

// record appends the fields of the record at at and returns where the next one begins, -1 when the text ends before the
// record does.
func (s *scanner) record(b *block, at int) (int, error) {
	begin, first := at, len(b.spans)
	for {
		f, end, err := s.field(b.text, at)
		if err != nil {
			line := s.line + bytes.Count(b.text[begin:at], []byte{'\n'})
			return 0, fmt.Errorf("csvio: %s: line %d: field %d: %w", s.path, line, len(b.spans)-first+1, err)
		}
		if end < 0 {
			return -1, nil
		}
		b.spans = append(b.spans, f)
		if end == len(b.text) {
			return end, nil
		}
		at = end + 1
		if b.text[end] == '\n' {
			return at, nil
		}
		if len(b.spans) > maxColumns && s.names == nil {
			return 0, fmt.Errorf("csvio: %s: more than %d columns; is %q the delimiter?", s.path, maxColumns, s.delim)
		}
	}
}

// field reads one field and returns where its delimiter or line end stands, len(text) at the end of the file, and -1 when
// more text is needed.
func (s *scanner) field(text []byte, at int) (span, int, error) {
	if at < len(text) && text[at] == '"' {
		return s.quotedField(text, at)
	}
	end := at
	for end < len(text) && text[end] != s.delim && text[end] != '\n' {
		end++
	}
	if end == len(text) && !s.ended {
		return span{}, -1, nil
	}
	to := end
	if to > at && text[to-1] == '\r' && (end == len(text) || text[end] == '\n') {
		to--
	}
	return span{from: int32(at), to: int32(to)}, end, nil
}

// quotedField reads to the quote that is not doubled. Everything up to it belongs to the field, line ends included.
func (s *scanner) quotedField(text []byte, at int) (span, int, error) {
	f := span{from: int32(at + 1), quotes: quoted}
	end := at + 1
	for {
		i := bytes.IndexByte(text[end:], '"')
		if i < 0 && s.ended {
			return f, 0, errors.New("the quote at its beginning is never closed")
		}
		if i < 0 || end+i+1 == len(text) && !s.ended {
			return f, -1, nil
		}
		end += i + 1 // after the quote
		if end == len(text) || text[end] != '"' {
			break
		}
		f.quotes = doubled
		end++
	}
	f.to = int32(end - 1)
	if end < len(text) && text[end] == '\r' {
		if end+1 == len(text) && !s.ended {
			return f, -1, nil
		}
		end++
	}
	if end < len(text) && text[end] != s.delim && text[end] != '\n' {
		return f, 0, errors.New("text after its closing quote; write a quote inside quotes twice")
	}
	return f, end, nil
}

// keep accepts the record whose fields begin at first, or drops it when it holds nothing: Excel writes rows of delimiters
// for cells that were once formatted, and an account without a key says nothing.
func (s *scanner) keep(b *block, first int) error {
	fields := b.spans[first:]
	if empty(fields) {
		s.skip(len(fields) == 1)
		b.spans = b.spans[:first]
		return nil
	}
	if s.names != nil && len(fields) != len(s.names) {
		return s.ragged(fields)
	}
	if s.waiting > 0 {
		if s.blank == 0 {
			s.firstBlank = s.firstWait
		}
		s.blank, s.waiting = s.blank+s.waiting, 0
	}
	b.lines = append(b.lines, s.line)
	return nil
}

// empty says whether no field was written, not even as "".
func empty(fields []span) bool {
	for _, f := range fields {
		if f.from != f.to || f.quotes != bare {
			return false
		}
	}
	return true
}

// skip counts a record without values, so that nothing disappears without a word. Blank lines at the end of a file are usual and not worth a word.
func (s *scanner) skip(blankLine bool) {
	switch {
	case blankLine && s.waiting == 0:
		s.firstWait, s.waiting = s.line, 1
	case blankLine:
		s.waiting++
	default:
		if s.blank == 0 {
			s.firstBlank = s.line
		}
		s.blank++
	}
}

// ragged words the error of a record with too few or too many fields.
func (s *scanner) ragged(fields []span) error {
	cure := "a delimiter or a line end inside a value needs quotes around the value"
	if last := fields[len(fields)-1]; len(fields) == len(s.names)+1 && last.from == last.to {
		cure = "the last is empty: take the delimiter off the line ends, or put one at the end of the header"
	}
	return fmt.Errorf("csvio: %s: line %d: %d fields where the header has %d; %s", s.path, s.line, len(fields), len(s.names), cure)
}

// valid refuses text that is not UTF-8, and NUL, which no text holds.
func (s *scanner) valid(b *block, used int) error {
	text := b.text[:used]
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return fmt.Errorf("csvio: %s: %s: a NUL byte; is this UTF-16 (--encoding %s), or damaged?", s.path, s.place(b, i), UTF16LE)
	}
	if utf8.Valid(text) {
		return nil
	}
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

// place names the line and the character of an offset into the text of a block.
func (s *scanner) place(b *block, offset int) string {
	before := b.text[:offset]
	begin := bytes.LastIndexByte(before, '\n') + 1
	return fmt.Sprintf("line %d, character %d", b.line+bytes.Count(before, []byte{'\n'}), utf8.RuneCount(before[begin:])+1)
}

// blankWarning tells of lines that were left out.
func (s *scanner) blankWarning() []dataset.Warning {
	if s.blank == 0 {
		return nil
	}
	return []dataset.Warning{{Code: "blank_rows", Where: s.path,
		Message: fmt.Sprintf("%d rows without any value were left out, the first in line %d", s.blank, s.firstBlank)}}
}
