package platform

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// measure turns an entry into a measure without a group (place finds it). Within a kind that
// knows no weights each counts 1; a factor of TierPoints counts for the most that it can give,
// which is how Reweight shares out what a missing one could have given.
func (e Entry) measure(k Kind, p preset) (Measure, error) {
	m := Measure{Name: e.Name, Weight: orOne(e.Weight)}
	if e.Name == "" {
		return m, errors.New("it needs the name of what it measures")
	}
	if e.Weight != nil && !p.weights {
		return m, fmt.Errorf("kind %s knows no weights", k)
	}
	if err := weighable("it", m.Weight); err != nil {
		return m, err
	}
	points, err := e.points(k)
	if err != nil {
		return m, err
	}
	if !slices.Contains(p.forms, points.Form) {
		return m, fmt.Errorf("kind %s does not score by %s", k, e.written())
	}
	m.Points = points
	if k == TierPoints {
		m.Weight = max(0, best(points.Tiers)) // what it counts for at most
	}
	return m, m.Points.check()
}

// points reads how the value counts. Exactly one way must be given: two would be one too many
// to be obeyed, and of none only WeightedMean can make something.
func (e Entry) points(k Kind) (Points, error) {
	p := Points{Absent: e.Absent}
	forms := 0
	if e.Points != nil || k == WeightedMean && e.bare() {
		forms, p.Form, p.Times = forms+1, Times, orOne(e.Points)
	}
	if e.Tiers != nil {
		forms, p.Form, p.Tiers = forms+1, Tiers, e.Tiers
	}
	if e.At0 != nil && e.At100 != nil {
		forms, p.Form, p.At0, p.At100 = forms+1, Anchors, *e.At0, *e.At100
	}
	if e.Good != nil && e.Poor != nil {
		forms, p.Form, p.Good, p.Poor = forms+1, Bands, *e.Good, *e.Poor
	}
	if e.Signal != "" {
		forms, p.Form = forms+1, Times
	}
	switch {
	case (e.At0 == nil) != (e.At100 == nil):
		return p, errors.New("it needs both at_0 and at_100")
	case (e.Good == nil) != (e.Poor == nil):
		return p, errors.New("it needs both good and poor")
	case forms != 1:
		return p, fmt.Errorf("it needs one way to score it, %s, and has %d", k.ways(), forms)
	case (e.Signal != "") != (k == Signals):
		return p, fmt.Errorf("signal belongs to kind %s and to no other", Signals)
	case k == Signals && !slices.Contains([]Signal{Ratio, Growth, Indicator}, e.Signal):
		return p, fmt.Errorf("unknown signal %q; there are %s, %s and %s", string(e.Signal), Ratio, Growth, Indicator)
	case k == LinearCounts && p.Times != math.Trunc(p.Times):
		return p, fmt.Errorf("the impact %v must be a whole number", p.Times)
	}
	k.shape(&p, e.Signal)
	return p, nil
}

// bare says that nothing tells how the value counts; Weight, Group and Absent do not.
func (e Entry) bare() bool {
	return e.Points == nil && e.Tiers == nil && e.At0 == nil && e.At100 == nil && e.Good == nil && e.Poor == nil && e.Signal == ""
}

// written is the key of the project file that says how the value counts, for messages.
func (e Entry) written() string {
	switch {
	case e.Tiers != nil:
		return "tiers"
	case e.At0 != nil:
		return "at_0 and at_100"
	case e.Good != nil:
		return "good and poor"
	}
	return "points"
}

// ways names the keys by which a kind scores a measure, for messages; empty of no kind.
func (k Kind) ways() string {
	if k == Signals {
		return "signal"
	}
	p, _ := k.preset()
	list := ""
	for i, f := range p.forms {
		if i > 0 {
			list += " or "
		}
		list += map[Form]string{Times: "points", Tiers: "tiers", Anchors: "at_0 with at_100", Bands: "good with poor"}[f]
	}
	return list
}
