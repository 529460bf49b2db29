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

// batch is one worker's scratch memory.
type batch struct {
	count  []int32
	packed []uint64
}

// run computes the replicates from first on that out has room for.
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

// pack puts the multiplicities into one lane, and reports whether all fit.
func pack(packed []uint64, count []int32, lane int) bool {
	all := int32(0)
	for g, n := range count {
		all |= n
		packed[g] |= uint64(uint8(n)) << (8 * lane)
	}
	return all <= math.MaxUint8
}

// packedAUC is [Ranking.AUC] of eight replicates at once.
func (r *Ranking) packedAUC(packed []uint64) (auc [lanes]float64) {
	if r.undefined {
		for l := range auc {
			auc[l] = math.NaN()
		}
		return auc
	}
	lost := r.packedHalfPairsLost(packed)
	for l, all := range r.packedTotals(packed) {
		pairs := 2 * float64(all.churned) * float64(all.renewed)
		auc[l] = ratio(float64(2*all.churned*all.renewed-lost[l]), pairs)
	}
	return auc
}

// packedTotals is totals of eight replicates at once.
func (r *Ranking) packedTotals(packed []uint64) (all [lanes]tally) {
	for g, a := range r.account {
		w := packed[g]
		for l := range all {
			n := int64(w >> (8 * l) & math.MaxUint8)
			all[l].churned += n * a.churned
			all[l].renewed += n * a.renewed
		}
	}
	return all
}

// packedHalfPairsLost counts two for every pair of a churned row below a renewed
// one, and one for a tie. Only churned rows, the rarer kind, cost a product; the
// renewed rows above them are a running sum in lanes of 16 bits.
func (r *Ranking) packedHalfPairsLost(packed []uint64) (lost [lanes]int64) {
	var s sweep
	var above, tied, hits wide // since the last settlement
	room := wideRoom
	for _, c := range r.code {
		w := packed[c>>accountShift]
		hit := w & -uint64(c&churnedBit)
		hits.add(hit)
		tied.add(w &^ hit)
		room--
		if c&lastOfTieBit != 0 && hits == (wide{}) && !s.open && room > 0 {
			above.even += tied.even
			above.odd += tied.odd
			tied = wide{}
			continue
		}
		if c&lastOfTieBit != 0 || room == 0 {
			s.settle(above, tied, hits, c&lastOfTieBit != 0)
			above, tied, hits, room = wide{}, wide{}, wide{}, wideRoom
		}
	}
	for l := range lost {
		lost[l] = s.lost[l]
	}
	return lost
}

// wide is eight sums of 16 bits, those of even and odd bytes apart.
type wide struct{ even, odd uint64 }

// wideRoom is how many bytes a lane of 16 bits can add up without overflow.
const (
	wideRoom = math.MaxUint16 / math.MaxUint8
	evenMask = 0x00ff00ff00ff00ff
)

func (s *wide) add(bytes uint64) {
	s.even += bytes & evenMask
	s.odd += bytes >> 8 & evenMask
}

func (s wide) lane(l int) int64 {
	half := s.even
	if l%2 == 1 {
		half = s.odd
	}
	return int64(half >> (16 * (l / 2)) & math.MaxUint16)
}

// sweep is the part of the running state that needs full integers.
type sweep struct {
	above, tied, hits, lost [lanes]int64
	open                    bool // tied and hits hold part of an unfinished tie
}

// settle takes over the sums in lanes and, at the end of a tie, counts its pairs.
func (s *sweep) settle(above, tied, hits wide, end bool) {
	for l := range lanes {
		s.above[l] += above.lane(l)
		s.tied[l] += tied.lane(l)
		s.hits[l] += hits.lane(l)
	}
	s.open = !end
	if s.open {
		return
	}
	for l := range lanes {
		s.lost[l] += s.hits[l] * (2*s.above[l] + s.tied[l])
		s.above[l] += s.tied[l]
		s.tied[l], s.hits[l] = 0, 0
	}
}
