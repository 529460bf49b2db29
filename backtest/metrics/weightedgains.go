package metrics

import "math"

// WeightedGain is a row of a gains table in which rows weigh differently: the slice of the
// ranking down to a share of all weight from where the slice before it ends, alone and
// together with all above.
type WeightedGain struct {
	Share           float64 // of all weight, from the top to this cut
	Weight, Churned float64 // of this slice alone
	Rate            float64 // Churned / Weight
	Lift            float64 // Rate over the churned share of all weight
	Precision       float64 // churned share of the weight down to the cut
	KS              float64 // TPR - FPR at the cut

	Capture        Estimate // share of all churned weight down to the cut
	CumulativeLift Estimate // Precision over the churned share of all weight
}

// WeightedGains is [Gains] of rows that weigh differently, by money for example: so many
// slices of equal weight, the riskiest first. A tie at a cut counts in the proportion that
// finds room, and so does a row that weighs more than there is room for. A row of weight 2
// is the row twice; where the slices divide the number of rows, weights of 1 give the
// slices of Gains.
//
// Intervals are [Skewed], of the influences of accounts (see [RankMetrics.Influence]). With
// the list a share q of all weight W, a row of weight w, listed to the part a, moves the churned
// weight H on the list by
//
//	dH = w (a (y - tau) + q tau)
//
// for it brings its own, pushes out what lies at the cut, of which a share tau
// churned, and makes the list longer by q w. Capture H/C, C the churned weight, moves by
// (dH - H/C w y)/C, and lift is Capture/q; no limit of it leaves 0 to 1. As there, tau is taken from the weight
// around the cut, W n^(-1/3) on either side for the n rows that weigh something.
//
// The table is nil if nothing weighs anything, for fewer than one slice, a NaN score and a
// weight that is negative or not finite. Estimates are NaN without a churned weight, their errors with
// fewer than two accounts. cluster is nil or the account of each row, numbered from 0.
func WeightedGains(score []float64, churned []bool, weight []float64, cluster []int32, slices int, level float64) []WeightedGain {
	if cluster != nil {
		mustMatch(len(churned), len(cluster))
	}
	mustMatch(len(churned), len(score))
	rows, ok := weighedRows(score, churned, weight, cluster)
	if !ok || len(rows.score) == 0 {
		return nil
	}
	c := newConcentration(rows)
	whole, last := c.all(), WeightedGain{}
	influence := newGainInfluence(rows)
	var out []WeightedGain
	heldBefore, hitsBefore := 0.0, 0.0
	for i := 1; i <= slices; i++ {
		last.Share = float64(i) / float64(slices)
		held := last.Share * (whole.churned + whole.renewed)
		hits := c.churnedWithin(held)
		last.fill(held, hits, held-heldBefore, hits-hitsBefore, whole)
		u := influence.on(c, last.Share, hits)
		last.Capture = Skewed(ratio(hits, whole.churned), u, level).asShare()
		last.CumulativeLift = last.Capture.over(last.Share)
		out = append(out, last)
		heldBefore, hitsBefore = held, hits
	}
	return out
}

// asShare cuts the limits off at 0 and 1, beyond which no share lies.
func (e Estimate) asShare() Estimate {
	e.Low, e.High = math.Max(0, e.Low), math.Min(1, e.High)
	return e
}

// over is the estimate in another unit.
func (e Estimate) over(unit float64) Estimate {
	return Estimate{Value: e.Value / unit, StdErr: e.StdErr / unit, Low: e.Low / unit, High: e.High / unit}
}

// fill writes what the slice holds, and all down to it.
func (g *WeightedGain) fill(held, hits, weight, churned float64, whole mass) {
	rows := whole.churned + whole.renewed
	g.Weight, g.Churned, g.Rate = weight, churned, churned/weight
	g.Lift = ratio(churned*rows, weight*whole.churned)
	g.Precision = hits / held
	g.KS = ratio(hits, whole.churned) - ratio(held-hits, whole.renewed)
}

// concentration is the churned weight among the first so much weight of a ranking: a line
// through the ends of the ties.
type concentration struct {
	end   []int  // positions of the rows after each tie
	above []mass // weight above each tie, and of all at the end
}

func newConcentration(rows weighed) concentration {
	ties := countTies(rows.score)
	c := concentration{end: make([]int, 0, ties), above: make([]mass, 1, ties+1)}
	var hits, misses compensated
	for from := 0; from < len(rows.score); {
		to := tieEnd(rows.score, from)
		m := massOf(span{from, to}, rows.churned, rows.weight)
		hits.add(m.churned)
		misses.add(m.renewed)
		c.end, c.above = append(c.end, to), append(c.above, mass{hits.value(), misses.value()})
		from = to
	}
	return c
}

// all is the weight of all rows.
func (c concentration) all() mass { return c.above[len(c.above)-1] }

// tieAt is the tie in which a list of a weight ends, and the part of it that finds room.
func (c concentration) tieAt(weight float64) (tie int, part float64) {
	low, high := 0, len(c.end)-1
	for low < high {
		middle := (low + high) / 2
		if c.above[middle+1].weight() >= weight {
			high = middle
		} else {
			low = middle + 1
		}
	}
	room := weight - c.above[low].weight()
	return low, min(1, max(0, room/(c.above[low+1].weight()-c.above[low].weight())))
}

// churnedWithin is the churned weight on a list of a weight.
func (c concentration) churnedWithin(weight float64) float64 {
	tie, part := c.tieAt(weight)
	return c.above[tie].churned + part*(c.above[tie+1].churned-c.above[tie].churned)
}

// rateAround is the churned share of the weight on either side of a cut.
func (c concentration) rateAround(weight float64) float64 {
	whole := c.all().weight()
	reach := min(whole/math.Cbrt(float64(c.end[len(c.end)-1])), weight, whole-weight)
	if reach <= 0 {
		return 0
	}
	return (c.churnedWithin(weight+reach) - c.churnedWithin(weight-reach)) / (2 * reach)
}

// weight is that of both outcomes.
func (m mass) weight() float64 { return m.churned + m.renewed }

// weighed are rows that weigh something by falling score, ties by outcome and rising weight.
type weighed struct {
	score   []float64
	churned []bool
	weight  []float64
	account []int32
}

// weighedRows puts rows in order; ok is false for a NaN score and for a number that is no weight.
// Without accounts every row is one.
func weighedRows(score []float64, churned []bool, weight []float64, cluster []int32) (rows weighed, ok bool) {
	if !allWeights(weight, len(churned)) {
		return weighed{}, false
	}
	if cluster == nil {
		cluster = make([]int32, len(churned))
		for i := range cluster {
			cluster[i] = int32(i)
		}
	}
	rows = weighed{score, churned, weight, cluster}
	if !inOrder(score, churned) {
		sorted, ok := keyedByOutcome(score, churned)
		if !ok {
			return weighed{}, false
		}
		rows = rows.at(sorted.Sort().Rows)
	}
	return rows.at(weighedOrder(rows.score, rows.churned, rows.weight)), true
}

// at are the rows at some places; nil: all of them.
func (r weighed) at(places []uint32) weighed {
	return weighed{inPlaces(r.score, places), inPlaces(r.churned, places), inPlaces(r.weight, places), inPlaces(r.account, places)}
}

// gainInfluence walks down a ranking and keeps the weight that it has passed by account.
type gainInfluence struct {
	weighed
	own    []mass // by account: all its weight
	passed []mass // by account: that above the current position
	tied   []mass // by account: that of the tie at the cut
	next   int    // the place after it
}

func newGainInfluence(rows weighed) *gainInfluence {
	accounts := clusterCount(rows.account)
	w := &gainInfluence{weighed: rows, own: make([]mass, accounts), passed: make([]mass, accounts), tied: make([]mass, accounts)}
	for i, g := range rows.account {
		w.own[g].add(rows.churned[i], rows.weight[i])
	}
	return w
}

// add counts a row.
func (m *mass) add(churned bool, weight float64) {
	if churned {
		m.churned += weight
	} else {
		m.renewed += weight
	}
}

// on is the influence of every account with weight on the capture of a share of all weight,
// which must not fall from call to call.
func (w *gainInfluence) on(c concentration, share, hits float64) []float64 {
	whole := c.all()
	tie, part := c.tieAt(share * whole.weight())
	tau, capture := c.rateAround(share*whole.weight()), ratio(hits, whole.churned)
	from := 0
	if tie > 0 {
		from = c.end[tie-1]
	}
	for ; w.next < from; w.next++ {
		w.passed[w.account[w.next]].add(w.churned[w.next], w.weight[w.next])
	}
	clear(w.tied)
	for i := from; i < c.end[tie]; i++ {
		w.tied[w.account[i]].add(w.churned[i], w.weight[i])
	}
	out := make([]float64, 0, len(w.own))
	for g, own := range w.own {
		if own == (mass{}) {
			continue
		}
		listed := mass{w.passed[g].churned + part*w.tied[g].churned, w.passed[g].renewed + part*w.tied[g].renewed}
		moved := listed.churned - tau*listed.weight() + share*tau*own.weight()
		if share == 1 { // nobody moves a list of everything
			moved = own.churned
		}
		out = append(out, (moved-capture*own.churned)/whole.churned)
	}
	return out
}
