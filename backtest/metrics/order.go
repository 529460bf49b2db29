package metrics

import "math"

// radixBits is the digit of the radix sort: six passes cover 64 bits, and the
// 2,048 counters of a pass stay in the first-level cache.
const (
	radixBits   = 11
	radixSize   = 1 << radixBits
	radixPasses = (64 + radixBits - 1) / radixBits
)

// keyed is a row and the sort key of its score.
type keyed struct {
	key uint64
	row uint32
}

// descending orders the rows by score, highest first, and within equal scores
// renewed rows before churned ones. ok is false if a score is NaN.
//
// The order is canonical: rows that are equal in both score and outcome are
// interchangeable, so whatever is added up along it does not depend on the
// order in which the rows came.
func descending(score []float64, churned []bool) (rows []keyed, ok bool) {
	rows = make([]keyed, 0, len(score))
	for _, label := range [2]bool{false, true} {
		for i, s := range score {
			if s != s {
				return nil, false
			}
			if churned[i] == label {
				rows = append(rows, keyed{descendingKey(s), uint32(i)})
			}
		}
	}
	return radixSort(rows), true
}

// descendingKey maps a score to an integer that sorts the other way round: the
// bits of a float64, with those of positive numbers flipped. -0 becomes +0
// first, because the two are equal scores.
func descendingKey(score float64) uint64 {
	b := math.Float64bits(score + 0)
	if b>>63 == 1 {
		return b
	}
	return ^b &^ (1 << 63)
}

// radixSort is linear in the rows where comparison sorts are not, and moves whole
// rows through memory in sequence. It sorts by key, keeping the order of equal keys (least significant
// digit first). Digits that all rows share are skipped, which makes short and
// integer-valued scores cheap.
func radixSort(rows []keyed) []keyed {
	var count [radixPasses][radixSize]uint32
	for _, r := range rows {
		for p := range count {
			count[p][r.key>>(p*radixBits)%radixSize]++
		}
	}
	// One pass counts the digits of all passes: their sums do not change with order.
	spare := make([]keyed, len(rows))
	for p := range count {
		// The counts become the positions at which each digit's rows start.
		shift := p * radixBits
		if len(rows) == 0 || int(count[p][rows[0].key>>shift%radixSize]) == len(rows) {
			continue
		}
		start := uint32(0)
		for d, n := range count[p] {
			count[p][d] = start
			start += n
		}
		for _, r := range rows {
			at := &count[p][r.key>>shift%radixSize]
			spare[*at] = r
			*at++
		}
		rows, spare = spare, rows
	}
	return rows
}
