package metrics

import "math"

// plan is a ranking laid out for packed sweeps. Most rows renewed, and of those a sweep only
// has to know how many are above each churned one: so they stand apart, in a list that is
// added up without a branch, and blocks say where the churned ones come in.
type plan struct {
	ranking          *Ranking
	renewed, churned []uint32 // the accounts of the rows, highest score first
	blocks           []block
}

// block is tied rows of which some churned: above renewed rows since the last block, then
// the tied ones. The last block of a plan may have none that churned.
type block struct{ above, tied, churned uint32 }

// plan lays out the ranking. With merge, churned rows with no renewed one between them are
// one block, which is all the same to the AUC but not to other metrics.
func (r *Ranking) plan(merge bool) *plan {
	all := r.totals(r.weights(nil))
	p := &plan{ranking: r, renewed: make([]uint32, 0, all.renewed), churned: make([]uint32, 0, all.churned)}
	if r.undefined {
		return p
	}
	var b block
	var tie tally
	for _, c := range r.code {
		if tie.add(c&churnedBit != 0); c&churnedBit != 0 {
			p.churned = append(p.churned, c>>accountShift)
		} else {
			p.renewed = append(p.renewed, c>>accountShift)
		}
		if c&lastOfTieBit == 0 {
			continue
		}
		if tie.churned == 0 {
			b.above += uint32(tie.renewed)
		} else {
			b.tied, b.churned = uint32(tie.renewed), uint32(tie.churned)
			p.add(b, merge)
			b = block{}
		}
		tie = tally{}
	}
	p.blocks = append(p.blocks, b)
	return p
}

// add appends a block, or merges it with the one before.
func (p *plan) add(b block, merge bool) {
	if last := len(p.blocks) - 1; merge && last >= 0 && b.above == 0 && b.tied == 0 && p.blocks[last].tied == 0 {
		p.blocks[last].churned += b.churned
		return
	}
	p.blocks = append(p.blocks, b)
}

// sweep goes through a plan for sixteen replicates. It adds multiplicities in lanes of 16
// bits as long as they fit, and takes the lanes apart for churned rows only: the pairs of a
// block are its churned rows times the renewed ones above it, before and after its own
// renewed rows are added, so that ties count one half.
type sweep struct {
	above   [lanes]int64 // renewed rows above, up to the last settlement
	churned [lanes]int64 // churned rows above, likewise
	lost    [lanes]int64 // two for each pair with the renewed row on top, one for a tie

	near, hits wide          // renewed and churned rows since then
	pairs      [lanes]uint32 // what is lost among those: at most 2 (2^15)^2 of 2^32
	room       int           // rows that near and hits can still take

	bytes  int     // rows whose multiplicities add up to no more than a byte
	words  int     // and to no more than 16 bits
	curves *curves // nil for the AUC alone
}

// newSweep plans for multiplicities up to most.
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
	renewed, churned := p.renewed, p.churned
	for _, b := range p.blocks {
		above, tied, hits := renewed[:b.above], renewed[b.above:][:b.tied], churned[:b.churned]
		renewed, churned = renewed[len(above)+len(tied):], churned[len(hits):]
		rows := len(above) + len(tied) + len(hits)
		if rows > s.room {
			s.settle()
		}
		if rows > s.room {
			s.large(above, tied, hits, packed)
			continue
		}
		s.room -= rows
		s.small(above, tied, hits, packed)
	}
	s.settle()
}

// small takes in a block for which there is room.
func (s *sweep) small(above, tied, hits []uint32, packed []word) {
	before := s.near.plus(s.add(above, packed))
	after := before
	if len(tied) > 0 {
		after = before.plus(s.add(tied, packed))
	}
	s.near = after
	h := s.add(hits, packed)
	if s.curves != nil {
		for l := range lanes {
			top := tally{churned: s.churned[l] + s.hits.lane(l), renewed: s.above[l] + before.lane(l)}
			s.curves.tie(l, top, tally{churned: h.lane(l), renewed: after.lane(l) - before.lane(l)})
		}
	}
	s.hits = s.hits.plus(h)
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

// add sums the multiplicities of rows: in bytes as long as those fit, which is two additions
// for all replicates.
func (s *sweep) add(accounts []uint32, packed []word) (sum wide) {
	for {
		some := accounts[:min(s.bytes, len(accounts))]
		var low, high uint64
		for _, g := range some {
			w := &packed[g]
			low += w.low
			high += w.high
		}
		sum = wide{sum.low.plusBytes(low), sum.high.plusBytes(high)}
		if accounts = accounts[len(some):]; len(accounts) == 0 {
			return sum
		}
	}
}

// settle takes the lanes over into full integers: all renewed rows of before are above the
// churned ones since.
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
func (s *sweep) large(above, tied, hits []uint32, packed []word) {
	a, t, h := s.total(above, packed), s.total(tied, packed), s.total(hits, packed)
	for l := range lanes {
		s.above[l] += a[l]
		s.lost[l] += h[l] * (2*s.above[l] + t[l])
		if s.curves != nil {
			s.curves.tie(l, tally{s.churned[l], s.above[l]}, tally{h[l], t[l]})
		}
		s.churned[l] += h[l]
		s.above[l] += t[l]
	}
}

// total is add for any number of rows.
func (s *sweep) total(accounts []uint32, packed []word) (sum [lanes]int64) {
	for len(accounts) > 0 {
		some := accounts[:min(s.words, len(accounts))]
		accounts = accounts[len(some):]
		w := s.add(some, packed)
		for l := range sum {
			sum[l] += w.lane(l)
		}
	}
	return sum
}

// word is the multiplicities of an account in all replicates of a sweep, a byte each.
type word struct{ low, high uint64 }

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
