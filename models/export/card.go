package export

import "holdfast/models/platform"

// card adds the score of a platform's card, missing where there is none: what
// platform.Card.Score computes, in its order of sums. values are those of the measures.
func (p *program) card(c *platform.Card, values []ref) ref {
	points, weights := make([][]ref, len(c.Groups)), make([][]float64, len(c.Groups))
	for j, m := range c.Measures {
		points[m.Group] = append(points[m.Group], p.points(&m.Points, values[j]))
		weights[m.Group] = append(weights[m.Group], m.Weight)
	}
	groups, shares := make([]ref, len(c.Groups)), make([]float64, len(c.Groups))
	for g, group := range c.Groups {
		groups[g], shares[g] = p.step(&group.Step, points[g], weights[g]), group.Weight
	}
	return p.step(&c.Total, groups, shares)
}

// points is what a value is worth.
func (p *program) points(of *platform.Points, x ref) ref {
	found := p.limited(p.whole(of.Round, p.rawPoints(of, x)), of.Low, of.High)
	absent := p.none()
	if of.Absent != nil {
		absent = p.constant(*of.Absent)
	}
	return p.choose(p.do(opMissing, x), absent, found)
}

// rawPoints is that before rounding and limits.
func (p *program) rawPoints(of *platform.Points, x ref) ref {
	switch of.Form {
	case platform.Anchors:
		return p.do(opDiv, p.do(opMul, p.constant(100), p.do(opSub, x, p.constant(of.At0))), p.constant(of.At100-of.At0))
	case platform.Tiers:
		var bounds []float64
		var values []ref
		for _, t := range of.Tiers {
			values = append(values, p.constant(t.Points))
			if t.UpTo == nil {
				return p.ladder(x, opLessEq, bounds, values)
			}
			bounds = append(bounds, *t.UpTo)
		}
		return p.ladder(x, opLessEq, bounds, append(values, p.none()))
	case platform.Bands:
		return p.bandPoints(of, x)
	}
	return p.do(opMul, p.constant(of.Times), x)
}

// The points of good, average and poor (package platform).
const (
	goodPoints    = 100
	averagePoints = 60
	poorPoints    = 0
)

// bandPoints looks at good first, so that one threshold for both leaves no average.
func (p *program) bandPoints(of *platform.Points, x ref) ref {
	good, poor := of.Good, of.Poor
	if good < poor { // less is better
		x, good, poor = p.negate(x), -good, -poor
	}
	rest := p.choose(p.do(opLess, x, p.constant(poor)), p.constant(poorPoints), p.constant(averagePoints))
	return p.choose(p.do(opLessEq, p.constant(good), x), p.constant(goodPoints), rest)
}

// step makes one number of several: combine, start, round, limit (platform.Step).
func (p *program) step(s *platform.Step, points []ref, weights []float64) ref {
	x := p.worst(s, points)
	if s.Combine != platform.Worst {
		x = p.combined(s, points, weights)
	}
	return p.limited(p.whole(s.Round, p.do(opAdd, p.constant(s.Start), x)), s.Low, s.High)
}

// combined is the mean or the sum of the points that count. Go gets by with NaN where weights
// that are present sum to 0; a format may not divide by 0, so that the divisor is missing there.
func (p *program) combined(s *platform.Step, points []ref, weights []float64) ref {
	zero := p.constant(0)
	sum, present, all, lost := zero, zero, 0.0, p.truth(false)
	for k, x := range points {
		w := weights[k]
		all += w
		absent := p.do(opMissing, x)
		part, weight := x, p.constant(w)
		if s.Combine == platform.Mean {
			part = p.do(opMul, weight, x)
		}
		switch {
		case s.Missing == platform.Unscored && (w > 0 || s.Combine == platform.Sum):
			lost = p.or(lost, absent)
		case s.Missing != platform.Zero:
			weight = p.choose(absent, zero, weight)
		}
		sum = p.do(opAdd, sum, p.choose(absent, zero, part))
		present = p.do(opAdd, present, weight)
	}
	some := p.unless(p.do(opEqual, present, zero), present)
	switch {
	case s.Combine == platform.Mean:
		sum = p.do(opDiv, sum, some)
	case s.Missing == platform.Reweight:
		sum = p.do(opMul, sum, p.do(opDiv, p.constant(all), some))
	}
	return p.unless(lost, sum)
}

// worst is the smallest of the points that are there.
func (p *program) worst(s *platform.Step, points []ref) ref {
	least, lost := p.none(), p.truth(false)
	for _, x := range points {
		absent := p.do(opMissing, x)
		switch s.Missing {
		case platform.Unscored:
			lost = p.or(lost, absent)
		case platform.Zero:
			x = p.choose(absent, p.constant(0), x)
		}
		// Nothing is below a missing number, so what is there replaces it.
		least = p.choose(p.or(p.do(opMissing, least), p.do(opLess, x, least)), x, least)
	}
	return p.unless(lost, least)
}

// limited keeps a number within limits.
func (p *program) limited(x ref, low, high *float64) ref {
	if high != nil {
		x = p.min(x, p.constant(*high))
	}
	if low != nil {
		x = p.max(x, p.constant(*low))
	}
	return x
}

// whole rounds as the platform does: halves up, or to the even neighbour. It is written out
// with floor, which all formats agree about; about halves in their own rounding they do not.
func (p *program) whole(r platform.Rounding, x ref) ref {
	if r == platform.Exact {
		return x
	}
	down, half := p.do(opFloor, x), p.constant(0.5)
	rest, up := p.do(opSub, x, down), p.do(opAdd, down, p.constant(1))
	if r == platform.HalfUp {
		return p.choose(p.do(opLessEq, half, rest), up, down)
	}
	halved := p.do(opMul, down, half)
	odd := p.not(p.do(opEqual, halved, p.do(opFloor, halved)))
	above := p.or(p.do(opLess, half, rest), p.and(p.do(opEqual, half, rest), odd))
	return p.choose(above, up, down)
}
