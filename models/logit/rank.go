package logit

import (
	"context"
	"fmt"
	"math"
	"slices"
)

const (
	// aliasTolerance is the share of a column's spread that its earlier
	// columns must leave unexplained for it to count as information. It is
	// the tolerance of R's glm, min(1e-7, epsilon/1000): sums of dummies and
	// unit conversions leave 1e-16, whereas the nearly collinear problems of
	// condition 1e9 that still have certified answers leave 1e-10.
	aliasTolerance = 1e-11
	// representation is the share of a column's magnitude that rounding to
	// float64 may have put into it: a large mean hides small residuals.
	representation = 16 * 0x1p-53
	// trustedPivot is the smallest squared share of a column left by its
	// predecessors that a float64 Cholesky, accurate to 1e-15 or so, still
	// tells from zero with half its digits.
	trustedPivot = 1e-8
	// contributes is the share of a combination above which a column is
	// named as part of it.
	contributes = 1e-7
)

// suspicious reports whether the Hessian hints at aliased or nearly collinear
// columns. It is the cheap test: an in-order Cholesky of a matrix at hand.
func suspicious(hess []float64, q int) bool {
	l := append([]float64(nil), hess...)
	for j := range q {
		s := l[j*q+j]
		for k := range j {
			s -= l[j*q+k] * l[j*q+k]
		}
		// Compared with its own diagonal, so that the test does not depend on the units of columns;
		// written so that NaN is suspicious.
		if !(s > trustedPivot*hess[j*q+j]) {
			return true
		}
		pivot := math.Sqrt(s)
		l[j*q+j] = pivot
		for i := j + 1; i < q; i++ {
			s := l[i*q+j]
			for k := range j {
				s -= l[i*q+k] * l[j*q+k]
			}
			l[i*q+j] = s / pivot
		}
	}
	return false
}

// reveal decides which columns are aliased, drops them, and gives what is
// left a basis in which it is well conditioned. The judge is the in-order
// Cholesky factor of Z'WZ + penalty in double-double: its pivots are squared
// residuals, so they resolve residuals of 1e-15 where float64 sees 1e-8.
func (d *design) reveal(ctx context.Context) error {
	gram, err := newExactPasses(d).gram(ctx, nil)
	if err != nil {
		return err
	}
	q, f := d.size(), d.first()
	for j, l := range d.lambda {
		k := (f+j)*q + f + j
		gram[k] = gram[k].add(dd{l, 0})
	}
	r := revealed{d: d, gram: gram, q: q}
	for k := range q {
		r.column(k)
	}
	d.aliased = append(d.aliased, r.aliased...)
	// Constant columns were found earlier, by standardise: bring both lists into the order in
	// which a reader looks for columns.
	slices.SortFunc(d.aliased, func(a, b Alias) int { return a.Column - b.Column })
	d.keep(r.kept)
	// Only then: a basis costs a matrix product in every pass.
	if r.smallest < trustedPivot {
		d.setBasis(r.inverse())
	}
	return nil
}

// revealed is a rank-revealing factorisation under way.
type revealed struct {
	d        *design
	q        int
	gram     []dd
	kept     []int  // positions in theta
	rows     [][]dd // rows[i] = row i of R, entries for the kept columns from i on
	smallest float64
	aliased  []Alias
}

// column offers position k of theta: it is kept, with its column of R, or
// recorded as aliased.
func (r *revealed) column(k int) {
	c := make([]dd, len(r.kept)+1) // column k of R
	pivot := r.gram[k*r.q+k]
	for i, pos := range r.kept {
		s := r.gram[pos*r.q+k]
		for m := range i {
			s = s.sub(r.rows[m][i-m].mul(c[m]))
		}
		c[i] = s.div(r.rows[i][0])
		pivot = pivot.sub(c[i].mul(c[i]))
	}
	// In order, without pivoting by size: of two columns that say the same the earlier stays, as
	// in R's glm, and adding a factor at the end never changes which ones before it are kept.
	own := r.gram[k*r.q+k].hi
	if j := k - r.d.first(); j >= 0 && r.isAlias(j, pivot.hi, own) {
		r.aliased = append(r.aliased, r.explain(j, c))
		return
	}
	if ratio := pivot.hi / own; len(r.kept) == 0 || ratio < r.smallest {
		r.smallest = ratio
	}
	c[len(r.kept)] = pivot.sqrt()
	r.kept = append(r.kept, k)
	r.rows = append(r.rows, nil)
	for i := range r.rows {
		r.rows[i] = append(r.rows[i], c[i])
	}
}

// isAlias compares a squared residual with the column's spread and with the
// rounding of its magnitude.
func (r *revealed) isAlias(j int, residual, own float64) bool {
	magnitude := own + r.d.sumW*r.d.shift[j]*r.d.shift[j]
	return residual <= aliasTolerance*aliasTolerance*own || residual <= representation*representation*magnitude
}

// explain solves for the combination z_j = sum_i b_i z_i and lists the
// columns that matter in it. The constant is judged in the units of x_j.
func (r *revealed) explain(j int, c []dd) Alias {
	k := len(r.kept)
	b := make([]float64, k)
	for i := k - 1; i >= 0; i-- {
		s := c[i]
		for m := i + 1; m < k; m++ {
			s = s.sub(r.rows[i][m-i].mulFloat(b[m]))
		}
		b[i] = s.div(r.rows[i][0]).float()
	}
	f := r.d.first()
	own := math.Sqrt(r.gram[(f+j)*r.q+f+j].hi / r.d.sumW)
	constant, terms := r.d.shift[j], math.Abs(r.d.shift[j])+own
	alias := Alias{Column: r.d.source[j]}
	for i, pos := range r.kept {
		if pos < f {
			constant += b[i]
			continue
		}
		constant -= b[i] * r.d.shift[pos-f]
		terms += math.Abs(b[i] * r.d.shift[pos-f])
		if math.Abs(b[i])*math.Sqrt(r.gram[pos*r.q+pos].hi/r.d.sumW) > contributes*own {
			alias.Of = append(alias.Of, r.d.source[pos-f])
		}
	}
	if r.d.intercept && math.Abs(constant) > contributes*terms {
		alias.Of = append([]int{-1}, alias.Of...)
	}
	return alias
}

// inverse returns sqrt(sum w) R^-1, rounded to float64: an exact change of
// basis, because any invertible matrix is one, that makes U'WU nearly the
// identity times sum w.
func (r *revealed) inverse() []float64 {
	q := len(r.kept)
	out := make([]float64, q*q)
	root := math.Sqrt(r.d.sumW)
	for j := range q {
		x := make([]dd, j+1)
		for i := j; i >= 0; i-- {
			var s dd
			if i == j {
				s = dd{1, 0}
			}
			for m := i + 1; m <= j; m++ {
				s = s.sub(r.rows[i][m-i].mul(x[m]))
			}
			x[i] = s.div(r.rows[i][0])
			out[i*q+j] = x[i].float() * root
		}
	}
	// sqrt(sum w) over itself: rounding must not scale the intercept.
	if r.d.intercept {
		out[0] = 1
	}
	return out
}

// keep restricts the design to the given positions of theta.
func (d *design) keep(kept []int) {
	f := d.first()
	var shift, scale, lambda []float64
	var source []int
	for _, pos := range kept {
		if j := pos - f; j >= 0 {
			source = append(source, d.source[j])
			shift, scale, lambda = append(shift, d.shift[j]), append(scale, d.scale[j]), append(lambda, d.lambda[j])
		}
	}
	d.source, d.shift, d.scale, d.lambda = source, shift, scale, lambda
	d.setBasis(nil)
}

// setBasis installs a basis and expresses the penalty in it.
func (d *design) setBasis(basis []float64) {
	d.basis, d.penalty = basis, nil
	if maxAbs(d.lambda) == 0 {
		return
	}
	q, f := d.size(), d.first()
	d.penalty = make([]float64, q*q)
	// Densely, and once per fit: q is a few dozen.
	for i := range q {
		for j := range q {
			for k, l := range d.lambda {
				d.penalty[i*q+j] += l * d.basisAt(f+k, i) * d.basisAt(f+k, j)
			}
		}
	}
}

func (d *design) basisAt(i, j int) float64 {
	if d.basis != nil {
		return d.basis[i*d.size()+j]
	}
	if i == j {
		return 1
	}
	return 0
}

// fromBasis returns zeta = B theta.
func (d *design) fromBasis(theta []float64) []float64 {
	zeta := make([]float64, len(theta))
	for i := range zeta {
		for j := i; j < len(theta); j++ {
			zeta[i] += d.basisAt(i, j) * theta[j]
		}
	}
	return zeta
}

// toBasis returns theta = B^-1 zeta.
func (d *design) toBasis(zeta []float64) []float64 {
	theta := append([]float64(nil), zeta...)
	for i := len(theta) - 1; i >= 0; i-- {
		for j := i + 1; j < len(theta); j++ {
			theta[i] -= d.basisAt(i, j) * theta[j]
		}
		theta[i] /= d.basisAt(i, i)
	}
	return theta
}

// warnings describes what reveal found.
func (d *design) warnings() []Warning {
	var out []Warning
	if len(d.aliased) > 0 {
		w := Warning{Code: WarnAliased, Message: "columns are linear combinations of earlier ones and were left out"}
		for _, a := range d.aliased {
			w.Columns = append(w.Columns, a.Column)
		}
		out = append(out, w)
	}
	if d.basis != nil {
		out = append(out, Warning{Code: WarnCollinear, Message: fmt.Sprintf(
			"columns are nearly dependent: some keep less than %g of their spread beside the others, and their weights are poorly determined", math.Sqrt(trustedPivot)), Columns: d.nearlyDependent()})
	}
	return out
}

// nearlyDependent lists the columns whose share of spread not explained by
// earlier columns, 1/(B_jj)^2 in the orthogonal basis, is below the trust.
func (d *design) nearlyDependent() []int {
	var out []int
	q, f := d.size(), d.first()
	for j, c := range d.source {
		if b := d.basis[(f+j)*q+f+j]; 1/(b*b) < trustedPivot {
			out = append(out, c)
		}
	}
	return out
}
