package project

import (
	"fmt"
	"slices"
)

// This file reads what the kinds of factors beside numbers and categories are told: bins, points, tiers,
// curves, and factors made of others; and for whom and how long a factor's value is good.

// The kinds of factors that a key of their own names, beside those of config.go.
const (
	FactorBins        = "bins" // the only one of these that stands behind kind
	FactorPoints      = "points"
	FactorTiers       = "tiers"
	FactorSpline      = "spline"
	FactorInteraction = "interaction"
	FactorGroup       = "group"
)

// The words of the bins.
const (
	MonotoneFree = "false"
	MonotoneAuto = "true"

	staleMissing      = "missing"
	staleRedistribute = "redistribute"
)

// Bins say how a factor of kind bins is cut.
type Bins struct {
	Monotone string    // a trend of package binning; MonotoneAuto: auto, MonotoneFree: free
	Method   string    // quantile or tree
	Edges    []float64 // nil: learned
	Special  []float64 // codes with a bin of their own
	MaxBins  int
	MinShare float64
}

// Pair is a value and the points it is worth.
type Pair struct{ X, Points float64 }

// Tier is the points of values up to an upper end; nil: of all that is above.
type Tier struct {
	UpTo   *float64
	Points float64
}

// Spline says where a curve bends.
type Spline struct {
	Knots int       // learned; 0 with At
	At    []float64 // given
}

// shapeKeys describe the keys of this file.
func shapeKeys() []Key {
	yesOrNo := []string{"true", "false"}
	return []Key{
		{Path: "factors[].monotone", Type: TypeChoice, Default: MonotoneFree, Example: MonotoneAuto,
			Values: []string{MonotoneAuto, MonotoneFree, "auto", "ascending", "descending", "peak", "valley", "free"},
			Doc:    "How the risk of kind bins may move from low values to high; true is whichever of ascending and descending says more."},
		{Path: "factors[].method", Type: TypeChoice, Default: "quantile", Example: "tree",
			Values: []string{"quantile", "tree"},
			Doc:    "How kind bins looks for cuts before it joins them."},
		{Path: "factors[].edges", Type: TypeNumbers, Example: "[0, 6, 12]",
			Doc: "The cuts of kind bins, each the lowest value of the bin above it; without it, they are learned on training rows."},
		{Path: "factors[].special", Type: TypeNumbers, Example: "[-1, 999]",
			Doc: "Values that are codes and no quantities, each with a bin of its own."},
		{Path: "factors[].max_bins", Type: TypeWhole, Default: "6", Example: "6", Min: 1, Max: 50,
			Doc: "The number of bins at most, those of missing values and special codes apart."},
		{Path: "factors[].min_share", Type: TypeNumber, Default: "0.05", Example: "0.05", Min: 0.001, Max: 0.5,
			Doc: "The share of the training rows with a value that every bin needs."},
		{Path: "factors[].points", Type: TypePairs, Example: "[[0, 0], [5, 50], [10, 100]]",
			Doc: "Pairs of a value and its points from 0 to 100, linear in between and flat outside, so that the factor counts by its points and 100 is healthy."},
		{Path: "factors[].tiers", Type: TypeMappings, Example: "[{upto: 5, points: 20}, {points: 100}]",
			Doc: "The points from 0 to 100 by ranges of the value, each of which holds its upper end."},
		{Path: "factors[].tiers[].upto", Type: TypeNumber, Example: "5",
			Doc: "The upper end of the range, which belongs to it; without it, in the last one, however much."},
		{Path: "factors[].tiers[].points", Type: TypeNumber, Required: true, Example: "20", Min: 0, Max: 100,
			Doc: "What the range is worth, 100 being healthy."},
		{Path: "factors[].spline", Type: TypeMapping, Example: "{knots: 4}",
			Doc: "Makes a curve of the factor where it is fitted: a restricted cubic spline."},
		{Path: "factors[].spline.knots", Type: TypeWhole, Default: "4", Example: "4", Min: 3, Max: 7,
			Doc: "The number of knots, which are placed on percentiles of the training rows."},
		{Path: "factors[].spline.at", Type: TypeNumbers, Example: "[30, 180, 700]",
			Doc: "The values of the knots, at least three, instead of their number."},
		{Path: "factors[].interaction", Type: TypeTexts, Example: "[logins, nps]",
			Doc: "Makes the factor the product of others that stand before it, each standardised."},
		{Path: "factors[].group", Type: TypeTexts, Example: "[logins, imports, exports]",
			Doc: "Makes the factor the mean of others that stand before it, each standardised and turned by its expect, missing ones left out."},
		{Path: "factors[].segments", Type: TypeTexts, Example: "[onboarding]",
			Doc: "The segments, as segments.by or columns.segment gives them, that the factor is for; in others it says nothing."},
		{Path: "factors[].max_age", Type: TypeDays, Example: "90d", Min: 1, Max: maxDays,
			Doc: "How old a value may be on the day it is looked at; an older one counts as missing."},
		{Path: "factors[].dated", Type: TypeText, Example: "pulse_date",
			Doc: "The date column that says of when the value is; a value without a date, or of a later day, counts as missing."},
		{Path: "factors[].stale", Type: TypeChoice, Default: staleMissing, Example: staleRedistribute,
			Values: []string{staleMissing, staleRedistribute},
			Doc:    "What becomes of the weight by hand of a factor whose value is missing or too old: the factor's missing stands in, or the weight goes to the others."},
		{Path: "factors[].actionable", Type: TypeChoice, Default: "false", Example: "true", Values: yesOrNo,
			Doc: "Whether people can change the factor, so that it may be proposed as a way to the next band."},
	}
}

// shapes are the keys that make a kind of their own.
func shapes() []string {
	return []string{FactorPoints, FactorTiers, FactorSpline, FactorInteraction, FactorGroup}
}

// readShape reads the keys of this file and settles the kind of the factor.
func (f *Factor) readShape(s section) {
	f.Points, f.Spline = read(s, "points", pairs), readSpline(s)
	for _, t := range s.optionalChildren("tiers", "factors[].tiers[]") {
		f.Tiers = append(f.Tiers, Tier{UpTo: optional(t, "upto"), Points: read(t, "points", number)})
	}
	f.Members = slices.Concat(read(s, "interaction", texts), read(s, "group", texts))
	f.Segments = read(s, "segments", texts)
	f.MaxAgeDays, f.Dated = read(s, "max_age", days), read(s, "dated", text)
	f.Redistribute = read(s, "stale", choice) == staleRedistribute
	f.Actionable = read(s, "actionable", choice) == "true"
	bins := readBins(s)
	f.oneShape(s)
	if f.Kind == FactorBins {
		f.Bins = bins
	} else if f.Kind != "" {
		s.refuse("kind "+f.Kind, "monotone", "method", "edges", "special", "max_bins", "min_share")
	}
	switch {
	case s.given("max_age") != nil:
		s.need("max_age", "dated")
	default:
		s.refuse("a factor without max_age", "dated")
	}
}

// readBins reads how bins are cut.
func readBins(s section) *Bins {
	b := &Bins{
		Monotone: read(s, "monotone", choice), Method: read(s, "method", choice), Edges: read(s, "edges", numbers),
		Special: read(s, "special", numbers), MaxBins: read(s, "max_bins", whole), MinShare: read(s, "min_share", number),
	}
	if !ascends(b.Edges) {
		s.report(s.given("edges"), s.given("edges").path+" must be ascending", "sort them")
	}
	return b
}

// ascends says whether numbers rise strictly.
func ascends(x []float64) bool {
	for i := 1; i < len(x); i++ {
		if x[i] <= x[i-1] {
			return false
		}
	}
	return true
}

// readSpline reads where a curve bends; nil without the key.
func readSpline(s section) *Spline {
	if s.given("spline") == nil {
		return nil
	}
	c := s.child("spline", "factors[].spline")
	curve := &Spline{Knots: read(c, "knots", whole), At: read(c, "at", numbers)}
	if at := c.given("at"); at != nil {
		if c.given("knots") != nil {
			c.report(at, c.node.path+" has both knots and at", "keep one of them")
		}
		curve.Knots = 0
		if curve.At != nil && (len(curve.At) < 3 || !ascends(curve.At)) {
			c.report(at, at.path+" must be at least three ascending numbers", "write for example "+c.key("at").Example)
		}
	}
	return curve
}

// oneShape gives the factor the kind that its keys name, and reports keys that do not go with it.
func (f *Factor) oneShape(s section) {
	var given []string
	for _, name := range shapes() {
		if s.given(name) != nil {
			given = append(given, name)
		}
	}
	if len(given) > 1 {
		s.report(s.given(given[1]), s.node.path+" has both "+given[1]+" and "+given[0], "keep one of them")
	}
	if len(given) == 0 || f.Kind == "" {
		return
	}
	if f.Kind != FactorNumeric {
		s.report(s.given("kind"), fmt.Sprintf("%s is %s, and %s makes it another", s.given("kind").path, f.Kind, given[0]), "keep one of them")
	}
	f.Kind = given[0]
}

// shapeRefusals reports keys of a number that the kind has no use for.
func (f *Factor) shapeRefusals(s section) {
	s.refuse("kind "+f.Kind, "reference", "rare", "unseen")
	f.Rare, f.Unseen = 0, ""
	switch f.Kind {
	case FactorBins, FactorPoints, FactorTiers:
		s.refuse("kind "+f.Kind, "clip", "scale", "expect")
	case FactorGroup:
		s.refuse("kind "+f.Kind, "expect")
	}
	if f.Kind == FactorInteraction || f.Kind == FactorGroup {
		s.refuse("kind "+f.Kind, "max_age", "dated", "stale")
	}
	if f.Kind == FactorBins {
		f.ownMissing(s, "bins know no average")
	} else if f.Kind != FactorNumeric && s.given("missing") == nil {
		f.Missing = f.kindMissing()
	}
	f.ordered(s)
}

// kindMissing is what stands in for a missing value where the file does not say.
func (f *Factor) kindMissing() Missing {
	switch f.Kind {
	case FactorInteraction:
		return Missing{Rule: MissingZero}
	case FactorGroup:
		return Missing{Rule: MissingMean}
	}
	return f.Missing
}

// ordered checks that anchors and tiers go from low to high.
func (f *Factor) ordered(s section) {
	for i := 1; i < len(f.Points); i++ {
		if f.Points[i].X <= f.Points[i-1].X {
			s.report(s.given("points").items[i], fmt.Sprintf("%s must go from low values to high", s.given("points").path), "sort the pairs; each value stands once")
			break
		}
	}
	for i, t := range f.Tiers {
		at := s.given("tiers").items[i]
		switch last := i == len(f.Tiers)-1; {
		case last && t.UpTo != nil:
			s.report(at, at.path+" is the last tier and has an upper end", "remove its upto, or add a tier for all that is above")
		case !last && t.UpTo == nil:
			s.report(at, at.path+".upto is missing", "only the last tier has no upper end")
		case !last && i > 0 && f.Tiers[i-1].UpTo != nil && *t.UpTo <= *f.Tiers[i-1].UpTo:
			s.report(at, at.path+" does not end above the tier before it", "sort the tiers by upto")
		}
	}
}

// reach finds factors for segments that nothing defines.
func (r *reader) reach(c *Config) {
	for i, f := range c.Factors {
		if f.Segments != nil && c.Segments.By == "" {
			at := index("factors", i) + ".segments"
			r.problems = append(r.problems, c.Problemf(at, "add for example segments: {by: plan}", "%s is given, and nothing says what a segment is", at))
		}
	}
}
