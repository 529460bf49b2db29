package platform

import "math"

// Form is how a value becomes points.
type Form string

// The forms.
const (
	Times   Form = "times"   // a multiple of the value
	Anchors Form = "anchors" // a straight line from 0 to 100 between two values
	Tiers   Form = "tiers"   // a table of ranges
	Bands   Form = "bands"   // good, average or poor
)

// The points of the bands (Totango, multidimensional health).
const (
	goodPoints    = 100
	averagePoints = 60
	poorPoints    = 0
)

// Points turns the value of a measure into points. The fields of other forms are zero. Points
// are in the unit of the platform, 0 to 100 for most; the value is the factor's own.
type Points struct {
	Form  Form    `json:"form"`
	Times float64 `json:"times,omitempty"`  // Times: points of each unit; of a truth, its points when it holds
	At0   float64 `json:"at_0,omitempty"`   // Anchors: the value of 0 points …
	At100 float64 `json:"at_100,omitempty"` // … and of 100; below At0 where less is better
	Tiers []Tier  `json:"tiers,omitempty"`  // Tiers: by rising upper ends
	Good  float64 `json:"good,omitempty"`   // Bands: good begins here …
	Poor  float64 `json:"poor,omitempty"`   // … and what is beyond this is poor; above Good where less is better

	Round  Rounding `json:"round,omitempty"`
	Low    *float64 `json:"low,omitempty"` // limits of the points; nil: none
	High   *float64 `json:"high,omitempty"`
	Absent *float64 `json:"absent,omitempty"` // the points of a missing value; nil: it has none
}

// Tier is a range of values. It begins above the one before it, the first at minus
// infinity, and holds its upper end. Tiers up to 5 and up to 10 are (-inf, 5] and (5, 10], and
// a value of 11 has no points.
type Tier struct {
	UpTo   *float64 `json:"upto,omitempty"` // nil, in the last tier: however much
	Points float64  `json:"points"`
}

// of is the points of a value, NaN where it has none: Form, then Round, then the limits.
// Rounding comes first because the platforms show whole points and limits are whole.
func (p *Points) of(v float64) float64 {
	if missing(v) {
		if p.Absent != nil {
			return *p.Absent
		}
		return v
	}
	return limit(p.Round.of(p.raw(v)), p.Low, p.High)
}

// raw is the points of a value that is there, before rounding and limits. At0 and At100 differ
// (check), so that nothing is divided by 0. The conversion of the product forbids fusing it
// with a later sum, so that every processor gives the same bits.
func (p *Points) raw(v float64) float64 {
	switch p.Form {
	case Anchors:
		return 100 * (v - p.At0) / (p.At100 - p.At0)
	case Tiers:
		return p.tier(v)
	case Bands:
		return p.band(v)
	}
	return float64(p.Times * v)
}

// tier is the points of the first tier whose upper end is not below the value, so that an
// end that two tiers share belongs to the lower one. A value above all tiers has none, and
// counts as missing: the table says nothing about it.
func (p *Points) tier(v float64) float64 {
	for _, t := range p.Tiers {
		if t.UpTo == nil || v <= *t.UpTo {
			return t.Points
		}
	}
	return math.NaN()
}

// band looks at good first, so that one threshold for both leaves no average.
func (p *Points) band(v float64) float64 {
	good, poor := p.Good, p.Poor
	if good < poor { // less is better
		v, good, poor = -v, -good, -poor
	}
	switch {
	case v >= good:
		return goodPoints
	case v < poor:
		return poorPoints
	}
	return averagePoints
}

// Word is good, average or poor, and empty for a form without bands and for a missing
// value.
func (p *Points) Word(v float64) string {
	if p.Form != Bands || missing(v) {
		return ""
	}
	return map[float64]string{goodPoints: "good", averagePoints: "average", poorPoints: "poor"}[p.band(v)]
}

// best is the most points that tiers can give; below 0 where all of them take points away.
func best(tiers []Tier) float64 {
	most := math.Inf(-1)
	for _, t := range tiers {
		most = max(most, t.Points)
	}
	return most
}

// limit keeps a number within limits; a missing one stays missing.
func limit(x float64, low, high *float64) float64 {
	if high != nil && x > *high {
		x = *high
	}
	if low != nil && x < *low {
		x = *low
	}
	return x
}
