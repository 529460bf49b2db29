package logit

// Shelf holds what one worker has read of some rows of columns on a disk: sweeps that it takes
// through a chunk one after the other find there what those before them have read. Its memory is
// that of the columns which are different, a chunk of each, however many fits look at them. The
// zero Shelf is empty.
type Shelf struct {
	lo, hi int               // the rows
	marked map[any][]float64 // columns by mark
	theirs [][]float64       // memory of those
	others [][]float64       // memory of columns without a mark
	spare  [][]float64       // memory that nobody looks at
}

// Turn makes room for rows [lo, hi), 4,096 at most; columns with a mark that lie there stay.
func (s *Shelf) Turn(lo, hi int) {
	s.spare, s.others = append(s.spare, s.others...), s.others[:0]
	if lo == s.lo && hi == s.hi {
		return
	}
	s.lo, s.hi = lo, hi
	s.spare, s.theirs = append(s.spare, s.theirs...), s.theirs[:0]
	clear(s.marked)
}

// Piece is the rows of a column with that mark (Source.Mark): those that lie there, or else they are
// read. They are good until the next Turn.
func (s *Shelf) Piece(x Source, column int, mark any) ([]float64, error) {
	if piece, known := s.marked[mark]; known {
		return piece, nil
	}
	memory := s.room()
	piece, err := x.Piece(column, s.lo, memory)
	if err != nil {
		s.spare = append(s.spare, memory)
		return nil, err
	}
	if mark == nil {
		s.others = append(s.others, memory)
		return piece, nil
	}
	if s.marked == nil {
		s.marked = make(map[any][]float64)
	}
	s.marked[mark], s.theirs = piece, append(s.theirs, memory)
	return piece, nil
}

// room is memory for the rows of a column.
func (s *Shelf) room() []float64 {
	if last := len(s.spare) - 1; last >= 0 {
		memory := s.spare[last]
		s.spare = s.spare[:last]
		return memory[:s.hi-s.lo]
	}
	return make([]float64, s.hi-s.lo, chunkRows)
}
