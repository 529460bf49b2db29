package export

import (
	"math"
	"strconv"
)

// spell is what a node computes.
func (d *document) spell(n node) element {
	input := func(i int) element { return el("FieldRef", "field", d.inputs[i].name) }
	switch n.op {
	case opConst:
		return constant(n.number)
	case opAlways, opNever:
		return truthOf(n.op == opAlways)
	case opNumber:
		return input(n.input)
	case opTruth:
		return compare("equal", input(n.input), truthOf(n.number == 1))
	case opTextIs:
		return compare("equal", input(n.input), word(n.text))
	case opNoText:
		return apply("isMissing", input(n.input))
	case opSame:
		return compare("equal", input(int(n.args[0])), input(int(n.args[1])))
	}
	args := make([]element, len(n.args))
	for i, a := range n.args {
		args[i] = d.at(a)
	}
	if n.op == opLess || n.op == opLessEq || n.op == opEqual {
		return compare(pmmlFunctions(n.op), args...)
	}
	value := apply(pmmlFunctions(n.op), args...)
	if n.op == opFloor {
		value = floor(args[0])
	}
	if !refusesMissing(n.op) {
		return value
	}
	for _, x := range args {
		value = apply("if", apply("isMissing", x), constant(math.NaN()), value)
	}
	return value
}

// pmmlFunctions names the functions; those that are not here have a way of their own.
func pmmlFunctions(o op) string {
	return map[op]string{
		opAdd: "+", opSub: "-", opMul: "*", opDiv: "/", opPow: "pow", opAbs: "abs", opFloor: "floor", opExp: "exp",
		opLog: "ln", opSqrt: "sqrt", opChoose: "if", opLess: "lessThan", opLessEq: "lessOrEqual", opEqual: "equal",
		opMissing: "isMissing", opAnd: "and", opOr: "or", opNot: "not",
	}[o]
}

// apply is a function of elements.
func apply(function string, args ...element) element {
	return el("Apply", "function", function).with(args...)
}

// compare is a comparison, which is false where one of the two is missing.
func compare(function string, args ...element) element {
	return el("Apply", "function", function, "mapMissingTo", "false").with(args...)
}

// constant is a number; NaN is missing.
func constant(v float64) element {
	if math.IsNaN(v) {
		return el("Constant", "dataType", "double", "missing", "true")
	}
	e := el("Constant", "dataType", "double")
	e.Text = digits(v)
	return e
}

// word is a text.
func word(s string) element {
	e := el("Constant", "dataType", "string")
	e.Text = s
	return e
}

// floor is the whole number below x. PMML's floor gives an integer, which evaluators hold in
// 32 bits, so that a large x is taken in two parts and a larger one is whole anyway; adding
// a double makes a double of it again.
func floor(x element) element {
	const word, whole = 1 << 31, 1 << 52
	small := func(x element) element { return apply("+", constant(0), apply("floor", x)) }
	below := func(bound float64) element { return compare("lessThan", apply("abs", x), constant(bound)) }
	high := apply("*", small(apply("/", x, constant(word))), constant(word))
	parts := apply("+", small(apply("-", x, high)), high)
	return apply("if", below(word), small(x), apply("if", below(whole), parts, x))
}

// truthOf is a truth.
func truthOf(yes bool) element {
	e := el("Constant", "dataType", "boolean")
	e.Text = strconv.FormatBool(yes)
	return e
}

// digits writes a number so that it reads back to the same bits.
func digits(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
