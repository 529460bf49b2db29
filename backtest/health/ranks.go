package health

import (
	"fmt"
	"sync"

	"holdfast/dataset"
	"holdfast/dataset/spill"
)

// rankings are the midranks of the numeric factors over the examples. They are as large
// as the examples: where the columns of those are stored, they are stored too.
type rankings struct {
	rows   int
	held   [][]float64 // by factor, nil for a category
	file   *spill.File // nil: in memory
	stored []spill.Column[float64]

	mu sync.Mutex // of held and stored while put is called side by side; has and piece come after
}

// newRankings makes room for the ranks of so many factors over the examples of a table: in
// memory, or in a scratch file beside the columns where those are stored. Its errors are those
// of making that file; close gives it back.
func newRankings(t *dataset.Table, factors int) (*rankings, error) {
	file, err := t.Scratch()
	if err != nil {
		return nil, fmt.Errorf("health: %w", err)
	}
	return &rankings{rows: t.Rows(), held: make([][]float64, factors), stored: make([]spill.Column[float64], factors), file: file}, nil
}

// put keeps the ranks of a factor, which from then on belong to the rankings: one for every
// example, NaN where the value is missing. A category has none and is never put. It may be
// called from several goroutines, once for each factor. Errors: those of writing the file.
func (r *rankings) put(factor int, ranks []float64) error {
	if r.file == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.held[factor] = ranks
		return nil
	}
	column := spill.Reserve[float64](r.file, len(ranks))
	if err := column.Write(0, ranks); err != nil {
		return fmt.Errorf("health: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stored[factor] = column
	return nil
}

// has says whether ranks of the factor were put, that is whether it is a number.
func (r *rankings) has(factor int) bool {
	return r.held[factor] != nil || r.stored[factor].Len() > 0
}

// piece returns some ranks of a factor, from the given example on, as many as the buffer holds: its
// own memory, or the buffer, which is then overwritten. They are to be read only. Errors: those of
// reading the file.
func (r *rankings) piece(factor, from int, buffer []float64) ([]float64, error) {
	if r.file == nil {
		return r.held[factor][from : from+len(buffer)], nil
	}
	if err := r.stored[factor].Read(from, buffer); err != nil {
		return nil, fmt.Errorf("health: %w", err)
	}
	return buffer, nil
}

// close gives the space of stored ranks back.
func (r *rankings) close() {
	if r.file != nil {
		r.file.Close()
	}
}
