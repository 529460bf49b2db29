package features

import (
	"sync"

	"holdfast/dataset/spill"
)

// rooms is memory for the columns of stored designs while they are made: a factor finds that of
// the factors before it.
type rooms struct {
	mu   sync.Mutex
	free [][]float64 // of one length
}

// take is memory for so many rows, whatever is in it: a piece of the file that the columns go to.
func (r *rooms) take(rows int, file *spill.File) []float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := len(r.free) - 1
	if last < 0 {
		return spill.Empty[float64](file, rows)[:rows]
	}
	room := r.free[last]
	r.free = r.free[:last]
	return room
}

// give takes memory back.
func (r *rooms) give(list [][]float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = append(r.free, list...)
}

// clear gives up the memory that nobody is in.
func (r *rooms) clear(file *spill.File) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, room := range r.free {
		spill.Give(file, room)
	}
	r.free = nil
}
