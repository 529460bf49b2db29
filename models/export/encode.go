package export

import (
	"cmp"
	"math"
	"slices"

	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/features/binning"
)

// This file turns what an encoder learned into nodes, in the steps in which package
// features encodes a row: look, fill, clip and scale or shape, place or standardise.

// encoder adds the design columns, constant ones left out.
func (p *program) encoder(e *features.Encoder) []ref {
	var design []ref
	for i := range e.Factors {
		design = append(design, p.factor(e.Form, &e.Factors[i])...)
	}
	for j, name := range e.Names() {
		if _, taken := p.names[design[j]]; !taken && !p.is(design[j], opConst) {
			p.names[design[j]] = "factor " + name.String()
		}
	}
	return design
}

// factor adds the design columns of one factor.
func (p *program) factor(form features.Form, f *features.Encoding) []ref {
	column := p.columns(form, f)
	_, within := f.Factor.Expressions()
	var design []ref
	for j := range f.Columns {
		c := &f.Columns[j]
		if c.Constant {
			continue
		}
		x := column(j)
		if within != nil {
			x = p.choose(p.logic(within.Root()).yes, x, p.constant(neutral(form, f, c)))
		}
		design = append(design, x)
	}
	return design
}

// columns returns what adds design column j of the factor.
func (p *program) columns(form features.Form, f *features.Encoding) func(j int) ref {
	switch {
	case f.Factor.Kind == features.Category:
		return p.levels(f)
	case f.Factor.Kind == features.Interaction, f.Factor.Kind == features.Group:
		x := p.joined(f)
		return func(j int) ref { return p.encoded(form, f, j, x) }
	}
	value, _ := f.Factor.Expressions()
	x := p.value(value.Root())
	return func(j int) ref { return p.encoded(form, f, j, x) }
}

// neutral is the encoded value of a row that the factor is not for.
func neutral(form features.Form, f *features.Encoding, c *features.Column) float64 {
	switch {
	case form == features.Standardised:
		return 0
	case keepsMissing(form), form == features.Shared && f.Factor.Stale == features.Redistribute:
		return math.NaN()
	}
	return c.Mean
}

// keepsMissing says whether a missing value stays missing in the form.
func keepsMissing(form features.Form) bool {
	return form == features.Observed || form == features.Graded
}

// encoded is design column j of a number.
func (p *program) encoded(form features.Form, f *features.Encoding, j int, x ref) ref {
	c, absent := &f.Columns[j], p.do(opMissing, x)
	if c.Role == features.OfMissing {
		return p.choose(absent, p.constant((1-c.Mean)/c.SD), p.constant((0-c.Mean)/c.SD))
	}
	there := p.placed(form, f, j, x)
	switch {
	case f.Factor.Missing == features.Drop, keepsMissing(form), form == features.Shared && f.Factor.Stale == features.Redistribute:
		return p.choose(absent, p.none(), there)
	case f.Bins != nil: // a missing value has a bin of its own
		return there
	}
	return p.placed(form, f, j, p.choose(absent, p.constant(f.Fill), x))
}

// placed is design column j of a number that is there; of bins also of one that is not.
func (p *program) placed(form features.Form, f *features.Encoding, j int, x ref) ref {
	asIs := form == features.Raw || form == features.Observed
	shaped := shapes(f.Factor.Kind)
	if asIs && !shaped {
		return x
	}
	x = p.scaled(f, x)
	switch {
	case asIs:
		return x
	case form != features.Standardised:
		return p.score(x, f.At0, f.At100)
	}
	c := &f.Columns[j]
	if c.Role == features.OfTerm && j > 0 {
		x = p.bend(f.Knots, j, x)
	}
	return p.do(opDiv, p.do(opSub, x, p.constant(c.Mean)), p.constant(c.SD))
}

// shapes says whether the kind makes another number of a number.
func shapes(k features.Kind) bool {
	return k == features.Bins || k == features.Points || k == features.Tiers
}

// scaled clips and scales a number, or makes of it what the kind gives for it.
func (p *program) scaled(f *features.Encoding, x ref) ref {
	switch f.Factor.Kind {
	case features.Bins:
		return p.evidence(f.Bins, x)
	case features.Points:
		return p.anchored(f.Factor.Points, x)
	case features.Tiers:
		return p.tiered(f.Factor.Tiers, x)
	}
	if f.Low != nil {
		x = p.max(x, p.constant(*f.Low))
	}
	if f.High != nil {
		x = p.min(x, p.constant(*f.High))
	}
	switch f.Factor.Scale {
	case features.Log1p:
		return p.log1p(x)
	case features.Asinh:
		return p.asinh(x)
	}
	return x
}

// score places x between its anchors, 0 to 100.
func (p *program) score(x ref, at0, at100 float64) ref {
	zero, full := p.constant(0), p.constant(100)
	switch {
	case at0 == at100:
		return p.constant(50)
	case at0 == 0 && at100 == 100:
		return p.min(full, p.max(zero, x))
	}
	part := p.do(opDiv, p.do(opMul, full, p.do(opSub, x, p.constant(at0))), p.constant(at100-at0))
	return p.min(full, p.max(zero, part))
}

// ladder chooses among values by the first bound that x lies below, or at where the bound
// is included; last is that of what is above all of them. It halves the bounds, as a search
// would.
func (p *program) ladder(x ref, compare op, bounds []float64, values []ref) ref {
	if len(bounds) == 0 {
		return values[0]
	}
	mid := len(bounds) / 2
	below := p.do(compare, x, p.constant(bounds[mid]))
	return p.choose(below, p.ladder(x, compare, bounds[:mid], values[:mid+1]), p.ladder(x, compare, bounds[mid+1:], values[mid+1:]))
}

// evidence is the weight of evidence of the bin of x, also of a missing one.
func (p *program) evidence(b *binning.Binning, x ref) ref {
	values := make([]ref, len(b.Bins))
	for i, bin := range b.Bins {
		values[i] = p.constant(bin.WoE)
	}
	found := p.ladder(x, opLess, b.Edges, values)
	for i, code := range b.Codes {
		found = p.choose(p.do(opEqual, x, p.constant(code)), p.constant(b.Special[i].WoE), found)
	}
	return p.choose(p.do(opMissing, x), p.constant(b.Missing.WoE), found)
}

// anchored places x between anchors; beyond the outermost it is worth what they are.
func (p *program) anchored(anchors []features.Anchor, x ref) ref {
	bounds, values := make([]float64, len(anchors)), make([]ref, len(anchors)+1)
	values[0], values[len(anchors)] = p.constant(anchors[0].Points), p.constant(anchors[len(anchors)-1].Points)
	for i, a := range anchors {
		bounds[i] = a.X
		if i == 0 {
			continue
		}
		low, half := anchors[i-1], p.constant(0.5)
		from := p.do(opSub, p.do(opMul, x, half), p.constant(low.X/2))
		part := p.do(opDiv, from, p.constant(a.X/2-low.X/2))
		rise := p.do(opMul, part, p.constant(a.Points-low.Points))
		// At an anchor the points are the anchor's, and not what rounding makes of them.
		values[i] = p.choose(p.do(opEqual, x, p.constant(a.X)), p.constant(a.Points), p.do(opAdd, p.constant(low.Points), rise))
	}
	return p.ladder(x, opLessEq, bounds, values)
}

// tiered is the points of the tier of x.
func (p *program) tiered(tiers []features.Tier, x ref) ref {
	var bounds []float64
	values := make([]ref, len(tiers))
	for i, t := range tiers {
		values[i] = p.constant(t.Points)
		if t.UpTo != nil {
			bounds = append(bounds, *t.UpTo)
		}
	}
	return p.ladder(x, opLessEq, bounds, values)
}

// bend is term j of a restricted cubic spline (Harrell 2015, eq. 2.25), as package features
// computes it.
func (p *program) bend(knots []float64, j int, x ref) ref {
	k := len(knots)
	first, before, last, at := knots[0], knots[k-2], knots[k-1], knots[j-1]
	width := last - first
	v := p.do(opSub, p.cubed(x, at, width), p.do(opMul, p.cubed(x, before, width), p.constant((last-at)/(last-before))))
	v = p.do(opAdd, v, p.do(opMul, p.cubed(x, last, width), p.constant((before-at)/(last-before))))
	// Far out all three overflow, and infinity less infinity is nothing.
	return p.finite(v)
}

// cubed is (x-t)^3 / width^2 where x is above t, else 0.
func (p *program) cubed(x ref, t, width float64) ref {
	d := p.do(opSub, x, p.constant(t))
	part := p.do(opDiv, d, p.constant(width))
	return p.choose(p.do(opLessEq, d, p.constant(0)), p.constant(0), p.do(opMul, p.do(opMul, d, part), part))
}

// joined makes one number of the members: their product, missing where one of them is, or
// the mean of those that are there, turned so that more is healthier.
func (p *program) joined(f *features.Encoding) ref {
	zero, one := p.constant(0), p.constant(1)
	out, count := zero, zero
	if f.Factor.Kind == features.Interaction {
		out = one
	}
	for i := range f.Members {
		m := &f.Members[i]
		z := p.standing(m)
		if f.Factor.Kind == features.Interaction {
			out = p.do(opMul, out, z)
			continue
		}
		absent := p.do(opMissing, z)
		if m.Factor.Expect == features.HigherChurn {
			z = p.negate(z)
		}
		out = p.do(opAdd, out, p.choose(absent, zero, z))
		count = p.do(opAdd, count, p.choose(absent, zero, one))
	}
	if f.Factor.Kind == features.Group {
		out = p.do(opDiv, out, p.unless(p.do(opEqual, count, zero), count))
	}
	return p.finite(out)
}

// standing is the standardised value of a member, missing where it has none.
func (p *program) standing(f *features.Encoding) ref {
	value, within := f.Factor.Expressions()
	x := p.value(value.Root())
	z := p.constant(0)
	if !f.Columns[0].Constant {
		z = p.encoded(features.Standardised, f, 0, x)
	}
	if f.Bins == nil || f.Factor.Missing == features.Drop {
		z = p.choose(p.do(opMissing, x), p.none(), z)
	}
	if within != nil {
		z = p.choose(p.logic(within.Root()).yes, z, p.none())
	}
	return z
}

// levels returns what adds the one-hot columns of a category.
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

// Where a level goes that has no column of its own.
const (
	columnReference = -1
	columnUnseen    = -2
	columnError     = -3
)

// places says which column of a category a level goes to.
type places struct {
	levels          []string
	column          []int // of each level
	missing, unseen int
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
