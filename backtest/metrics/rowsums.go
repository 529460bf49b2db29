package metrics

import "math"

// tape hands out the multiplicities of rows in their order, summed over as many as are asked for
// at a time. It is a [stream] for long blocks.
type tape struct {
	accounts []uint32 // of the rows to come
	packed   []word
	words    int // rows whose multiplicities add up to no more than 16 bits
	bytes    int // and to no more than 8
}

// newTape plans for multiplicities up to most.
func newTape(accounts []uint32, packed []word, most uint8) tape {
	each := int(max(1, most))
	return tape{accounts, packed, math.MaxUint16 / each, math.MaxUint8 / each}
}

// next adds up the next n rows.
func (t *tape) next(n int) (sum [lanes]int64) {
	for n > 0 {
		some := min(n, t.words)
		addRows(&sum, t.accounts[:some], t.packed, t.bytes)
		t.accounts = t.accounts[some:]
		n -= some
	}
	return sum
}

// addRowsGo adds the multiplicities of accounts to sum. The rows are so few that those of a
// replicate fit 16 bits, and those of bytes of them 8.
func addRowsGo(sum *[lanes]int64, accounts []uint32, packed []word, bytes int) {
	var all wide
	for len(accounts) > 0 {
		some := accounts[:min(bytes, len(accounts))]
		var w word
		for _, g := range some {
			w = w.plus(packed[g])
		}
		all = all.plusWord(w)
		accounts = accounts[len(some):]
	}
	for l, n := range all.lanes() {
		sum[l] += n
	}
}
