package sql

import (
	"fmt"
	"math"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// Encode writes the design columns of an encoder, in the order of its Names: NULL where the
// row cannot be encoded. The histories that its factors read have been written.
//
// It is Encoder.Encode written down: the same steps in the same order on the same constants,
// so that a query gives the numbers of a model bit for bit wherever only + - * / and
// comparisons are in play, and to a few units in the last place where a logarithm is.
func (q *Query) Encode(e *features.Encoder) []Value {
	var design []Value
	for i := range e.Factors {
		design = append(design, q.factor(e.Form, &e.Factors[i])...)
	}
	return design
}

// factor writes the design columns of one factor: none for a column that was constant when it
// was fitted, since a model has no weight for it. A factor that is for some rows only has its
// neutral value in all others, also where it is unknown whether a row is one of them.
func (q *Query) factor(form features.Form, f *features.Encoding) []Value {
	column := q.design(form, f)
	_, within := f.Factor.Expressions()
	var inside Value
	if within != nil {
		inside = q.Bind(q.logic(within.Root()), f.Factor.Name+"_for")
	}
	var out []Value
	for j := range f.Columns {
		c := &f.Columns[j]
		if c.Constant {
			continue
		}
		v := column(j)
		if within != nil {
			other := neutral(form, f, c)
			kept := q.Raw(expr.Number, "CASE WHEN %s THEN %s ELSE %s END", inside, v, q.Number(other))
			v = kept.sized(v.low, max(v.high, math.Abs(other)))
			if other != other {
				v.high = kept.high
			}
		}
		out = append(out, q.Once(v, name(f, c)))
	}
	return out
}

// name is that of a design column.
func name(f *features.Encoding, c *features.Column) string {
	if c.Level != "" {
		return f.Factor.Name + "_" + c.Level
	}
	return f.Factor.Name
}

// design returns what writes design column j. What all columns of a factor share, its input or
// the place of its level, is written before, once.
func (q *Query) design(form features.Form, f *features.Encoding) func(j int) Value {
	if f.Factor.Kind == features.Category {
		return q.levels(f)
	}
	x := q.Once(q.input(f), f.Factor.Name)
	return func(j int) Value { return q.encoded(form, f, j, x) }
}

// input is what the factor looks at, as a number.
func (q *Query) input(f *features.Encoding) Value {
	if f.Members != nil {
		return q.joined(f)
	}
	value, _ := f.Factor.Expressions()
	return q.asNumber(q.Expr(value.Root()))
}

// neutral is the value of a row that the factor is not for; NaN is NULL.
func neutral(form features.Form, f *features.Encoding, c *features.Column) float64 {
	switch {
	case form == features.Standardised:
		return 0
	case leavesMissing(form, f) && f.Factor.Missing != features.Drop, keepsMissing(form):
		return math.NaN()
	}
	return c.Mean
}

// keepsMissing says whether a missing value stays missing in the form.
func keepsMissing(form features.Form) bool {
	return form == features.Observed || form == features.Graded
}

// leavesMissing says whether nothing stands in for a missing value of the factor.
func leavesMissing(form features.Form, f *features.Encoding) bool {
	return f.Factor.Missing == features.Drop || keepsMissing(form) || form == features.Shared && f.Factor.Stale == features.Redistribute
}

// encoded is design column j of a number x, in the order of package features: fill, clip,
// scale or shape, then what the form asks for.
func (q *Query) encoded(form features.Form, f *features.Encoding, j int, x Value) Value {
	c := &f.Columns[j]
	if c.Role == features.OfMissing {
		return q.Raw(expr.Number, "CASE WHEN %s IS NULL THEN %s ELSE %s END", x,
			q.Number((1-c.Mean)/c.SD), q.Number((0-c.Mean)/c.SD)).sized(0, max(math.Abs(1-c.Mean), math.Abs(c.Mean))/c.SD)
	}
	asIs, gaps := form == features.Raw || form == features.Observed, leavesMissing(form, f)
	if !asIs && isColumn(f, x) {
		x = q.rescaled(f, q.readAndClipped(f, x, gaps))
	} else {
		x = q.filled(f, x, gaps)
		if !asIs || shaped(f) {
			x = q.scaled(f, x, gaps)
		}
	}
	switch {
	case asIs:
		return q.held(x, f.Factor.Name, 1)
	case form != features.Standardised:
		return q.score(x, f)
	}
	if c.Role == features.OfTerm && j > 0 {
		x = q.bend(f.Knots, j, x)
	}
	return q.standard(q.held(x, f.Factor.Name, c.SD), c)
}

// filled is x, or what stands in for it where it is missing. A bin of missing values needs
// nothing of the kind.
func (q *Query) filled(f *features.Encoding, x Value, gaps bool) Value {
	if f.Bins != nil || gaps {
		return x
	}
	fill := q.Number(f.Fill)
	return q.Raw(expr.Number, "COALESCE(%s, %s)", x, fill).sized(min(x.low, known(fill)), max(x.high, fill.high))
}

// standard is (x - mean) / sd, in this order of operations as package features has it. A mean
// of 0 is left out: x - 0 is x for every double but -0, which nobody sees.
func (q *Query) standard(x Value, c *features.Column) Value {
	if c.Mean != 0 {
		x = q.Minus(x, q.Number(c.Mean))
	}
	return q.Over(x, q.Number(c.SD))
}

// shaped says whether the kind makes another number of the value.
func shaped(f *features.Encoding) bool {
	return f.Factor.Kind == features.Bins || f.Factor.Kind == features.Points || f.Factor.Kind == features.Tiers
}

// far is where numbers that nobody has clipped are held, so that products and sums of them
// do not overflow: what is beyond is as good as infinite, and has a probability of 0 or 1.
const far = 1e304

// held keeps a number within what can be divided by a deviation.
func (q *Query) held(x Value, name string, deviation float64) Value {
	limit := far * min(1, math.Abs(deviation))
	if x.high <= limit {
		return x
	}
	x = q.Once(x, name)
	low, high := q.Number(-limit), q.Number(limit)
	return q.Raw(expr.Number, "CASE WHEN %[1]s < %[2]s THEN %[2]s WHEN %[1]s > %[3]s THEN %[3]s ELSE %[1]s END", x, low, high).sized(x.low, limit)
}

// scaled clips and scales, or makes what the kind gives; gaps says that x may be NULL and
// stays so.
func (q *Query) scaled(f *features.Encoding, x Value, gaps bool) Value {
	switch f.Factor.Kind {
	case features.Bins:
		return q.evidence(f, x, gaps)
	case features.Points:
		return q.anchored(f.Factor.Points, x)
	case features.Tiers:
		return q.tiered(f.Factor.Tiers, x)
	}
	return q.rescaled(f, q.clipped(x, f.Low, f.High, f.Factor.Name))
}

// rescaled is x on the scale of the factor.
func (q *Query) rescaled(f *features.Encoding, x Value) Value {
	switch f.Factor.Scale {
	case features.Log1p:
		return q.Once(q.log1p(x), f.Factor.Name+"_log1p")
	case features.Asinh:
		return q.Once(q.asinh(x), f.Factor.Name+"_asinh")
	}
	return x
}

// clipped is min(max(x, low), high), where nil is no limit. It is a CASE for the reason that
// lesser is one.
func (q *Query) clipped(x Value, low, high *float64, name string) Value {
	if low == nil && high == nil {
		return x
	}
	x = q.Once(x, name)
	text, size, args := "CASE", 0.0, []Value{x}
	for _, bound := range []*float64{high, low} { // the high one wins
		if bound == nil {
			size = math.MaxFloat64
			continue
		}
		// The bound itself is given at a tie, which is the same number.
		op := "<="
		if bound == high {
			op = ">="
		}
		if bound == low && high != nil && *low > *high {
			continue // everything is below the low bound, and becomes the high one
		}
		args = append(args, q.Number(*bound))
		text += fmt.Sprintf(" WHEN %%[1]s %s %%[%d]s THEN %%[%d]s", op, len(args), len(args))
		size = max(size, math.Abs(*bound))
	}
	if low != nil && high != nil && *low > *high {
		return q.Raw(expr.Number, "CASE WHEN %s IS NOT NULL THEN %s END", x, q.Number(*high)).sized(math.Abs(*high), math.Abs(*high))
	}
	v := q.Raw(expr.Number, text+" ELSE %[1]s END", args...)
	return v.sized(x.low, min(size, max(x.high, size)))
}

// score places x between the anchors of the factor: 0 points at At0 and 100 at At100, linear
// between them and held beyond, 50 for all if the two are one.
//
//	points = 100 (x - At0) / (At100 - At0)
func (q *Query) score(x Value, f *features.Encoding) Value {
	if f.At0 == f.At100 {
		return q.Raw(expr.Number, "CASE WHEN %s IS NOT NULL THEN %s END", x, q.Number(50)).sized(50, 50)
	}
	if f.At0 != 0 || f.At100 != 100 {
		x = q.held(x, f.Factor.Name, f.At100-f.At0)
		if f.At0 != 0 {
			x = q.Minus(x, q.Number(f.At0))
		}
		x = q.Over(q.Times(q.Number(100), x), q.Number(f.At100-f.At0))
	}
	x = q.Once(x, f.Factor.Name+"_points")
	return q.Raw(expr.Number, "CASE WHEN %[1]s < 0 THEN %[2]s WHEN %[1]s > 100 THEN %[3]s ELSE %[1]s END", x, q.Number(0), q.Number(100)).sized(x.low, 100)
}

// joined makes one number of the members: their product, or the mean of those that are
// there, each turned so that more is healthier.
func (q *Query) joined(f *features.Encoding) Value {
	product, total, count := q.Number(1), q.Number(0), q.Number(0)
	for i := range f.Members {
		m := &f.Members[i]
		z := q.Once(q.standing(m), f.Factor.Name+"_"+m.Factor.Name)
		if f.Factor.Kind == features.Interaction {
			product = q.Times(product, z)
			continue
		}
		there := q.Raw(expr.Bool, "(%s IS NOT NULL)", z)
		if m.Factor.Expect == features.HigherChurn {
			z = q.negate(z)
		}
		total = q.Plus(total, q.Raw(expr.Number, "CASE WHEN %s THEN %s ELSE %s END", there, z, q.Number(0)).sized(z.low, z.high))
		count = q.Plus(count, q.Raw(expr.Number, "CASE WHEN %s THEN %s ELSE %s END", there, q.Number(1), q.Number(0)).sized(1, 1))
	}
	if f.Factor.Kind == features.Interaction {
		return product
	}
	count.low = 1
	return q.Over(total, count)
}

// standing is the standardised value of a member, missing where it has none: where its input
// is, although its own encoding would fill that, and in rows that the member is not for. A
// mean of members is one of those that are there, and a product with a missing one is missing.
func (q *Query) standing(f *features.Encoding) Value {
	x := q.Once(q.input(f), f.Factor.Name)
	z := q.Number(0) // a constant member is always at its mean
	if !f.Columns[0].Constant {
		z = q.encoded(features.Standardised, f, 0, x)
	}
	if f.Bins == nil || f.Factor.Missing == features.Drop {
		z = q.Raw(expr.Number, "CASE WHEN %s IS NOT NULL THEN %s END", x, z).sized(z.low, z.high)
	}
	if _, within := f.Factor.Expressions(); within != nil {
		z = q.Raw(expr.Number, "CASE WHEN %s THEN %s END", q.logic(within.Root()), z).sized(z.low, z.high)
	}
	return z
}
