package features

import (
	"cmp"
	"math"
	"slices"
)

// A radix sort by digits of 11 bits: six passes over a million numbers, and one or two over
// counts, whose low bits are all alike.
const (
	digitBits  = 11
	digitSize  = 1 << digitBits
	digitCount = (64 + digitBits - 1) / digitBits
)

// fewValues are so few that comparing them is faster.
const fewValues = 1 << 11

// ascending sorts numbers, none of them NaN, and negative zero before zero, in their memory or
// in other of the same capacity. Every factor is sorted in every fold, so that the sort is
// linear in the rows.
func ascending(x []float64) []float64 {
	if len(x) < fewValues {
		slices.SortFunc(x, func(a, b float64) int { return cmp.Compare(sortKey(a), sortKey(b)) })
		return x
	}
	var count [digitCount][digitSize]int32
	for _, v := range x {
		key := sortKey(v)
		for d := range count {
			count[d][key>>(d*digitBits)%digitSize]++
		}
	}
	spare := make([]float64, len(x), cap(x)) // one of the two is returned, and its capacity used
	first := sortKey(x[0])
	for d := range count {
		shift := d * digitBits
		if int(count[d][first>>shift%digitSize]) == len(x) {
			continue // all have this digit
		}
		scatter(spare, x, &count[d], shift)
		x, spare = spare, x
	}
	return x
}

// scatter moves numbers to where their digit belongs; equals keep their order.
func scatter(to, from []float64, count *[digitSize]int32, shift int) {
	next := int32(0)
	for d, n := range count {
		count[d] = next
		next += n
	}
	for _, v := range from {
		d := sortKey(v) >> shift % digitSize
		to[count[d]] = v
		count[d]++
	}
}

// sortKey is a whole number in the order of the number: the bits as they are with the sign
// turned, or for negative ones all bits turned (Herf 2001).
func sortKey(v float64) uint64 {
	bits := math.Float64bits(v)
	return bits ^ (uint64(int64(bits)>>63) | 1<<63)
}
