package features

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"holdfast/dataset"
	"holdfast/dataset/radix"
)

// Knots say where a restricted cubic spline bends. The zero value asks for four, at the
// percentiles that Harrell gives.
type Knots struct {
	Count int       `json:"knots,omitempty"` // 3 to 7, learned from training rows; 0: 4, or as many as At
	At    []float64 `json:"at,omitempty"`    // ascending, in units of the factor before its scale; nil: learn them
}

// defaultKnots is the number that Harrell finds enough for many data sets (2015, section 2.4.6).
const defaultKnots = 4

// knotQuantiles are those of Harrell (2015, Regression Modeling Strategies, table 2.3),
// by the number of knots, from 3 on.
func knotQuantiles(knots int) []float64 {
	return [][]float64{
		{0.10, 0.50, 0.90},
		{0.05, 0.35, 0.65, 0.95},
		{0.05, 0.275, 0.50, 0.725, 0.95},
		{0.05, 0.23, 0.41, 0.59, 0.77, 0.95},
		{0.025, 0.1833, 0.3417, 0.50, 0.6583, 0.8167, 0.975},
	}[knots-3]
}

// placed says whether the knots lie where somebody has put them; nil are not.
func (k *Knots) placed() bool { return k != nil && len(k.At) > 0 }

// wanted is how many knots there are to be.
func (k *Knots) wanted() int {
	switch {
	case k.placed():
		return len(k.At)
	case k == nil || k.Count == 0:
		return defaultKnots
	}
	return k.Count
}

// problem says what is wrong with the knots that were asked for.
func (k *Knots) problem() error {
	switch {
	case len(k.At) == 0 && k.Count != 0 && (k.Count < 3 || k.Count > 7):
		return fmt.Errorf("spline: %d knots; choose 3 to 7", k.Count)
	case len(k.At) > 0 && k.Count != 0 && k.Count != len(k.At):
		return fmt.Errorf("spline: %d knots asked for and %d given", k.Count, len(k.At))
	case len(k.At) > 0:
		return knotsProblem(k.At)
	}
	return nil
}

// knotsProblem holds the places of knots to their number and order. Knots closer than a
// float can tell would divide by zero.
func knotsProblem(at []float64) error {
	if len(at) < 3 || len(at) > 20 {
		return fmt.Errorf("spline: %d knots; a curve needs 3 to 20", len(at))
	}
	for i, t := range at {
		if !finite(t) || i > 0 && t <= at[i-1] {
			return errors.New("spline: knots must be finite and ascending")
		}
	}
	if width := at[len(at)-1] - at[0]; !finite(width) || !finite(width*width) || width*width == 0 {
		return errors.New("spline: knots are too far apart or too close; put the factor on another scale")
	}
	return nil
}

// learnKnots places the knots on the scaled values: the curve bends in what the fit will
// see, and percentiles move with any rising scale. Values that repeat too often leave
// fewer places than knots; with fewer than three the factor stays a straight line.
func (e *Encoding) learnKnots(ranks *radix.Ranks) []dataset.Warning {
	asked := e.Factor.Spline
	wanted := asked.wanted()
	switch {
	case asked.placed():
		for _, t := range asked.At {
			e.Knots = append(e.Knots, e.scaled(t))
		}
	case ranks.Len() == 0: // no place, and nobody to tell
		wanted = 0
	default:
		for _, q := range knotQuantiles(wanted) {
			e.Knots = append(e.Knots, e.scaled(ranks.Quantile(q)))
		}
	}
	e.Knots = slices.Compact(e.Knots)
	found := len(e.Knots)
	if knotsProblem(e.Knots) != nil {
		e.Knots, found = nil, 0
	}
	e.Columns = splineColumns(e.Knots)
	if found == wanted {
		return nil
	}
	left := fmt.Sprintf("%d", found)
	if found == 0 {
		left = "none, so that it enters as a straight line"
	}
	return []dataset.Warning{{Code: "knots", Where: "factor " + e.Factor.Name, Message: fmt.Sprintf(
		"of %d knots of %s %s could be placed at different values; ask for fewer, or say where", wanted, e.Factor.Name, left)}}
}

// splineColumns are the terms of a curve: the straight line, and a bend for each knot
// but the last two.
func splineColumns(knots []float64) []Column {
	columns := []Column{{Level: "linear", Role: OfTerm, SD: 1}}
	for i := range max(0, len(knots)-2) {
		columns = append(columns, Column{Level: "bend " + strconv.Itoa(i+1), Role: OfTerm, SD: 1})
	}
	return columns
}

// bend is term j, from 1 on, of the restricted cubic spline with knots t_1 ... t_k
// (Harrell 2015, eq. 2.25), divided by (t_k - t_1)^2, so that it is on the scale of x:
//
//	(x-t_j)+^3 - (x-t_{k-1})+^3 (t_k-t_j)/(t_k-t_{k-1}) + (x-t_k)+^3 (t_{k-1}-t_j)/(t_k-t_{k-1})
//
// It is a straight line outside of the outermost knots: a cubic would run away there.
func bend(knots []float64, j int, x float64) float64 {
	k := len(knots)
	first, before, last, at := knots[0], knots[k-2], knots[k-1], knots[j-1]
	width := last - first
	v := cubed(x-at, width)
	v -= float64(cubed(x-before, width) * ((last - at) / (last - before)))
	v += float64(cubed(x-last, width) * ((before - at) / (last - before)))
	return v
}

// cubed is d^3 / width^2 of a positive d, else 0.
func cubed(d, width float64) float64 {
	if d <= 0 {
		return 0
	}
	return d * (d / width) * (d / width)
}

// checkKnots refuses a curve that Fit could not have made.
func (e *Encoding) checkKnots() error {
	if e.Factor.Kind != Spline && len(e.Knots) > 0 {
		return errors.New("only a spline has knots")
	}
	if len(e.Knots) == 0 {
		return nil
	}
	return knotsProblem(e.Knots)
}
