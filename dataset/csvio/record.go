package csvio

import (
	"bytes"
	"errors"
	"fmt"
)

// record appends the fields of the record at at and returns where the next one begins, -1 when the
// text ends before the record does. The header may have one field more than maxColumns: the empty
// one after a delimiter at its end. Fields of a record that did not end are appended all the same,
// for the caller to cut off (split).
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
		if len(b.spans)-first > maxColumns {
			return 0, s.tooWide()
		}
	}
}

// tooWide refuses a record before its end is known: 16 MiB of delimiters would make as many fields.
func (s *scanner) tooWide() error {
	if s.names == nil {
		return fmt.Errorf("csvio: %s: more than %d columns; is %q the delimiter?", s.path, maxColumns, s.delim)
	}
	return fmt.Errorf("csvio: %s: line %d: more than %d fields where the header has %d", s.path, s.line, maxColumns, len(s.names))
}

// field reads one field and returns where its delimiter or line end stands, len(text) at the end of
// the file, and -1 when more text is needed. A CR belongs to the line end only before LF or at the
// end of the file; elsewhere it is text.
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

// quotedField reads to the quote that is not doubled. Everything up to it belongs to the field, line
// ends included. A quote that ends the text at hand may yet be doubled, so that more is asked for.
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
	// CR LF may be cut in two by the end of the text at hand.
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
