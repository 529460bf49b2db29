package models

import "holdfast/dataset"

// rooms are the Rooms of a table that one piece of work has taken.
type rooms struct {
	table *dataset.Table
	taken [][]float64
}

// take is room for n numbers, whatever they are.
func (r *rooms) take(n int) []float64 {
	room := dataset.EmptyRoom[float64](r.table, n)[:n]
	r.taken = append(r.taken, room)
	return room
}

// vacate gives all of them back, and others of the same table.
func (r *rooms) vacate(others ...[]float64) {
	for _, room := range append(r.taken, others...) {
		dataset.Vacate(r.table, room)
	}
}
