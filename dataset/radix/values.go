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
const few = 1 << 8

// counts are how many rows have each value of each digit.
type counts [digitCount][digitSize]int32

// Sort sorts numbers, none of them NaN, and negative zero before zero: in their memory, or in
// other of the same capacity.
func Sort(x []float64) []float64 {
	if len(x) < few {
		slices.SortFunc(x, compare)
		return x
	}
	spare := make([]float64, len(x), cap(x)) // one of the two is returned, and its capacity used
	x, spare = byDigits(x, spare, lowDigits, digitCount)
	for from := 0; from < len(x); {
		to, sorted := run(x, from)
		if !sorted {
			sortRun(x[from:to], spare[from:to])
		}
		from = to
	}
	return x
}

// run is where the numbers end that agree in the upper digits with the one at from, and whether
// they are sorted.
func run(x []float64, from int) (to int, sorted bool) {
	sorted = true
	before := Key(x[from])
	for to = from + 1; to < len(x); to++ {
		next := Key(x[to])
		if next>>lowBits != before>>lowBits {
			break
		}
		sorted = sorted && next >= before
		before = next
	}
	return to, sorted
}

// sortRun sorts a run in place.
func sortRun(x, spare []float64) {
	if len(x) < few {
		slices.SortFunc(x, compare)
		return
	}
	sorted, _ := byDigits(x, spare, 0, lowDigits)
	copy(x, sorted)
}

// byDigits sorts by the digits [from, to), using spare of the same length. It returns which of
// the two is sorted, and the other.
func byDigits(x, spare []float64, from, to int) (sorted, other []float64) {
	var count counts
	for _, v := range x {
		for d, key := from, Key(v)>>(from*digitBits); d < to; d++ {
			count[d][key%digitSize]++
			key >>= digitBits
		}
	}
	for d := from; d < to; d++ {
		if count.shared(d, Key(x[0]), len(x)) {
			continue
		}
		next, shift := count.starts(d), d*digitBits
		for _, v := range x {
			at := &next[Key(v)>>shift%digitSize]
			spare[*at] = v
			*at++
		}
		x, spare = spare, x
	}
	return x, spare
}

// compare puts numbers in the order of their keys.
func compare(a, b float64) int { return cmp.Compare(Key(a), Key(b)) }

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

// Key is a whole number in the order of the number.
func Key(v float64) uint64 {
	bits := math.Float64bits(v)
	return bits ^ (uint64(int64(bits)>>63) | 1<<63)
}

// Number is the number of a key.
func Number(key uint64) float64 {
	return math.Float64frombits(key ^ (uint64(int64(^key)>>63) | 1<<63))
}
