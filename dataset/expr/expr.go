package expr

import (
	"slices"
	"sync"
)

// Columns are the columns an expression may read, and their types. A column
// that must not be read (the outcome, the account, the dates) is left out: it
// is refused as unknown, with [Error.Column] set.
type Columns map[string]Type

// Expr is a checked expression. It is immutable and may be used by several
// goroutines at once.
type Expr struct {
	root    Node
	columns []string
	texts   bool      // whether any node is a text, so that dictionaries are needed
	scratch sync.Pool // of *run: blocks to compute in, without influence on results
}

// Parse reads and checks an expression. Every error is an *[Error]; a source
// is read in time linear in its length.
//
// The source is parsed once; keep the Expr and evaluate it for every batch. A
// stored model keeps [Expr.String] and parses it again.
func Parse(src string, cols Columns) (*Expr, error) {
	s, bad := parse(src)
	if bad != nil {
		return nil, bad
	}
	c := checker{src: src, cols: cols}
	root, bad := c.root(s)
	if bad != nil {
		return nil, bad
	}
	e := &Expr{root: root}
	Walk(root, e.note)
	slices.Sort(e.columns)
	e.columns = slices.Compact(e.columns)
	return e, nil
}

// note collects what the evaluation has to know of a node.
func (e *Expr) note(n Node) {
	e.texts = e.texts || n.Type() == Text
	if c, ok := n.(*Column); ok {
		e.columns = append(e.columns, c.Name)
	}
}

// Type returns the type of the expression's value.
func (e *Expr) Type() Type { return e.root.Type() }

// Root returns the tree, for those who compile it to something else.
func (e *Expr) Root() Node { return e.root }

// Columns returns the names of the columns that the expression reads, sorted,
// each once.
func (e *Expr) Columns() []string { return slices.Clone(e.columns) }

// String returns the canonical source: one spelling for each operator, and
// brackets only where they are needed or prevent a misreading. Parsing it
// gives an equal tree.
func (e *Expr) String() string { return format(e.root) }
