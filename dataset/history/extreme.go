package history

import "math"

// extreme keeps the values of a moving window that can still become its smallest: each
// is smaller than all that came before it and left. The first is the smallest now.
// Every value enters and leaves once, however long the window.
type extreme struct {
	day   []int32
	value []float64
	first int // values before it have left the window
}

// clear forgets all values and keeps the memory.
func (e *extreme) clear() { e.day, e.value, e.first = e.day[:0], e.value[:0], 0 }

// add lets a value in at the new end: older ones that are not smaller never count
// again.
func (e *extreme) add(day int32, value float64) {
	end := len(e.value)
	for end > e.first && e.value[end-1] >= value {
		end--
	}
	e.day, e.value = append(e.day[:end], day), append(e.value[:end], value)
}

// smallest is the smallest value, NaN without any.
func (e *extreme) smallest() float64 {
	if e.first == len(e.value) {
		return math.NaN()
	}
	return e.value[e.first]
}

// walkExtreme is walkSettled for Min and Max; the largest value is the smallest with
// all signs turned.
func (w *walker) walkExtreme(r rows, out []float64) {
	sign := 1.0
	if w.spec.As == Max {
		sign = -1
	}
	w.deck.clear()
	for i, t := range r.day {
		if v := r.of[i]; finite(v) {
			w.deck.add(t, sign*v)
		}
		for w.deck.first < len(w.deck.day) && !w.spec.reaches(t, w.deck.day[w.deck.first]) {
			w.deck.first++
		}
		out[i] = sign*w.deck.smallest() + 0
	}
}
