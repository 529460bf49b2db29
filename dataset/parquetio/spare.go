package parquetio

import (
	"slices"
	"sync"

	"holdfast/dataset/spill"
)

// Spare is memory of columns that nobody uses any more, for those that are read after them: fresh memory has to be cleared
// and mapped page by page, which takes as long as decoding. The zero Spare has none.
type Spare struct {
	file     *spill.File
	numbers  spare[float64]
	integers spare[int32]
	small    spare[uint16]
	detour   knownDetour
}

// NewSpare is one whose memory, and what else of a read grows with rows and keys, is pieces of a file (spill.Make); nil:
// ordinary memory.
func NewSpare(file *spill.File) *Spare {
	s := &Spare{file: file}
	s.numbers.file, s.integers.file, s.small.file = file, file, file
	return s
}

// spareColumns is how many columns of a kind are kept for later reads.
const spareColumns = 4

// Give takes the memory of a column back, which must have been read and not be looked at again.
func (s *Spare) Give(c Column) {
	s.numbers.keep(c.Numbers)
	s.integers.keep(c.Codes)
	s.integers.keep(c.Days)
	if c.Packed != nil {
		s.small.keep(c.Packed.Codes)
	}
}

// spare is memory of columns that have been placed, for those that come after them.
type spare[T any] struct {
	file  *spill.File
	mu    sync.Mutex
	lists [][]T
}

// arrange returns the rows of a column in the given order, and takes its memory back.
func (s *spare[T]) arrange(column []T, order []int32, gather func(rows, values []T, order []int32)) []T {
	arranged := s.take(len(order))
	gather(arranged, column, order)
	s.give(column)
	return arranged
}

// take returns memory for n values, which may hold anything.
func (s *spare[T]) take(n int) []T {
	if list := s.given(n); list != nil {
		return list
	}
	return spill.Empty[T](s.file, n)[:n] // beside others: it takes a while to clear so many
}

// given returns memory for n values that was given back, or nil: not more than that, since a column of few rows would keep it.
func (s *spare[T]) given(n int) []T {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.lists, func(list []T) bool { return len(list) == n })
	if at < 0 {
		return nil
	}
	list := s.lists[at]
	s.lists = slices.Delete(s.lists, at, at+1)
	return list
}

// give takes memory back that nobody uses any more.
func (s *spare[T]) give(list []T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lists = append(s.lists, list)
}

// keep is give for a later read: some is enough, so that columns that are made of others do not pile up.
func (s *spare[T]) keep(list []T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if list != nil && len(s.lists) < spareColumns {
		s.lists = append(s.lists, list)
	}
}
