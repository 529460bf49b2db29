package sql

import (
	"math"

	"holdfast/dataset/expr"
)

// Functions are written so that no engine is asked for what it would answer in its own way:
// each CASE below cuts off arguments that one of them refuses, rounds or overflows for. Where
// the argument is known the number is computed by package expr, which is the definition.

// negate is -x. The blank keeps two signs from making a comment.
func (q *Query) negate(x Value) Value {
	if x.known {
		return q.Number(-x.constant)
	}
	return q.Raw(expr.Number, "(- %s)", x).sized(x.low, x.high)
}

// Abs is the size of x.
func (q *Query) Abs(x Value) Value {
	if x.known {
		return q.Number(math.Abs(x.constant))
	}
	return q.Raw(expr.Number, "abs(%s)", x).sized(x.low, x.high)
}

// exp is e^x, written so that no engine overflows or underflows: 709.78 is the logarithm of the
// largest double, beyond which the value is NULL, and -745.13 that of half of the smallest one,
// below which it is 0.
func (q *Query) exp(x Value) Value {
	if x.known {
		return q.folded(expr.Exp.Of(x.constant))
	}
	x = q.Once(x, "exponent")
	return q.Raw(expr.Number, "CASE WHEN %s < "+q.engine.number(-745.13321)+" THEN "+q.engine.number(0)+
		" WHEN %[1]s <= "+q.engine.number(709.782712893384)+" THEN exp(%[1]s) END", x)
}

// ln is the natural logarithm, NULL for what has none. It is never written as log, which is the
// natural one in some engines and that of ten in others. Of a double it is at most 745.2 in
// size, and where it is not 0 at least 2^-53, that of the double next to 1 from below.
func (q *Query) ln(x Value) Value {
	if x.known {
		return q.folded(expr.Log.Of(x.constant))
	}
	x = q.Once(x, "argument")
	return q.Raw(expr.Number, "CASE WHEN %s > 0 THEN ln(%[1]s) END", x).sized(0x1p-54, 746)
}

// sqrt is the square root, NULL below 0. IEEE 754 has it correctly rounded: the same bits in
// every engine.
func (q *Query) sqrt(x Value) Value {
	if x.known {
		return q.folded(expr.Sqrt.Of(x.constant))
	}
	x = q.Once(x, "argument")
	return q.Raw(expr.Number, "CASE WHEN %s >= 0 THEN sqrt(%[1]s) END", x).sized(math.Sqrt(x.low), math.Sqrt(x.high))
}

// Floor is the largest whole number that is not above x, ceil the smallest that is not
// below. From 2^52 on all numbers are whole; Databricks ends at 2^63.
func (q *Query) Floor(x Value) Value { return q.cut(x, q.engine.floor, math.Floor) }

func (q *Query) ceil(x Value) Value { return q.cut(x, q.engine.ceil, math.Ceil) }

// cut writes Floor or ceil by the engine's own function. A value that is not 0 is at least 1 in
// size then, and at most the size of x rounded up.
func (q *Query) cut(x Value, function string, known func(float64) float64) Value {
	if x.known {
		return q.folded(known(x.constant))
	}
	if q.dialect != Databricks {
		return q.Raw(expr.Number, function, x).sized(1, max(1, math.Ceil(x.high)))
	}
	x = q.Once(x, "argument")
	whole := q.Raw(expr.Number, function, x)
	return q.Raw(expr.Number, "CASE WHEN abs(%s) < "+q.engine.number(0x1p52)+" THEN %s ELSE %[1]s END", x, whole).sized(1, max(1, math.Ceil(x.high)))
}

// round is the nearest whole number, halves away from zero. Adding a half first would round
// 0.49999999999999994 up.
func (q *Query) round(x Value) Value {
	if x.known {
		return q.folded(expr.Round.Of(x.constant))
	}
	x = q.Once(x, "argument")
	size := q.Once(q.Abs(x), "size")
	down := q.Once(q.Floor(size), "floor")
	return q.Raw(expr.Number, "CASE WHEN %[1]s - %[2]s >= 0.5 THEN %[2]s + 1 ELSE %[2]s END * CASE WHEN %[3]s < 0 THEN -1 ELSE 1 END", size, down, x).
		bracketed().sized(1, max(1, math.Ceil(x.high)))
}

// bracketed is a value in brackets.
func (v Value) bracketed() Value {
	v.text = "(" + v.text + ")"
	return v
}

// log1p is ln(1 + x), exact also near 0 (Kahan, as told by Goldberg 1991, theorem 4): what
// rounding took from u = 1 + x it takes from both sides of the quotient.
func (q *Query) log1p(x Value) Value {
	if x.known {
		return q.folded(expr.Log1p.Of(x.constant))
	}
	x = q.Bind(x, "argument")
	u := q.Bind(q.Raw(expr.Number, "CASE WHEN %s > -1 THEN 1 + %[1]s END", x), "one_more")
	return q.Raw(expr.Number, "CASE WHEN %[1]s = 1 THEN %[2]s WHEN %[1]s > 0 THEN ln(%[1]s) * (%[2]s / (%[1]s - 1)) END", u, x).
		sized(min(x.low, 0x1p-54), 746)
}

// expm1 is e^x - 1, exact also near 0 (Kahan; Higham 2002, section 1.14.1).
func (q *Query) expm1(x Value) Value {
	if x.known {
		return q.folded(expr.Expm1.Of(x.constant))
	}
	x = q.Bind(x, "argument")
	u := q.Bind(q.exp(x), "power")
	return q.Raw(expr.Number, "CASE WHEN abs(%[2]s) > 1 THEN %[1]s - 1 WHEN %[1]s = 1 THEN %[2]s WHEN %[1]s > 0 THEN (%[1]s - 1) * (%[2]s / ln(%[1]s)) END", u, x)
}

// asinh is ln(x + sqrt(x^2 + 1)) in the form of package math, which loses no digits for
// small and for negative x.
func (q *Query) asinh(x Value) Value {
	if x.known {
		return q.folded(math.Asinh(x.constant))
	}
	x = q.Bind(x, "argument")
	size := q.Bind(q.Abs(x), "size")
	rest := q.Bind(q.Raw(expr.Number, "CASE WHEN %[1]s BETWEEN 1e-9 AND 1e9 THEN %[1]s + %[1]s * %[1]s / (1 + sqrt(1 + %[1]s * %[1]s)) WHEN %[1]s IS NOT NULL THEN "+q.engine.number(0)+" END", size), "rest")
	rest.high, rest.low = 3e9, smallest
	near := q.Bind(q.log1p(rest), "near")
	return q.Raw(expr.Number, "CASE WHEN %[1]s < 1e-9 THEN %[1]s WHEN %[1]s > 1e9 THEN ln(%[1]s) + "+q.engine.number(math.Ln2)+" ELSE %[2]s END * CASE WHEN %[3]s < 0 THEN -1 ELSE 1 END", size, near, x).
		bracketed().sized(smallest, 746)
}

// power is x^y, by the rules of package math, except that NULL makes NULL. Engines differ,
// or raise errors, where it is 0^0, no real number, or no double.
func (q *Query) power(x, y Value) Value {
	if x.known && y.known || x.null() || y.null() { // a NULL's constant is NaN
		return q.folded(expr.Power.Of(x.constant, y.constant))
	}
	x, y = q.Bind(x, "base"), q.Bind(y, "exponent")
	size := q.Once(q.Abs(x), "size")
	whole := q.Once(q.Floor(y), "whole")
	return q.Raw(expr.Number, `CASE WHEN %[1]s IS NULL OR %[2]s IS NULL THEN NULL
      WHEN %[2]s = 0 THEN `+q.engine.number(1)+` WHEN %[2]s = 1 THEN %[1]s WHEN %[1]s = 0 AND %[2]s > 0 THEN `+q.engine.number(0)+` WHEN %[1]s = 0 THEN NULL
      WHEN %[1]s < 0 AND %[2]s <> %[4]s THEN NULL
      WHEN %[1]s = 1 THEN `+q.engine.number(1)+` WHEN %[1]s = -1 THEN CASE WHEN abs(%[2]s) >= 9007199254740992 OR %[2]s * 0.5 = `+q.halfFloor()+` THEN `+q.engine.number(1)+` ELSE `+q.engine.number(-1)+` END
      WHEN abs(%[2]s) > 1e20 THEN CASE WHEN (%[3]s > 1 AND %[2]s > 0) OR (%[3]s < 1 AND %[2]s < 0) THEN NULL ELSE `+q.engine.number(0)+` END
      WHEN abs(%[2]s) < 1e-20 THEN `+q.engine.number(1)+`
      WHEN %[2]s * ln(%[3]s) > 709.78271289 THEN NULL WHEN %[2]s * ln(%[3]s) < -745.133219 THEN `+q.engine.number(0)+`
      ELSE power(%[1]s, %[2]s) END`, x, y, size, whole)
}

// halfFloor is the floor of half of the second argument.
func (q *Query) halfFloor() string {
	if q.dialect == Databricks {
		return "CAST(floor(%[2]s * 0.5) AS DOUBLE)"
	}
	return "floor(%[2]s * 0.5)"
}

// mod is the remainder of x / y with the sign of x.
func (q *Query) mod(x, y Value) Value {
	if x.known && y.known || x.null() || y.null() {
		return q.folded(expr.Remainder.Of(x.constant, y.constant))
	}
	if q.engine.remainder == "" {
		return q.dividedOut(x, y)
	}
	x, y = q.Once(x, "dividend"), q.Once(y, "divisor")
	return q.Raw(expr.Number, "CASE WHEN %[2]s <> 0 THEN "+q.engine.remainder+" END", x, y)
}

// dividedOut is mod where the engine has none for doubles: the quotient is cut off, and its
// product with y is taken from x as exactly as two doubles hold it (Dekker 1971). Both are
// brought near 1 by a power of two first, so that nothing of that overflows or underflows.
func (q *Query) dividedOut(x, y Value) Value {
	x, y = q.Bind(x, "dividend"), q.Bind(y, "divisor")
	size, by := q.Bind(q.Abs(x), "size"), q.Bind(q.Abs(y), "size")
	scale := q.Bind(q.Raw(expr.Number, "CASE WHEN %[1]s > 1e100 THEN "+q.engine.number(0x1p-700)+" WHEN %[1]s < 1e-100 THEN "+q.engine.number(0x1p700)+
		" ELSE "+q.engine.number(1)+" END", by), "scale")
	a := q.Bind(q.Raw(expr.Number, "CASE WHEN %[2]s > 0 AND %[1]s >= %[2]s AND (%[2]s >= 1e-100 OR %[1]s < 1e90) THEN %[1]s * %[3]s END", size, by, scale), "dividend_scaled")
	b := q.Bind(q.Raw(expr.Number, "CASE WHEN %[1]s < 1e140 THEN %[2]s * %[3]s END", a, by, scale), "divisor_scaled")
	n := q.Bind(q.Raw(expr.Number, "CASE WHEN %[1]s / %[2]s < 9007199254740992 THEN floor(%[1]s / %[2]s) END", a, b), "times")
	high := func(v Value, name string) Value {
		return q.Bind(q.Raw(expr.Number, "134217729 * %[1]s - (134217729 * %[1]s - %[1]s)", v), name)
	}
	nh, bh := high(n, "times_high"), high(b, "divisor_high")
	off := q.Raw(expr.Number, "((%[1]s * %[2]s - %[3]s * %[4]s) + %[1]s * (%[4]s - %[2]s) + (%[3]s - %[1]s) * %[2]s) + (%[3]s - %[1]s) * (%[4]s - %[2]s)", nh, bh, n, b)
	rest := q.Bind(q.Raw(expr.Number, "(%[1]s - %[2]s * %[3]s) - (%[4]s)", a, n, b, q.Bind(off, "product_low")), "rest")
	scaled := q.Raw(expr.Number, "CASE WHEN %[1]s < 0 THEN %[1]s + %[2]s WHEN %[1]s >= %[2]s THEN %[1]s - %[2]s ELSE %[1]s END", rest, b)
	left := q.Raw(expr.Number, "CASE WHEN %[1]s < %[2]s THEN %[1]s ELSE %[3]s / %[4]s END", size, by, q.Bind(scaled, "remainder_scaled"), scale)
	return q.Raw(expr.Number, "CASE WHEN %[2]s < 0 THEN - %[1]s ELSE %[1]s END", q.Bind(left, "remainder"), x)
}

// lesser is the smaller of two numbers, NULL where one of them is: LEAST passes over NULL in
// some engines and not in others (GREATEST(1, NULL) is 1 in DuckDB and PostgreSQL and NULL in
// ClickHouse), and SQLite has none.
func (q *Query) lesser(x, y Value) Value { return q.extreme(x, y, "<=", ">", math.Min) }

// greater is the larger of two numbers.
func (q *Query) greater(x, y Value) Value { return q.extreme(x, y, ">=", "<", math.Max) }

// extreme asks both ways round, so that a missing operand makes neither question true.
func (q *Query) extreme(x, y Value, first, second string, of func(a, b float64) float64) Value {
	if x.null() || y.null() {
		return q.Number(math.NaN())
	}
	if x.known && y.known {
		return q.Number(of(x.constant, y.constant))
	}
	x, y = q.Once(x, "value"), q.Once(y, "value")
	v := q.Raw(expr.Number, "CASE WHEN %[1]s "+first+" %[2]s THEN %[1]s WHEN %[1]s "+second+" %[2]s THEN %[2]s END", x, y)
	return v.sized(min(x.low, y.low), max(x.high, y.high))
}
