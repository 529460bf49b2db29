package project

import (
	"fmt"
	"slices"
)

// readFactors reads the list of factors; their names are different.
func readFactors(root section) []Factor {
	var factors []Factor
	names := names{what: "factor", seen: map[string]*node{}}
	for _, s := range root.children("factors", "factors[]") {
		f := readFactor(s)
		names.add(s, f.Name)
		factors = append(factors, f)
	}
	return factors
}

// catalog is the factors as candidates look them up.
type catalog struct {
	factors []Factor
	names   []string       // those that are valid, in the order of the file
	at      map[string]int // index of a name in factors, the first of equal names
}

// newCatalog leaves out factors whose name was refused: they cannot be referred to.
func newCatalog(factors []Factor) catalog {
	c := catalog{factors: factors, at: map[string]int{}}
	for i, f := range factors {
		if _, twice := c.at[f.Name]; twice || f.Name == "" {
			continue
		}
		c.at[f.Name] = i
		c.names = append(c.names, f.Name)
	}
	return c
}

// lacks reports that a name is no factor's. Of a file without factors, which is reported as such, nobody
// needs to hear that each name is unknown.
func (c catalog) lacks(name string) bool {
	_, ok := c.at[name]
	return !ok && len(c.names) > 0
}

// names finds names that are given to two things of one kind.
type names struct {
	what string
	seen map[string]*node // the first with that name
}

// add notes the name of a section, and reports it if it is taken. A name that was refused is "" and is
// nobody's double.
func (n names) add(s section, name string) {
	at := s.given("name")
	if name == "" || at == nil {
		return
	}
	if first := n.seen[name]; first != nil {
		s.report(at, fmt.Sprintf("duplicate %s %s", n.what, quote(name)), fmt.Sprintf("the one in line %d has the same name", first.line))
		return
	}
	n.seen[name] = at
}

// readFactor reads one factor and clears the defaults that its kind has no use for.
func readFactor(s section) Factor {
	f := Factor{
		Name:      read(s, "name", text),
		Category:  read(s, "category", text),
		Expr:      read(s, "expr", s.expression),
		Column:    read(s, "column", text),
		Kind:      read(s, "kind", choice),
		Clip:      read(s, "clip", clip),
		Scale:     read(s, "scale", choice),
		Missing:   read(s, "missing", missing),
		Expect:    read(s, "expect", choice),
		Reference: read(s, "reference", text),
		Rare:      read(s, "rare", whole),
		Unseen:    read(s, "unseen", choice),
	}
	f.Rule = read(s, "rule", s.expression)
	if s.given("history") != nil {
		f.History = readHistory(s.child("history", "factors[].history"))
	}
	f.readShape(s)
	f.input(s)
	switch f.Kind {
	case "": // refused: nothing is said about the other keys
	case FactorCategory:
		s.refuse("kind category", "history", "rule", "clip", "scale", "expect")
		f.Scale = ""
		f.ownMissing(s, "levels have no average")
	default:
		f.shapeRefusals(s)
	}
	return f
}

// readHistory reads what is made of the account's past. Which function goes with which expression is for
// package history to say.
func readHistory(s section) *History {
	return &History{
		Of:       read(s, "of", s.expression),
		OverDays: read(s, "over", days),
		As:       read(s, "as", choice),
	}
}

// input settles where the values come from: an expression, a history, a rule, other factors, or a column.
func (f *Factor) input(s section) {
	var sources []string
	for _, name := range []string{"expr", "column", "history", "rule", "interaction", "group"} {
		if s.given(name) != nil {
			sources = append(sources, name)
		}
	}
	switch {
	case len(sources) == 0:
		f.Column = f.Name
	case len(sources) > 1 && !slices.Contains(shapes(), sources[len(sources)-2]):
		s.report(s.given(sources[1]), s.node.path+" has both "+sources[1]+" and "+sources[0], "keep one of them")
	}
}

// ownMissing settles what a missing level, or a missing value of bins, counts as. They have no median, so
// the default of numbers does not serve here.
func (f *Factor) ownMissing(s section, why string) {
	n := s.given("missing")
	switch {
	case n == nil:
		f.Missing = Missing{Rule: MissingOwn}
	case f.Missing.Rule != "" && f.Missing.Rule != MissingOwn && f.Missing.Rule != MissingDrop:
		s.report(n, fmt.Sprintf("%s must be own or drop for kind %s, not %s", n.path, f.Kind, n.shown()), why)
	}
}
