package spill

import (
	"errors"
	"io"
	"io/fs"
	"unsafe"
)

// Value is what a column can hold.
type Value interface{ float64 | int32 | uint16 }

// Column is one column of a File: a fixed number of values in one piece. Rows that were
// never written read as zero. The zero Column has no rows.
type Column[T Value] struct {
	file   *File
	offset int64 // in bytes
	rows   int
}

// pageSize is what columns are aligned to, so that two of them never share a page that
// both would have to write.
const pageSize = 4096

// Reserve gives a column of that many rows its place in the file.
func Reserve[T Value](f *File, rows int) Column[T] {
	bytes := (int64(rows)*width[T]() + pageSize - 1) &^ (pageSize - 1)
	return Column[T]{file: f, offset: f.size.Add(bytes) - bytes, rows: rows}
}

// width is the size of a value in bytes.
func width[T Value]() int64 {
	var v T
	return int64(unsafe.Sizeof(v))
}

// Len is the number of rows.
func (c Column[T]) Len() int { return c.rows }

// First is the same place for its first rows alone: what is written there is written here.
func (c Column[T]) First(rows int) Column[T] {
	c.rows = min(rows, c.rows)
	return c
}

// errBounds is a mistake of the program, found before it can reach into another column.
var errBounds = errors.New("rows outside their column")

// Write stores values as the rows from on.
func (c Column[T]) Write(from int, values []T) error {
	if from < 0 || from+len(values) > c.rows {
		return c.file.fail(errBounds)
	}
	if len(values) == 0 {
		return nil
	}
	if _, err := c.file.file.WriteAt(asBytes(values), c.at(from)); err != nil {
		return c.file.fail(withoutPath(err))
	}
	return nil
}

// Read fills dst with the rows from on.
func (c Column[T]) Read(from int, dst []T) error {
	if from < 0 || from+len(dst) > c.rows {
		return c.file.fail(errBounds)
	}
	if len(dst) == 0 {
		return nil
	}
	n, err := c.file.file.ReadAt(asBytes(dst), c.at(from))
	if errors.Is(err, io.EOF) { // the end of the file has not been written yet
		clear(asBytes(dst)[n:])
		return nil
	}
	if err != nil {
		return c.file.fail(withoutPath(err))
	}
	return nil
}

// at is the place of a row in the file.
func (c Column[T]) at(row int) int64 { return c.offset + int64(row)*width[T]() }

// window is the number of values that Gather reads at once: 64 KiB of float64. Rows
// that lie farther apart are read each for itself.
const window = 8192

// Gather fills dst with the given rows, in the given order: dst[i] is row rows[i].
// Rising rows, as selections of examples are, cost one read per window.
func (c Column[T]) Gather(dst []T, rows []int32) error {
	if len(rows) == 0 {
		return nil
	}
	buffer := c.file.buffers.Get().(*[window]float64)
	defer c.file.buffers.Put(buffer)
	room := unsafe.Slice((*T)(unsafe.Pointer(buffer)), window) // no value is wider than a float64
	for i := 0; i < len(rows); {
		first, last, n := rows[i], rows[i], 1
		for n < len(rows)-i && rows[i+n] >= first && int(rows[i+n]-first) < window {
			last = max(last, rows[i+n])
			n++
		}
		block := room[:last-first+1]
		if err := c.Read(int(first), block); err != nil {
			return err
		}
		for k, r := range rows[i : i+n] {
			dst[i+k] = block[r-first]
		}
		i += n
	}
	return nil
}

// asBytes is the memory of the values.
func asBytes[T Value](values []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), len(values)*int(width[T]()))
}

// withoutPath leaves out the name of a file that nobody can see.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
