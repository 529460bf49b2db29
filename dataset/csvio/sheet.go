package csvio

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// sheet is a file that was opened and whose header was read: its scanner stands at the first
// record after it.
type sheet struct {
	scanner
	close func() error // of the file; to be called once
}

// openSheet opens a file as far as its first record after the header. Whoever gets a sheet must
// close it.
func openSheet(src Source, opts Options) (*sheet, error) {
	file, err := src.Open()
	if err != nil {
		return nil, fmt.Errorf("csvio: %w", err)
	}
	s := &sheet{scanner: scanner{path: src.Path, line: 1}, close: file.Close}
	if err := s.begin(file, opts); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return s, nil
}

// begin puts the layers on top of each other: gzip, encoding, delimiter, header. The text that was
// read to find the delimiter stays in s.rest, so that the file is read once.
func (s *sheet) begin(file io.Reader, opts Options) error {
	packed, err := unpack(s.path, bufio.NewReaderSize(file, readBytes))
	if err != nil {
		return err
	}
	if s.in, err = decode(s.path, packed, opts.Encoding); err != nil {
		return err
	}
	start := block{}
	if err := s.fill(&start, sniffBytes); err != nil {
		return err
	}
	s.rest = start.text
	if s.delim, err = s.delimiter(opts.Delimiter); err != nil {
		return err
	}
	return s.readHeader()
}
