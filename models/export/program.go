package export

import (
	"math"
	"strconv"
	"strings"

	"holdfast/dataset/expr"
)

// A program is a model as a graph of the few operations that every scoring format has.
// Numbers may be missing; truths never are: three-valued logic, guards against what is not
// finite and every rule about missing values have been turned into choices before (lower.go
// and what follows it). So a format needs no semantics of its own, only a spelling.
//
// Equal nodes are one node: a graph is as large as what it computes, however often an
// expression repeats itself.
type program struct {
	nodes  []node
	place  map[string]ref // of every node, by its spelling
	inputs []input
	names  map[ref]string // of nodes that people look for: the design columns
}

// ref is the place of a node, which comes after those that it reads.
type ref int

// node is one operation. The fields that an operation does not use are zero.
type node struct {
	op     op
	args   []ref
	number float64
	text   string
	input  int // into program.inputs
}

// input is a column that whoever scores has to give.
type input struct {
	name string
	of   expr.Type
}

// op is an operation.
type op string

// The operations. A number is missing where one that it is computed of is, and comparisons
// with a missing number are false.
const (
	opConst  op = "const" // number; NaN is missing
	opNumber op = "number"
	opAdd    op = "add"
	opSub    op = "sub"
	opMul    op = "mul"
	opDiv    op = "div" // never by 0
	opRem    op = "rem" // of two numbers from 0 on, the divisor above 0
	opPow    op = "pow"
	opAbs    op = "abs"
	opFloor  op = "floor"
	opExp    op = "exp"
	opLog    op = "log"    // of a number above 0
	opSqrt   op = "sqrt"   // of a number from 0 on
	opChoose op = "choose" // args: truth, number if it holds, number if not

	opTruth   op = "truth"   // an input is true (number 1) or false (number 0)
	opLess    op = "less"    // <
	opLessEq  op = "less_eq" // <=
	opEqual   op = "equal"   // of numbers
	opMissing op = "missing" // of a number
	opTextIs  op = "text_is" // an input is this text
	opNoText  op = "no_text" // an input has no text
	opSame    op = "same"    // two inputs (args hold their places) have the same text
	opAnd     op = "and"
	opOr      op = "or"
	opNot     op = "not"
	opAlways  op = "always"
	opNever   op = "never"
)

// newProgram has no nodes.
func newProgram() *program {
	return &program{place: make(map[string]ref), names: make(map[ref]string)}
}

// add returns the node, which is there once: the same operation of the same nodes is found
// again by its spelling (hash consing; Ershov 1958).
func (p *program) add(n node) ref {
	var key strings.Builder
	key.WriteString(string(n.op))
	for _, a := range n.args {
		key.WriteByte(' ')
		key.WriteString(strconv.Itoa(int(a)))
	}
	// The bits and not the digits: -0 and 0 are two constants.
	key.WriteString(" " + strconv.FormatUint(math.Float64bits(n.number), 16) + " " + strconv.Itoa(n.input) + " " + n.text)
	if at, ok := p.place[key.String()]; ok {
		return at
	}
	at := ref(len(p.nodes))
	p.place[key.String()] = at
	p.nodes = append(p.nodes, n)
	return at
}

// do adds an operation on nodes.
func (p *program) do(o op, args ...ref) ref { return p.add(node{op: o, args: args}) }

// constant is a number of the model.
func (p *program) constant(v float64) ref { return p.add(node{op: opConst, number: v}) }

// none is a missing number.
func (p *program) none() ref { return p.constant(math.NaN()) }

// truth is a truth that is known beforehand.
func (p *program) truth(yes bool) ref {
	if yes {
		return p.do(opAlways)
	}
	return p.do(opNever)
}

// inputOf finds or adds a column.
func (p *program) inputOf(name string, of expr.Type) int {
	for i, in := range p.inputs {
		if in.name == name {
			return i
		}
	}
	p.inputs = append(p.inputs, input{name, of})
	return len(p.inputs) - 1
}

// is says whether the node is of that operation.
func (p *program) is(at ref, o op) bool { return p.nodes[at].op == o }

// and, or, not and choose leave out what is decided beforehand, so that no format has to
// write a constant truth.

func (p *program) and(a, b ref) ref {
	switch {
	case p.is(a, opAlways), p.is(b, opNever), a == b:
		return b
	case p.is(b, opAlways), p.is(a, opNever):
		return a
	}
	return p.do(opAnd, a, b)
}

func (p *program) or(a, b ref) ref {
	switch {
	case p.is(a, opNever), p.is(b, opAlways), a == b:
		return b
	case p.is(b, opNever), p.is(a, opAlways):
		return a
	}
	return p.do(opOr, a, b)
}

func (p *program) not(a ref) ref {
	switch p.nodes[a].op {
	case opAlways:
		return p.do(opNever)
	case opNever:
		return p.do(opAlways)
	case opNot:
		return p.nodes[a].args[0]
	}
	return p.do(opNot, a)
}

func (p *program) choose(c, yes, no ref) ref {
	switch {
	case p.is(c, opAlways), yes == no:
		return yes
	case p.is(c, opNever):
		return no
	}
	return p.do(opChoose, c, yes, no)
}

// any is true where one of the truths is. It halves the list: a category of a thousand
// levels is ten deep and not a thousand.
func (p *program) any(truths []ref) ref {
	switch n := len(truths); n {
	case 0:
		return p.do(opNever)
	case 1:
		return truths[0]
	default:
		return p.or(p.any(truths[:n/2]), p.any(truths[n/2:]))
	}
}

// uses counts how often each node is read by others that are needed for the given ones,
// and once for each of these; 0 is a node that nobody needs. One pass from the end: nodes come
// after those that they read. The arguments of opSame are inputs and no nodes.
func (p *program) uses(wanted ...ref) []int {
	uses := make([]int, len(p.nodes))
	for _, w := range wanted {
		uses[w]++
	}
	for at := len(p.nodes) - 1; at >= 0; at-- {
		if n := p.nodes[at]; uses[at] > 0 && n.op != opSame {
			for _, a := range n.args {
				uses[a]++
			}
		}
	}
	return uses
}

// read returns, for each of program.inputs in its order, whether a used node reads it.
func (p *program) read(uses []int) []bool {
	read := make([]bool, len(p.inputs))
	for at, n := range p.nodes {
		if uses[at] == 0 {
			continue
		}
		switch n.op {
		case opSame:
			read[n.args[0]], read[n.args[1]] = true, true
		case opNumber, opTruth, opTextIs, opNoText:
			read[n.input] = true
		}
	}
	return read
}
