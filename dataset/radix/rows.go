package radix

// Rising sorts rows, which are positions in x, by their number; equals, zeros of either sign
// among them, keep their order. The result lies in the memory of rows or in other.
func Rising(x []float64, rows []int32) []int32 { return byNumber(x, rows, 0) }

// Falling is Rising with the highest number first; equals keep their order too.
func Falling(x []float64, rows []int32) []int32 { return byNumber(x, rows, ^uint64(0)) }

// byNumber sorts rows by the keys of their numbers, of which the given bits are turned; x itself is
// read once, in the order of the rows.
func byNumber(x []float64, rows []int32, turned uint64) []int32 {
	keys := make([]uint64, len(rows))
	for i, row := range rows {
		keys[i] = Key(x[row]+0) ^ turned // -0 + 0 is 0
	}
	return Keyed[int32]{keys, rows}.Sort().Rows
}
