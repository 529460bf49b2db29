package export

import (
	"math"

	"holdfast/dataset/expr"
	"holdfast/features/sql"
	"holdfast/models/platform"
)

// cardSQL is the score of a platform's card (platform.Card.Score). Points and groups are bound
// to names, since each is read several times: by its sum, by the weights that are present, and
// by rounding.
func cardSQL(q *sql.Query, c *platform.Card, values []sql.Value) sql.Value {
	points, weights := make([][]sql.Value, len(c.Groups)), make([][]float64, len(c.Groups))
	for j, m := range c.Measures {
		points[m.Group] = append(points[m.Group], q.Bind(pointsSQL(q, &m.Points, q.Once(values[j], m.Name)), m.Name+"_points"))
		weights[m.Group] = append(weights[m.Group], m.Weight)
	}
	var groups []sql.Value
	var shares []float64
	for g, group := range c.Groups {
		groups = append(groups, q.Bind(stepSQL(q, &group.Step, points[g], weights[g]), "group_"+group.Name))
		shares = append(shares, group.Weight)
	}
	return q.Bind(stepSQL(q, &c.Total, groups, shares), "card")
}

// pointsSQL is what a value is worth.
func pointsSQL(q *sql.Query, p *platform.Points, v sql.Value) sql.Value {
	worth := limitedSQL(q, roundedSQL(q, p.Round, rawPointsSQL(q, p, v)), p.Low, p.High)
	if p.Absent == nil {
		return worth
	}
	return q.Raw(expr.Number, "CASE WHEN %s IS NULL THEN %s ELSE %s END", v, q.Number(*p.Absent), worth)
}

// rawPointsSQL is that before rounding and limits.
func rawPointsSQL(q *sql.Query, p *platform.Points, v sql.Value) sql.Value {
	switch p.Form {
	case platform.Anchors:
		return q.Over(q.Times(q.Number(100), q.Minus(v, q.Number(p.At0))), q.Number(p.At100-p.At0))
	case platform.Tiers:
		l := q.Ladder(v)
		for _, t := range p.Tiers {
			if t.UpTo == nil {
				return l.Last(q.Number(t.Points))
			}
			l.Rung("<=", *t.UpTo, q.Number(t.Points))
		}
		return l.Last(q.Number(math.NaN()))
	case platform.Bands:
		return bandPointsSQL(q, p, v)
	}
	return q.Times(q.Number(p.Times), v)
}

// bandPointsSQL looks at good first, so that one threshold for both leaves no average.
func bandPointsSQL(q *sql.Query, p *platform.Points, v sql.Value) sql.Value {
	better, worse := ">=", "<"
	if p.Good < p.Poor {
		better, worse = "<=", ">"
	}
	l := q.Ladder(v)
	l.Rung(better, p.Good, q.Number(goodPoints))
	l.Rung(worse, p.Poor, q.Number(poorPoints))
	return l.Last(q.Number(averagePoints))
}

// stepSQL makes one number of several: combine, start, round, limit.
func stepSQL(q *sql.Query, s *platform.Step, points []sql.Value, weights []float64) sql.Value {
	v := combinedSQL(q, s, points, weights)
	if s.Start != 0 {
		v = q.Plus(q.Number(s.Start), v)
	}
	return limitedSQL(q, roundedSQL(q, s.Round, v), s.Low, s.High)
}

// combinedSQL is the number before that. What is missing adds nothing to the sum nor to the
// weights that are present, counts as 0, or makes the whole missing.
func combinedSQL(q *sql.Query, s *platform.Step, points []sql.Value, weights []float64) sql.Value {
	if s.Combine == platform.Worst {
		return worstSQL(q, s, points)
	}
	sum, present, all, zero := q.Number(0), q.Number(0), 0.0, q.Number(0)
	for k, p := range points {
		w := q.Number(weights[k])
		all += weights[k]
		there := w
		counted := p
		if s.Combine == platform.Mean {
			counted = q.Times(w, p)
		}
		switch {
		case s.Missing == platform.Zero:
			counted = q.Raw(expr.Number, "COALESCE(%s, %s)", counted, zero)
		case s.Missing == platform.Unscored && (weights[k] > 0 || s.Combine == platform.Sum):
		default:
			counted = q.Raw(expr.Number, "COALESCE(%s, %s)", counted, zero)
			there = q.Raw(expr.Number, "CASE WHEN %s IS NULL THEN %s ELSE %s END", p, zero, w)
		}
		sum, present = q.Bind(q.Plus(sum, counted), "sum"), q.Plus(present, there)
	}
	switch {
	case s.Combine == platform.Mean:
		return q.Over(sum, present)
	case s.Missing == platform.Reweight:
		return q.Times(sum, q.Over(q.Number(all), present))
	}
	return sum
}

// worstSQL is the smallest of the points that are there. LEAST would do in some dialects and
// make NULL of a single missing one in others.
func worstSQL(q *sql.Query, s *platform.Step, points []sql.Value) sql.Value {
	least := q.Number(math.NaN())
	for k, p := range points {
		if s.Missing == platform.Zero {
			p = q.Raw(expr.Number, "COALESCE(%s, %s)", p, q.Number(0))
		}
		if k == 0 {
			least = p
			continue
		}
		text := "CASE WHEN %[1]s IS NULL THEN %[2]s WHEN %[2]s IS NULL OR %[1]s < %[2]s THEN %[1]s ELSE %[2]s END"
		if s.Missing == platform.Unscored {
			text = "CASE WHEN %[1]s < %[2]s THEN %[1]s WHEN %[1]s >= %[2]s THEN %[2]s END"
		}
		least = q.Bind(q.Raw(expr.Number, text, p, least), "worst")
	}
	return least
}

// roundedSQL rounds halves up, or to the even neighbour. Adding a half first would round
// 0.49999999999999994 up.
func roundedSQL(q *sql.Query, r platform.Rounding, x sql.Value) sql.Value {
	if r == platform.Exact {
		return x
	}
	x = q.Bind(x, "exact")
	down := q.Bind(q.Floor(x), "floor")
	up := "%[2]s + 1"
	if r == platform.HalfUp {
		return q.Raw(expr.Number, "CASE WHEN %[1]s - %[2]s >= 0.5 THEN "+up+" ELSE %[2]s END", x, down)
	}
	half := q.Bind(q.Floor(q.Raw(expr.Number, "(%s * 0.5)", down)), "half")
	return q.Raw(expr.Number, "CASE WHEN %[1]s - %[2]s > 0.5 THEN "+up+" WHEN %[1]s - %[2]s < 0.5 THEN %[2]s WHEN %[3]s * 2 = %[2]s THEN %[2]s ELSE "+up+" END", x, down, half)
}

// limitedSQL keeps a number within limits.
func limitedSQL(q *sql.Query, x sql.Value, low, high *float64) sql.Value {
	if high != nil {
		x = q.Once(x, "points")
		x = q.Raw(expr.Number, "CASE WHEN %[1]s > %[2]s THEN %[2]s ELSE %[1]s END", x, q.Number(*high))
	}
	if low != nil {
		x = q.Once(x, "points")
		x = q.Raw(expr.Number, "CASE WHEN %[1]s < %[2]s THEN %[2]s ELSE %[1]s END", x, q.Number(*low))
	}
	return x
}
