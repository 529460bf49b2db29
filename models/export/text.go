package export

import (
	"strconv"

	"holdfast/dataset/expr"
)

// Texts have no operations but comparison, so a text is never a node of a program: a choice
// between texts becomes a choice between comparisons.

// column is a text that is given.
type column struct{ at int }

func (c column) is(p *program, level string) ref {
	return p.add(node{op: opTextIs, input: c.at, text: level})
}

func (c column) missing(p *program) ref { return p.add(node{op: opNoText, input: c.at}) }

// literal is a text of the source.
type literal string

func (l literal) is(p *program, level string) ref { return p.truth(string(l) == level) }

func (l literal) missing(p *program) ref { return p.truth(false) }

// nothing is a text that is always missing.
type nothing struct{}

func (nothing) is(p *program, _ string) ref { return p.truth(false) }

func (nothing) missing(p *program) ref { return p.truth(true) }

// either is a text that depends on truths: the first where yes holds, the second where no
// does, and missing where neither does.
type either struct {
	c             truth
	first, second text
}

func (e either) is(p *program, level string) ref {
	return p.or(p.and(e.c.yes, e.first.is(p, level)), p.and(e.c.no, e.second.is(p, level)))
}

func (e either) missing(p *program) ref {
	neither := p.not(p.or(e.c.yes, e.c.no))
	return p.or(neither, p.or(p.and(e.c.yes, e.first.missing(p)), p.and(e.c.no, e.second.missing(p))))
}

// text reads a text expression.
func (p *program) text(n expr.Node) text {
	switch n := n.(type) {
	case *expr.Column:
		return column{p.inputOf(n.Name, expr.Text)}
	case *expr.TextLit:
		return literal(n.Value)
	case *expr.Conditional:
		return either{p.logic(n.If), p.text(n.Then), p.text(n.Else)}
	case *expr.Call: // coalesce
		last := len(n.Args) - 1
		found := p.text(n.Args[last])
		for i := last - 1; i >= 0; i-- {
			x := p.text(n.Args[i])
			absent := x.missing(p)
			found = either{truth{p.not(absent), absent}, x, found}
		}
		return found
	}
	return nothing{} // *expr.MissingLit
}

// sameText compares two texts; missing where one of them is.
func (p *program) sameText(x, y text) truth {
	yes := p.equalTexts(x, y)
	known := p.and(p.not(x.missing(p)), p.not(y.missing(p)))
	return truth{yes, p.and(known, p.not(yes))}
}

// equalTexts takes choices apart until columns and literals are left. A choice between m texts
// against one between n becomes m n comparisons; expressions that people write have few.
func (p *program) equalTexts(x, y text) ref {
	if e, ok := x.(either); ok {
		return p.or(p.and(e.c.yes, p.equalTexts(e.first, y)), p.and(e.c.no, p.equalTexts(e.second, y)))
	}
	if _, ok := y.(either); ok {
		return p.equalTexts(y, x)
	}
	switch x := x.(type) {
	case literal:
		return y.is(p, string(x))
	case column:
		switch y := y.(type) {
		case literal:
			return x.is(p, string(y))
		case column:
			return p.add(node{op: opSame, args: []ref{ref(x.at), ref(y.at)}})
		}
	}
	return p.truth(false)
}

// parseNumber reads a number.
func parseNumber(s string) (float64, error) { return strconv.ParseFloat(s, 64) }
