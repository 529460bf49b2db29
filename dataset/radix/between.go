package radix

// between copies the numbers of a block from low to high to the beginning of out, in their order, and counts
// those, the numbers that are lower than low, and all of them: NaN are none. out has room for the block and
// four more. What it does for a number does not depend on it, so that no processor guesses wrong.
func between(out, block []float64, low, high float64) (kept, below, numbers int) {
	done := 0
	done, kept, below, numbers = fastBetween(out, block, low, high)
	for _, v := range block[done:] {
		out[kept] = v
		kept += one(v >= low) & one(v <= high)
		below += one(v < low)
		numbers += one(v == v)
	}
	return kept, below, numbers
}

// one is 1 for true.
func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
