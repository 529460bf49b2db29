package expr

// Inline returns the expression with each column that has a definition replaced by it, so
// that a recipe over named quantities becomes one over columns. A definition has the type
// of the column that it stands for; definitions are not looked into for further names. The
// result is held to the limits of every expression; its error, an *[Error], speaks of the
// source that [Expr.String] would give.
func (e *Expr) Inline(definitions map[string]*Expr) (*Expr, error) {
	root := inline(e.root, definitions)
	types := make(Columns)
	Walk(root, func(n Node) {
		if c, ok := n.(*Column); ok {
			types[c.Name] = c.Of
		}
	})
	return Parse(format(root), types)
}

// inline copies the nodes above a column that is replaced. Trees are immutable, so that a definition
// may stand in the result several times without being copied.
func inline(n Node, definitions map[string]*Expr) Node {
	in := func(n Node) Node { return inline(n, definitions) }
	switch n := n.(type) {
	case *Column:
		if d, ok := definitions[n.Name]; ok {
			return d.root
		}
	case *Negate:
		return &Negate{in(n.X)}
	case *Not:
		return &Not{in(n.X)}
	case *Arithmetic:
		return &Arithmetic{n.Op, in(n.X), in(n.Y)}
	case *Logic:
		return &Logic{n.Op, in(n.X), in(n.Y)}
	case *Comparison:
		return &Comparison{n.Op, in(n.X), in(n.Y)}
	case *In:
		return &In{in(n.X), n.Set}
	case *Conditional:
		return &Conditional{in(n.If), in(n.Then), in(n.Else)}
	case *Call:
		args := make([]Node, len(n.Args))
		for i, a := range n.Args {
			args[i] = in(a)
		}
		return &Call{n.Func, args}
	}
	return n
}
