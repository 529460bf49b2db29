package radix

import (
	"cmp"
	"math"
	"slices"
)

// Six digits of 11 bits cover a float64, and the 2,048 counters of one stay in the
// first-level cache.
const (
	digitBits  = 11
	digitSize  = 1 << digitBits
	digitCount = (64 + digitBits - 1) / digitBits
)

// few are so few that comparing them is faster.
const few = 1 << 11

// counts are how many rows have each value of each digit.
type counts [digitCount][digitSize]int32

// Sort sorts numbers, none of them NaN, and negative zero before zero: in their memory, or in
// other of the same capacity.
func Sort(x []float64) []float64 {
	if len(x) < few {
		slices.SortFunc(x, func(a, b float64) int { return cmp.Compare(key(a), key(b)) })
		return x
	}
	var count counts
	for _, v := range x {
		count.add(key(v))
	}
	spare := make([]float64, len(x), cap(x)) // one of the two is returned, and its capacity used
	for d := range count {
		if count.shared(d, key(x[0]), len(x)) {
			continue
		}
		next, shift := count.starts(d), d*digitBits
		for _, v := range x {
			at := &next[key(v)>>shift%digitSize]
			spare[*at] = v
			*at++
		}
		x, spare = spare, x
	}
	return x
}

// add counts the digits of one key.
func (c *counts) add(key uint64) {
	for d := range c {
		c[d][key>>(d*digitBits)%digitSize]++
	}
}

// shared says whether all n keys have a digit in common with one of them.
func (c *counts) shared(d int, key uint64, n int) bool {
	return int(c[d][key>>(d*digitBits)%digitSize]) == n
}

// starts turns the counts of a digit into the positions at which the rows of each begin.
func (c *counts) starts(d int) *[digitSize]int32 {
	next := int32(0)
	for k, n := range c[d] {
		c[d][k] = next
		next += n
	}
	return &c[d]
}

// key is a whole number in the order of the number.
func key(v float64) uint64 {
	bits := math.Float64bits(v)
	return bits ^ (uint64(int64(bits)>>63) | 1<<63)
}
