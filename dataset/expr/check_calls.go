package expr

import "fmt"

// conditional checks c ? a : b and if(c, a, b), which are one thing.
func (c *checker) conditional(s *syntax, wanted Type) (Node, *Error) {
	cond, err := c.typed(s.kids[0], Bool, "a condition")
	if err != nil {
		return nil, err
	}
	branches, err := c.same(s.kids[1:], wanted, "the other branch")
	if err != nil {
		return nil, err
	}
	return &Conditional{cond, branches[0], branches[1]}, nil
}

// same checks values that must share a type: that of the first value which is
// not nil, or else the type wanted. Each value is checked once: checking twice
// would take 2^depth steps on nested conditionals.
func (c *checker) same(values []*syntax, wanted Type, where string) ([]Node, *Error) {
	// First those that have a type of their own, which must agree ...
	nodes := make([]Node, len(values))
	found := anything
	for i, s := range values {
		if s.kind == synNil {
			continue
		}
		n, err := c.node(s, wanted)
		if err != nil {
			return nil, err
		}
		if found == anything {
			found = n.Type()
		} else if n.Type() != found {
			return nil, c.fail(s.at, "give all of them one type", "%s is %s, but %s is %s", describe(n), n.Type(), where, found)
		}
		nodes[i] = n
	}
	// ... then nil, which takes it.
	if found == anything {
		found = wanted
	}
	for i, s := range values {
		if nodes[i] == nil {
			var err *Error
			if nodes[i], err = c.missing(s, found); err != nil {
				return nil, err
			}
		}
	}
	return nodes, nil
}

// call checks a function by its arity and the types of its arguments.
func (c *checker) call(s *syntax, wanted Type) (Node, *Error) {
	least, most, known := arity(s.text)
	if !known {
		return nil, c.fail(s.at, functionHint(s.text), "unknown function %q", s.text)
	}
	if got := len(s.kids); got < least || got > most {
		return nil, c.fail(s.at, arityHint(s.text, least, most), "%s was given %d arguments", s.text, got)
	}
	switch s.text {
	case spelledIf:
		return c.conditional(s, wanted)
	case spelledCol:
		if s.kids[0].kind != synText {
			return nil, c.fail(s.kids[0].at, `write col("name")`, "col needs the name of a column in quotes")
		}
		return c.column(s.at, s.kids[0].text)
	case string(Missing):
		x, err := c.node(s.kids[0], anything)
		return &Call{Missing, []Node{x}}, err
	case string(Coalesce):
		args, err := c.same(s.kids, wanted, "the argument before")
		return &Call{Coalesce, args}, err
	case spelledLn:
		return c.numeric(s, Log)
	default:
		return c.numeric(s, Func(s.text))
	}
}

// arityHint says how many arguments a function takes.
func arityHint(name string, least, most int) string {
	switch {
	case most == unlimited:
		return fmt.Sprintf("%s(a, b, ...) chooses between values of one row and takes two or more", name)
	case least == 1:
		return fmt.Sprintf("%s takes one", name)
	default:
		return fmt.Sprintf("%s takes three", name)
	}
}

// numeric checks a function of numbers, the number of which is right already.
func (c *checker) numeric(s *syntax, f Func) (Node, *Error) {
	args := make([]Node, len(s.kids))
	for i, k := range s.kids {
		var err *Error
		if args[i], err = c.typed(k, Number, s.text); err != nil {
			return nil, err
		}
	}
	// Limits that are columns may cross in a row or two; literals that cross are
	// arguments in the wrong order.
	if f == Clip {
		lo, okLo := args[1].(*NumberLit)
		hi, okHi := args[2].(*NumberLit)
		if okLo && okHi && lo.Value > hi.Value {
			return nil, c.fail(s.kids[1].at, "write clip(x, lo, hi)", "clip from %s to %s is empty", format(lo), format(hi))
		}
	}
	return &Call{f, args}, nil
}
