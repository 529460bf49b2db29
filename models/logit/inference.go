package logit

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// report undoes basis, scaling and centring and computes what rests on the
// optimum.
func (o *optimum) report() *Fitted {
	d := o.d
	f := &Fitted{
		Coef: make([]float64, d.allP), StdErr: make([]float64, d.allP),
		LogLik: o.loglik, N: d.n, SumWeights: d.sumW, Events: d.events,
		Iterations: o.iterations, Gradient: o.gradient, Refined: o.refined,
		Aliased: d.aliased, Warnings: d.warnings(),
	}
	var intercept dd
	if d.intercept {
		intercept = o.zeta[0]
	}
	for j, c := range d.source {
		z := o.zeta[d.first()+j]
		// A power of two and one rounding: the double-double coefficient loses nothing on its way.
		f.Coef[c] = z.scale(d.scale[j]).float()
		// Column means of millions times coefficients of 1e-6 cancel to an intercept of order one;
		// in float64 that would be the least exact number of the report.
		intercept = intercept.sub(z.mulFloat(d.shift[j]))
	}
	if d.intercept {
		f.Intercept = intercept.float()
	}
	// Aliased columns are no parameters, as in R.
	k := float64(d.size())
	f.Deviance = 2 * (d.saturated - f.LogLik)
	f.AIC = -2*f.LogLik + 2*k
	// n is the number of rows and not the sum of weights: multiplied by ten, weights of value
	// or recency would claim ten times the evidence.
	f.BIC = -2*f.LogLik + k*math.Log(float64(d.n))
	f.PenalisedLogLik = o.loglik
	for j, l := range d.lambda {
		z := o.zeta[d.first()+j].float()
		f.PenalisedLogLik -= l * z * z / 2
	}
	if d.firth {
		f.PenalisedLogLik += o.jeffreys()
	}
	// Of the penalised objective under a ridge: the curvature at the answer. As a standard error
	// it leaves the bias of the shrinkage out.
	f.Covariance = o.covariance()
	f.standardErrors(d)
	return f
}

// standardErrors are the roots of the covariance's diagonal, NaN where
// nothing was estimated.
func (f *Fitted) standardErrors(d *design) {
	f.InterceptStdErr = math.NaN()
	if d.intercept {
		f.InterceptStdErr = math.Sqrt(f.Covariance.At(0, 0))
	}
	for j := range f.StdErr {
		f.StdErr[j] = math.NaN()
	}
	for _, c := range d.source {
		f.StdErr[c] = math.Sqrt(f.Covariance.At(c+1, c+1))
	}
}

// covariance returns A H^-1 A', where A takes theta to the coefficients of
// the columns as given. With H = L L' it is M'M for M = L^-1 A', so that
// variances are sums of squares and lose nothing to cancellation.
func (o *optimum) covariance() *mat.SymDense {
	d, q := o.d, o.d.size()
	cov := mat.NewSymDense(d.allP+1, nil)
	l, ok := ddCholesky(o.hess, q)
	// Not positive definite at an accepted optimum means a flat direction that rounding hides.
	// NaN says that nothing is known; a number here would be believed.
	if !ok {
		fillNaN(cov)
		return cov
	}
	rows := d.rawRows()
	at := d.positions()
	for i := range rows {
		ddForward(l, rows[i], q)
		for j := 0; j <= i; j++ {
			var s dd
			for k := range q {
				s = s.add(rows[i][k].mul(rows[j][k]))
			}
			cov.SetSym(at[i], at[j], s.float())
		}
	}
	return cov
}

// fillNaN marks a matrix of which nothing can be said.
func fillNaN(s *mat.SymDense) {
	for i := range s.SymmetricDim() {
		for j := range i + 1 {
			s.SetSym(i, j, math.NaN())
		}
	}
}

// positions maps theta's positions to the rows of Fitted.Covariance.
func (d *design) positions() []int {
	var at []int
	if d.intercept {
		at = append(at, 0)
	}
	for _, c := range d.source {
		at = append(at, c+1)
	}
	return at
}

// rawRows returns A row by row: coefficient j is scale_j zeta_j, the
// intercept zeta_0 - sum_j shift_j zeta_j, and zeta = B theta.
func (d *design) rawRows() [][]dd {
	q, f := d.size(), d.first()
	rows := make([][]dd, q)
	for i := range rows {
		rows[i] = make([]dd, q)
		for k := range q {
			rows[i][k] = dd{d.basisAt(i, k), 0}
		}
	}
	for j := range d.source {
		for k := range q {
			z := rows[f+j][k]
			if d.intercept {
				rows[0][k] = rows[0][k].sub(z.mulFloat(d.shift[j]))
			}
			rows[f+j][k] = z.scale(d.scale[j])
		}
	}
	return rows
}

// Interval is a Wald test and confidence interval of one coefficient.
type Interval struct {
	Estimate, StdErr float64
	Z, P             float64 // estimate / standard error, and its two-sided normal tail
	Low, High        float64
}

// Wald returns p+1 intervals of the given confidence level (such as 0.95),
// intercept first as in Covariance. What was not estimated has NaN
// throughout, except the estimate 0 it is reported with. Wald intervals are
// first-order; likelihood ratios are better in small samples (Hauck and
// Donner 1977).
func (f *Fitted) Wald(level float64) []Interval {
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	out := []Interval{wald(f.Intercept, f.InterceptStdErr, z)}
	for j, b := range f.Coef {
		out = append(out, wald(b, f.StdErr[j], z))
	}
	return out
}

// wald takes the tail from erfc, which keeps its digits where 1 - Phi(z) has
// none left.
func wald(b, se, quantile float64) Interval {
	z := b / se
	return Interval{
		Estimate: b, StdErr: se,
		Z: z, P: math.Erfc(math.Abs(z) / math.Sqrt2),
		Low: b - quantile*se, High: b + quantile*se,
	}
}
