package features

import "math"

// Most factors are numbers that are filled, clipped, scaled and standardised, and most of the
// time of a scoring run goes into that. This file is number for those, to the bit, with the
// questions asked once a column instead of once a row.

// straight says whether design column j is such a number.
func (f *Encoding) straight(form Form, j int) bool {
	return form == Standardised && f.Columns[j].Role == OfValue && f.Bins == nil && !f.Factor.Kind.shapes() && !f.leavesMissing(form)
}

// encodeStraight fills design column j of a factor that is straight.
func (f *Encoding) encodeStraight(j int, x, out []float64) {
	low, high := math.Inf(-1), math.Inf(1) // which change nothing
	if f.Low != nil {
		low = *f.Low
	}
	if f.High != nil {
		high = *f.High
	}
	mean, sd, fill := f.Columns[j].Mean, f.Columns[j].SD, f.Fill
	out = out[:len(x)]
	for i, v := range x {
		if v != v {
			v = fill
		}
		out[i] = min(max(v, low), high)
	}
	switch f.Factor.Scale {
	case Log1p:
		for i, v := range out {
			out[i] = math.Log1p(v)
		}
	case Asinh:
		for i, v := range out {
			out[i] = math.Asinh(v)
		}
	}
	for i, v := range out {
		out[i] = (v - mean) / sd
	}
}
