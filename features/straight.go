package features

import (
	"math"
	"slices"

	"holdfast/dataset"
)

// Most factors are numbers that are filled, clipped, scaled and standardised, and most of the
// time of a scoring run goes into that. This file is number for those, to the bit, with the
// questions asked once a column instead of once a row.

// straight says whether design column j is such a number. The scale need not be linear here:
// encodeStraight applies it between the limits and the deviation.
func (f *Encoding) straight(form Form, j int) bool {
	return form == Standardised && f.Columns[j].Role == OfValue && f.Bins == nil && !f.Factor.Kind.shapes() && !f.leavesMissing(form)
}

// encodeStraight fills design column j of a factor that is straight.
func (f *Encoding) encodeStraight(j int, x, out []float64) {
	s := f.straightOf(j)
	s.clip(x, out)
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
	s.standardise(out)
}

// straightOf is what is done to the numbers of design column j, the scale apart. Where there is
// no limit, it is one that changes nothing.
func (f *Encoding) straightOf(j int) *Straight {
	s := &Straight{f.Fill, math.Inf(-1), math.Inf(1), f.Columns[j].Mean, f.Columns[j].SD}
	if f.Low != nil {
		s.Low = *f.Low
	}
	if f.High != nil {
		s.High = *f.High
	}
	return s
}

// Straight is how a number becomes a design column where nothing else is done to it:
// (min(max(x, Low), High) - Mean) / SD, with Fill for a missing x. Low and High are infinite
// where there is no limit. Scoring takes it to add the column up without writing it down.
type Straight struct{ Fill, Low, High, Mean, SD float64 }

// Encode fills a design column, as long as x.
func (s *Straight) Encode(x, out []float64) {
	s.clip(x, out)
	s.standardise(out)
}

func (s *Straight) clip(x, out []float64) {
	fillIn(x, out, s.Fill)
	if low, high := s.Low, s.High; low > math.Inf(-1) || high < math.Inf(1) {
		for i, v := range out[:len(x)] {
			out[i] = min(max(v, low), high)
		}
	}
}

// fillIn replaces missing values. Which are missing is chance: the choice is one between whole numbers, for
// which there is an instruction, and no branch to be wrong about. x and out may be the same.
func fillIn(x, out []float64, fill float64) {
	const infinity = 0x7ff << 52
	instead := math.Float64bits(fill)
	out = out[:len(x)]
	for i, v := range x {
		bits := math.Float64bits(v)
		if bits<<1 > infinity<<1 { // without the sign, what is above infinity is NaN
			bits = instead
		}
		out[i] = math.Float64frombits(bits)
	}
}

func (s *Straight) standardise(out []float64) {
	mean, sd := s.Mean, s.SD
	if mean == 0 && sd == 1 { // before they are learned
		return
	}
	for i, v := range out {
		out[i] = (v - mean) / sd
	}
}

// Straight lists the design columns in the order of Encoder.Names, nil for one that takes more
// than that.
func (s *Session) Straight() []*Straight { return s.straight }

// straights is the list of Session.Straight.
func (e *Encoder) straights() []*Straight {
	var list []*Straight
	for i := range e.Factors {
		f := &e.Factors[i]
		for j, c := range f.Columns {
			switch {
			case c.Constant:
			case f.Factor.Kind != Category && f.Factor.within == nil && f.Factor.Scale == Linear && f.straight(e.Form, j):
				list = append(list, f.straightOf(j))
			default:
				list = append(list, nil)
			}
		}
	}
	return list
}

// EncodeRest is Encode, but for the columns that are Straight: those become the numbers that
// they are made of, which belong to the batch and must not be written to.
func (s *Session) EncodeRest(b *dataset.Batch, block [][]float64) error {
	straight := s.straight
	for i := range s.encoder.Factors {
		f := &s.encoder.Factors[i]
		width := f.width()
		if slices.ContainsFunc(straight[:width], func(x *Straight) bool { return x != nil }) {
			f.encodeRest(s.encoder.Form, f.eval(b).Numbers, block, straight)
		} else {
			f.encode(s.encoder.Form, b, block[:width], s.unseen)
		}
		block, straight = block[width:], straight[width:]
	}
	return b.Err()
}

// encodeRest is encodeNumbers of a factor that has straight columns.
func (f *Encoding) encodeRest(form Form, x []float64, out [][]float64, straight []*Straight) {
	at := 0
	for j, c := range f.Columns {
		if c.Constant {
			continue
		}
		if straight[at] != nil {
			out[at] = x
		} else {
			f.encodeNumber(form, j, x, out[at])
		}
		at++
	}
}
