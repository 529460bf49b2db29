package synth

import (
	"bufio"
	"fmt"
	"os"

	"holdfast/dataset/parquetio"
)

// sheet is one Parquet file being written: rows go through the encoder and a
// buffer to the disk. A nil sheet is an absent one.
type sheet struct {
	file    *os.File
	buffer  *bufio.Writer
	parquet *parquetio.Writer
}

// createSheet begins a file with the given columns.
func createSheet(path string, fields []parquetio.Field) (*sheet, error) {
	file, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("synth: %w", err)
	}
	buffer := bufio.NewWriterSize(file, 1<<18)
	parquet, err := parquetio.NewWriter(buffer, fields)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("synth: %s: %w", path, err)
	}
	return &sheet{file, buffer, parquet}, nil
}

// write appends the rows of a table, which the encoder copies: the table may be
// reused at once.
func (s *sheet) write(t *Table) error {
	if t.Rows == 0 {
		return nil
	}
	if err := s.parquet.Write(t.Columns); err != nil {
		return fmt.Errorf("synth: %s: %w", s.file.Name(), err)
	}
	return nil
}

// close completes the file and waits until it is on disk. It runs through after
// an error, so that the file is closed in any case, and returns the first one.
func (s *sheet) close() error {
	if s == nil {
		return nil
	}
	// In this order: the footer into the buffer, the buffer into the file, the file
	// onto the disk.
	first := s.parquet.Close()
	for _, finish := range []func() error{s.buffer.Flush, s.file.Sync, s.file.Close} {
		if err := finish(); first == nil {
			first = err
		}
	}
	if first != nil {
		return fmt.Errorf("synth: %s: %w", s.file.Name(), first)
	}
	return nil
}

// abandon closes a file that will not be completed.
func (s *sheet) abandon() {
	if s != nil {
		s.file.Close()
	}
}
