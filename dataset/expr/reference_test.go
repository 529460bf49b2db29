package expr

import "math"

// This file holds a second, slow evaluator for one row, written from doc.go
// and sharing nothing with the loops: a value is a number, a truth or a text,
// or it is missing. The properties compare the two.

type value struct {
	missing bool
	number  float64
	truth   bool
	text    string
}

var gone = value{missing: true}

type row map[string]value

func reference(n Node, r row) value {
	switch n := n.(type) {
	case *Column:
		return r[n.Name]
	case *NumberLit:
		return value{number: n.Value}
	case *TextLit:
		return value{text: n.Value}
	case *BoolLit:
		return value{truth: n.Value}
	case *MissingLit:
		return gone
	case *Negate:
		return lift(func(v []float64) float64 { return -v[0] }, reference(n.X, r))
	case *Not:
		x := reference(n.X, r)
		if x.missing {
			return gone
		}
		return value{truth: !x.truth}
	case *Arithmetic:
		return lift(func(v []float64) float64 { return referenceArithmetic(n.Op, v[0], v[1]) }, reference(n.X, r), reference(n.Y, r))
	case *Logic:
		return referenceLogic(n.Op == And, reference(n.X, r), reference(n.Y, r))
	case *Comparison:
		return referenceComparison(n, reference(n.X, r), reference(n.Y, r))
	case *In:
		return referenceIn(n, r)
	case *Conditional:
		switch c := reference(n.If, r); {
		case c.missing:
			return gone
		case c.truth:
			return reference(n.Then, r)
		default:
			return reference(n.Else, r)
		}
	case *Call:
		return referenceCall(n, r)
	}
	panic("unknown node")
}

// lift applies f where no argument is missing and keeps finite results only.
func lift(f func([]float64) float64, args ...value) value {
	numbers := make([]float64, len(args))
	for i, a := range args {
		if a.missing {
			return gone
		}
		numbers[i] = a.number
	}
	v := f(numbers)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return gone
	}
	return value{number: v}
}

func referenceArithmetic(op Op, x, y float64) float64 {
	switch op {
	case Add:
		return x + y
	case Subtract:
		return x - y
	case Multiply:
		return x * y
	case Divide:
		if y == 0 {
			return math.NaN()
		}
		return x / y
	case Remainder:
		return math.Mod(x, y)
	default:
		return math.Pow(x, y)
	}
}

// referenceLogic is the definition of Kleene: a deciding operand decides.
func referenceLogic(and bool, x, y value) value {
	decides := func(v value) bool { return !v.missing && v.truth != and }
	switch {
	case decides(x) || decides(y):
		return value{truth: !and}
	case x.missing || y.missing:
		return gone
	default:
		return value{truth: and}
	}
}

func referenceComparison(n *Comparison, x, y value) value {
	if x.missing || y.missing {
		return gone
	}
	same := x == y
	switch n.Op {
	case Equal:
		return value{truth: same}
	case NotEqual:
		return value{truth: !same}
	case Less:
		return value{truth: x.number < y.number}
	case LessEqual:
		return value{truth: x.number <= y.number}
	case Greater:
		return value{truth: x.number > y.number}
	default:
		return value{truth: x.number >= y.number}
	}
}

func referenceIn(n *In, r row) value {
	x := reference(n.X, r)
	if x.missing {
		return gone
	}
	found := false
	for _, s := range n.Set {
		found = found || reference(s, r) == x
	}
	return value{truth: found}
}

func referenceCall(n *Call, r row) value {
	args := make([]value, len(n.Args))
	for i, a := range n.Args {
		args[i] = reference(a, r)
	}
	switch n.Func {
	case Missing:
		return value{truth: args[0].missing}
	case Coalesce:
		for _, a := range args {
			if !a.missing {
				return a
			}
		}
		return gone
	default:
		return lift(func(v []float64) float64 { return referenceFunction(n.Func, v) }, args...)
	}
}

func referenceFunction(f Func, v []float64) float64 {
	switch f {
	case Clip:
		return math.Min(math.Max(v[0], v[1]), v[2])
	case Min, Max:
		best := v[0]
		for _, w := range v[1:] {
			if f == Min {
				best = math.Min(best, w)
			} else {
				best = math.Max(best, w)
			}
		}
		return best
	}
	return map[Func]func(float64) float64{
		Abs: math.Abs, Ceil: math.Ceil, Exp: math.Exp, Expm1: math.Expm1, Floor: math.Floor,
		Log: math.Log, Log1p: math.Log1p, Round: math.Round, Sqrt: math.Sqrt,
	}[f](v[0])
}
