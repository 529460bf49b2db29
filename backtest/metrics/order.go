package metrics

import "holdfast/dataset/radix"

// keyed are rows beside the keys of their scores, or of other numbers.
type keyed = radix.Keyed[uint32]

// descending orders the rows by score, highest first, and within equal scores
// renewed rows before churned ones. ok is false if a score is NaN.
//
// The order is canonical: rows that are equal in both score and outcome are
// interchangeable, so whatever is added up along it does not depend on the
// order in which the rows came.
func descending(score []float64, churned []bool) (rows keyed, ok bool) {
	if inOrder(score, churned) {
		rows = radix.NewKeyed[uint32](len(score))
		for i, s := range score {
			rows.Keys[i], rows.Rows[i] = descendingKey(s), uint32(i)
		}
		return rows, true
	}
	if rows, ok = keyedByOutcome(score, churned); !ok {
		return keyed{}, false
	}
	return rows.Sort(), true
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
func Order(score []float64, churned []bool) []int32 {
	mustMatch(len(score), len(churned))
	if inOrder(score, churned) {
		out := make([]int32, len(score))
		for i := range out {
			out[i] = int32(i)
		}
		return out
	}
	rows, ok := keyedByOutcome(score, churned)
	if !ok {
		return orderOfKnown(score, churned)
	}
	out := make([]int32, len(rows.Rows))
	for i, row := range rows.Sort().Rows {
		out[i] = int32(row)
	}
	return out
}

// IsOrdered reports whether rows come in the order of [Order], all of them with a score.
func IsOrdered(score []float64, churned []bool) bool {
	mustMatch(len(score), len(churned))
	return inOrder(score, churned)
}

// orderOfKnown is [Order] of rows of which some have no score.
func orderOfKnown(score []float64, churned []bool) []int32 {
	var known, last []int32
	var s []float64
	var y []bool
	for i, v := range score {
		if v != v {
			last = append(last, int32(i))
		} else {
			known, s, y = append(known, int32(i)), append(s, v), append(y, churned[i])
		}
	}
	out := make([]int32, 0, len(score))
	for _, i := range Order(s, y) {
		out = append(out, known[i])
	}
	return append(out, last...)
}

// keyedByOutcome are the rows with their keys, unsorted: the renewed ones first, either in
// the order in which they came.
func keyedByOutcome(score []float64, churned []bool) (rows keyed, ok bool) {
	rows = radix.NewKeyed[uint32](len(score))
	next := [2]int{0, len(score) - countTrue(churned[:len(score)])} // place of a renewed and a churned row
	for i, s := range score {
		if s != s {
			return keyed{}, false
		}
		at := &next[index(churned[i])]
		rows.Keys[*at], rows.Rows[*at] = descendingKey(s), uint32(i)
		*at++
	}
	return rows, true
}

// descendingKey maps a score to an integer that sorts the other way round. -0 becomes +0
// first, because the two are equal scores.
func descendingKey(score float64) uint64 { return ^radix.Key(score + 0) }
