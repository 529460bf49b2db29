package logittest

import (
	"math"
	"math/big"
)

// precision is that of the answers in bad units, in bits: a hundred digits, of which
// differences of 25 known ones lose none that matter.
const precision = 400

// units is an exact change of the units of a problem: column j becomes
// scale_j (x_j + shift_j) without any rounding, so that the answer is known as well as
// that of the problem as given:
//
//	b_j' = b_j / scale_j,   b_0' = b_0 - sum_j b_j shift_j.
type units struct {
	scale   []float64
	shifted int     // the one column that is shifted; -1 for none
	shift   float64 // as large as keeps all sums exact
}

// InBadUnits multiplies columns by powers of two between a millionth and a million, and
// moves the first column that can be moved far away from zero. It is one column, because
// the variance of the intercept then follows from the first row of the covariance. The log
// likelihood stays what it is, unless Firth's determinant is part of it.
func (p Problem) InBadUnits() Problem {
	u := units{shifted: -1}
	out := p
	out.Columns, out.L2 = nil, nil
	for j, c := range p.Columns {
		u.scale = append(u.scale, math.Ldexp(1, []int{20, -20, 10, -10}[j%4]))
		if shift := farthest(c); u.shifted < 0 && !p.NoIntercept && shift > 0 {
			u.shifted, u.shift = j, shift
		}
		spoilt := make([]float64, len(c))
		for i, x := range c {
			if j == u.shifted {
				x += u.shift
			}
			spoilt[i] = x * u.scale[j]
		}
		out.Columns = append(out.Columns, spoilt)
		if p.L2 != nil {
			out.L2 = append(out.L2, p.L2[j]*u.scale[j]*u.scale[j])
		}
	}
	out.Answer = p.Answer.in(u, !p.NoIntercept)
	if p.Firth {
		out.Objective = "" // the determinant of the information changes with the units
	}
	return out
}

// farthest is the largest power of two, up to a billion or so, that can be added to every
// value of a column and taken away again; 0 if none of a thousand or more can.
func farthest(c []float64) float64 {
next:
	for e := 30; e >= 10; e-- {
		shift := math.Ldexp(1, e)
		for _, x := range c {
			if x+shift-shift != x {
				continue next
			}
		}
		return shift
	}
	return 0
}

// in expresses an answer in bad units. The covariance is not carried over.
func (a Answer) in(u units, intercept bool) Answer {
	var out Answer
	first := 0
	if intercept {
		first = 1
	}
	for k, b := range a.Beta {
		out.Beta = append(out.Beta, text(quotient(decimal(b), u.per(k-first))))
	}
	for k, s := range a.SE {
		out.SE = append(out.SE, text(quotient(decimal(s), u.per(k-first))))
	}
	if intercept && u.shifted >= 0 {
		a.moveIntercept(&out, u)
	}
	return out
}

// moveIntercept puts the intercept where the shift moves it, and its standard error, by
//
//	Var(b_0 - s b_j) = V_00 - 2 s V_0j + s^2 V_jj,
//
// or "" where the covariance is not known.
func (a Answer) moveIntercept(out *Answer, u units) {
	j := 1 + u.shifted
	out.Beta[0] = text(difference(decimal(a.Beta[0]), product(decimal(a.Beta[j]), exactly(u.shift))))
	switch {
	case a.SE == nil:
	case a.CovFirst == nil:
		out.SE[0] = ""
	default:
		v := difference(decimal(a.CovFirst[0]), product(exactly(2*u.shift), decimal(a.CovFirst[j])))
		jj := product(decimal(a.SE[j]), decimal(a.SE[j]))
		v.Add(v, product(exactly(u.shift*u.shift), jj))
		out.SE[0] = text(v.Sqrt(v))
	}
}

// per is the scale of column j, 1 for the intercept, which is column -1.
func (u units) per(j int) *big.Float {
	if j < 0 {
		return exactly(1)
	}
	return exactly(u.scale[j])
}

func exactly(v float64) *big.Float          { return number().SetFloat64(v) }
func product(a, b *big.Float) *big.Float    { return number().Mul(a, b) }
func quotient(a, b *big.Float) *big.Float   { return number().Quo(a, b) }
func difference(a, b *big.Float) *big.Float { return number().Sub(a, b) }
func number() *big.Float                    { return new(big.Float).SetPrec(precision) }
func text(v *big.Float) string              { return v.Text('e', 40) }
