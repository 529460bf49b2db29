package metrics

// curves takes the threshold metrics along on a packed sweep: KS is the widest gap between
// the shares of churned and renewed rows that stand above a threshold, and average precision
// adds up the precision at each churned row. Between churned rows both change in one
// direction only (the gap falls, the sum stays), so the ends of ties with churned rows are
// all it has to see. They are worked out lane by lane in the same integers and in the same
// order as by [Ranking.Curve], hence with the same bits; that is most of the time of a sweep.
type curves struct {
	all       [lanes]tally
	widest    [lanes]int64       // |TPR - FPR| in units of 1/(n1 n0)
	precision [lanes]compensated // sum of churned rows times precision
}

// newCurves counts the rows of every lane first: KS needs the totals on the way.
func (r *Ranking) newCurves(packed []word) *curves {
	c := &curves{}
	for g, rows := range r.account {
		w := wide{eight{}.plusBytes(packed[g].low), eight{}.plusBytes(packed[g].high)}
		for l := range lanes {
			n := w.lane(l)
			c.all[l].churned += n * rows.churned
			c.all[l].renewed += n * rows.renewed
		}
	}
	return c
}

// tie takes in a tie of one lane, and what stands above it. The gap is least just before
// churned rows and greatest just after.
func (c *curves) tie(l int, above, tied tally) {
	if tied.churned == 0 {
		return // none of these accounts was drawn in this lane
	}
	all := c.all[l]
	before := above.churned*all.renewed - above.renewed*all.churned
	above.churned += tied.churned
	above.renewed += tied.renewed
	after := above.churned*all.renewed - above.renewed*all.churned
	c.widest[l] = max(c.widest[l], -before, after, -after)
	c.precision[l].add(float64(tied.churned*above.churned) / float64(above.churned+above.renewed))
}

// ks is [Curve].KS of a lane, of the same integers.
func (c *curves) ks(l int) float64 {
	return ratio(float64(c.widest[l]), float64(c.all[l].churned)*float64(c.all[l].renewed))
}

// averagePrecision is [Curve].AveragePrecision of a lane, of the same terms in the same order.
func (c *curves) averagePrecision(l int) float64 {
	return ratio(c.precision[l].value(), float64(c.all[l].churned))
}
