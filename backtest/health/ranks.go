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

	mu sync.Mutex // of held and stored, while factors are ranked side by side
}

// newRankings makes room for the ranks of so many factors over the examples of a table.
func newRankings(t *dataset.Table, factors int) (*rankings, error) {
	file, err := t.Scratch()
	if err != nil {
		return nil, fmt.Errorf("health: %w", err)
	}
	return &rankings{rows: t.Rows(), held: make([][]float64, factors), stored: make([]spill.Column[float64], factors), file: file}, nil
}

// put keeps the ranks of a factor.
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

// has says whether the factor is a number.
func (r *rankings) has(factor int) bool {
	return r.held[factor] != nil || r.stored[factor].Len() > 0
}

// get returns the ranks of a factor: its own memory, or the buffer, which is made when
// it is nil.
func (r *rankings) get(factor int, buffer []float64) ([]float64, error) {
	if r.file == nil {
		return r.held[factor], nil
	}
	if buffer == nil {
		buffer = make([]float64, r.rows)
	}
	if err := r.stored[factor].Read(0, buffer); err != nil {
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
