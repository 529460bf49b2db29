package expr

import "fmt"

// Checking goes from the leaves to the root and stops at the first error: the
// second is usually a consequence of it.

// checker turns a syntax tree into a typed tree, or finds the first place
// where names or types do not fit.
type checker struct {
	src  string  // for the errors
	cols Columns // what names may stand for
}

// anything is the wish of a place that takes every type.
const anything Type = 0

// fail makes the error for a place of the source.
func (c *checker) fail(at int, hint, format string, args ...any) *Error {
	return &Error{Source: c.src, Offset: at, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// root checks a whole expression. One text for all rows says nothing about any
// account; it is what a forgotten column looks like ('seats' for seats).
func (c *checker) root(s *syntax) (Node, *Error) {
	if s.kind == synText {
		return nil, c.fail(s.at, fmt.Sprintf("compare it with a column, or write col(%q) for a column of that name", s.text), "a text by itself is the same for every row")
	}
	return c.node(s, anything)
}

// node checks s where the type wanted stands. wanted decides only what nil is;
// whether the type found is the right one is for the caller, who knows how to
// say so.
func (c *checker) node(s *syntax, wanted Type) (Node, *Error) {
	switch s.kind {
	case synNumber:
		return &NumberLit{s.number}, nil
	case synText:
		return &TextLit{s.text}, nil
	case synBool:
		return &BoolLit{s.truth}, nil
	case synNil:
		return c.missing(s, wanted)
	case synName:
		return c.column(s.at, s.text)
	case synUnary:
		return c.unary(s)
	case synBinary:
		return c.binary(s)
	case synConditional:
		return c.conditional(s, wanted)
	case synCall:
		return c.call(s, wanted)
	default:
		return nil, c.fail(s.at, "lists stand only after in: plan in ['free', 'team']", "a list is not a value")
	}
}

// typed checks s and demands a type; where names the place in messages.
func (c *checker) typed(s *syntax, wanted Type, where string) (Node, *Error) {
	n, err := c.node(s, wanted)
	if err != nil || n.Type() == wanted {
		return n, err
	}
	return nil, c.fail(s.at, mismatchHint(n, wanted, where), "%s is %s, but %s needs %s", describe(n), n.Type(), where, need(wanted))
}

// need is the plural of a type, as messages say what an operator needs; the
// singular, of what is there, is [Type.String].
func need(t Type) string {
	switch t {
	case Number:
		return "numbers"
	case Bool:
		return "true or false"
	default:
		return "text"
	}
}

// describe names a node in a message, by its source where that is short; the
// position tells which one is meant otherwise.
func describe(n Node) string {
	const readable = 40
	if s := format(n); len(s) <= readable {
		return s
	}
	return "this"
}

// mismatchHint says how to get a value of the wanted type from n. What stands
// after not comes first: not nps < 0 reads (not nps) < 0 in the grammar, which
// nobody means.
func mismatchHint(n Node, wanted Type, where string) string {
	switch {
	case where == "not" && n.Type() != Bool:
		return "not binds tighter than a comparison; write not (a < b)"
	case wanted == Number && n.Type() == Bool:
		return "write if(c, 1, 0) to count true as 1"
	case wanted == Number && n.Type() == Text:
		return "compare texts by == or in, or use the column as a category"
	case wanted == Bool && n.Type() == Number:
		return "compare it, as in x > 0"
	case wanted == Bool && n.Type() == Text:
		return "compare it, as in plan == 'team'"
	}
	return ""
}

// missing gives nil the type that its place wants. Where any type would do
// there is no telling which column of a table it should become.
func (c *checker) missing(s *syntax, wanted Type) (Node, *Error) {
	if wanted == anything {
		return nil, c.fail(s.at, "use nil as a branch, as in x > 0 ? x : nil, and missing(x) to ask", "nil has no type here")
	}
	return &MissingLit{wanted}, nil
}
