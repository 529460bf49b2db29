package logit

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// report puts the answer into the units of the columns.
func (b *bounded) report(ctx context.Context) (*Constrained, error) {
	o, err := b.finish(ctx)
	if err != nil {
		return nil, err
	}
	f := o.report()
	if f.NullLogLik, err = nullLogLik(ctx, b.d, b.settings); err != nil {
		return nil, err
	}
	f.NullDeviance = 2 * (b.d.saturated - f.NullLogLik)
	f.Gradient = maxAbs(b.imbalance())
	out := &Constrained{Fitted: f, Unlimited: f.Covariance, Bounds: make([]float64, b.d.allP)}
	out.Linear = make([]float64, len(b.limits)-b.d.allP)
	b.settle(f)
	b.errors(f)
	b.conditions(out)
	return out, nil
}

// A person who sets a weight to 30 and reads 29.999999999999996 doubts the tool, and a test
// for "rests at its limit" must be an equality.
// settle puts coefficients that rest at their limit there to the last bit.
func (b *bounded) settle(f *Fitted) {
	for _, at := range b.last.active {
		if l := b.limits[b.sides[at].of]; l.column >= 0 {
			f.Coef[l.column] = l.high
			if b.sides[at].sign > 0 {
				f.Coef[l.column] = l.low
			}
		}
	}
	for _, l := range b.limits[:b.d.allP] { // also one that rounding has carried across
		f.Coef[l.column] = min(max(f.Coef[l.column], l.low), l.high)
	}
}

// errors replaces the covariance V by the one that is left when the active sides, with
// normals N, are equations,
//
//	V - VN (N'VN)^-1 N'V = L'^-1 (I - QQ') L^-1 / sum w,  L^-1 N = QR,
//
// and takes the errors of what they determine away.
func (b *bounded) errors(f *Fitted) {
	if len(b.last.active) == 0 {
		return
	}
	b.direction() // the factor at the answer
	program := newQuadprog(&b.chol, b.now.grad, b.sides)
	var q [][]float64 // orthonormal, of the active normals
	for _, at := range b.last.active {
		q = appendOrthogonal(q, program.forward(b.sides[at].normal))
	}
	at, size := b.d.positions(), b.d.size()
	rows := make([][]float64, size)
	for i, raw := range b.d.rawRows() {
		a := make([]float64, size)
		for k := range a {
			a[k] = raw[k].float()
		}
		rows[i] = program.forward(a)
		before := floats.Norm(rows[i], 2)
		takeOut(q, rows[i])
		// What the limits determine has no error. Left as it is, rounding would be reported as a
		// standard error of 1e-9, and its z as a million.
		if floats.Norm(rows[i], 2) <= determined*before {
			clear(rows[i])
		}
	}
	cov := mat.NewSymDense(b.d.allP+1, nil)
	for i := range rows {
		for j := range i + 1 {
			cov.SetSym(at[i], at[j], floats.Dot(rows[i], rows[j])/b.d.sumW)
		}
	}
	f.Covariance = cov
	f.standardErrors(b.d)
	for j, s := range f.StdErr {
		if s == 0 {
			f.StdErr[j] = math.NaN()
		}
	}
}

// determined is the share of a coefficient's error that rounding leaves when the active
// sides fix it.
const determined = 1e-7

// appendOrthogonal adds the direction of v that the basis lacks, if there is one.
func appendOrthogonal(basis [][]float64, v []float64) [][]float64 {
	before := floats.Norm(v, 2)
	takeOut(basis, v)
	after := floats.Norm(v, 2)
	if after <= determined*before {
		return basis
	}
	floats.Scale(1/after, v)
	return append(basis, v)
}

// takeOut removes from v what lies along the basis, twice, because once leaves the rounding
// of large parts behind (Kahan and Parlett's rule; Golub and Van Loan 2013, section 5.2.9).
func takeOut(basis [][]float64, v []float64) {
	for range 2 {
		for _, q := range basis {
			floats.AddScaled(v, -floats.Dot(q, v), q)
		}
	}
}

// conditions reports multipliers and how well the answer fulfils the conditions.
func (b *bounded) conditions(out *Constrained) {
	out.KKT.Stationarity = out.Gradient
	for k, at := range b.last.active {
		s := b.sides[at]
		// The gradient is u n, n the sign times the row over its length; letting a high
		// limit go, sign -1, is a gain.
		multiplier := -b.last.u[k] * s.sign / b.scale[s.of]
		if l := b.limits[s.of]; l.column >= 0 {
			out.Bounds[l.column] = multiplier
		} else {
			out.Linear[s.of-b.d.allP] = multiplier
		}
	}
	for k, l := range b.limits {
		at := floats.Dot(l.row, b.theta)
		// Relative for large limits, absolute for small ones: 1e-12 of a limit of a million is as
		// good as a float64 gets.
		size := 1 + math.Abs(at)
		out.KKT.Feasibility = max(out.KKT.Feasibility, (l.low-at)/size, (at-l.high)/size)
		m := 0.0
		if l.column >= 0 {
			m = out.Bounds[l.column]
		} else {
			m = out.Linear[k-b.d.allP]
		}
		// Without a multiplier the product is 0, but an infinite limit would make it 0 times
		// infinity, which is not a number.
		if m != 0 {
			out.KKT.Complementarity = max(out.KKT.Complementarity, math.Abs(m)*min(math.Abs(at-l.low), math.Abs(l.high-at)))
		}
	}
}
