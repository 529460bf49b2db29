package features

import "math"

// This file is the way of a number, from what a factor looks at to a design column. Fit and
// Encode both go it, so that they agree to the bit.

// encodeNumbers fills the design columns of a numeric factor.
func (f *Encoding) encodeNumbers(form Form, x []float64, out [][]float64) {
	at := 0
	for j, c := range f.Columns {
		if !c.Constant {
			f.encodeNumber(form, j, x, out[at])
			at++
		}
	}
}

// encodeNumber fills design column j, which out is the memory of, as long as x. The two may be
// the same slice.
func (f *Encoding) encodeNumber(form Form, j int, x, out []float64) {
	c := f.Columns[j]
	if f.straight(form, j) {
		f.encodeStraight(j, x, out)
		return
	}
	for i, v := range x {
		if c.Role == OfMissing {
			out[i] = (indicator(v != v) - c.Mean) / c.SD
		} else {
			out[i] = f.number(form, j, v)
		}
	}
}

// number is the encoded value of one raw value in design column j; see "The way of a number"
// in the package comment. It is NaN where the form leaves a missing value missing, and never
// infinite for a finite v that is clipped.
func (f *Encoding) number(form Form, j int, v float64) float64 {
	if v != v {
		if f.leavesMissing(form) {
			return math.NaN()
		}
		if f.Bins == nil { // missing values have a bin of their own
			v = f.Fill
		}
	}
	if form.asIs() && !f.Factor.Kind.shapes() {
		return v
	}
	switch v = f.scaled(v); {
	case form.asIs():
		return v
	case form.graded():
		return score(v, f.At0, f.At100)
	}
	c := &f.Columns[j]
	if c.Role == OfTerm && j > 0 {
		v = bend(f.Knots, j, v)
	}
	return (v - c.Mean) / c.SD
}

// leavesMissing says whether nothing stands in for a missing value.
func (f *Encoding) leavesMissing(form Form) bool {
	return f.Factor.Missing == Drop || form.keepsMissing() || form == Shared && f.Factor.Stale == Redistribute
}

// scaled clips and scales a value that is not missing, or makes of it what the kind
// gives for it. With log1p, Low is always set and above -1, so that every value has a
// logarithm.
func (f *Encoding) scaled(v float64) float64 {
	if f.Factor.Kind.shapes() {
		return f.shaped(v)
	}
	if f.Low != nil {
		v = max(v, *f.Low)
	}
	if f.High != nil {
		v = min(v, *f.High)
	}
	switch f.Factor.Scale {
	case Log1p:
		return math.Log1p(v)
	case Asinh:
		return math.Asinh(v)
	}
	return v
}

// score places v between its anchors; both ends are included and nothing lies
// outside them.
func score(v, at0, at100 float64) float64 {
	switch {
	case at0 == at100:
		return 50 // a factor that never varied says nothing either way
	case at0 == 0 && at100 == 100:
		return min(100, max(0, v)) // points are as they were given, to the bit
	}
	return min(100, max(0, 100*(v-at0)/(at100-at0)))
}

// indicator is 1 for yes and 0 for no.
func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
