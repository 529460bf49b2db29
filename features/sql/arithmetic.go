package sql

import (
	"math"

	"holdfast/dataset/expr"
)

// The operators look at what is known of their operands before they write anything. Constants
// are computed here, once, and operands whose bounds (Value.low, Value.high) show that no
// result can leave the range of a double are written as they are. Only the rest gets a guard,
// by what the engine does with a result that no double holds (overflow):
//
//	infinite   compute, then look whether the result is finite         (finite)
//	raises     look at the operands first, and compute only if it fits (sum, guarded)
//	nullable   leave it to SAFE_ADD and its like, which give NULL
//
// Division by zero is NULL everywhere, like every other result that is not finite.

// folded is a number that is known, as package expr has it: what is not finite is
// missing. Engines would compute them too, PostgreSQL even where they are never asked for.
func (q *Query) folded(v float64) Value {
	if v-v != 0 {
		v = math.NaN()
	}
	return q.Number(v)
}

// finite is a number, computed in one way or another, that may have come out infinite: NULL
// then. The text is looked at twice, so that a long one becomes a column first.
func (q *Query) finite(v Value, name string) Value {
	v = q.Once(v, name)
	f := v
	f.text = q.finiteText(v.text)
	return f
}

// Plus is x + y.
func (q *Query) Plus(x, y Value) Value {
	if x.known && y.known || x.null() || y.null() {
		return q.folded(x.constant + y.constant)
	}
	return q.sum(x, y, "+", "SAFE_ADD(%s, %s)", "%[1]s > 0 AND %[2]s < 0 OR %[1]s < 0 AND %[2]s > 0")
}

// Minus is x - y.
func (q *Query) Minus(x, y Value) Value {
	if x.known && y.known || x.null() || y.null() {
		return q.folded(x.constant - y.constant)
	}
	return q.sum(x, y, "-", "SAFE_SUBTRACT(%s, %s)", "%[1]s > 0 AND %[2]s > 0 OR %[1]s < 0 AND %[2]s < 0")
}

// sum is a sum or difference; apart says, for an engine that raises an error, when the sizes
// of the operands take each other off.
//
// There x + y of one sign overflows where |x| + |y| is at least half a unit in the last place
// above the largest double M: M's unit is 2^971, half of it 2^970. |x| - (M - |y|) is computed
// without an overflow for any two doubles and compared with that half.
func (q *Query) sum(x, y Value, op, safe, apart string) Value {
	// What is not 0 is at least half a unit in the last place of a known operand.
	low := max(known(x), known(y)) * 0x1p-54
	plain := "(%s " + op + " %s)"
	if high := x.high + y.high; high <= math.MaxFloat64 {
		return q.Raw(expr.Number, plain, x, y).sized(low, high)
	}
	switch q.engine.overflow {
	case nullable:
		return q.Raw(expr.Number, safe, x, y).sized(low, math.MaxFloat64)
	case raises:
		x, y = q.Once(x, "term"), q.Once(y, "term")
		return q.Raw(expr.Number, "CASE WHEN abs(%[1]s) - ("+q.engine.number(math.MaxFloat64)+" - abs(%[2]s)) < "+q.engine.number(0x1p970)+" OR "+apart+
			" THEN %[1]s "+op+" %[2]s END", x, y).sized(low, math.MaxFloat64)
	}
	return q.finite(q.Raw(expr.Number, plain, x, y).sized(low, math.MaxFloat64), "sum")
}

// known is the size of a known number, 0 of any other. NULL counts as known: its size is NaN,
// which min and max pass on, and as a bound it fails every comparison, so that guards stay.
func known(x Value) float64 {
	if x.known {
		return math.Abs(x.constant)
	}
	return 0
}

// Times is x * y. Bounds multiply: the product is at most high*high and, where it is not 0, at
// least low*low in size. An engine that raises errors does so for a result that underflows too,
// so that there the lower bound must be clear of the smallest double.
func (q *Query) Times(x, y Value) Value {
	if x.known && y.known || x.null() || y.null() {
		return q.folded(float64(x.constant * y.constant))
	}
	high, low := x.high*y.high, x.low*y.low
	v := q.Raw(expr.Number, "(%s * %s)", x, y).sized(low, min(high, math.MaxFloat64))
	switch {
	case high <= math.MaxFloat64 && (low >= tiny || q.engine.overflow != raises):
		return v
	case q.engine.overflow == nullable:
		return q.Raw(expr.Number, "SAFE_MULTIPLY(%s, %s)", x, y)
	case q.engine.overflow == raises:
		x, y = q.Once(x, "factor"), q.Once(y, "factor")
		return q.guarded(x, y, "*", "+")
	}
	return q.finite(v, "product")
}

// tiny is a size that is safely above what underflows: the smallest normal double is 2.2e-308.
const tiny = 1e-300

// Over is x / y, NULL where y is 0. A known divisor that is not 0 needs no question about it,
// and with bounds that fit none at all: the division by a deviation, which is in every model,
// is written as x / 2.5e0.
func (q *Query) Over(x, y Value) Value {
	if x.known && y.known || x.null() || y.null() {
		return q.folded(x.constant / y.constant)
	}
	if y.known && y.constant == 0 {
		return q.Number(math.NaN())
	}
	high, low := x.high/y.low, x.low/y.high
	fits := high <= math.MaxFloat64
	switch {
	case y.known && fits && (low >= tiny || q.engine.overflow != raises):
		return q.Raw(expr.Number, "(%s / %s)", x, y).sized(low, high)
	case q.engine.overflow == nullable:
		return q.Raw(expr.Number, "SAFE_DIVIDE(%s, %s)", x, y).sized(low, min(high, math.MaxFloat64))
	case q.engine.overflow == raises:
		x, y = q.Once(x, "dividend"), q.Once(y, "divisor")
		return q.guarded(x, y, "/", "-").sized(low, min(high, math.MaxFloat64))
	}
	v := q.Raw(expr.Number, "(%s / NULLIF(%s, 0))", x, y).sized(low, min(high, math.MaxFloat64))
	if fits {
		return v
	}
	return q.finite(v, "quotient")
}

// guarded multiplies or divides where the engine raises an error when no double can hold
// the result: sizes far from the ends cannot do that, and others are looked at through
// their logarithms; near the upper end, through a 16th of the result, which has the same
// digits, and near the lower end, through 2^60 times the result: half of the least double and
// less becomes 0. Of a quotient that is exact, as none of two doubles lies between a power of
// two and what is rounded to it; a product so near to that half may become 0 a digit early.
// The bounds of the first hold there anyhow; they are said because an engine computes with
// constants, and overflows, before it looks at the case.
func (q *Query) guarded(x, y Value, op, ofLogarithms string) Value {
	text := "CASE WHEN %[1]s = 0 THEN %[2]s - %[2]s WHEN %[2]s = 0 THEN %[1]s - %[1]s WHEN abs(%[1]s) = 1 OR "
	if op == "/" {
		text = "CASE WHEN %[2]s = 0 THEN NULL WHEN %[1]s = 0 THEN %[2]s - %[2]s WHEN "
	}
	logarithm := "ln(abs(%[1]s)) " + ofLogarithms + " ln(abs(%[2]s))"
	text += "abs(%[2]s) = 1 OR abs(%[1]s) BETWEEN 1e-150 AND 1e150 AND abs(%[2]s) BETWEEN 1e-150 AND 1e150 THEN %[1]s " + op + " %[2]s " +
		"WHEN " + logarithm + " > 709.8 THEN NULL " +
		"WHEN " + logarithm + " > 709.7 THEN CASE WHEN GREATEST(abs(%[1]s), 1e-30) * 0.0625 " + op + " abs(%[2]s) <= " + q.engine.number(math.MaxFloat64/16) + " THEN %[1]s " + op + " %[2]s END " +
		"WHEN " + logarithm + " < -745.2 THEN 0 " +
		"WHEN " + logarithm + " < -745 THEN CASE WHEN LEAST(abs(%[1]s), 4) * " + q.engine.number(0x1p60) + " " + op + " abs(%[2]s) > " + q.engine.number(0x1p-1015) + " THEN %[1]s " + op + " %[2]s ELSE 0 END " +
		"ELSE %[1]s " + op + " %[2]s END"
	return q.Raw(expr.Number, text, x, y)
}
