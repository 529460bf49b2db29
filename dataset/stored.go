package dataset

import (
	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// stored are the values of a column that lies in a temporary file: see Reading.Memory. One of
// the three is in use. Reads are safe from several goroutines, and so are writes of different
// rows. Errors of reading stay with the file (Table.Err).
type stored struct {
	numbers  spill.Column[float64] // of a number
	codes    spill.Column[uint16]  // of a packed number, whose entries are in memory
	integers spill.Column[int32]   // of a text or day
}

// storeBlock is the number of rows that are read at once: half a megabyte of numbers, enough
// for a disk to be busy with and little beside what a batch is used for.
const storeBlock = 1 << 16

// toFile writes a decoded column to the file.
func toFile(file *spill.File, c parquetio.Column) (Column, error) {
	held := heldColumn(c)
	out := Column{Name: c.Name, as: c.As, levels: c.Levels, stored: new(stored)}
	if c.Packed != nil {
		out.packed = &parquetio.Packed{Entries: c.Packed.Entries}
		out.stored.codes = spill.Reserve[uint16](file, len(c.Packed.Codes))
		return out, out.stored.codes.Write(0, c.Packed.Codes)
	}
	if c.As == parquetio.AsNumber {
		out.stored.numbers = spill.Reserve[float64](file, len(held.numbers))
		return out, out.stored.numbers.Write(0, held.numbers)
	}
	out.stored.integers = spill.Reserve[int32](file, len(held.integers))
	return out, out.stored.integers.Write(0, held.integers)
}

// len is the number of rows; a column of one kind has none of the others.
func (s *stored) len() int { return max(s.numbers.Len(), s.codes.Len(), s.integers.Len()) }

// sort puts the rows into the given order, in place in the file. For that time the column is
// in memory twice.
func (s *stored) sort(order []int32) error {
	switch {
	case s.integers.Len() > 0:
		return sortStored(s.integers, order)
	case s.codes.Len() > 0:
		return sortStored(s.codes, order)
	}
	return sortStored(s.numbers, order)
}

func sortStored[T spill.Value](c spill.Column[T], order []int32) error {
	values := make([]T, c.Len())
	if err := c.Read(0, values); err != nil {
		return err
	}
	return c.Write(0, gather(values, order))
}

// orMissing returns the values, or as many missing ones when they could not be read: the
// file remembers the error, and whoever reads on is told (Table.Err).
func orMissing[T any](values []T, err error, missing T) []T {
	if err != nil {
		for i := range values {
			values[i] = missing
		}
	}
	return values
}
