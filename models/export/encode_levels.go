package export

import (
	"cmp"
	"slices"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// levels returns what adds the one-hot columns of a category, standardised as all columns are.
// A row whose level may not be encoded (unseen: error, missing: drop) is missing in each.
func (p *program) levels(f *features.Encoding) func(j int) ref {
	value, _ := f.Factor.Expressions()
	v := p.category(value.Root())
	goes := sortLevels(f)
	absent := v.missing(p)
	var known []ref
	for _, name := range goes.known() {
		known = append(known, v.is(p, name))
	}
	unseen := p.and(p.not(absent), p.not(p.any(known)))
	lost := p.truth(false) // rows that cannot be encoded
	switch {
	case goes.missing == columnError, goes.missing == columnUnseen && goes.unseen == columnError:
		lost = absent
	}
	if goes.unseen == columnError {
		lost = p.or(lost, unseen)
	}
	return func(j int) ref {
		var hot []ref
		for _, name := range goes.of(j) {
			hot = append(hot, v.is(p, name))
		}
		if goes.unseen == j {
			hot = append(hot, unseen)
		}
		if goes.missing == j || goes.missing == columnUnseen && goes.unseen == j {
			hot = append(hot, absent)
		}
		c := &f.Columns[j]
		x := p.choose(p.any(hot), p.constant((1-c.Mean)/c.SD), p.constant((0-c.Mean)/c.SD))
		return p.choose(lost, p.none(), x)
	}
}

// category reads an expression as text: numbers as dataset writes them, truths as 1 and 0.
func (p *program) category(n expr.Node) text {
	if n.Type() == expr.Text {
		return p.text(n)
	}
	return level{p.value(n)}
}

// Where a level goes that has no column of its own; columns count from 0.
const (
	columnReference = -1 // to the reference: 0 in all columns
	columnUnseen    = -2 // where unseen levels go
	columnError     = -3 // nowhere: the row has no score
)

// places says which column of a category a level goes to.
type places struct {
	levels          []string // that training has seen, pooled ones included, in byte order
	column          []int    // of each level, or columnReference
	missing, unseen int      // a column, or one of the constants
}

// known are the levels that training has seen, in byte order.
func (g places) known() []string { return g.levels }

// of are the levels of a column.
func (g places) of(j int) []string {
	var names []string
	for i, c := range g.column {
		if c == j {
			names = append(names, g.levels[i])
		}
	}
	return names
}

// sortLevels finds where the levels of a category go, as package features sends them.
func sortLevels(f *features.Encoding) places {
	column := make(map[string]int)
	other, missing := columnReference, columnUnseen
	for j, c := range f.Columns {
		switch c.Role {
		case features.OfOther:
			other = j
		case features.OfMissing:
			missing = j
		default:
			column[c.Level] = j
		}
	}
	if len(f.Levels) > 0 {
		column[f.Levels[0]] = columnReference
	}
	for _, name := range f.Pooled {
		column[name] = other
	}
	if f.Factor.Missing == features.Drop {
		missing = columnError
	}
	unseen := columnReference
	switch f.Factor.Unseen {
	case features.UnseenError:
		unseen = columnError
	case features.UnseenOther:
		unseen = other
	}
	g := places{missing: missing, unseen: unseen}
	for name := range column {
		g.levels = append(g.levels, name)
	}
	slices.SortFunc(g.levels, func(a, b string) int { return cmp.Compare(a, b) })
	for _, name := range g.levels {
		g.column = append(g.column, column[name])
	}
	return g
}
