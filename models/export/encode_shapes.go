package export

import (
	"holdfast/features"
	"holdfast/features/binning"
)

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
