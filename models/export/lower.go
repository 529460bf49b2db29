package export

import (
	"math"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// This file turns an expression into nodes of a program. What expressions say of missing
// and infinite values (package expr) is written out here.

// truth is a value of three-valued logic as two truths of which at most one holds; where
// neither does, it is missing.
type truth struct{ yes, no ref }

// text is a text that may be missing: something that can be compared. A column, a literal, a
// number looked at as text, a choice between texts, and nothing are the five.
type text interface {
	is(p *program, level string) ref // a truth; false where the text is missing
	missing(p *program) ref          // a truth
}

// number adds a number expression and returns its node: finite or missing, never infinite, as
// package expr has it. What is computed of it may rely on that.
func (p *program) number(n expr.Node) ref {
	switch n := n.(type) {
	case *expr.Column:
		// Infinite values are read as missing, and so is a NaN that an engine can hold.
		return p.finite(p.add(node{op: opNumber, input: p.inputOf(n.Name, expr.Number)}))
	case *expr.NumberLit:
		return p.constant(n.Value)
	case *expr.Negate:
		return p.negate(p.number(n.X))
	case *expr.Arithmetic:
		return p.arithmetic(n.Op, p.number(n.X), p.number(n.Y))
	case *expr.Conditional:
		c := p.logic(n.If)
		return p.choose(c.yes, p.number(n.Then), p.choose(c.no, p.number(n.Else), p.none()))
	case *expr.Call:
		args := make([]ref, len(n.Args))
		for i, a := range n.Args {
			args[i] = p.number(a)
		}
		return p.call(n.Func, args)
	}
	return p.none() // *expr.MissingLit
}

// negate is -x.
func (p *program) negate(x ref) ref { return p.do(opSub, p.constant(0), x) }

// finite is x where it is finite, else missing.
func (p *program) finite(x ref) ref {
	if p.is(x, opConst) {
		return x
	}
	return p.choose(p.do(opLessEq, p.do(opAbs, x), p.constant(math.MaxFloat64)), x, p.none())
}

// arithmetic is an operator on numbers.
func (p *program) arithmetic(o expr.Op, x, y ref) ref {
	switch o {
	case expr.Add:
		return p.finite(p.do(opAdd, x, y))
	case expr.Subtract:
		return p.finite(p.do(opSub, x, y))
	case expr.Multiply:
		return p.finite(p.do(opMul, x, y))
	case expr.Divide:
		return p.finite(p.do(opDiv, x, p.unless(p.do(opEqual, y, p.constant(0)), y)))
	case expr.Power:
		return p.finite(p.do(opPow, x, y))
	}
	return p.remainder(x, y)
}

// unless is x where the truth does not hold, else missing.
func (p *program) unless(c, x ref) ref { return p.choose(c, p.none(), x) }

// remainder has the sign of x. Engines agree about numbers from 0 on only.
func (p *program) remainder(x, y ref) ref {
	zero := p.constant(0)
	divisor := p.do(opAbs, p.unless(p.do(opEqual, y, zero), y))
	r := p.do(opRem, p.do(opAbs, x), divisor)
	return p.choose(p.do(opLess, x, zero), p.negate(r), r)
}

// call is a function of numbers, written with operations that all formats agree about. What
// has no such operation (log1p, expm1, asinh, round) is built of others, with its digits near
// 0 looked after.
func (p *program) call(f expr.Func, args []ref) ref {
	x := args[0]
	switch f {
	case expr.Abs:
		return p.do(opAbs, x)
	case expr.Floor:
		return p.do(opFloor, x)
	case expr.Ceil:
		return p.negate(p.do(opFloor, p.negate(x)))
	case expr.Round:
		return p.round(x)
	case expr.Sqrt:
		return p.do(opSqrt, p.unless(p.do(opLess, x, p.constant(0)), x))
	case expr.Exp:
		return p.finite(p.do(opExp, x))
	case expr.Expm1:
		return p.finite(p.expm1(x))
	case expr.Log:
		return p.log(x)
	case expr.Log1p:
		return p.log1p(x)
	case expr.Clip:
		return p.min(p.max(x, args[1]), args[2])
	}
	for _, y := range args[1:] {
		switch f {
		case expr.Min:
			x = p.min(x, y)
		case expr.Max:
			x = p.max(x, y)
		default: // expr.Coalesce
			x = p.choose(p.do(opMissing, x), y, x)
		}
	}
	return x
}

// min is the smaller, missing where one of the two is: no comparison holds then. Engines
// do not agree about what their own min makes of that.
func (p *program) min(x, y ref) ref {
	return p.choose(p.do(opLess, y, x), y, p.choose(p.do(opLessEq, x, y), x, p.none()))
}

// max is the larger, missing where one of the two is.
func (p *program) max(x, y ref) ref {
	return p.choose(p.do(opLess, x, y), y, p.choose(p.do(opLessEq, y, x), x, p.none()))
}

// round goes to the nearest whole number, halves away from zero. x - floor(x) is exact,
// where x + 0.5 would round 0.49999999999999994 up.
func (p *program) round(x ref) ref {
	size := p.do(opAbs, x)
	whole := p.do(opFloor, size)
	up := p.do(opAdd, whole, p.constant(1))
	nearest := p.choose(p.do(opLessEq, p.constant(0.5), p.do(opSub, size, whole)), up, whole)
	return p.choose(p.do(opLess, x, p.constant(0)), p.negate(nearest), nearest)
}

// log is the natural logarithm of a number above 0.
func (p *program) log(x ref) ref {
	return p.do(opLog, p.choose(p.do(opLess, p.constant(0), x), x, p.none()))
}

// log1p is log(1+x) to the last digits near 0: the rounding error of 1+x is divided out
// again (Kahan; Goldberg 1991, What Every Computer Scientist Should Know About
// Floating-Point Arithmetic, theorem 4).
func (p *program) log1p(x ref) ref {
	one := p.constant(1)
	u := p.do(opAdd, one, x)
	same := p.do(opEqual, u, one)
	// Where 1+x is 1 the quotient would be 0/0; the divisor is missing there and nobody asks.
	by := p.unless(same, p.do(opSub, u, one))
	return p.choose(same, x, p.do(opMul, p.log(u), p.do(opDiv, x, by)))
}

// expm1 is exp(x)-1 to the last digits near 0, by the same idea (Kahan; Higham 2002,
// Accuracy and Stability of Numerical Algorithms, section 1.14.1).
func (p *program) expm1(x ref) ref {
	one, u := p.constant(1), p.do(opExp, x)
	less := p.do(opSub, u, one)
	same, far := p.do(opEqual, u, one), p.do(opLess, x, p.constant(-40))
	by := p.unless(same, p.log(u))
	near := p.do(opMul, less, p.do(opDiv, x, by))
	// Above 40 the 1 is below the last digit of u, and log(u) may be infinite.
	return p.choose(same, x, p.choose(p.or(far, p.do(opLess, p.constant(40), x)), less, near))
}

// asinh is ln(x + sqrt(x^2+1)), odd and exact near 0; beyond 2^28 the 1 does not count any
// more and x^2 might overflow.
func (p *program) asinh(x ref) ref {
	one, size := p.constant(1), p.do(opAbs, x)
	square := p.do(opMul, size, size)
	rest := p.do(opDiv, square, p.do(opAdd, one, p.do(opSqrt, p.do(opAdd, square, one))))
	large := p.do(opAdd, p.log(size), p.constant(math.Ln2))
	y := p.choose(p.do(opLess, p.constant(1<<28), size), large, p.log1p(p.do(opAdd, size, rest)))
	return p.choose(p.do(opLess, x, p.constant(0)), p.negate(y), y)
}

// value adds an expression that is a number or a truth, as a number.
func (p *program) value(n expr.Node) ref {
	if n.Type() == expr.Bool {
		return p.asNumber(p.logic(n))
	}
	return p.number(n)
}

// level is a number that is looked at as text, as dataset writes it.
type level struct{ x ref }

func (l level) is(p *program, name string) ref {
	v, ok := numberOf(name)
	if !ok {
		return p.truth(false)
	}
	return p.do(opEqual, l.x, p.constant(v))
}

func (l level) missing(p *program) ref { return p.do(opMissing, l.x) }

// numberOf is the number that is written so; false where dataset would write that number
// otherwise, as 1.0 or 1e3, or where the level is no number: no value can be called that.
func numberOf(name string) (float64, bool) {
	v, err := parseNumber(name)
	return v, err == nil && dataset.NumberLevel(v) == name
}
