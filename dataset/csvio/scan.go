package csvio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// The scanner reads a file once, from front to back, by one goroutine: only then is it known
// whether a line end lies inside quotes. It does as little as that takes, since all the rest can be
// done in parallel.

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
	// Each round holds twice the text, so that a record of n bytes is looked at for at most 2n.
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

// fill reads until the block holds size bytes or the file ends. An error of reading names the last
// line that was whole, which is where a file that was cut off by a full disk ends.
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

// split cuts whole records off the text of a block, at most most of them, and returns how many bytes they take, blank
// lines among them.
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
