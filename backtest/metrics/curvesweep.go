package metrics

import "math"

// curveSweep goes through a plan for sixteen replicates at once, like [sweep], and takes the
// threshold metrics along: KS is the widest gap between the shares of churned and renewed
// rows that stand above a threshold, and average precision adds up the precision at each
// churned row. Between churned rows both change in one direction only (the gap falls, the
// sum stays), so the ends of ties with churned rows are all it has to see. They are worked
// out lane by lane in the same integers and in the same order as by [Ranking.Curve], hence
// with the same bits.
//
// The lanes are taken apart at every churned row, which AUC alone does not need. A lane in
// which nothing of a block was drawn goes through the same steps, which then change nothing:
// a branch would be guessed wrong too often.
type curveSweep struct {
	allChurned, allRenewed [lanes]int64 // rows of each replicate

	churned, renewed [lanes]int64 // above
	lost             [lanes]int64 // as in sweep

	gap             [lanes]int64 // TPR - FPR in units of 1/(n1 n0)
	lowest, highest [lanes]int64

	precision, rounding [lanes]float64 // sum of churned rows times precision, and what it lost
}

// newCurveSweep is told the rows of each replicate.
func newCurveSweep(all *[lanes]tally) *curveSweep {
	c := new(curveSweep)
	for l, rows := range all {
		c.allChurned[l], c.allRenewed[l] = rows.churned, rows.renewed
	}
	return c
}

// totalsOf counts the rows of every lane: KS needs the totals on the way. They are the same
// for all rankings of the same rows. Eight lanes are multiplied and added at once while they
// fit 16 bits.
func totalsOf(accounts []counts, packed []word) *[lanes]tally {
	var all [lanes]tally
	var hits, misses wide
	settle := func() {
		h, m := hits.lanes(), misses.lanes()
		for l := range all {
			all[l].churned += h[l]
			all[l].renewed += m[l]
		}
		hits, misses = wide{}, wide{}
	}
	room := int64(math.MaxUint16)
	for g, counted := range accounts {
		rows := counted.tally()
		n, most := wide{}.plusWord(packed[g]), math.MaxUint8*max(rows.churned, rows.renewed)
		if most > math.MaxUint16 { // an account of hundreds of rows
			for l, times := range n.lanes() {
				all[l].churned += times * rows.churned
				all[l].renewed += times * rows.renewed
			}
			continue
		}
		if most > room {
			settle()
			room = math.MaxUint16
		}
		room -= most
		hits, misses = hits.plus(n.times(uint64(rows.churned))), misses.plus(n.times(uint64(rows.renewed)))
	}
	settle()
	return &all
}

// times multiplies every lane; the products must fit.
func (s wide) times(x uint64) wide {
	return wide{eight{s.low.even * x, s.low.odd * x}, eight{s.high.even * x, s.high.odd * x}}
}

// run sweeps all blocks; most is a bound of the multiplicities, as in [newSweep].
func (c *curveSweep) run(p *plan, packed []word, most uint8) {
	renewed, hit := newTape(p.renewed, packed, most), newTape(p.churned, packed, most)
	var none [lanes]int64
	inVectors := c.inVectors()
	for _, b := range p.blocks {
		above, tied := &none, &none
		if b.above > 0 {
			a := renewed.next(int(b.above))
			above = &a
		}
		if b.tied > 0 {
			t := renewed.next(int(b.tied))
			tied = &t
		}
		h := hit.next(int(b.churned))
		c.block(inVectors, above, tied, &h)
	}
}

// fewRows reports whether products of rows and of churned rows, twice the former at most, fit what
// vectors can do: factors of 32 bits, and of churned rows a product of 52.
func (c *curveSweep) fewRows() bool {
	for l := range lanes {
		if c.allChurned[l] >= 1<<26 || c.allChurned[l]+c.allRenewed[l] >= 1<<31 {
			return false
		}
	}
	return true
}

// blockGo takes in the renewed rows above a tie, those of the tie, and its churned ones.
func blockGo(c *curveSweep, above, tied, churned *[lanes]int64) {
	for l := range lanes {
		h, t := churned[l], tied[l]
		before := c.gap[l] - above[l]*c.allChurned[l] // least just before churned rows, greatest just after
		after := before + h*c.allRenewed[l] - t*c.allChurned[l]
		c.gap[l] = after
		c.lowest[l], c.highest[l] = min(c.lowest[l], before, after), max(c.highest[l], after)

		top := c.renewed[l] + above[l]
		c.lost[l] += h * (2*top + t)
		top += t
		hits := c.churned[l] + h
		c.renewed[l], c.churned[l] = top, hits

		// The terms of compensated, its error without a branch (Knuth, The Art of Computer
		// Programming, volume 2, section 4.2.2, theorem B). Before the first row that was
		// drawn there is nothing to divide by, and nothing to add.
		x := float64(h*hits) / float64(max(1, hits+top))
		sum := c.precision[l]
		next := sum + x
		part := next - sum
		c.rounding[l] += (sum - (next - part)) + (x - part)
		c.precision[l] = next
	}
}

// auc is [Ranking.AUC] of a lane, of the same integers.
func (c *curveSweep) auc(l int) float64 {
	pairs := 2 * c.churned[l] * c.renewed[l]
	return ratio(float64(pairs-c.lost[l]), 2*float64(c.churned[l])*float64(c.renewed[l]))
}

// ks is [Curve].KS of a lane, of the same integers.
func (c *curveSweep) ks(l int) float64 {
	return ratio(float64(max(c.highest[l], -c.lowest[l])), float64(c.churned[l])*float64(c.renewed[l]))
}

// averagePrecision is [Curve].AveragePrecision of a lane, of the same terms in the same order.
func (c *curveSweep) averagePrecision(l int) float64 {
	return ratio(c.precision[l]+c.rounding[l], float64(c.churned[l]))
}

// lanes takes a sum apart.
func (s wide) lanes() (out [lanes]int64) {
	for half, e := range [2]eight{s.low, s.high} {
		for k := range 4 {
			out[8*half+2*k] = int64(e.even >> (16 * k) & 0xffff)
			out[8*half+2*k+1] = int64(e.odd >> (16 * k) & 0xffff)
		}
	}
	return out
}
