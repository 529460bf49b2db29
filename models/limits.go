package models

import (
	"context"
	"math"
	"slices"

	"holdfast/features"
	"holdfast/models/logit"
)

// OffsetName is the factor that a candidate's offset becomes: one whose weight is known to
// be 1 per unit.
const OffsetName = "(offset)"

// bound sets the limits of every column, in units of the design: a Bound is per standard
// deviation of the factor, and a design column may have another one (spread). Bounds of
// percent weights are shares of a sum and so no limits of columns (pointLimits).
func (t *task) bound() {
	f := t.c.Fitting
	if !f.limited() && f.Form != Percent && !hasOffset(t.encoder) {
		return
	}
	t.low, t.high = make([]float64, len(t.kept)), make([]float64, len(t.kept))
	for j, n := range t.names {
		t.low[j], t.high[j] = math.Inf(-1), math.Inf(1)
		if n.Factor == OffsetName {
			t.low[j], t.high[j] = t.kept[j].SD, t.kept[j].SD // of a standardised column: 1 per unit
			continue
		}
		if f.Signs || f.Form == Percent {
			t.boundSign(j)
		}
		at := slices.IndexFunc(f.Bounds, func(b Bound) bool { return b.Factor == n.Factor })
		if at < 0 || f.Form == Percent || t.kept[j].Role != features.OfValue {
			continue
		}
		low, high := f.Bounds[at].Low, f.Bounds[at].High
		if t.encoder.Form == features.Scores && t.factor(j).Expect == features.HigherChurn {
			low, high = -high, -low // its score goes the other way than the factor
		}
		t.low[j] = max(t.low[j], low/t.spread(j))
		t.high[j] = min(t.high[j], high/t.spread(j))
	}
}

// hasOffset says whether a design has the column of an offset.
func hasOffset(e *features.Encoder) bool {
	return slices.ContainsFunc(e.Names(), func(n features.Name) bool { return n.Factor == OffsetName })
}

// boundSign lets the weight of a column go only the way that its factor declares.
func (t *task) boundSign(j int) {
	switch t.sign(j) {
	case 1:
		t.low[j] = 0
	case -1:
		t.high[j] = 0
	}
}

// sign is the declared sign of the coefficient of a column: of the factor's own number,
// not of its missing flag or its levels. A factor score is health; an event that the healthy
// have more of turns all signs.
func (t *task) sign(j int) int {
	f := t.factor(j)
	if t.kept[j].Role != features.OfValue || f.Kind == features.Category || f.Kind == features.Spline || f.Expect == "" {
		return 0
	}
	sign := 1
	if t.encoder.Form == features.Scores || f.Expect == features.LowerChurn {
		sign = -1
	}
	if !t.c.Target.risky() {
		sign = -sign
	}
	return sign
}

// factor is that of a column.
func (t *task) factor(j int) features.Factor {
	at := slices.IndexFunc(t.encoder.Factors, func(e features.Encoding) bool { return e.Factor.Name == t.names[j].Factor })
	return t.encoder.Factors[at].Factor
}

// pinned says whether a coefficient is known beforehand.
func (t *task) pinned(j int) bool { return t.low != nil && t.low[j] == t.high[j] }

// limited says whether any coefficient that is not pinned has limits.
func (t *task) limited() bool {
	if t.low == nil {
		return false
	}
	f := t.c.Fitting
	return f.Form == Percent || len(f.Caps) > 0 || slices.ContainsFunc(t.free, func(j int) bool {
		return !math.IsInf(t.low[j], -1) || !math.IsInf(t.high[j], 1)
	})
}

// freeLimits are those of what is added to the base, for the free columns in their order;
// nil, nil where nothing is limited.
func (t *task) freeLimits() (low, high []float64) {
	if t.low == nil {
		return nil, nil
	}
	for _, j := range t.free {
		low, high = append(low, t.low[j]-t.baseAt(j)), append(high, t.high[j]-t.baseAt(j))
	}
	return low, high
}

// constrained is a fit under limits. Caps ask for signs; where these are not known, the
// fit without caps gives them, and is the answer if it keeps the caps already.
func (t *task) constrained(ctx context.Context, p logit.Problem, s logit.Settings) (*logit.Constrained, error) {
	var c logit.Constraints
	c.Low, c.High = t.freeLimits()
	if t.c.Fitting.Form == Percent {
		c.Linear = t.pointLimits()
		return logit.FitConstrained(ctx, p, c, s)
	}
	caps := t.c.Fitting.Caps
	if len(caps) == 0 {
		return logit.FitConstrained(ctx, p, c, s)
	}
	signs, known := t.signs(nil)
	if !known {
		without, err := logit.FitConstrained(ctx, p, c, s)
		if err != nil {
			return nil, err
		}
		if signs, _ = t.signs(without.Coef); t.keepsCaps(without.Coef, signs) {
			return without, nil
		}
		t.hold(&c, signs)
	}
	for _, limit := range caps {
		c.Linear = append(c.Linear, t.capLimit(limit, signs))
	}
	return logit.FitConstrained(ctx, p, c, s)
}

// signs are those of all coefficients: what the limits leave, or else those of a fit of
// the free columns. It reports whether the limits alone settle them.
func (t *task) signs(fitted []float64) (signs []float64, known bool) {
	signs, known = make([]float64, len(t.kept)), true
	place := 0
	for j := range t.kept {
		b := t.baseAt(j)
		if !t.pinned(j) {
			if fitted != nil {
				b += fitted[place]
			}
			place++
		}
		switch {
		case t.pinned(j):
			signs[j] = math.Copysign(1, b)
		case t.low[j] >= 0:
			signs[j] = 1
		case t.high[j] <= 0:
			signs[j] = -1
		default:
			signs[j], known = math.Copysign(1, b), false
		}
	}
	return signs, known
}

// hold keeps every free coefficient on the side of zero that its sign says.
func (t *task) hold(c *logit.Constraints, signs []float64) {
	for k, j := range t.free {
		if signs[j] > 0 {
			c.Low[k] = max(c.Low[k], -t.baseAt(j))
		} else {
			c.High[k] = min(c.High[k], -t.baseAt(j))
		}
	}
}

// keepsCaps says whether the coefficients of the free columns (what they add to the base)
// already keep every cap.
func (t *task) keepsCaps(fitted, signs []float64) bool {
	for _, limit := range t.c.Fitting.Caps {
		l := t.capLimit(limit, signs)
		sum := 0.0
		for k, b := range fitted {
			sum += l.Coef[k] * b
		}
		if sum > l.High {
			return false
		}
	}
	return true
}

// capLimit is a cap as a limit of a sum: with s the signs and sd the deviations,
//
//	sum_(j in category) s_j sd_j b_j - share sum_j s_j sd_j b_j <= 0.
//
// The terms of what is known of b go to the right, so that the sum is over the free columns.
func (t *task) capLimit(limit Cap, signs []float64) logit.Linear {
	l := logit.Linear{Low: math.Inf(-1)}
	place := 0
	for j, n := range t.names {
		a := -limit.Share
		if n.Category == limit.Category {
			a++
		}
		a *= signs[j] * t.spread(j)
		l.High -= a * t.baseAt(j)
		if place < len(t.free) && t.free[place] == j {
			l.Coef = append(l.Coef, a)
			place++
		}
	}
	return l
}

// pointLimits are the bounds and caps of percent weights. A point is a share of the sum of
// all, so that with g_j = |b_j| every limit is one of a sum that must not pass 0:
//
//	low/room sum g <= g_j <= high/room sum g,  sum_(category) g <= cap/room sum g,
//
// room being 100 less the points that must go to scores that are the same for everyone, of
// which the rows cannot say anything.
func (t *task) pointLimits() []logit.Linear {
	room := t.room()
	var limits []logit.Linear
	for j, n := range t.names {
		b := t.c.Fitting.bound(n.Factor)
		only := func(k int) bool { return k == j }
		switch {
		case t.standing(j):
		case b.Low == b.High:
			equation := t.pointLimit(b.Low/room, 1, only)
			equation.High = 0
			limits = append(limits, equation)
		default:
			if b.Low > 0 {
				limits = append(limits, t.pointLimit(b.Low/room, 1, only))
			}
			if b.High < room {
				limits = append(limits, t.pointLimit(b.High/room, -1, only))
			}
		}
	}
	for _, c := range t.c.Fitting.Caps {
		limits = append(limits, t.pointLimit(t.capRoom(c.Category)/room, -1, func(k int) bool { return t.names[k].Category == c.Category }))
	}
	return limits
}

// standing says whether a score is the same in all rows.
func (t *task) standing(j int) bool { return t.kept[j].SD == 0 }

// room are the points that scores which differ between rows share.
func (t *task) room() float64 {
	room := 100.0
	for j, n := range t.names {
		if t.standing(j) {
			room -= math.Ceil(t.c.Fitting.bound(n.Factor).Low)
		}
	}
	return room
}

// capRoom are the points of room that a category can have.
func (t *task) capRoom(category string) float64 {
	points := t.c.Fitting.capPoints(category)
	for j, n := range t.names {
		if n.Category == category && t.standing(j) {
			points -= math.Ceil(t.c.Fitting.bound(n.Factor).Low)
		}
	}
	return points
}

// pointLimit is side * (sum of the listed g - share * sum of all) >= 0.
func (t *task) pointLimit(share, side float64, listed func(column int) bool) logit.Linear {
	l := logit.Linear{Coef: make([]float64, len(t.kept)), High: math.Inf(1)}
	for j := range l.Coef {
		if t.standing(j) {
			continue
		}
		a := -share
		if listed(j) {
			a++
		}
		l.Coef[j] = side * a * float64(t.sign(j))
	}
	return l
}
