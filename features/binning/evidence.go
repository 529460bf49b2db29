package binning

import "math"

// tally counts rows.
type tally struct{ n, churned int }

// add counts one row.
func (t *tally) add(churned bool) {
	t.n++
	if churned {
		t.churned++
	}
}

// plus is the tally of two disjoint sets of rows.
func (t tally) plus(u tally) tally { return tally{t.n + u.n, t.churned + u.churned} }

// minus takes a subset out.
func (t tally) minus(u tally) tally { return tally{t.n - u.n, t.churned - u.churned} }

// evidence is the weight of evidence of rows that are a part of total, and what they add
// to the information value; the formulas are in the package comment. Both are finite when
// both classes occur in total. The half row that an empty cell gets is not added to the
// totals: shares may sum to a little more than 1 then.
func (t tally) evidence(total tally) (woe, iv float64) {
	churned, renewed := float64(t.churned), float64(t.n-t.churned)
	if churned == 0 || renewed == 0 {
		churned, renewed = churned+0.5, renewed+0.5
	}
	c, r := churned/float64(total.churned), renewed/float64(total.n-total.churned)
	woe = math.Log(c / r)
	return woe, (c - r) * woe
}
