package platform

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// Check refuses a card on which Score would panic or give what no sheet could mean, such as
// one of a damaged file. It does not ask whether tiers or caps come to 100: a card that was
// written by Sheet.Card was asked then.
func (c *Card) Check() error {
	if _, ok := c.Kind.preset(); !ok {
		return fmt.Errorf("platform: unknown kind %q", string(c.Kind))
	}
	if len(c.Measures) == 0 {
		return errors.New("platform: no measures")
	}
	for _, m := range c.Measures {
		if err := c.checkMeasure(m); err != nil {
			return fmt.Errorf("platform: measure %q: %w", m.Name, err)
		}
	}
	for _, g := range c.Groups {
		if err := errors.Join(weighable("it", g.Weight), g.check()); err != nil {
			return fmt.Errorf("platform: group %q: %w", g.Name, err)
		}
	}
	if err := c.Total.check(); err != nil {
		return fmt.Errorf("platform: total: %w", err)
	}
	return nil
}

// checkMeasure refuses one measure.
func (c *Card) checkMeasure(m Measure) error {
	if m.Group < 0 || m.Group >= len(c.Groups) {
		return fmt.Errorf("group %d of %d", m.Group, len(c.Groups))
	}
	return errors.Join(weighable("it", m.Weight), m.Points.check())
}

// check refuses points that could not be given: JSON has no NaN, but a sheet may, and anchors
// that coincide would divide by 0.
func (p *Points) check() error {
	for _, x := range []float64{p.Times, p.At0, p.At100, p.Good, p.Poor} {
		if !finite(x) {
			return fmt.Errorf("%v is not a finite number", x)
		}
	}
	if p.Absent != nil && !finite(*p.Absent) {
		return fmt.Errorf("%v is not a finite number", *p.Absent)
	}
	switch p.Form {
	case Times, Bands:
	case Anchors:
		if p.At0 == p.At100 {
			return fmt.Errorf("at_0 and at_100 are both %v; between them lies no line", p.At0)
		}
	case Tiers:
		if err := checkTiers(p.Tiers); err != nil {
			return err
		}
	default:
		return fmt.Errorf("unknown form %q", string(p.Form))
	}
	return errors.Join(p.Round.check(), ordered(p.Low, p.High))
}

// checkTiers wants rising upper ends, and none but the last without one. Points may rise,
// fall or both: too many tickets and none at all can both be bad signs.
func checkTiers(tiers []Tier) error {
	if len(tiers) == 0 {
		return errors.New("it has no tiers")
	}
	below := math.Inf(-1)
	for i, t := range tiers {
		switch {
		case !finite(t.Points):
			return fmt.Errorf("tier %d: the points %v are not a finite number", i+1, t.Points)
		case t.UpTo == nil && i+1 < len(tiers):
			return fmt.Errorf("tier %d has no upper end, so the tiers after it are never reached", i+1)
		case t.UpTo != nil && (!finite(*t.UpTo) || *t.UpTo <= below):
			return fmt.Errorf("tier %d: the upper end %v must be above that of the tier before it", i+1, *t.UpTo)
		case t.UpTo != nil:
			below = *t.UpTo
		}
	}
	return nil
}

// check refuses a step of unknown words or impossible numbers.
func (s *Step) check() error {
	switch {
	case !slices.Contains([]Combine{Mean, Sum, Worst}, s.Combine):
		return fmt.Errorf("unknown way to combine %q", string(s.Combine))
	case !slices.Contains([]Missing{Reweight, Zero, Unscored}, s.Missing):
		return fmt.Errorf("unknown policy for missing values %q", string(s.Missing))
	case !finite(s.Start):
		return fmt.Errorf("the start %v is not a finite number", s.Start)
	}
	return errors.Join(s.Round.check(), ordered(s.Low, s.High))
}

// check refuses an unknown rounding.
func (r Rounding) check() error {
	if slices.Contains([]Rounding{Exact, HalfUp, HalfEven}, r) {
		return nil
	}
	return fmt.Errorf("unknown rounding %q", string(r))
}

// ordered refuses limits that are no numbers or cross.
func ordered(low, high *float64) error {
	for _, x := range []*float64{low, high} {
		if x != nil && !finite(*x) {
			return fmt.Errorf("the limit %v is not a finite number", *x)
		}
	}
	if low != nil && high != nil && *low > *high {
		return fmt.Errorf("the lower limit %v is above the upper one, %v", *low, *high)
	}
	return nil
}

// finite tells a number from NaN and infinities.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
