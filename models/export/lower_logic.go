package export

import (
	"holdfast/dataset/expr"
)

// logic adds a truth expression, in the three-valued logic of Kleene (1952):
//
//	x and y holds where both hold, and does not where one does not;
//	x or y holds where one holds, and does not where both do not;
//
// whatever the other is. Everything else is neither yes nor no, which is missing.
func (p *program) logic(n expr.Node) truth {
	switch n := n.(type) {
	case *expr.Column:
		at := p.inputOf(n.Name, expr.Bool)
		return truth{p.add(node{op: opTruth, input: at, number: 1}), p.add(node{op: opTruth, input: at})}
	case *expr.BoolLit:
		return truth{p.truth(n.Value), p.truth(!n.Value)}
	case *expr.Not:
		x := p.logic(n.X)
		return truth{x.no, x.yes}
	case *expr.Logic:
		x, y := p.logic(n.X), p.logic(n.Y)
		if n.Op == expr.And {
			return truth{p.and(x.yes, y.yes), p.or(x.no, y.no)}
		}
		return truth{p.or(x.yes, y.yes), p.and(x.no, y.no)}
	case *expr.Comparison:
		return p.compare(n)
	case *expr.In:
		return p.within(n)
	case *expr.Conditional:
		c, x, y := p.logic(n.If), p.logic(n.Then), p.logic(n.Else)
		return truth{p.or(p.and(c.yes, x.yes), p.and(c.no, y.yes)), p.or(p.and(c.yes, x.no), p.and(c.no, y.no))}
	case *expr.Call:
		return p.truthCall(n)
	}
	return truth{p.truth(false), p.truth(false)} // *expr.MissingLit
}

// truthCall is missing(x), or coalesce of truths.
func (p *program) truthCall(n *expr.Call) truth {
	if n.Func == expr.Missing {
		absent := p.absent(n.Args[0])
		return truth{absent, p.not(absent)}
	}
	x := p.logic(n.Args[0])
	for _, a := range n.Args[1:] {
		unknown, y := p.not(p.or(x.yes, x.no)), p.logic(a)
		x = truth{p.or(x.yes, p.and(unknown, y.yes)), p.or(x.no, p.and(unknown, y.no))}
	}
	return x
}

// absent says whether an expression of any type is missing. It is itself never missing.
func (p *program) absent(n expr.Node) ref {
	switch n.Type() {
	case expr.Text:
		return p.text(n).missing(p)
	case expr.Bool:
		x := p.logic(n)
		return p.not(p.or(x.yes, x.no))
	}
	return p.do(opMissing, p.number(n))
}

// compare compares two values of one type.
func (p *program) compare(n *expr.Comparison) truth {
	var t truth
	switch n.X.Type() {
	case expr.Text:
		t = p.sameText(p.text(n.X), p.text(n.Y))
	case expr.Bool:
		x, y := p.logic(n.X), p.logic(n.Y)
		t = truth{p.or(p.and(x.yes, y.yes), p.and(x.no, y.no)), p.or(p.and(x.yes, y.no), p.and(x.no, y.yes))}
	default:
		return p.compareNumbers(n.Op, p.number(n.X), p.number(n.Y))
	}
	if n.Op == expr.NotEqual {
		t = truth{t.no, t.yes}
	}
	return t
}

// compareNumbers is missing where a number is: neither a comparison nor its opposite holds.
func (p *program) compareNumbers(o expr.Op, x, y ref) truth {
	less, greater := p.do(opLess, x, y), p.do(opLess, y, x)
	switch o {
	case expr.Less:
		return truth{less, p.do(opLessEq, y, x)}
	case expr.LessEqual:
		return truth{p.do(opLessEq, x, y), greater}
	case expr.Greater:
		return truth{greater, p.do(opLessEq, x, y)}
	case expr.GreaterEqual:
		return truth{p.do(opLessEq, y, x), less}
	case expr.NotEqual:
		return truth{p.or(less, greater), p.do(opEqual, x, y)}
	}
	return truth{p.do(opEqual, x, y), p.or(less, greater)}
}

// within is x in [...]; a missing x is neither in nor out.
func (p *program) within(n *expr.In) truth {
	var found []ref
	var absent ref
	if n.X.Type() == expr.Text {
		x := p.text(n.X)
		for _, l := range n.Set {
			found = append(found, x.is(p, l.(*expr.TextLit).Value))
		}
		absent = x.missing(p)
	} else {
		x := p.number(n.X)
		for _, l := range n.Set {
			found = append(found, p.do(opEqual, x, p.number(l)))
		}
		absent = p.do(opMissing, x)
	}
	yes := p.any(found)
	return truth{yes, p.and(p.not(absent), p.not(yes))}
}

// asNumber is a truth as 1 or 0.
func (p *program) asNumber(t truth) ref {
	return p.choose(t.yes, p.constant(1), p.choose(t.no, p.constant(0), p.none()))
}
