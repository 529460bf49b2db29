package expr

// Type is the type of a column or of an expression. The zero value is none of
// them: a column of that type exists but cannot be read by expressions.
type Type uint8

// The types of values. There are no conversions between them.
const (

	// Number is a float64; counts, amounts and days are numbers.
	Number Type = iota + 1

	// Bool is true or false, as a flag in a column or the result of a comparison.
	Bool

	// Text is one of the levels of a column, such as a plan or a region.
	Text

	// Day is a date. No expression reads one; package history takes an age of it.
	Day
)

// String names the type as messages do.
func (t Type) String() string {
	switch t {
	case Number:
		return "a number"
	case Bool:
		return "true or false"
	case Text:
		return "text"
	case Day:
		return "a date"
	default:
		return "of a kind that expressions cannot read"
	}
}

// Node is one node of a checked expression tree. It is one of the pointer
// types *Column, *NumberLit, *TextLit, *BoolLit, *MissingLit, *Negate, *Not,
// *Arithmetic, *Logic, *Comparison, *In, *Conditional and *Call; a walker can
// rely on that list being complete. Trees are immutable.
type Node interface {
	// Type returns the type of the node's value.
	Type() Type
	node() // seals the interface
}

// Op is an operator, spelt as in a source.
type Op string

// The operators of [Arithmetic], [Comparison] and [Logic]. Other spellings
// (**, &&, ||) are read as these.
const (
	Add      Op = "+"
	Subtract Op = "-"
	Multiply Op = "*"

	// Divide is the division of real numbers: 7 / 2 is 3.5 whatever the columns
	// hold. Missing where the divisor is 0.
	Divide Op = "/"

	// Remainder has the sign of the left operand, as [math.Mod] and the % of
	// most databases. Missing where the divisor is 0.
	Remainder Op = "%"

	// Power is [math.Pow], except that a missing operand always makes it missing.
	Power Op = "^"

	// Equal and NotEqual compare all types; the others numbers only.
	Equal        Op = "=="
	NotEqual     Op = "!="
	Less         Op = "<"
	LessEqual    Op = "<="
	Greater      Op = ">"
	GreaterEqual Op = ">="

	// And and Or decide as soon as one operand does, be the other missing.
	And Op = "and"
	Or  Op = "or"
)

// The nodes. Their fields are the contract with those who walk a tree; what a
// node computes is said where it differs from what its name says.

// Column is the value of the row in a column.
type Column struct {
	Name string
	Of   Type
}

// NumberLit is a finite number written in the source; a sign in front of it is
// part of it.
type NumberLit struct{ Value float64 }

// TextLit is a text written in the source.
type TextLit struct{ Value string }

// BoolLit is true or false.
type BoolLit struct{ Value bool }

// MissingLit is nil, of the type its place asks for.
type MissingLit struct{ Of Type }

// Negate is -X, of a Number.
type Negate struct{ X Node }

// Not is not X, of a Bool.
type Not struct{ X Node }

// Arithmetic is X Op Y on Numbers; Op is one of + - * / % ^. It is missing
// where an operand is, and where the result is not finite.
type Arithmetic struct {
	Op   Op
	X, Y Node
}

// Logic is X and Y, or X or Y, on Bools, in Kleene's three-valued logic.
type Logic struct {
	Op   Op
	X, Y Node
}

// Comparison is X Op Y on operands of one type, a Bool. Bools and Texts are
// compared by == and != only. It is missing where an operand is, so X == X is
// not always true.
type Comparison struct {
	Op   Op
	X, Y Node
}

// In is X in [Set...]. The set is not empty and holds *NumberLit or *TextLit
// of X's type, as written. x not in [...] is the Not of an In.
type In struct {
	X   Node
	Set []Node
}

// Conditional is If ? Then : Else; both branches have one type. It is missing
// where If is.
type Conditional struct{ If, Then, Else Node }

// Call is a function applied to arguments; their number fits the function.
type Call struct {
	Func Func
	Args []Node
}

// Type returns the type of the column.
func (n *Column) Type() Type { return n.Of }

// Type returns Number.
func (*NumberLit) Type() Type { return Number }

// Type returns Text.
func (*TextLit) Type() Type { return Text }

// Type returns Bool.
func (*BoolLit) Type() Type { return Bool }

// Type returns the type that the literal stands for.
func (n *MissingLit) Type() Type { return n.Of }

// Type returns Number.
func (*Negate) Type() Type { return Number }

// Type returns Bool.
func (*Not) Type() Type { return Bool }

// Type returns Number.
func (*Arithmetic) Type() Type { return Number }

// Type returns Bool.
func (*Logic) Type() Type { return Bool }

// Type returns Bool.
func (*Comparison) Type() Type { return Bool }

// Type returns Bool.
func (*In) Type() Type { return Bool }

// Type returns the type of the branches.
func (n *Conditional) Type() Type { return n.Then.Type() }

// Type returns Bool for missing, the type of the arguments for coalesce, and
// Number for every other function.
func (n *Call) Type() Type {
	switch n.Func {
	case Missing:
		return Bool
	case Coalesce:
		return n.Args[0].Type()
	default:
		return Number
	}
}

// Only the types of this file are nodes: whoever compiles a tree to another
// language knows when all cases are covered.

func (*Column) node()      {}
func (*NumberLit) node()   {}
func (*TextLit) node()     {}
func (*BoolLit) node()     {}
func (*MissingLit) node()  {}
func (*Negate) node()      {}
func (*Not) node()         {}
func (*Arithmetic) node()  {}
func (*Logic) node()       {}
func (*Comparison) node()  {}
func (*In) node()          {}
func (*Conditional) node() {}
func (*Call) node()        {}

// Walk calls visit for every node of the tree, operands before the operator
// and from left to right.
//
// The order suits those who compute something of a node from what they have
// computed of its operands, such as the columns it reads or its levels.
func Walk(n Node, visit func(Node)) {
	switch n := n.(type) {
	case *Negate:
		Walk(n.X, visit)
	case *Not:
		Walk(n.X, visit)
	case *Arithmetic:
		walkAll(visit, n.X, n.Y)
	case *Logic:
		walkAll(visit, n.X, n.Y)
	case *Comparison:
		walkAll(visit, n.X, n.Y)
	case *In:
		Walk(n.X, visit)
		walkAll(visit, n.Set...)
	case *Conditional:
		walkAll(visit, n.If, n.Then, n.Else)
	case *Call:
		walkAll(visit, n.Args...)
	}
	visit(n)
}

// walkAll walks several trees, from left to right.
func walkAll(visit func(Node), nodes ...Node) {
	for _, n := range nodes {
		Walk(n, visit)
	}
}
