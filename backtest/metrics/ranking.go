package metrics

import "math"

// Ranking is the rows sorted once by score, highest first, ready to be swept
// any number of times with other multiplicities of the accounts. A row takes 8
// bytes, an account 8. A ranking is read only after [NewRanking], so sweeps may run concurrently.
type Ranking struct {
	code      []uint32 // per row, in order: account<<2 | lastOfTie<<1 | churned
	row       []uint32 // the same rows as numbered by the caller
	account   []counts // rows per account, counted once
	undefined bool     // a score was NaN: nothing can be said
}

// Bits of a row's code. Packing the three facts of a row into one word keeps a
// sweep down to one stream of memory and one gather.
const (
	churnedBit   = 1
	lastOfTieBit = 2
	accountShift = 2
	maxAccounts  = 1 << (32 - accountShift)
)

// tally counts rows by outcome. Counts are int64 throughout: products of two of
// them, pairs of rows, must fit as well.
type tally struct{ churned, renewed int64 }

// add counts one row.
func (t *tally) add(churned bool) {
	if churned {
		t.churned++
	} else {
		t.renewed++
	}
}

// counts is a [tally] to be kept of each account: the rows of a ranking are numbered in 32 bits.
type counts struct{ churned, renewed uint32 }

// add counts one row.
func (c *counts) add(churned bool) {
	if churned {
		c.churned++
	} else {
		c.renewed++
	}
}

// tally is the same to reckon with.
func (c counts) tally() tally { return tally{int64(c.churned), int64(c.renewed)} }

// NewRanking sorts n rows by score, in O(n). cluster gives each row's account,
// 0 <= cluster[i] < 2^30; nil makes row i account i. A NaN score makes every
// metric of the ranking NaN.
func NewRanking(score []float64, churned []bool, cluster []int32) *Ranking {
	mustMatch(len(churned), len(score))
	if cluster != nil {
		mustMatch(len(churned), len(cluster))
	}
	return rank(score, churned, cluster, tallies(churned, cluster))
}

// NewRankings ranks several candidates on the same rows, a processor each. They share what
// does not depend on the score.
func NewRankings(scores [][]float64, churned []bool, cluster []int32) []*Ranking {
	for _, score := range scores {
		mustMatch(len(churned), len(score))
	}
	if cluster != nil {
		mustMatch(len(churned), len(cluster))
	}
	account, out := tallies(churned, cluster), make([]*Ranking, len(scores))
	sideBySide(len(scores), func(i int) { out[i] = rank(scores[i], churned, cluster, account) })
	return out
}

// rank is [NewRanking] with the tallies of the accounts at hand: they are the same for all
// candidates on the same rows.
func rank(score []float64, churned []bool, cluster []int32, account []counts) *Ranking {
	rows, ok := descending(score, churned)
	if !ok {
		return &Ranking{undefined: true, account: account}
	}
	r := &Ranking{code: make([]uint32, len(rows.Rows)), row: rows.Rows, account: account}
	for i, row := range rows.Rows {
		c := row // without accounts, the row is the account
		if cluster != nil {
			c = uint32(cluster[row])
		}
		c <<= accountShift
		if i+1 == len(rows.Keys) || rows.Keys[i+1] != rows.Keys[i] {
			c |= lastOfTieBit
		}
		if churned[row] {
			c |= churnedBit
		}
		r.code[i] = c
	}
	return r
}

// newPlainRanking ranks rows for a single sweep in which all count once. One
// account for all of them saves the sweep its gather.
func newPlainRanking(score []float64, churned []bool) *Ranking {
	return NewRanking(score, churned, make([]int32, len(churned)))
}

// tallies counts each account's rows; the slice has one element per account
// number, also for numbers without rows. Counted once per ranking, they give the
// totals of any multiplicities in one pass over the accounts instead of the rows.
func tallies(churned []bool, cluster []int32) []counts {
	accounts := len(churned)
	if cluster != nil {
		accounts = clusterCount(cluster)
	}
	if accounts > maxAccounts {
		panic("metrics: more than 2^30 accounts in one ranking")
	}
	t := make([]counts, accounts)
	for i, y := range churned {
		g := i
		if cluster != nil {
			g = int(cluster[i])
		}
		t[g].add(y)
	}
	return t
}

// clusterCount is one more than the highest account number.
func clusterCount(cluster []int32) int {
	n := 0
	for _, g := range cluster {
		if g < 0 {
			panic("metrics: account number below zero")
		}
		n = max(n, int(g)+1)
	}
	return n
}

// weights is count, or a one for every account if count is nil. Sweeps then have
// a single form; they need not ask at every row whether there are counts.
func (r *Ranking) weights(count []int32) []int32 {
	if count != nil {
		mustMatch(len(r.account), len(count))
		return count
	}
	ones := make([]int32, len(r.account))
	for g := range ones {
		ones[g] = 1
	}
	return ones
}

// totals counts rows by outcome, each account count[g] times.
func (r *Ranking) totals(count []int32) tally {
	var t tally
	for g, a := range r.account {
		t.churned += int64(count[g]) * int64(a.churned)
		t.renewed += int64(count[g]) * int64(a.renewed)
	}
	return t
}

// block counts the tied rows that start at position i, each account count[g]
// times, and says where they end. Every sweep but the hottest two goes by blocks,
// so that none of them can look inside a tie.
func (r *Ranking) block(i int, count []int32) (end int, t tally) {
	for {
		c := r.code[i]
		i++
		w := int64(count[c>>accountShift])
		hit := w & -int64(c&churnedBit)
		t.churned += hit
		t.renewed += w - hit
		if c&lastOfTieBit != 0 {
			return i, t
		}
	}
}

// mustMatch guards the functions that return bare numbers: slices of different
// length are a slip in the calling code, not in anybody's data. It panics
// unless a slice has as many elements as the outcome.
func mustMatch(want, got int) {
	if want != got {
		panic("metrics: slices of different length")
	}
}

// ratio is a/b, and NaN (not infinite) where b is zero.
func ratio(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}

// tieFrom is the end of the tie that starts at a position.
func (r *Ranking) tieFrom(from int) (end int) {
	for end = from; r.code[end]&lastOfTieBit == 0; end++ {
	}
	return end + 1
}
