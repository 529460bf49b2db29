package metrics

import (
	"math"
	"slices"
)

// Influence is how much each account moves every metric: for each of the given columns of m,
// of all where none is given, and each account g that has rows, in the order of their numbers,
// the derivative
//
//	U_g = dT/dw_g
//
// of the metric by the account's multiplicity, at one each (the infinitesimal jackknife,
// Jaeckel 1972; Efron and Tibshirani 1993, section 21). One O(n) sweep serves all columns,
// where leaving out account after account would take as many sweeps as accounts. With it
// come a standard error without a bootstrap, [InfluenceStdErr], and the [Acceleration] of
// BCa intervals; the influence on a difference is the difference of influences.
//
// For AUC these are the terms of [DeLong], a_g/n1 + b_g/n0. KS is taken at its threshold;
// lists have no derivative at their cut, and the churn rate of the rows around it stands
// in for that of the next row. Undefined metrics have influences of NaN, columns that are not
// asked for have none.
func (m RankMetrics) Influence(r *Ranking, columns ...int) [][]float64 {
	out := make([][]float64, m.Width())
	for c := range out {
		if len(columns) == 0 || slices.Contains(columns, c) {
			out[c] = make([]float64, len(r.account))
		}
	}
	w := r.weights(nil)
	all := r.totals(w)
	if r.undefined || all.churned == 0 || all.renewed == 0 {
		for _, column := range out {
			fill(column, math.NaN())
		}
		return out
	}
	if out[ColumnAUC] != nil {
		r.influenceOnAUC(all, out[ColumnAUC])
	}
	if out[ColumnKS] != nil {
		r.influenceOnKS(all, w, out[ColumnKS])
	}
	if out[ColumnAP] != nil {
		r.influenceOnAP(all, w, out[ColumnAP])
	}
	r.influenceOnLists(all, m.Lists, func(i int) [3][]float64 {
		return [3][]float64{out[m.ColumnPrecision(i)], out[m.ColumnLift(i)], out[m.ColumnCapture(i)]}
	}, func(int) {})
	for c := range out {
		if out[c] = r.ofPresent(out[c]); c >= fixedColumns {
			centre(out[c])
		}
	}
	return out
}

// EachList calls do with the influences on lift and capture of every list, in the order of the lists: the numbers
// of [RankMetrics.Influence], each list's in the memory of the one before it.
func (m RankMetrics) EachList(r *Ranking, do func(i int, lift, capture []float64)) {
	lift, capture := make([]float64, len(r.account)), make([]float64, len(r.account))
	all := r.totals(r.weights(nil))
	if r.undefined || all.churned == 0 || all.renewed == 0 {
		fill(lift, math.NaN())
		fill(capture, math.NaN())
		for i := range m.Lists {
			do(i, lift, capture)
		}
		return
	}
	r.influenceOnLists(all, m.Lists, func(int) [3][]float64 { return [3][]float64{nil, lift, capture} }, func(i int) {
		lift, capture := r.ofPresent(lift), r.ofPresent(capture)
		centre(lift)
		centre(capture)
		do(i, lift, capture)
	})
}

// fill sets every element.
func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

// influenceOnAUC scales the half pairs of [Ranking.influences]: an account moves the AUC by
// the pairs that its churned rows win beyond their share, and by those that its renewed rows
// lose.
func (r *Ranking) influenceOnAUC(all tally, out []float64) {
	n1, n0 := float64(all.churned), float64(all.renewed)
	for g, x := range r.influences().accounts {
		out[g] = (x.a/n1 + x.b/n0) / (2 * n1 * n0)
	}
}

// influenceOnKS: at the best threshold T = TPR - FPR up to the sign, and a row moves the
// rate of its outcome by its distance from it. Of several best thresholds it is the first,
// the one with the shortest list; that a draw may prefer another is of second order.
func (r *Ranking) influenceOnKS(all tally, count []int32, out []float64) {
	var above, best tally
	var widest, sign int64
	cut := 0
	for i := 0; i < len(r.code); {
		end, t := r.block(i, count)
		above.churned += t.churned
		above.renewed += t.renewed
		gap := above.churned*all.renewed - above.renewed*all.churned
		if size := max(gap, -gap); size > widest {
			widest, cut, best, sign = size, end, above, gap/size
		}
		i = end
	}
	n1, n0 := float64(all.churned), float64(all.renewed)
	tpr, fpr := float64(best.churned)/n1, float64(best.renewed)/n0
	for i, c := range r.code {
		reached := float64(index(i < cut))
		u := (fpr - reached) / n0
		if c&churnedBit != 0 {
			u = (reached - tpr) / n1
		}
		out[c>>accountShift] += float64(float64(sign) * u)
	}
}

// influenceOnAP: with c_b churned rows in block b, and C_b churned rows among R_b down to
// its end, AP = 1/n1 sum c_b C_b/R_b, and a row of block j moves it by
//
//	1/n1 [ y (C_j/R_j - AP + sum_(b>=j) c_b/R_b) - sum_(b>=j) c_b C_b/R_b^2 ]
//
// The sums run from below, so the blocks are gone through backwards.
func (r *Ranking) influenceOnAP(all tally, count []int32, out []float64) {
	n1, ap := float64(all.churned), r.Curve(count).AveragePrecision
	down, rows := all.churned, all.churned+all.renewed
	var weight, slope compensated
	for end := len(r.code); end > 0; {
		from, t := r.blockBefore(end)
		precision := float64(down) / float64(rows)
		weight.add(float64(t.churned) / float64(rows))
		slope.add(float64(t.churned) * precision / float64(rows))
		for _, c := range r.code[from:end] {
			u := -slope.value()
			if c&churnedBit != 0 {
				u += precision - ap + weight.value()
			}
			out[c>>accountShift] += u / n1
		}
		down -= t.churned
		rows -= t.churned + t.renewed
		end = from
	}
}

// blockBefore counts the tied rows that end before position end, every account once.
func (r *Ranking) blockBefore(end int) (from int, t tally) {
	for from = end; from > 0 && (from == end || r.code[from-1]&lastOfTieBit == 0); from-- {
		t.add(r.code[from-1]&churnedBit != 0)
	}
	return from, t
}

// ofPresent keeps the elements of accounts that have rows: numbers without rows are no
// observations, and would count as such in means and in the number of accounts.
func (r *Ranking) ofPresent(column []float64) []float64 {
	kept := column[:0]
	for g, u := range column {
		if r.account[g] != (counts{}) {
			kept = append(kept, u)
		}
	}
	return kept
}

// centre takes the mean away. The other metrics do not change when every account counts
// twice, so their influences add up to 0 by themselves; a list of k rows does, but no
// sample has more accounts than another.
func centre(influence []float64) {
	var sum exactSum
	sum.addAll(influence)
	mean := sum.value() / float64(len(influence))
	for g := range influence {
		influence[g] -= mean
	}
}

// InfluenceStdErr is the standard error that influences give, sqrt(G/(G-1) sum U_g^2) over
// the G accounts: of a smooth metric the same as the bootstrap's with endless replicates, to
// first order.
func InfluenceStdErr(influence []float64) float64 {
	var squares exactSum
	squares.addEach(len(influence), func(g int) float64 { return influence[g] * influence[g] })
	return math.Sqrt(smallSample(len(influence)) * squares.value())
}

// Acceleration is the skewness of the influences over six, sum U^3 / (6 (sum U^2)^1.5): how
// fast the standard error changes with the metric (Efron 1987, equation 6.6). 0 where no
// account has influence.
func Acceleration(influence []float64) float64 { return powersOf(influence).acceleration() }
