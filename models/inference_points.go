package models

import (
	"cmp"
	"slices"

	"holdfast/dataset/expr"
	"holdfast/dataset/radix"
	"holdfast/features"
)

// Whether a factor is a curve or has steps is not asked of its definition: a step is where the
// effect changes along the values. A number that is rare in its values, such as a count, has a
// step for each of them, which is the finest picture that there is of it.
//
// Rows of one value have one effect. So no row is sorted: groups are ranges of values, which
// end at a few values that are found by their rank (radix.Ranks) or met on the way.

// numberPoints are the rows in groups of neighbouring values, rising: one for each step of the
// effect if those are few, else parts of about equally many rows; rows of one value stay together,
// and those without one come last.
func numberPoints(values, by []float64, churned []bool, room func(n int) []float64) (points []EffectPoint, steps bool) {
	ranks := radix.NewRanks(values)
	ranks.Room = room
	ends, steps := stepEnds(values, by)
	if !steps {
		ends = equalEnds(ranks)
	}
	for i := range ends {
		ends[i] += 0 // of a negative zero, zero: the two are one value
	}
	place := newPlacer(ends)
	points = make([]EffectPoint, len(ends)+1)
	for i := range points {
		points[i] = newPoint("")
	}
	for i, v := range values {
		g := len(ends) // without a value
		if v == v {
			g = place.of(v)
		}
		points[g].count(churned[i])
	}
	points, missing := points[:len(ends)], points[len(ends)]
	fillMiddles(points, place, ranks, values, by)
	if missing.Examples > 0 {
		missing.Level = features.MissingLevel
		missing.LogOdds = Stat(by[slices.IndexFunc(values, func(v float64) bool { return v != v })])
		points = append(points, missing)
	}
	return points, steps
}

// newPoint is a point without rows.
func newPoint(level string) EffectPoint {
	return EffectPoint{Level: level, Value: Undefined(), From: Undefined(), To: Undefined()}
}

// count adds a row.
func (p *EffectPoint) count(churned bool) {
	p.Examples++
	p.Churned += int(oneIf(churned))
}

// placer tells which of a few ends, which rise, is the first that is not below a value.
type placer struct {
	ends  []float64
	first [radix.CoarseSize]uint8 // by the coarse number of the value: ends below all values that share it
}

// newPlacer is a placer of ends, of which there are at most 255.
func newPlacer(ends []float64) *placer {
	p := &placer{ends: ends}
	for coarse, below := 0, 0; coarse < radix.CoarseSize; coarse++ {
		p.first[coarse] = uint8(below)
		for below < len(ends) && radix.Coarse(ends[below]) == coarse {
			below++
		}
	}
	return p
}

// of is the place of a value that is not above the last end.
func (p *placer) of(v float64) int {
	place := int(p.first[radix.Coarse(v)])
	for p.ends[place] < v {
		place++
	}
	return place
}

// fillMiddles fills in the values of points that hold all numbers up to their ends, and what the middle
// one of each gets.
func fillMiddles(points []EffectPoint, place *placer, ranks *radix.Ranks, values, by []float64) {
	middles, asked := make([]float64, len(points)), make([]int, 0, 2*len(points))
	for i, from := 0, 0; i < len(points); i++ {
		asked = append(asked, from, from+points[i].Examples/2)
		from += points[i].Examples
	}
	ranks.Look(asked...)
	for i := range points {
		middles[i] = ranks.At(asked[2*i+1]) + 0
		points[i].Value, points[i].From, points[i].To = Stat(middles[i]), Stat(ranks.At(asked[2*i])+0), Stat(place.ends[i])
	}
	left := len(points)
	found := make([]bool, left)
	for i := 0; left > 0; i++ {
		if v := values[i]; v == v {
			if g := place.of(v); v == middles[g] && !found[g] {
				points[g].LogOdds, found[g] = Stat(by[i]), true
				left--
			}
		}
	}
}

// stepRange is where one effect is met.
type stepRange struct{ by, low, high float64 }

// stepEnds are the highest values of the steps of an effect, rising; false: they are too many to be steps.
func stepEnds(values, by []float64) (ends []float64, steps bool) {
	var ranges []stepRange
	at := 0 // of the row before, mostly
	for i, v := range values {
		if v != v {
			continue
		}
		if at >= len(ranges) || ranges[at].by != by[i] {
			at = slices.IndexFunc(ranges, func(r stepRange) bool { return r.by == by[i] })
		}
		if at < 0 {
			at, ranges = len(ranges), append(ranges, stepRange{by[i], v, v})
		}
		if len(ranges) > effectSteps {
			return nil, false
		}
		r := &ranges[at]
		r.low, r.high = min(r.low, v), max(r.high, v)
	}
	slices.SortFunc(ranges, func(a, b stepRange) int { return cmp.Compare(a.low, b.low) })
	for i, r := range ranges {
		if i > 0 && r.low <= ranges[i-1].high { // one effect on both sides of another
			return returningEnds(values, by)
		}
		ends = append(ends, r.high)
	}
	return ends, true
}

// returningEnds is stepEnds of an effect that comes back, as that of a distance does: a step for each time.
func returningEnds(values, by []float64) (ends []float64, steps bool) {
	order := make([]int32, 0, len(values))
	for i, v := range values {
		if v == v {
			order = append(order, int32(i))
		}
	}
	order = radix.Rising(values, order)
	for k, row := range order {
		if k+1 == len(order) || by[order[k+1]] != by[row] && values[order[k+1]] != values[row] {
			ends = append(ends, values[row])
		}
		if len(ends) > effectSteps {
			return nil, false
		}
	}
	return ends, true
}

// equalEnds are the highest values of about effectPoints parts of equally many rows, rising. A part
// ends where its last value ends: fewer and larger parts where values repeat.
func equalEnds(ranks *radix.Ranks) (ends []float64) {
	var last []int // of each part
	for part := 1; part <= effectPoints; part++ {
		if k := part * ranks.Len() / effectPoints; k > 0 {
			last = append(last, k-1)
		}
	}
	ranks.Look(last...)
	for _, k := range last {
		if end := ranks.At(k); len(ends) == 0 || end > ends[len(ends)-1] {
			ends = append(ends, end)
		}
	}
	return ends
}

// levelPoints are the rows of each level in byte order, those without one last.
func levelPoints(raw expr.Vector, by []float64, churned []bool) []EffectPoint {
	points := make([]EffectPoint, len(raw.Levels)+1)
	for code, level := range raw.Levels {
		points[code] = newPoint(level)
	}
	missing := len(raw.Levels)
	points[missing] = newPoint(features.MissingLevel)
	for i, code := range raw.Codes {
		p := &points[missing]
		if code >= 0 {
			p = &points[code]
		}
		p.count(churned[i])
		p.LogOdds = Stat(by[i])
	}
	slices.SortFunc(points[:missing], func(a, b EffectPoint) int { return cmp.Compare(a.Level, b.Level) })
	return slices.DeleteFunc(points, func(p EffectPoint) bool { return p.Examples == 0 })
}
