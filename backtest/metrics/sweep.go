package metrics

import "math"

// sweep goes through a plan for sixteen replicates at once. What it counts is, for every
// pair of a churned and a renewed row, two where the renewed one stands above and one where
// they tie: AUC is all pairs less those. In steps, for each block,
//
//  1. add up the multiplicities of the renewed rows above it, in bytes while they fit (one
//     addition for eight replicates), then in lanes of 16 bits;
//  2. likewise those of its own renewed rows and of its churned ones;
//  3. only then take the lanes apart, and add churned times (renewed before + renewed after)
//     to each: before and after the block's own renewed rows, so that ties count one half.
//
// Lanes hold what came since the last settlement, so that they need not hold all; at a
// settlement the rows that came before it are accounted for, by one product per lane. Blocks
// too long for a lane, which ties of a few levels make, take the slow way.
type sweep struct {
	above   [lanes]int64 // renewed rows above, up to the last settlement
	churned [lanes]int64 // churned rows above, likewise
	lost    [lanes]int64 // two for each pair with the renewed row on top, one for a tie

	near, hits wide          // renewed and churned rows since then
	pairs      [lanes]uint32 // what is lost among those: at most 2 (2^15)^2 of 2^32
	room       int           // rows that near and hits can still take

	renewed, hit stream // the rows to come
	bytes, words int    // rows whose multiplicities add up to no more than a byte, to 16 bits
}

// newSweep plans for multiplicities up to most: with 15, which a thousand replicates of any
// number of accounts hardly exceed, 17 rows fit a byte and 4,369 a lane.
func newSweep(most uint8) *sweep {
	each := int(max(1, most))
	return &sweep{bytes: math.MaxUint8 / each, words: math.MaxUint16 / each, room: math.MaxUint16 / each}
}

// auc is [Ranking.AUC] of a lane. The integers under the fraction are those of AUC, and so
// is the fraction, hence the same bits. The totals fall out of the sweep: at its end all
// rows are above.
func (s *sweep) auc(l int) float64 {
	pairs := 2 * s.churned[l] * s.above[l]
	return ratio(float64(pairs-s.lost[l]), 2*float64(s.churned[l])*float64(s.above[l]))
}

// run sweeps all blocks.
func (s *sweep) run(p *plan, packed []word) {
	s.renewed, s.hit = newStream(p.renewed, packed, s.bytes), newStream(p.churned, packed, s.bytes)
	for _, b := range p.blocks {
		rows := int(b.above) + int(b.tied) + int(b.churned)
		if rows > s.room {
			s.settle()
		}
		if rows > s.room {
			s.large(b)
			continue
		}
		s.room -= rows
		s.small(b)
	}
	s.settle()
}

// small takes in a block for which there is room.
func (s *sweep) small(b block) {
	before := s.near.plus(s.renewed.next(int(b.above)))
	after := before
	if b.tied > 0 {
		after = before.plus(s.renewed.next(int(b.tied)))
	}
	h := s.hit.next(int(b.churned))
	s.near, s.hits = after, s.hits.plus(h)
	s.lose(0, h.low, before.low, after.low)
	s.lose(8, h.high, before.high, after.high)
}

// lose counts the pairs of eight lanes. It is written out because taking lanes apart is what
// a churned row costs.
func (s *sweep) lose(first int, h, before, after eight) {
	p := s.pairs[first:][:8]
	p[0] += uint32(uint16(h.even)) * (uint32(uint16(before.even)) + uint32(uint16(after.even)))
	p[1] += uint32(uint16(h.odd)) * (uint32(uint16(before.odd)) + uint32(uint16(after.odd)))
	p[2] += uint32(uint16(h.even>>16)) * (uint32(uint16(before.even>>16)) + uint32(uint16(after.even>>16)))
	p[3] += uint32(uint16(h.odd>>16)) * (uint32(uint16(before.odd>>16)) + uint32(uint16(after.odd>>16)))
	p[4] += uint32(uint16(h.even>>32)) * (uint32(uint16(before.even>>32)) + uint32(uint16(after.even>>32)))
	p[5] += uint32(uint16(h.odd>>32)) * (uint32(uint16(before.odd>>32)) + uint32(uint16(after.odd>>32)))
	p[6] += uint32(h.even>>48) * (uint32(before.even>>48) + uint32(after.even>>48))
	p[7] += uint32(h.odd>>48) * (uint32(before.odd>>48) + uint32(after.odd>>48))
}

// settle takes the lanes over into full integers. pairs has what churned rows lose to the
// renewed ones since the last settlement; those of before are above every one of them.
func (s *sweep) settle() {
	for l := range lanes {
		h := s.hits.lane(l)
		s.lost[l] += int64(s.pairs[l]) + 2*h*s.above[l]
		s.churned[l] += h
		s.above[l] += s.near.lane(l)
	}
	s.near, s.hits, s.pairs, s.room = wide{}, wide{}, [lanes]uint32{}, s.words
}

// large takes in a block too long for lanes of 16 bits, right after a settlement.
func (s *sweep) large(b block) {
	a, t, h := s.total(&s.renewed, b.above), s.total(&s.renewed, b.tied), s.total(&s.hit, b.churned)
	for l := range lanes {
		s.above[l] += a[l]
		s.lost[l] += h[l] * (2*s.above[l] + t[l])
		s.churned[l] += h[l]
		s.above[l] += t[l]
	}
}

// total adds any number of rows, as many at a time as a lane holds.
func (s *sweep) total(rows *stream, n uint32) (sum [lanes]int64) {
	if int(n) <= s.words {
		w := rows.next(int(n))
		return w.lanes()
	}
	for left := int(n); left > 0; left -= s.words {
		for l, x := range rows.next(min(s.words, left)).lanes() {
			sum[l] += x
		}
	}
	return sum
}

// stream hands out the multiplicities of rows in their order. It fetches those of many rows
// at once, in a loop without branches: waiting for memory and mispredicted ends of blocks
// would otherwise add up.
type stream struct {
	accounts []uint32 // of the rows not fetched yet
	packed   []word
	bytes    int // rows whose multiplicities add up to no more than a byte

	fetched  [256]word // stays in the first-level cache
	from, to int       // what is left of it
}

func newStream(accounts []uint32, packed []word, bytes int) stream {
	return stream{accounts: accounts, packed: packed, bytes: bytes}
}

// next adds the multiplicities of the next n rows: in bytes as long as those fit, which is
// two additions for all replicates.
func (q *stream) next(n int) (sum wide) {
	for n > 0 {
		if q.from == q.to {
			q.fetch()
		}
		some := q.fetched[q.from:min(q.to, q.from+min(n, q.bytes))]
		var low, high uint64
		for i := range some {
			low += some[i].low
			high += some[i].high
		}
		sum = wide{sum.low.plusBytes(low), sum.high.plusBytes(high)}
		q.from += len(some)
		n -= len(some)
	}
	return sum
}

// fetch brings in the next rows; the caller knows that there are some.
func (q *stream) fetch() {
	some, packed := q.accounts[:min(len(q.fetched), len(q.accounts))], q.packed
	for i, to := 0, q.fetched[:len(some)]; i < len(to); i++ {
		to[i] = packed[some[i]]
	}
	q.accounts = q.accounts[len(some):]
	q.from, q.to = 0, len(some)
}

// wide is a sum of 16 bits per lane.
type wide struct{ low, high eight }

// eight is eight sums of 16 bits, those of even and odd bytes apart.
type eight struct{ even, odd uint64 }

// evenMask has the even bytes of a word.
const evenMask = 0x00ff00ff00ff00ff

// plusBytes adds the eight bytes of w, each to its lane.
func (s eight) plusBytes(w uint64) eight {
	return eight{s.even + w&evenMask, s.odd + w>>8&evenMask}
}

// plus adds lane by lane.
func (s wide) plus(t wide) wide {
	return wide{
		eight{s.low.even + t.low.even, s.low.odd + t.low.odd},
		eight{s.high.even + t.high.even, s.high.odd + t.high.odd},
	}
}

// lane is the sum in lane l.
func (s wide) lane(l int) int64 {
	half := s.low
	if l >= 8 {
		half = s.high
	}
	bits := half.even
	if l&1 == 1 {
		bits = half.odd
	}
	return int64(bits >> (l & 6 * 8) & math.MaxUint16)
}
