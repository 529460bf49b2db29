package expr

// Scratch is kept from batch to batch: a scoring run evaluates the same few
// expressions over thousands of batches, and clearing fresh memory for each
// would cost as much as a rule.

// stack hands out scratch blocks, the last first to come back. It grows to the
// depth that the expression needs and stays there.
type stack[T any] struct {
	blocks [][]T
	used   int
}

// take returns a block of n <= blockRows values, whatever they are.
func (s *stack[T]) take(n int) []T {
	if s.used == len(s.blocks) {
		s.blocks = append(s.blocks, make([]T, blockRows))
	}
	s.used++
	return s.blocks[s.used-1][:n]
}

// drop gives the last block back.
func (s *stack[T]) drop() { s.used-- }
