package features

import "sync"

// rooms is memory for the columns of stored designs while they are made: a factor finds that of
// the factors before it.
type rooms struct {
	mu   sync.Mutex
	free [][]float64 // of one length
}

// take is memory for so many rows, whatever is in it.
func (r *rooms) take(rows int) []float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := len(r.free) - 1
	if last < 0 {
		return make([]float64, rows)
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

// clear forgets the memory that nobody is in.
func (r *rooms) clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free = nil
}
