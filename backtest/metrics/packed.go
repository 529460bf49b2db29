package metrics

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// lanes is the number of replicates that share a sweep: their multiplicities of one account
// are the bytes of a word, so that one access to memory, which is what a sweep mostly waits
// for, serves all.
const lanes = 16

// BootstrapAUC is [Bootstrap] for the AUC of several candidates on the same
// accounts: column j of a replicate is rankings[j].AUC of its multiplicities.
// The numbers are bit for bit those of Bootstrap with the same seed; the time is
// a fraction, because sixteen replicates share each sweep over the rows.
//
// Besides Bootstrap's errors there is one for rankings that differ in accounts.
func BootstrapAUC(ctx context.Context, rankings []*Ranking, replicates int, seed uint64) (*Replicates, error) {
	return bootstrapPacked(ctx, rankings, replicates, seed, packedColumns{ranked: 1})
}

// packedColumns are what a packed bootstrap computes of a replicate: so many columns per
// ranking, the AUC alone or with metrics all of theirs, and behind those the columns of a
// statistic of another kind, on the same draw.
type packedColumns struct {
	ranked  int
	metrics *RankMetrics
	more    int
	newStat func() Statistic // nil without more
}

// bootstrapPacked draws sixteen replicates at a time and sweeps every ranking once for them.
func bootstrapPacked(ctx context.Context, rankings []*Ranking, replicates int, seed uint64, columns packedColumns) (*Replicates, error) {
	accounts, err := commonAccounts(rankings)
	if err != nil {
		return nil, err
	}
	out, err := newReplicates(accounts, replicates, len(rankings)*columns.ranked+columns.more)
	if err != nil {
		return nil, err
	}
	plans := make([]*plan, len(rankings))
	sideBySide(len(rankings), func(j int) { plans[j] = rankings[j].plan(columns.metrics == nil) })
	batches := (replicates + lanes - 1) / lanes
	err = inParallel(ctx, batches, func() func(int) {
		b := newBatch(accounts, columns)
		return func(i int) {
			first := i * lanes
			last := min(first+lanes, replicates)
			b.run(plans, seed, first, out.Values[first*out.Width:last*out.Width])
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// commonAccounts is the number of accounts that all rankings must have.
func commonAccounts(rankings []*Ranking) (int, error) {
	if len(rankings) == 0 {
		return 0, fmt.Errorf("metrics: bootstrap: no rankings given")
	}
	accounts := len(rankings[0].account)
	for i, r := range rankings {
		if len(r.account) != accounts {
			return 0, fmt.Errorf("metrics: bootstrap: ranking %d has %d accounts, the first has %d; rank all candidates on the same rows",
				i, len(r.account), accounts)
		}
		if !slices.Equal(r.account, rankings[0].account) {
			return 0, fmt.Errorf("metrics: bootstrap: the accounts of ranking %d have other rows than those of the first; rank all candidates on the same rows", i)
		}
	}
	return accounts, nil
}

// batch is one worker's scratch memory, used for one batch of replicates after
// another: the multiplicities of all replicates, lane by lane and packed into words.
// Drawing hits accounts at random and so wants one small table, a byte per account;
// sweeping wants what belongs to an account in one place, a word of sixteen bytes.
type batch struct {
	packedColumns
	stat   Statistic
	drawn  [lanes][]uint8
	packed []word
	count  []int32 // of one replicate, for what is not packed
}

func newBatch(accounts int, columns packedColumns) *batch {
	words := (accounts + 7) / 8
	b := &batch{packedColumns: columns, packed: make([]word, 8*words), count: make([]int32, accounts)}
	if columns.more > 0 {
		b.stat = columns.newStat()
	}
	for l := range b.drawn {
		b.drawn[l] = make([]uint8, 8*words) // whole words, for the transposition
	}
	return b
}

// run computes the replicates from first on that out has room for: at most
// sixteen, each drawn from its own stream exactly as [Bootstrap] draws it, packed
// into its lane, then one sweep per candidate. Unused lanes keep what they had: their
// results have no place in out.
func (b *batch) run(plans []*plan, seed uint64, first int, out []float64) {
	width := len(plans)*b.ranked + b.more
	fits := true
	for l := range len(out) / width {
		draw(b.drawn[l][:len(b.count)], rand.NewPCG(seed, uint64(first+l)))
		fits = fits && allDrawn(b.drawn[l], len(b.count))
	}
	if !fits {
		b.runSingly(plans, seed, first, out)
		return
	}
	most := pack(b.packed, &b.drawn)
	var all *[lanes]tally
	if b.metrics != nil {
		all = totalsOf(plans[0].ranking.account, b.packed)
	}
	for j, p := range plans {
		at := func(l int) []float64 { return out[l*width+j*b.ranked:][:b.ranked] }
		if b.metrics != nil {
			b.sweepCurves(p, all, most, len(out)/width, at)
			continue
		}
		s := newSweep(most)
		s.run(p, b.packed)
		for l := range len(out) / width {
			if at(l)[ColumnAUC] = s.auc(l); p.ranking.undefined {
				at(l)[ColumnAUC] = math.NaN()
			}
		}
	}
	for l := range len(out) / width {
		b.finish(l, out[l*width+len(plans)*b.ranked:][:b.more])
	}
}

// finish computes the statistic behind the rankings for one replicate.
func (b *batch) finish(l int, out []float64) {
	if b.more > 0 {
		b.stat(b.unpacked(l), out)
	}
}

// unpacked is the multiplicities of one replicate, until the next call.
func (b *batch) unpacked(l int) []int32 {
	drawn := b.drawn[l]
	for g := range b.count {
		b.count[g] = int32(drawn[g])
	}
	return b.count
}

// sweepCurves fills in all columns of one ranking. Lists are read off the top of it,
// replicate by replicate: they are short beside all rows.
func (b *batch) sweepCurves(p *plan, all *[lanes]tally, most uint8, replicates int, at func(l int) []float64) {
	c := &curveSweep{all: *all}
	c.run(p, b.packed, most)
	for l := range replicates {
		out := at(l)
		out[ColumnAUC], out[ColumnKS], out[ColumnAP] = c.auc(l), c.ks(l), c.averagePrecision(l)
		if p.ranking.undefined {
			out[ColumnAUC], out[ColumnKS], out[ColumnAP] = math.NaN(), math.NaN(), math.NaN()
		}
		if len(b.metrics.Lists) > 0 {
			b.metrics.lists(p.ranking, b.unpacked(l), c.all[l], out)
		}
	}
}

// runSingly serves replicates that drew an account more than 255 times, too
// often for a byte: few accounts may, with many the chance is 1/255! or so, not zero.
func (b *batch) runSingly(plans []*plan, seed uint64, first int, out []float64) {
	width := len(plans)*b.ranked + b.more
	for l := range len(out) / width {
		draw(b.count, rand.NewPCG(seed, uint64(first+l)))
		if b.more > 0 {
			b.stat(b.count, out[l*width+len(plans)*b.ranked:][:b.more])
		}
		for j, p := range plans {
			at := out[l*width+j*b.ranked:][:b.ranked]
			if b.metrics == nil {
				at[ColumnAUC] = p.ranking.AUC(b.count)
			} else {
				copy(at, b.metrics.Of(p.ranking, b.count))
			}
		}
	}
}

// allDrawn reports whether the counts add up to n. If a byte overflowed they do not: each
// overflow takes 256 away. To look once afterwards is cheaper than at every draw.
func allDrawn(count []uint8, n int) bool {
	sum := uint64(0)
	for ; len(count) > 0; count = count[8:] {
		w := binary.LittleEndian.Uint64(count)
		sum += (w&evenMask + w>>8&evenMask) * 0x0001000100010001 >> 48 // of four lanes of 16 bits
	}
	return sum == uint64(n)
}

// pack brings the counts of each account together in a word: two transpositions of eight by
// eight bytes at a time. most is a bound of all counts, with all bits below its highest set.
func pack(packed []word, drawn *[lanes][]uint8) (most uint8) {
	var low, high [8]uint64
	seen := uint64(0)
	for g := 0; g < len(packed); g += 8 {
		for l := range low {
			low[l] = binary.LittleEndian.Uint64(drawn[l][g:])
			high[l] = binary.LittleEndian.Uint64(drawn[l+8][g:])
			seen |= low[l] | high[l]
		}
		transpose(&low)
		transpose(&high)
		for i, at := 0, packed[g:g+8]; i < 8; i++ {
			at[i] = word{low[i], high[i]}
		}
	}
	for ; seen != 0; seen >>= 8 {
		most |= uint8(seen)
	}
	return most
}

// transpose swaps bytes across the diagonal, first in squares of four, then of two and one
// (Warren, Hacker's Delight, section 7-3).
func transpose(x *[8]uint64) {
	for i := range 4 {
		x[i], x[i+4] = exchange(x[i], x[i+4], 32, 0x00000000ffffffff)
	}
	for _, i := range [4]int{0, 1, 4, 5} {
		x[i], x[i+2] = exchange(x[i], x[i+2], 16, 0x0000ffff0000ffff)
	}
	for _, i := range [4]int{0, 2, 4, 6} {
		x[i], x[i+1] = exchange(x[i], x[i+1], 8, evenMask)
	}
}

// exchange swaps the high parts of a with the low parts of b, parts being shift bits wide:
// where the two differ, both are flipped.
func exchange(a, b uint64, shift uint, low uint64) (uint64, uint64) {
	t := (a>>shift ^ b) & low
	return a ^ t<<shift, b ^ t
}
