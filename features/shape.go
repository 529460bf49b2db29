package features

import (
	"errors"
	"fmt"
	"sort"
)

// Anchor says how many points a value is worth; between anchors points are linear, and
// outside of them they stay what they are at the nearest one.
type Anchor struct {
	X      float64 `json:"x"`
	Points float64 `json:"points"` // 0 to 100, 100 = healthy
}

// Tier gives the same points to all values up to its upper end, that end included, and
// above that of the tier before it. The last has no upper end.
type Tier struct {
	UpTo   *float64 `json:"upto,omitempty"`
	Points float64  `json:"points"` // 0 to 100, 100 = healthy
}

// mostPoints is the number of points of the healthiest.
const mostPoints = 100

// shaped makes of a number what the kind gives for it.
func (f *Encoding) shaped(v float64) float64 {
	switch f.Factor.Kind {
	case Bins:
		return f.Bins.WoE(v)
	case Points:
		return anchored(f.Factor.Points, v)
	case Tiers:
		return tiered(f.Factor.Tiers, v)
	}
	return v
}

// anchored places v between the anchors: low.Points + part (high.Points - low.Points), where
// part is how far v is from the anchor below it to the one above. On an anchor it is that
// anchor's points to the bit. O(log n) of the anchors.
func anchored(anchors []Anchor, v float64) float64 {
	i := sort.Search(len(anchors), func(i int) bool { return v <= anchors[i].X }) // the first at or above v
	switch {
	case i == 0:
		return anchors[0].Points
	case i == len(anchors):
		return anchors[i-1].Points
	case v == anchors[i].X:
		return anchors[i].Points
	}
	low, high := anchors[i-1], anchors[i]
	// Each half of the difference fits into a float where the whole may not; the
	// conversion forbids fusing, so that every processor gives the same bits.
	part := (v/2 - low.X/2) / (high.X/2 - low.X/2)
	return low.Points + float64(part*(high.Points-low.Points))
}

// tiered finds the tier of v, in O(log n) of the tiers, and returns its points.
func tiered(tiers []Tier, v float64) float64 {
	last := len(tiers) - 1
	return tiers[sort.Search(last, func(i int) bool { return v <= *tiers[i].UpTo })].Points
}

// shapeProblem says what is wrong with the points of a factor.
func (f *Factor) shapeProblem() error {
	switch {
	case (f.Kind == Points) != (len(f.Points) > 0) || (f.Kind == Tiers) != (len(f.Tiers) > 0):
		return errors.New("points and tiers belong to the kinds of these names, which need them")
	case f.Kind == Points:
		return anchorsProblem(f.Points)
	case f.Kind == Tiers:
		return tiersProblem(f.Tiers)
	}
	return nil
}

// anchorsProblem holds anchors to their order and their points to 0-100.
func anchorsProblem(anchors []Anchor) error {
	if len(anchors) < 2 {
		return errors.New("points: give at least two anchors, such as [[0, 0], [10, 100]]")
	}
	for i, a := range anchors {
		if !finite(a.X) || i > 0 && a.X <= anchors[i-1].X {
			return fmt.Errorf("points: anchor %d is at %v; anchors must be finite and strictly ascending", i+1, a.X)
		}
		if err := pointsProblem(a.Points); err != nil {
			return err
		}
	}
	return nil
}

// tiersProblem holds tiers to their order and their points to 0-100.
func tiersProblem(tiers []Tier) error {
	for i, t := range tiers {
		last := i == len(tiers)-1
		switch {
		case last != (t.UpTo == nil):
			return errors.New("tiers: every tier but the last needs upto; the last holds all that is above")
		case last:
		case !finite(*t.UpTo) || i > 0 && *t.UpTo <= *tiers[i-1].UpTo:
			return fmt.Errorf("tiers: tier %d ends at %v; ends must be finite and strictly ascending", i+1, *t.UpTo)
		}
		if err := pointsProblem(t.Points); err != nil {
			return err
		}
	}
	return nil
}

// pointsProblem refuses points outside of 0-100.
func pointsProblem(points float64) error {
	if !(points >= 0 && points <= mostPoints) {
		return fmt.Errorf("%v points; they must be from 0 to %d, where %d is healthy", points, mostPoints, mostPoints)
	}
	return nil
}
