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

// finestPlan is the number of blocks up to which [Ranking.condensed] takes none together.
const finestPlan = 1 << 15

// condensed is a plan for the threshold metrics of many rows. Replicates differ by far more
// than what neighbouring rows do to KS and average precision: rows are taken together as if
// they tied, as far as that makes less than a thousandth of the rows above them.
func (r *Ranking) condensed() *plan {
	p := r.plan(false)
	if len(p.blocks) <= finestPlan {
		return p
	}
	const share = 1024
	above, within := int64(0), int64(0) // rows above the cell, and in it
	return r.inCells(func(t tally) bool {
		size := t.churned + t.renewed
		if within += size; within > above/share {
			above, within = above+within-size, size
			return true
		}
		return false
	})
}

// inSteps is a plan of cells that move along the ROC curve by no more than a step, or by
// a tie.
func (r *Ranking) inSteps(step float64) *plan {
	all, size := r.totals(r.weights(nil)), math.Inf(1) // of the last cell; the first tie opens one
	return r.inCells(func(t tally) bool {
		one := stepOf(t, all)
		if size += one; size > step {
			size = one
			return true
		}
		return false
	})
}

// inCells is a plan in which neighbouring ties are one block, from each tie that opens one to
// the next. opens is asked of every tie but the first, from the highest score down.
func (r *Ranking) inCells(opens func(t tally) bool) *plan {
	p := r.plan(false)
	p.blocks = nil
	var tie tally
	for _, c := range r.code {
		if tie.add(c&churnedBit != 0); c&lastOfTieBit == 0 {
			continue
		}
		if opens(tie) || len(p.blocks) == 0 {
			p.blocks = append(p.blocks, block{})
		}
		b := &p.blocks[len(p.blocks)-1]
		b.tied += uint32(tie.renewed)
		b.churned += uint32(tie.churned)
		tie = tally{}
	}
	return p
}
