package parquetio

import "sync"

// Files grow by the month, and an analysis goes by the account, so the rows of most tables change places. They do so column
// by column, as soon as a column is decoded: the table is not held twice. Values are gathered in the order of the table and
// not scattered in that of the files, because a processor can wait for many reads at once but ends its writes one by one.

// checkOrder compares the order that is wanted with the rows that are read, and finds those that are left out.
func (j *job) checkOrder(order []int32) error {
	if order == nil {
		return nil
	}
	wanted := make([]bool, j.rows)
	left := j.rows
	for _, row := range order {
		if row < 0 || int(row) >= j.rows {
			return fileErrorf(j.path, "has %d rows, of which row %d is wanted; do not write it while it is read", j.rows, row)
		}
		if !wanted[row] {
			left--
		}
		wanted[row] = true
	}
	if left > 0 {
		j.wanted = wanted
	}
	j.order, j.table.Rows = order, len(order)
	j.detour = sync.OnceValue(func() detour { return newDetour(order, j.rows) })
	return nil
}

// wantedOf says which of the rows [from, to) are wanted; nil: all of them.
func (j *job) wantedOf(from, to int) []bool {
	if j.wanted == nil {
		return nil
	}
	return j.wanted[from:to]
}

// forget makes the codes of rows that are not wanted null, so that texts which occur there only are no levels.
func forget(codes []int32, wanted []bool) {
	for i, w := range wanted {
		if !w {
			codes[i] = -1
		}
	}
}

// arrange puts the rows of a decoded column into the order of the table.
func (j *job) arrange(c *Column) {
	switch {
	case c.Numbers != nil:
		inFiles := c.Numbers
		c.Numbers = j.spare.take(len(j.order))
		numberEntries(c.Numbers, inFiles, j.detour().order)
		j.spare.give(inFiles)
	case c.Days != nil:
		c.Days = gather(make([]int32, len(j.order)), c.Days, j.order)
	case c.Codes != nil:
		c.Codes = gather(make([]int32, len(j.order)), c.Codes, j.order)
	}
}

// gather fills dst with the values of the given rows.
func gather[T any](dst, values []T, rows []int32) []T {
	for i, row := range rows {
		dst[i] = values[row]
	}
	return dst
}

// spare is memory of columns that have been placed, for those that come after them.
type spare struct {
	mu    sync.Mutex
	lists [][]float64
}

// take returns memory for n numbers, which may hold anything.
func (s *spare) take(n int) []float64 {
	if list := s.given(n); list != nil {
		return list
	}
	return make([]float64, n) // beside others: it takes a while to clear so many
}

// given returns memory for n numbers that was given back last, or nil.
func (s *spare) given(n int) []float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := len(s.lists) - 1
	if last < 0 || len(s.lists[last]) != n {
		return nil
	}
	list := s.lists[last]
	s.lists = s.lists[:last]
	return list
}

// give takes memory back that nobody uses any more.
func (s *spare) give(list []float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lists = append(s.lists, list)
}
