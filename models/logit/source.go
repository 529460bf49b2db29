package logit

// Source is a design that is read piece by piece, because it lies on a disk and would
// not fit in memory. It gives the same values however often it is read, also to several
// goroutines at once.
type Source interface {
	// Size is the number of rows and of columns.
	Size() (rows, columns int)
	// Piece returns rows [from, from+len(buffer)) of a column: in the buffer, or in
	// memory of its own, which is not written to.
	Piece(column, from int, buffer []float64) ([]float64, error)
	// Mark tells columns apart: those with equal marks, of one source or of two, hold the same values,
	// so that what is known of one need not be measured or read again for the other. It is comparable;
	// nil: the column is like no other.
	Mark(column int) any
}

// held is the Source of columns in memory.
type held [][]float64

// Size is that of the columns, which check has found to be equally long.
func (h held) Size() (rows, columns int) {
	if len(h) == 0 {
		return 0, 0
	}
	return len(h[0]), len(h)
}

// Piece is a view of the column; of the buffer only its length counts.
func (h held) Piece(column, from int, buffer []float64) ([]float64, error) {
	return h[column][from : from+len(buffer)], nil
}

// address is the Mark of a column in memory: where it begins, and how many values it has.
type address struct {
	first *float64
	rows  int
}

// Mark is the memory itself.
func (h held) Mark(column int) any {
	if len(h[column]) == 0 {
		return nil
	}
	return address{&h[column][0], len(h[column])}
}

// matrix is the design as it was given.
func (p Problem) matrix() Source {
	if p.Source != nil {
		return p.Source
	}
	return held(p.Columns)
}

// width is the number of columns.
func (p Problem) width() int {
	_, columns := p.matrix().Size()
	return columns
}

// window is one worker's view of the rows of one chunk: the columns of the problem that
// are part of the design, as they were given.
type window struct {
	d      *design
	cols   [][]float64
	lo, hi int   // rows of cols
	marks  []any // of the columns

	own   Shelf
	shelf *Shelf // where columns that are read lie: its own, or in a convoy that of the worker
}

// newWindow makes a window that looks at nothing yet.
func newWindow(d *design) *window {
	w := &window{d: d, cols: make([][]float64, len(d.source)), marks: make([]any, len(d.source))}
	for j, c := range d.source {
		w.marks[j] = d.x.Mark(c)
	}
	w.shelf = &w.own
	return w
}

// load reads the columns of a chunk.
func (w *window) load(chunk int) error {
	return w.read(chunk*chunkRows, min((chunk+1)*chunkRows, w.d.n))
}

// read reads rows [lo, hi) of the columns, a chunk at most.
func (w *window) read(lo, hi int) error {
	w.lo, w.hi = lo, hi
	if h, inMemory := w.d.x.(held); inMemory {
		for j, c := range w.d.source {
			w.cols[j] = h[c][lo:hi]
		}
		return nil
	}
	w.shelf.Turn(lo, hi)
	for j, c := range w.d.source {
		var err error
		if w.cols[j], err = w.shelf.Piece(w.d.x, c, w.marks[j]); err != nil {
			return err
		}
	}
	return nil
}

// walk calls do with the pieces of one column of a source in order.
func walk(x Source, column, rows int, do func(from int, piece []float64)) error {
	if h, ok := x.(held); ok {
		do(0, h[column])
		return nil
	}
	buffer := make([]float64, min(chunkRows, rows))
	for from := 0; from < rows; from += len(buffer) {
		piece, err := x.Piece(column, from, buffer[:min(len(buffer), rows-from)])
		if err != nil {
			return err
		}
		do(from, piece)
	}
	return nil
}
