package csvio

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// readBytes is how much is read from a file at a time.
const readBytes = 1 << 16

// unpack undoes gzip, and refuses by name the files that are most often taken for CSV. It goes by
// the first bytes and not by the name, which a download may have changed: 1f 8b (RFC 1952), PAR1 of
// Parquet, PK 03 04 of zip, in which workbooks are packed. Whether gzip is whole shows when it is read.
func unpack(path string, in *bufio.Reader) (*bufio.Reader, error) {
	magic, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("csvio: %s: %w", path, err)
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("csvio: %s: %w", path, err)
		}
		return bufio.NewReaderSize(z, readBytes), nil
	case bytes.Equal(magic, []byte("PAR1")):
		return nil, fmt.Errorf("csvio: %s is Parquet already; use it as it is", path)
	case bytes.Equal(magic, []byte("PK\x03\x04")):
		return nil, fmt.Errorf("csvio: %s is an Excel workbook or a zip archive, not CSV; save the sheet as CSV UTF-8", path)
	}
	return in, nil
}
