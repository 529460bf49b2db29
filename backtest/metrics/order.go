package metrics

import (
	"math"
	"slices"
)

// radixBits is the digit of the radix sort: six passes cover 64 bits, and the
// 2,048 counters of a pass stay in the first-level cache.
const (
	radixBits   = 11
	radixSize   = 1 << radixBits
	radixPasses = (64 + radixBits - 1) / radixBits
	lowDigits   = radixPasses / 2 // left for last
	lowBits     = lowDigits * radixBits
	shortRun    = 32 // rows that are sorted by insertion
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
	if inOrder(score, churned) {
		rows = make([]keyed, len(score))
		for i, s := range score {
			rows[i] = keyed{descendingKey(s), uint32(i)}
		}
		return rows, true
	}
	if rows, ok = keyedByOutcome(score, churned); !ok {
		return nil, false
	}
	return radixSort(rows), true
}

// inOrder reports whether the rows come in the order of descending already; it looks no
// further than the first that does not. A NaN is in no order.
func inOrder(score []float64, churned []bool) bool {
	for i, s := range score {
		if s != s || i > 0 && (score[i-1] < s || score[i-1] == s && churned[i-1] && !churned[i]) {
			return false
		}
	}
	return true
}

// Order lists the rows as every metric here goes through them: by score, the highest first,
// and within equal scores renewed rows before churned ones, each in the order in which they
// came; rows without a score (NaN) stand last. A caller who wants many metrics of a score can
// put its rows into this order once: sorting them again takes but a look.
func Order(score []float64, churned []bool) []int {
	mustMatch(len(score), len(churned))
	if inOrder(score, churned) {
		out := make([]int, len(score))
		for i := range out {
			out[i] = i
		}
		return out
	}
	rows, ok := keyedByOutcome(score, churned)
	if !ok {
		return orderOfKnown(score, churned)
	}
	out := make([]int, len(rows))
	for i, r := range radixSort(rows) {
		out[i] = int(r.row)
	}
	return out
}

// IsOrdered reports whether rows come in the order of [Order], all of them with a score.
func IsOrdered(score []float64, churned []bool) bool {
	mustMatch(len(score), len(churned))
	return inOrder(score, churned)
}

// orderOfKnown is [Order] of rows of which some have no score.
func orderOfKnown(score []float64, churned []bool) []int {
	var known, last []int
	var s []float64
	var y []bool
	for i, v := range score {
		if v != v {
			last = append(last, i)
		} else {
			known, s, y = append(known, i), append(s, v), append(y, churned[i])
		}
	}
	out := make([]int, 0, len(score))
	for _, i := range Order(s, y) {
		out = append(out, known[i])
	}
	return append(out, last...)
}

// keyedByOutcome are the rows with their keys, unsorted: the renewed ones first, either in
// the order in which they came.
func keyedByOutcome(score []float64, churned []bool) (rows []keyed, ok bool) {
	rows = make([]keyed, len(score))
	at := [2]int{0, len(score) - countTrue(churned[:len(score)])} // of the next renewed and churned row
	for i, s := range score {
		if s != s {
			return nil, false
		}
		label := index(churned[i])
		rows[at[label]] = keyed{descendingKey(s), uint32(i)}
		at[label]++
	}
	return rows, true
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

// radixSort is linear in the rows where comparison sorts are not, and moves whole rows
// through memory in sequence. It sorts by key, keeping the order of equal keys (least
// significant digit first), and skips digits that all rows share, which makes short and
// integer-valued scores cheap.
//
// Few rows that differ at all agree in the upper half of the key. So the lower digits are
// left for last, and then only put in order within the short runs that need it; if runs
// are long, they are sorted like the whole.
func radixSort(rows []keyed) []keyed {
	if len(rows) == 0 {
		return rows
	}
	rows = sortDigits(rows, make([]keyed, len(rows)), lowDigits, radixPasses)
	for i := 0; i < len(rows); {
		end := i + 1
		for end < len(rows) && rows[end].key>>lowBits == rows[i].key>>lowBits {
			end++
		}
		sortRun(rows[i:end])
		i = end
	}
	return rows
}

// keyEnd is the position after the rows of one key that start at i.
func keyEnd(rows []keyed, i int) int {
	end := i + 1
	for end < len(rows) && rows[end].key == rows[i].key {
		end++
	}
	return end
}

// sortRun orders rows that agree in the upper digits by the lower ones, in place.
func sortRun(run []keyed) {
	if keyEnd(run, 0) == len(run) {
		return
	}
	if len(run) > shortRun {
		spare := make([]keyed, len(run))
		copy(run, sortDigits(slices.Clone(run), spare, 0, lowDigits))
		return
	}
	insertByKey(run)
}

// insertByKey sorts few rows in place; those of one key keep their order.
func insertByKey(run []keyed) {
	for i := 1; i < len(run); i++ {
		r, k := run[i], i
		for ; k > 0 && run[k-1].key > r.key; k-- {
			run[k] = run[k-1]
		}
		run[k] = r
	}
}

// sortDigits sorts by the digits [from, to) of the key, using spare, and returns the one of
// the two slices in which the rows end up. One pass counts the digits of all passes: their
// sums do not change with order.
func sortDigits(rows, spare []keyed, from, to int) []keyed {
	var count [radixPasses][radixSize]uint32
	for _, r := range rows {
		for p := from; p < to; p++ {
			count[p][r.key>>(p*radixBits)%radixSize]++
		}
	}
	for p := from; p < to; p++ {
		shift := p * radixBits
		if int(count[p][rows[0].key>>shift%radixSize]) == len(rows) {
			continue
		}
		// The counts become the positions at which each digit's rows start.
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
