package models

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// reach bounds how far leaving out an account can move a weight, which takes far less than to tell how
// far it does. With M = V^1/2 and B = M H_g M, the step is
//
//	V (I - H_g V)^-1 u = M (I - B)^-1 M u
//
// and no eigenvalue of B exceeds its trace h = sum w p(1-p) x'V x. So, where h < 1, by Cauchy and Schwarz
//
//	|delta_j| = |(M e_j)' (I - B)^-1 M u| <= se_j sqrt(u'V u) / (1 - h),   se_j = |M e_j|.
//
// With C the correlations in V and c the largest sum of sizes in a row of it, which no eigenvalue of C
// exceeds,
//
//	x'V x <= c sum_j V_jj x_j^2,
//
// of x a row, and of the score u, is known after one look at each of their numbers.
type reach struct {
	v       *mat.SymDense
	stdErr  []float64 // roots of V_jj, 0 for what was not estimated
	c       float64
	manyOff float64 // how far, relative to the bound, rounding may carry a step that is solved for in all coefficients
}

// newReach is nil where the covariance is not known: then there is no bound.
func newReach(v *mat.SymDense) *reach {
	k := v.SymmetricDim()
	r := &reach{v: v, stdErr: make([]float64, k)}
	for j := range r.stdErr {
		r.stdErr[j] = math.Sqrt(v.At(j, j))
	}
	for i, a := range r.stdErr {
		sum := 0.0
		for j, b := range r.stdErr {
			if a > 0 && b > 0 {
				sum += math.Abs(v.At(i, j)) / (a * b)
			}
		}
		r.c = max(r.c, sum)
	}
	if !(r.c > 0) || math.IsInf(r.c, 0) {
		return nil
	}
	condition := math.Inf(1)
	var root mat.Cholesky
	if root.Factorize(v) {
		condition = root.Cond()
	}
	r.manyOff = 1e3 * float64(k) * 0x1p-53 * condition * condition
	return r
}

// Bounds are of exact arithmetic, and steps are not. mostLeft keeps away from where they lose digits;
// what few rows lose then, and the bound itself, is below reachNoise of sum_j |u_j| se_j by orders of
// magnitude, for thousands of coefficients. I - H_g V, which many rows are solved by, is not
// symmetric and as ill-conditioned as V: its solution is off by about cond(V) times rounding, and V
// may stretch that as much again.
const (
	mostLeft   = 0.5  // of h
	reachNoise = 1e-6 // of a step, and of the root of a cancelled u'V u
	mostOff    = 1e-3 // of manyOff
)

// measure fills in sum_j V_jj x_j^2 of rows that lie in columns.
func (r *reach) measure(columns [][]float64, lengths []float64) {
	for i := range lengths {
		lengths[i] = r.stdErr[0] * r.stdErr[0]
	}
	for j, column := range columns {
		s := r.stdErr[j+1]
		for i, x := range column {
			lengths[i] += float64(s * x * (s * x))
		}
	}
}

// within says that an account moves every weight by less than size standard errors, given its score and
// of each row w p(1-p) and what measure says. It may not know, and then says no.
func (r *reach) within(size float64, u, information, lengths []float64) bool {
	h := 0.0
	for i, w := range information {
		h += r.c * w * lengths[i]
	}
	if !(h <= mostLeft) || len(information) >= len(u) && !(r.manyOff <= mostOff) {
		return false
	}
	sum, squares := 0.0, 0.0
	for j, x := range u {
		move := math.Abs(x) * r.stdErr[j]
		sum += move
		squares += move * move
	}
	bound := func(square float64) float64 {
		return math.Sqrt(max(0, square))/(1-h)*(1+mostOff) + reachNoise*sum
	}
	return bound(min(r.c*squares, sum*sum)) < size || bound(r.square(u)) < size
}

// square is u'V u.
func (r *reach) square(u []float64) float64 {
	total := 0.0
	for i, x := range u {
		row := r.v.RawSymmetric().Data[i*r.v.RawSymmetric().Stride:]
		sum := row[i] * x / 2
		for j := i + 1; j < len(u); j++ {
			sum += row[j] * u[j]
		}
		total += 2 * x * sum
	}
	return total
}
