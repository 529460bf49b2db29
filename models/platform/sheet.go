package platform

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Sheet is a score as its owner writes it down. What a kind has no use for must be left
// out: whoever writes it expects an effect.
type Sheet struct {
	Kind    Kind
	Entries []Entry   // the measures, in the order in which values will come
	Groups  []Heading // nil: all measures stand alone
	Missing Missing   // empty: what the kind's platform does
}

// Entry is one measure. One of Points, Tiers, At0 with At100, Good with Poor, and Signal
// says how its value counts; with WeightedMean none of them, for a value that is its
// score already. Numbers are pointers because 0 is a weight, and an anchor, that people write.
type Entry struct {
	Name   string
	Group  string   // one of the Headings; empty: outside of groups
	Weight *float64 // nil: 1

	Points *float64 // of each unit; of a truth, its points when it holds; the impact of a count
	Tiers  []Tier
	At0    *float64
	At100  *float64
	Good   *float64
	Poor   *float64
	Signal Signal
	Absent *float64 // the points of a missing value; nil: as Sheet.Missing says
}

// Heading is a group.
type Heading struct {
	Name   string
	Weight *float64 // nil: 1
	Cap    *float64 // CappedPoints: the most that it can give
}

// Card turns the sheet into the arithmetic:
//
//  1. the kind is looked up (Kind.preset), which fixes the steps;
//  2. groups and measures are checked against it and placed (headings, Entry.measure, place);
//  3. the policy for missing values goes into all steps (settleMissing);
//  4. what must come to 100 is added up (wholes).
//
// Everything that is wrong with groups and measures is reported at once, joined, without the
// name of the package: the caller knows which candidate it is. The card shares the tiers of
// the sheet, which must not change afterwards. Two measures may have one name.
func (s Sheet) Card() (*Card, error) {
	p, ok := s.Kind.preset()
	if !ok {
		return nil, fmt.Errorf("unknown kind %q", string(s.Kind))
	}
	if len(s.Entries) == 0 {
		return nil, errors.New("it has no measures")
	}
	c := &Card{Kind: s.Kind, Total: p.total}
	problems := []error{s.headings(c, p)}
	for _, e := range s.Entries {
		m, err := e.measure(s.Kind, p)
		if err == nil {
			err = s.place(c, &m, e, p)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("measure %q: %w", e.Name, err))
		}
		c.Measures = append(c.Measures, m)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	if err := s.settleMissing(c, p); err != nil {
		return nil, err
	}
	if s.Kind == OffsetPoints && len(c.Groups) > 1 {
		c.Total.Round = HalfUp // the mean of several companies is shown as a whole number
	}
	return c, s.wholes(c)
}

// headings adds the groups, in the order in which they are written: sums run in that order.
func (s Sheet) headings(c *Card, p preset) error {
	if len(s.Groups) > 0 && !p.groups {
		return fmt.Errorf("kind %s knows no groups", s.Kind)
	}
	var problems []error
	for i, h := range s.Groups {
		named := func(g Heading) bool { return g.Name == h.Name }
		switch {
		case h.Name == "":
			problems = append(problems, errors.New("a group needs a name"))
		case slices.ContainsFunc(s.Groups[:i], named):
			problems = append(problems, fmt.Errorf("two groups are named %q", h.Name))
		case !slices.ContainsFunc(s.Entries, func(e Entry) bool { return e.Group == h.Name }):
			problems = append(problems, fmt.Errorf("group %q has no measures", h.Name))
		case h.Weight != nil && !p.weights:
			problems = append(problems, fmt.Errorf("group %q: kind %s knows no weights", h.Name, s.Kind))
		case (h.Cap != nil) != (s.Kind == CappedPoints):
			problems = append(problems, fmt.Errorf("group %q: kind %s has a cap for each group, and no other kind has", h.Name, CappedPoints))
		}
		g := Group{Name: h.Name, Weight: orOne(h.Weight), Step: p.group}
		if h.Cap != nil {
			g.High = h.Cap
		}
		c.Groups = append(c.Groups, g)
		problems = append(problems, weighable("group "+h.Name, g.Weight))
	}
	return errors.Join(problems...)
}

// place puts a measure into its group, or into one that is not named: of its own where
// measures stand beside groups, with the others like it where a kind counts them as one.
func (s Sheet) place(c *Card, m *Measure, e Entry, p preset) error {
	if e.Group != "" {
		m.Group = slices.IndexFunc(c.Groups, func(g Group) bool { return g.Name == e.Group })
		if m.Group < 0 {
			return fmt.Errorf("there is no group %q", e.Group)
		}
		return nil
	}
	if s.Kind == CappedPoints {
		return errors.New("it needs a group, whose cap it counts towards")
	}
	if !p.alone {
		if m.Group = slices.IndexFunc(c.Groups, func(g Group) bool { return g.Name == "" }); m.Group >= 0 {
			return nil
		}
	}
	m.Group = len(c.Groups)
	c.Groups = append(c.Groups, Group{Weight: 1, Step: p.group})
	if p.alone {
		c.Groups[m.Group].Weight, m.Weight = m.Weight, 1
		c.Groups[m.Group].Round = Exact // of one measure there is nothing to round
	}
	return nil
}

// settleMissing fills in what becomes of missing values: on both levels the same, so that
// a group without values is missed by the total as a measure is by its group. The empty policy
// is the first that the kind knows, which is what its platform does.
func (s Sheet) settleMissing(c *Card, p preset) error {
	policy := s.Missing
	if policy == "" {
		policy = p.missing[0]
	}
	if !slices.Contains(p.missing, policy) {
		return fmt.Errorf("kind %s knows missing: %s, not %s", s.Kind, words(p.missing), policy)
	}
	c.Total.Missing = policy
	for g := range c.Groups {
		c.Groups[g].Missing = policy
		if p.alone && c.Groups[g].Name == "" {
			c.Groups[g].Missing = Reweight // the total decides about a measure that stands alone
		}
	}
	return nil
}

// wholes checks what must come to 100. The tolerance is for thirds and the like; a sheet
// that is a point short is a slip, and its score would not mean what the platform shows.
func (s Sheet) wholes(c *Card) error {
	total, what := 0.0, ""
	switch s.Kind {
	case TierPoints:
		what = "the best tiers of all measures"
		for _, m := range c.Measures {
			total += best(m.Points.Tiers)
		}
	case CappedPoints:
		what = "the caps of all groups"
		for _, g := range c.Groups {
			total += *g.High
		}
	default:
		return nil
	}
	if math.Abs(total-100) > 1e-9 {
		return fmt.Errorf("%s sum to %v; kind %s needs them to sum to 100", what, total, s.Kind)
	}
	return nil
}

// orOne is a weight, 1 unless it is given.
func orOne(weight *float64) float64 {
	if weight == nil {
		return 1
	}
	return *weight
}

// weighable refuses weights that are none: NaN, infinite, or below 0, which would count a
// measure against itself; where less is better, its points say so.
func weighable(what string, weight float64) error {
	if weight >= 0 && !math.IsInf(weight, 1) {
		return nil
	}
	return fmt.Errorf("%s: the weight %v must be a number from 0 on", what, weight)
}

// words lists policies.
func words(list []Missing) string {
	texts := make([]string, len(list))
	for i, m := range list {
		texts[i] = string(m)
	}
	return strings.Join(texts, ", ")
}
