package metrics

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
)

// lanes is the number of replicates that share a sweep: their multiplicities of
// one account are the eight bytes of a word, so that one gather serves all.
const lanes = 8

// BootstrapAUC is [Bootstrap] for the AUC of several candidates on the same
// accounts: column j of a replicate is rankings[j].AUC of its multiplicities.
// The numbers are bit for bit those of Bootstrap with the same seed; the time is
// a fraction, because eight replicates share each sweep over the rows.
//
// Besides Bootstrap's errors there is one for rankings that differ in accounts.
func BootstrapAUC(ctx context.Context, rankings []*Ranking, replicates int, seed uint64) (*Replicates, error) {
	if len(rankings) == 0 {
		return nil, fmt.Errorf("metrics: bootstrap: no rankings given")
	}
	accounts := len(rankings[0].account)
	for i, r := range rankings {
		if len(r.account) != accounts {
			return nil, fmt.Errorf("metrics: bootstrap: ranking %d has %d accounts, the first has %d; rank all candidates on the same rows",
				i, len(r.account), accounts)
		}
	}
	out, err := newReplicates(accounts, replicates, len(rankings))
	if err != nil {
		return nil, err
	}
	batches := (replicates + lanes - 1) / lanes
	err = inParallel(ctx, batches, func() func(int) {
		b := &batch{count: make([]int32, accounts), packed: make([]uint64, accounts)}
		return func(i int) {
			first := i * lanes
			last := min(first+lanes, replicates)
			b.run(rankings, seed, first, out.Values[first*out.Width:last*out.Width])
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// batch is one worker's scratch memory, used for one batch of replicates after
// another: the multiplicities of one replicate, and the bytes of eight.
type batch struct {
	count  []int32
	packed []uint64
}

// run computes the replicates from first on that out has room for: at most
// eight, each drawn from its own stream exactly as [Bootstrap] draws it, packed
// into its lane, then one sweep per candidate. Unused lanes stay zero.
func (b *batch) run(rankings []*Ranking, seed uint64, first int, out []float64) {
	width := len(rankings)
	clear(b.packed)
	fits := true
	for r := range len(out) / width {
		draw(b.count, rand.NewPCG(seed, uint64(first+r)))
		fits = pack(b.packed, b.count, r) && fits
	}
	if !fits {
		b.runSingly(rankings, seed, first, out)
		return
	}
	for j, ranking := range rankings {
		auc := ranking.packedAUC(b.packed)
		for r := range len(out) / width {
			out[r*width+j] = auc[r]
		}
	}
}

// runSingly serves replicates that drew an account more than 255 times, too
// often for a byte. The chance is 1/255! or so, but it is not zero.
func (b *batch) runSingly(rankings []*Ranking, seed uint64, first int, out []float64) {
	width := len(rankings)
	for r := range len(out) / width {
		draw(b.count, rand.NewPCG(seed, uint64(first+r)))
		for j, ranking := range rankings {
			out[r*width+j] = ranking.AUC(b.count)
		}
	}
}

// pack puts the multiplicities into one lane, and reports whether all fit. Lanes
// above the packed ones are zero, so or-ing suffices.
func pack(packed []uint64, count []int32, lane int) bool {
	all := int32(0)
	for g, n := range count {
		all |= n
		packed[g] |= uint64(uint8(n)) << (8 * lane)
	}
	return all <= math.MaxUint8
}

// packedAUC is [Ranking.AUC] of eight replicates at once. The integers under the
// fraction are those of AUC, and so is the fraction, hence the same bits. The
// totals fall out of the sweep: at its end all rows are above.
func (r *Ranking) packedAUC(packed []uint64) (auc [lanes]float64) {
	var s sweep
	s.run(r.code, packed)
	for l := range auc {
		if r.undefined {
			auc[l] = math.NaN()
			continue
		}
		pairs := 2 * s.churned[l] * s.above[l]
		auc[l] = ratio(float64(pairs-s.lost[l]), 2*float64(s.churned[l])*float64(s.above[l]))
	}
	return auc
}

// sweep goes through a ranking for eight replicates. Renewed rows, the common
// kind, cost two additions in lanes of 16 bits; only where a tie with churned
// rows ends are the lanes taken apart and multiplied.
type sweep struct {
	above   [lanes]int64 // renewed rows above the current tie
	churned [lanes]int64 // churned rows above it
	lost    [lanes]int64 // two for each pair with the renewed row on top, one for a tie
	tied    [lanes]int64 // renewed rows of a tie that began in an earlier chunk
	hits    [lanes]int64 // its churned rows
	open    bool         // tied or hits may differ from 0
}

// run sweeps in chunks short enough that no lane can overflow. A chunk's
// multiplicities are gathered first, in a loop without branches: waiting for
// memory and mispredicted ends of ties would otherwise add up.
func (s *sweep) run(code []uint32, packed []uint64) {
	var weights [chunkRows]uint64
	for len(code) > 0 {
		chunk := code[:min(chunkRows, len(code))]
		code = code[len(chunk):]
		for i, c := range chunk {
			weights[i] = packed[c>>accountShift]
		}
		s.chunk(chunk, weights[:len(chunk)])
	}
}

// chunk sweeps up to chunkRows rows. hits and tied describe the current tie, above
// all ties finished within the chunk; what came before is in s.
func (s *sweep) chunk(code []uint32, weights []uint64) {
	var above, tied, hits wide // of this chunk
	for i, c := range code {
		w := weights[i]
		hit := w & -uint64(c&churnedBit)
		hits = hits.plusBytes(hit)
		tied = tied.plusBytes(w - hit)
		if c&lastOfTieBit == 0 {
			continue
		}
		if s.open || hits != (wide{}) {
			s.closeTie(above, tied, hits)
			hits = wide{}
		}
		above = above.plus(tied)
		tied = wide{}
	}
	s.carryOver(above, tied, hits)
}

// closeTie counts the pairs of the churned rows of a finished tie. The caller
// moves the chunk's own tied rows above; those of earlier chunks move here.
func (s *sweep) closeTie(above, tied, hits wide) {
	for l := range lanes {
		h := s.hits[l] + hits.lane(l)
		t := s.tied[l] + tied.lane(l)
		s.lost[l] += h * (2*(s.above[l]+above.lane(l)) + t)
		s.churned[l] += h
	}
	if s.open {
		for l := range lanes {
			s.above[l] += s.tied[l]
		}
		s.tied, s.hits, s.open = [lanes]int64{}, [lanes]int64{}, false
	}
}

// carryOver takes the lanes over into full integers at the end of a chunk, and
// notes whether a tie goes on into the next.
func (s *sweep) carryOver(above, tied, hits wide) {
	for l := range lanes {
		s.above[l] += above.lane(l)
		s.tied[l] += tied.lane(l)
		s.hits[l] += hits.lane(l)
	}
	s.open = s.open || tied != (wide{}) || hits != (wide{})
}

// wide is eight sums of 16 bits, those of even and odd bytes apart.
type wide struct{ even, odd uint64 }

// chunkRows is how many bytes a lane of 16 bits can add up without overflow.
const (
	chunkRows = 256 // at most MaxUint16 / MaxUint8 = 257
	evenMask  = 0x00ff00ff00ff00ff
)

// plusBytes adds the eight bytes of w, each to its lane.
func (s wide) plusBytes(w uint64) wide {
	return wide{s.even + w&evenMask, s.odd + w>>8&evenMask}
}

// plus adds lane by lane.
func (s wide) plus(t wide) wide { return wide{s.even + t.even, s.odd + t.odd} }

// lane is the sum over byte l.
func (s wide) lane(l int) int64 {
	half := s.even
	if l&1 == 1 {
		half = s.odd
	}
	return int64(half >> (l &^ 1 * 8) & math.MaxUint16)
}
