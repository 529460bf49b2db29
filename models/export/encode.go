package export

import (
	"math"

	"holdfast/features"
)

// This file turns what an encoder learned into nodes, in the steps in which package
// features encodes a row: look, fill, clip and scale or shape, place or standardise.

// encoder adds the design columns in the order of Encoder.Names, constant ones left out, and
// names them for people who read the file.
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

// columns returns what adds design column j of the factor. The value behind them is added
// once, and read by all of its columns.
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

// neutral is the encoded value of a row that the factor is not for: that of the average row,
// or missing in the forms in which missing values stay so.
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

// encoded is design column j of a number: the flag of a missing value, or the value itself,
// filled where the factor has a filling.
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

// scaled clips and scales a number, or makes of it what the kind gives for it: weight of
// evidence, points between anchors, points of a tier. A missing number stays missing but in
// bins.
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

// standing is the standardised value of a member, missing where it has none, although a factor
// that stood alone would be filled: a filling is no news, and a product or mean of fillings
// would pass for some.
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
