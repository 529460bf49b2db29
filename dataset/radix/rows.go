package radix

import (
	"cmp"
	"slices"
)

// Few rows whose numbers differ at all agree in the upper three digits: sign, exponent and 19
// bits of the fraction. So the lower ones are left for last, and sorted only within the runs that
// agree and are not in order.
const (
	lowDigits = 3
	lowBits   = lowDigits * digitBits
	shortRun  = 128 // rows that are sorted by insertion: for fewer, counting digits takes longer
)

// Rising sorts rows, which are positions in x, by their number; equals, zeros of either sign
// among them, keep their order. The result lies in the memory of rows or in other.
func Rising(x []float64, rows []int32) []int32 { return byKey(x, rows, 0) }

// Falling is Rising with the highest number first; equals keep their order too.
func Falling(x []float64, rows []int32) []int32 { return byKey(x, rows, ^uint64(0)) }

// byKey sorts rows by their keys, of which the given bits are turned. Keys travel with their
// rows, so that every pass reads memory in sequence; x itself is read once, in the order of
// the rows.
func byKey(x []float64, rows []int32, turned uint64) []int32 {
	of := func(row int32) uint64 { return key(x[row]+0) ^ turned } // -0 + 0 is 0
	if len(rows) < few {
		slices.SortStableFunc(rows, func(a, b int32) int { return cmp.Compare(of(a), of(b)) })
		return rows
	}
	k := keyed{make([]uint64, len(rows)), rows}
	for i, row := range rows {
		k.keys[i] = of(row)
	}
	spare := keyed{make([]uint64, len(rows)), make([]int32, len(rows))}
	k, spare = k.byDigits(spare, lowDigits, digitCount)
	for from := 0; from < len(rows); {
		to, sorted := k.run(from)
		if !sorted {
			k.slice(from, to).byLowDigits(spare.slice(from, to))
		}
		from = to
	}
	return k.rows
}

// keyed are rows beside their keys.
type keyed struct {
	keys []uint64
	rows []int32
}

func (k keyed) slice(from, to int) keyed { return keyed{k.keys[from:to], k.rows[from:to]} }

// run is where the rows end that agree in the upper digits with the one at from, and whether they
// are sorted.
func (k keyed) run(from int) (to int, sorted bool) {
	sorted = true
	before := k.keys[from]
	for to = from + 1; to < len(k.keys); to++ {
		next := k.keys[to]
		if next>>lowBits != before>>lowBits {
			break
		}
		sorted = sorted && next >= before
		before = next
	}
	return to, sorted
}

// byLowDigits sorts a run in place.
func (k keyed) byLowDigits(spare keyed) {
	if len(k.rows) > shortRun {
		sorted, _ := k.byDigits(spare, 0, lowDigits)
		copy(k.keys, sorted.keys)
		copy(k.rows, sorted.rows)
		return
	}
	for i := 1; i < len(k.rows); i++ {
		key, row, at := k.keys[i], k.rows[i], i
		for ; at > 0 && k.keys[at-1] > key; at-- {
			k.keys[at], k.rows[at] = k.keys[at-1], k.rows[at-1]
		}
		k.keys[at], k.rows[at] = key, row
	}
}

// byDigits sorts by the digits [from, to), using spare of the same length. It returns which of
// the two is sorted, and the other.
func (k keyed) byDigits(spare keyed, from, to int) (sorted, other keyed) {
	var count counts
	for _, key := range k.keys {
		for d := from; d < to; d++ {
			count[d][key>>(d*digitBits)%digitSize]++
		}
	}
	for d := from; d < to; d++ {
		if count.shared(d, k.keys[0], len(k.keys)) {
			continue
		}
		next, shift := count.starts(d), d*digitBits
		for i, key := range k.keys {
			at := &next[key>>shift%digitSize]
			spare.keys[*at], spare.rows[*at] = key, k.rows[i]
			*at++
		}
		k, spare = spare, k
	}
	return k, spare
}
