package expr

import (
	"math"
	"strconv"
	"strings"
)

// How tightly an operator binds, as in the grammar. not is printed as if it
// bound as loosely as people read it, right below the comparisons: the extra
// brackets cost nothing and mean the same to everyone.
const (
	bindConditional = iota
	bindOr
	bindAnd
	bindNot
	bindComparison
	bindSum
	bindProduct
	bindSign
	bindPower
	bindAtom
)

// format writes the canonical source of a tree. It is what a model file stores
// and what messages quote, so it has to read back as the same tree; a property
// test holds it to that for random trees.
func format(n Node) string {
	var p printer
	p.print(n, bindConditional)
	return p.String()
}

// printer collects the source.
type printer struct{ strings.Builder }

// print writes n, in brackets if it binds looser than the place allows.
func (p *printer) print(n Node, place int) {
	if binding(n) < place {
		p.WriteByte('(')
		p.bare(n)
		p.WriteByte(')')
		return
	}
	p.bare(n)
}

// binding tells how tightly the outermost operator of n binds.
func binding(n Node) int {
	switch n := n.(type) {
	case *Conditional:
		return bindConditional
	case *Logic:
		if n.Op == Or {
			return bindOr
		}
		return bindAnd
	case *Not:
		return bindNot
	case *Comparison, *In:
		return bindComparison
	case *Arithmetic:
		return arithmeticBinding(n.Op)
	case *Negate:
		return bindSign
	case *NumberLit: // -2 ^ 2 would be -(2 ^ 2)
		if math.Signbit(n.Value) {
			return bindSign
		}
	}
	return bindAtom
}

// arithmeticBinding is binding for the operators of Arithmetic.
func arithmeticBinding(op Op) int {
	switch op {
	case Add, Subtract:
		return bindSum
	case Power:
		return bindPower
	default:
		return bindProduct
	}
}

// bare writes n without brackets around it.
func (p *printer) bare(n Node) {
	switch n := n.(type) {
	case *Column:
		p.WriteString(Quote(n.Name))
	case *NumberLit:
		p.WriteString(numberSource(n.Value))
	case *TextLit:
		p.WriteString(strconv.Quote(n.Value))
	case *BoolLit:
		p.WriteString(strconv.FormatBool(n.Value))
	case *MissingLit:
		p.WriteString("nil")
	case *Negate:
		p.prefix("-", n.X, bindPower)
	case *Not:
		// Everything that not could swallow wrongly is put in brackets.
		p.prefix("not ", n.X, bindAtom)
	case *Call:
		p.WriteString(string(n.Func))
		p.list("(", n.Args, ")")
	default:
		p.operation(n)
	}
}

// prefix writes an operator and its one operand.
func (p *printer) prefix(sign string, x Node, place int) {
	p.WriteString(sign)
	p.print(x, place)
}

// operation writes a node with several operands, each with the place that the
// grammar gives it: operators of one kind group from the left, the power from
// the right. Operands of a comparison never are comparisons without brackets,
// since a < b < c is read as a chain.
func (p *printer) operation(n Node) {
	switch n := n.(type) {
	case *Logic:
		p.infix(n.X, n.Op, n.Y, binding(n), binding(n)+1)
	case *Comparison:
		p.infix(n.X, n.Op, n.Y, bindSum, bindSum)
	case *Arithmetic:
		left, right := binding(n), binding(n)+1
		if n.Op == Power { // from right to left
			left, right = right, left
		}
		p.infix(n.X, n.Op, n.Y, left, right)
	case *In:
		p.print(n.X, bindSum)
		p.WriteString(" in ")
		p.list("[", n.Set, "]")
	case *Conditional:
		p.print(n.If, bindOr)
		p.WriteString(" ? ")
		p.print(n.Then, bindOr)
		p.WriteString(" : ")
		p.print(n.Else, bindConditional)
	}
}

// infix writes x op y.
func (p *printer) infix(x Node, op Op, y Node, left, right int) {
	p.print(x, left)
	p.WriteString(" " + string(op) + " ")
	p.print(y, right)
}

// list writes nodes between brackets, separated by commas.
func (p *printer) list(open string, nodes []Node, closing string) {
	p.WriteString(open)
	for i, n := range nodes {
		if i > 0 {
			p.WriteString(", ")
		}
		p.print(n, bindConditional)
	}
	p.WriteString(closing)
}

// numberSource writes the shortest decimal that reads back as v, to the bit;
// that is what precision -1 asks of strconv. Integers stay readable: 1000000,
// not 1e+06.
func numberSource(v float64) string {
	const plain = 1e15 // up to here integers are written without an exponent
	if v == math.Trunc(v) && math.Abs(v) < plain {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
