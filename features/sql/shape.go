package sql

import (
	"fmt"
	"math"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// Ladder is a CASE of comparisons in turn, each with what it gives. The first that holds
// decides, so that rungs are added from low to high. Where engines have width_bucket at all it
// is of equal widths, or puts an edge into another bin than package features does.
type Ladder struct {
	q     *Query
	x     Value
	args  []Value // x, then bound and value of each rung
	text  string  // a format of args
	sizes Value   // low and high of all values so far
}

// Ladder begins one over x, which is written once for each rung: bind what is long.
func (q *Query) Ladder(x Value) *Ladder {
	return &Ladder{q: q, x: x, args: []Value{x}, text: "CASE", sizes: Value{low: 1e308}}
}

// Rung adds: where x stands in this relation to the bound, the value.
func (l *Ladder) Rung(relation string, bound float64, value Value) {
	l.args = append(l.args, l.q.Number(bound), value)
	l.text += fmt.Sprintf(" WHEN %%[1]s %s %%[%d]s THEN %%[%d]s", relation, len(l.args)-1, len(l.args))
	l.size(value)
}

// Missing adds what a missing x gives.
func (l *Ladder) Missing(value Value) {
	l.args = append(l.args, value)
	l.text += fmt.Sprintf(" WHEN %%[1]s IS NULL THEN %%[%d]s", len(l.args))
	l.size(value)
}

// Last ends the ladder with the value of whatever else there is; a missing x stays missing
// unless Missing has said otherwise. The ladder is of no use afterwards.
func (l *Ladder) Last(value Value) Value {
	l.args = append(l.args, value)
	l.text += fmt.Sprintf(" WHEN %%[1]s IS NOT NULL THEN %%[%d]s END", len(l.args))
	l.size(value)
	return l.q.Raw(expr.Number, l.text, l.args...).sized(l.sizes.low, l.sizes.high)
}

// size notes the bounds of a value.
func (l *Ladder) size(v Value) {
	l.sizes.low, l.sizes.high = min(l.sizes.low, v.low), max(l.sizes.high, v.high)
}

// evidence is the weight of evidence of the bin of x. A bin holds its lower edge.
func (q *Query) evidence(f *features.Encoding, x Value, gaps bool) Value {
	b := f.Bins
	l := q.Ladder(q.Once(x, f.Factor.Name))
	if !gaps {
		l.Missing(q.Number(b.Missing.WoE))
	}
	for i, code := range b.Codes {
		l.Rung("=", code, q.Number(b.Special[i].WoE))
	}
	for i, edge := range b.Edges {
		l.Rung("<", edge, q.Number(b.Bins[i].WoE))
	}
	return l.Last(q.Number(b.Bins[len(b.Edges)].WoE))
}

// tiered is the points of the tier of x. A tier holds its upper end.
func (q *Query) tiered(tiers []features.Tier, x Value) Value {
	l := q.Ladder(q.Once(x, "value"))
	final := len(tiers) - 1
	for _, t := range tiers[:final] {
		l.Rung("<=", *t.UpTo, q.Number(t.Points))
	}
	return l.Last(q.Number(tiers[final].Points))
}

// anchored is linear between anchors. Halves of differences fit into a double where the
// whole may not.
func (q *Query) anchored(anchors []features.Anchor, x Value) Value {
	x = q.Once(x, "value")
	l := q.Ladder(x)
	l.Rung("<=", anchors[0].X, q.Number(anchors[0].Points))
	for i, high := range anchors[1:] {
		low := anchors[i]
		l.Rung("=", high.X, q.Number(high.Points))
		from, width, rise := q.Number(low.X/2), q.Number(high.X/2-low.X/2), q.Number(high.Points-low.Points)
		// Bounded by the rungs, so that nothing overflows; halving may underflow in PostgreSQL.
		part := q.Raw(expr.Number, "(%s + ("+q.half()+" - %s) / %s * %s)", q.Number(low.Points), x, from, width, rise)
		l.Rung("<", high.X, part.sized(0, 100))
	}
	return l.Last(q.Number(anchors[len(anchors)-1].Points))
}

// half is a format that halves a number.
func (q *Query) half() string {
	if q.engine.overflow == raises { // half of the smallest double is an underflow there
		return "CASE WHEN abs(%[2]s) > 1e-300 THEN %[2]s / 2 ELSE 0 END"
	}
	return "%s / 2"
}

// bend is term j of a restricted cubic spline (features, spline.go): for knots t_1 < ... < t_k
// and (.)+ for the positive part,
//
//	[ (x-t_j)+^3 - (x-t_{k-1})+^3 (t_k-t_j)/(t_k-t_{k-1}) + (x-t_k)+^3 (t_{k-1}-t_j)/(t_k-t_{k-1}) ] / (t_k-t_1)^2
//
// which is straight below the first knot and above the last (Harrell 2015, Regression Modeling
// Strategies, section 2.4.5).
func (q *Query) bend(knots []float64, j int, x Value) Value {
	k := len(knots)
	first, before, last, at := knots[0], knots[k-2], knots[k-1], knots[j-1]
	width := last - first
	x = q.Once(x, "curve")
	v := q.cubed(x, at, width)
	v = q.Minus(v, q.Times(q.cubed(x, before, width), q.Number((last-at)/(last-before))))
	return q.Plus(v, q.Times(q.cubed(x, last, width), q.Number((before-at)/(last-before))))
}

// cubed is (x - knot)^3 / width^2 above the knot, else 0. Where a cube is too large for a double
// the curve says nothing: it would be one infinity less another.
func (q *Query) cubed(x Value, knot, width float64) Value {
	cube := func(d float64) float64 { return d * (d / width) * (d / width) }
	most := math.Cbrt(math.MaxFloat64) * math.Cbrt(width) * math.Cbrt(width)
	for ; math.IsInf(cube(most), 1); most = math.Nextafter(most, 0) {
	}
	d := q.Bind(q.Minus(x, q.Number(knot)), "above")
	least := 1e-90 * min(1, width) // less has no cube that is a double, to speak of
	v := q.Raw(expr.Number, "CASE WHEN %[1]s > %[4]s THEN NULL WHEN %[1]s > %[5]s THEN %[1]s * (%[1]s / %[2]s) * (%[1]s / %[2]s) WHEN %[1]s IS NOT NULL THEN %[3]s END",
		d, q.Number(width), q.Number(0), q.Number(most), q.Number(least))
	return v.sized(0, math.MaxFloat64)
}
