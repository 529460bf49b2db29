package expr

// unary checks a sign or not. The sign of a literal becomes part of it, so that
// lists may hold negative numbers and SQL shows them as people write them.
func (c *checker) unary(s *syntax) (Node, *Error) {
	switch s.text {
	case "-":
		x, err := c.typed(s.kids[0], Number, "-")
		if err != nil {
			return nil, err
		}
		if lit, ok := x.(*NumberLit); ok {
			return &NumberLit{-lit.Value}, nil
		}
		return &Negate{x}, nil
	case "not", "!":
		x, err := c.typed(s.kids[0], Bool, "not")
		if err != nil {
			return nil, err
		}
		return &Not{x}, nil
	default:
		return nil, c.fail(s.at, "leave it out", "%q in front of a value does nothing", s.text)
	}
}

// binary checks an operator with two operands by the types that it takes.
func (c *checker) binary(s *syntax) (Node, *Error) {
	switch op := canonical(s.text); op {
	case Add, Subtract, Multiply, Divide, Remainder, Power:
		x, y, err := c.operands(s, Number)
		return &Arithmetic{op, x, y}, err
	case And, Or:
		x, y, err := c.operands(s, Bool)
		return &Logic{op, x, y}, err
	case Less, LessEqual, Greater, GreaterEqual:
		x, y, err := c.ordered(s)
		return &Comparison{op, x, y}, err
	case Equal, NotEqual:
		x, y, err := c.alike(s)
		return &Comparison{op, x, y}, err
	case "in":
		return c.in(s)
	}
	return nil, c.fail(s.at, foreignSign(s.text), "%q is not part of the language", s.text)
}

// canonical maps the spellings of an operator to the one the tree holds, so that
// those who walk it know one of each.
func canonical(spelt string) Op {
	switch spelt {
	case "**":
		return Power
	case "&&":
		return And
	case "||":
		return Or
	default:
		return Op(spelt)
	}
}

// operands checks two operands that must have the type t.
func (c *checker) operands(s *syntax, t Type) (x, y Node, err *Error) {
	if x, err = c.typed(s.kids[0], t, s.text); err != nil {
		return nil, nil, err
	}
	y, err = c.typed(s.kids[1], t, s.text)
	return x, y, err
}

// ordered checks the operands of < <= > >=, which are numbers: false < true is a
// mistake more often than a wish, and the order of texts is nobody's.
func (c *checker) ordered(s *syntax) (x, y Node, err *Error) {
	x, y, err = c.alike(s)
	if err == nil && x.Type() != Number {
		err = c.fail(s.at, "compare by == or !=, or by in", "%s orders numbers only, and %s is %s", s.text, describe(x), x.Type())
	}
	return x, y, err
}

// alike checks the operands of a comparison: one type, and no nil. Who compares
// with nil expects true where the value is missing and would get missing in
// every row, which is why this is an error and not a curiosity.
func (c *checker) alike(s *syntax) (x, y Node, err *Error) {
	for _, k := range s.kids {
		if k.kind == synNil {
			return nil, nil, c.fail(k.at, "write missing(x) or not missing(x)", "a comparison with nil is never true")
		}
	}
	if x, err = c.node(s.kids[0], anything); err != nil {
		return nil, nil, err
	}
	if y, err = c.node(s.kids[1], anything); err != nil {
		return nil, nil, err
	}
	if x.Type() != y.Type() {
		err = c.fail(s.at, "compare values of one type", "%s compares %s (%s) with %s (%s)", s.text, describe(x), x.Type(), describe(y), y.Type())
	}
	return x, y, err
}

// in checks x in [literals]. Bools are refused: x in [true] is x, and "not x in
// [true, false]" would mean something else in the grammar than to a reader.
func (c *checker) in(s *syntax) (Node, *Error) {
	x, err := c.node(s.kids[0], anything)
	if err != nil {
		return nil, err
	}
	if x.Type() == Bool {
		return nil, c.fail(s.kids[0].at, "for the opposite write x not in [...]", "in looks for numbers and texts, and %s is true or false", describe(x))
	}
	// A column after in would need a set per row; no column holds sets.
	list := s.kids[1]
	if list.kind != synList || len(list.kids) == 0 {
		return nil, c.fail(list.at, "write the values in brackets: plan in ['free', 'team']", "in needs a list of values")
	}
	set := make([]Node, len(list.kids))
	for i, k := range list.kids {
		if set[i], err = c.typed(k, x.Type(), "in"); err != nil {
			return nil, err
		}
		if !isValue(set[i]) {
			return nil, c.fail(k.at, "write x == a or x == b", "the list after in holds numbers and texts only")
		}
	}
	return &In{x, set}, nil
}

// isValue tells whether a node is a literal that a list may hold.
func isValue(n Node) bool {
	switch n.(type) {
	case *NumberLit, *TextLit:
		return true
	}
	return false
}
