package features

import (
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/radix"
)

// This file learns everything about a number but its moments, in the order in which a value
// meets it: each step is learned from values that went through the steps before it.

// learnShape learns everything but the moments: fill or bins, clip, domain, anchors and knots.
// ranks are of the values of x that are there, possibly none. It says which columns there will be.
func (e *Encoding) learnShape(form Form, x []float64, ranks *radix.Ranks, churned []bool) (warnings []dataset.Warning, err error) {
	f := e.Factor
	if f.Kind == Bins {
		warnings, err = e.learnBins(x, churned)
	} else {
		e.Fill = fill(f, x, ranks)
	}
	if err != nil {
		return nil, err
	}
	e.learnClip(ranks)
	if err := e.learnDomain(ranks); err != nil {
		return nil, err
	}
	if form.graded() {
		e.learnAnchors(ranks)
	}
	if f.Kind == Spline && form == Standardised {
		warnings = append(warnings, e.learnKnots(ranks)...)
	}
	if f.Missing == Own && f.Kind != Bins && form == Standardised {
		e.Columns = append(e.Columns, Column{Level: MissingLevel, Role: OfMissing, SD: 1})
	}
	return warnings, nil
}

// quantiles are those of the values that the steps below look at, most of them at once.
func (f *Factor) quantiles(form Form) (qs []float64) {
	if f.Missing != Value && f.Missing != Zero && f.Missing != Mean {
		qs = append(qs, 0.5)
	}
	for _, bound := range f.Clip {
		if bound.Percentile {
			qs = append(qs, bound.Value/100)
		}
	}
	if f.Scale == Log1p {
		qs = append(qs, 0)
	}
	if form.graded() && len(f.Clip) != 2 && !f.truth() && !f.Kind.shapes() {
		qs = append(qs, anchorLow, anchorHigh)
	}
	if f.Kind == Spline && form == Standardised && !f.Spline.placed() {
		qs = append(qs, knotQuantiles(f.Spline.wanted())...)
	}
	return qs
}

// fill is the value that stands in for a missing one, before clip and scale. Without any value
// it is 0, and the column is constant. Own fills with the median too, and flags the row beside.
func fill(f Factor, x []float64, ranks *radix.Ranks) float64 {
	switch {
	case f.Missing == Value:
		return f.Fill
	case f.Missing == Zero || ranks.Len() == 0:
		return 0
	case f.Missing == Mean:
		m, _ := moments(slices.DeleteFunc(slices.Clone(x), math.IsNaN))
		return m
	}
	return ranks.Quantile(0.5)
}

// learnClip turns the bounds into numbers. Where no row has a value there is nothing
// to learn from, and the column is constant.
func (e *Encoding) learnClip(ranks *radix.Ranks) {
	if len(e.Factor.Clip) != 2 || ranks.Len() == 0 {
		return
	}
	low, high := e.Factor.Clip[0].resolve(ranks), e.Factor.Clip[1].resolve(ranks)
	e.Low, e.High = &low, &high
}

// resolve is the bound as a number of the training rows.
func (b Bound) resolve(ranks *radix.Ranks) float64 {
	if b.Percentile {
		return ranks.Quantile(b.Value / 100)
	}
	return b.Value
}

// learnDomain makes sure that log1p always has a value above -1 to work on: a value
// below the smallest of training moves there, unless a clip bound inside the domain
// says otherwise. Training values outside the domain are an error.
func (e *Encoding) learnDomain(ranks *radix.Ranks) error {
	if e.Factor.Scale != Log1p {
		return nil
	}
	smallest := e.Fill
	if ranks.Len() > 0 {
		smallest = min(smallest, ranks.At(0))
	}
	if e.Low == nil || *e.Low <= -1 {
		e.Low = &smallest
	}
	low := max(smallest, *e.Low)
	if e.High != nil {
		low = min(low, *e.High)
	}
	if low <= -1 {
		return fmt.Errorf("log1p needs values above -1 and the smallest is %v; use scale: asinh, or clip", low)
	}
	return nil
}

// Scores are 0 and 100 at these quantiles, unless something else is said.
const anchorLow, anchorHigh = 0.05, 0.95

// learnAnchors sets the values that score 0 and 100: the clip bounds, or the 5th
// and 95th percentile; of a truth, false and true, however rare one of them is; of bins,
// the riskiest and the safest. Points are scores as they are.
func (e *Encoding) learnAnchors(ranks *radix.Ranks) {
	switch {
	case e.Factor.Kind == Bins:
		e.At100, e.At0 = worth(e.Bins)
		return
	case e.Factor.Kind.shapes():
		e.At100 = mostPoints
		return
	case ranks.Len() == 0:
		return
	}
	var low, high float64
	switch {
	case len(e.Factor.Clip) == 2:
		low, high = *e.Low, *e.High
	case e.Factor.truth():
		low, high = ranks.At(0), ranks.At(ranks.Len()-1)
	default:
		low, high = ranks.Quantile(anchorLow), ranks.Quantile(anchorHigh)
	}
	e.At0, e.At100 = e.scaled(low), e.scaled(high)
	if e.Factor.Expect == HigherChurn {
		e.At0, e.At100 = e.At100, e.At0
	}
}
