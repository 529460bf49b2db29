package logit

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// expected is what a fit lets one expect of a problem with the same columns, or some of them.
type expected struct {
	coef       []float64 // p+1, intercept first
	covariance mat.Matrix
	penalties  []float64 // p; nil: none
	sumWeights float64
}

// expected are the coefficients of the kept columns and their covariance when those of all others are 0. Near its
// top the penalised likelihood is that of a normal distribution, which gives, with k for what is kept and o for the
// others (Anderson 2003, An Introduction to Multivariate Statistical Analysis, theorem 2.5.1),
//
//	b = b_k - C_ko C_oo^-1 b_o,  C = C_kk - C_ko C_oo^-1 C_ok
//
// ok is false where the others have no covariance that could be inverted.
func (f *Fitted) expected(kept []int) (e expected, ok bool) {
	all := append([]float64{f.Intercept}, f.Coef...)
	switch {
	case f.Covariance == nil || len(kept) > 0 && slices.Max(kept) >= len(f.Coef):
		return e, false
	case kept == nil:
		return expected{all, f.Covariance, f.penalties, f.SumWeights}, true
	}
	held, others := []int{0}, []int(nil)
	for _, j := range kept {
		held = append(held, j+1)
	}
	for j := range f.Coef {
		if !slices.Contains(kept, j) {
			others = append(others, j+1)
		}
	}
	e = expected{coef: gather(all, held), sumWeights: f.SumWeights}
	if f.penalties != nil {
		e.penalties = gather(f.penalties, kept)
	}
	if len(others) == 0 {
		e.covariance = submatrix(f.Covariance, held, held)
		return e, true
	}
	across := submatrix(f.Covariance, held, others)
	var solved, less mat.Dense // C_oo^-1 C_ok
	if err := solved.Solve(submatrix(f.Covariance, others, others), across.T()); err != nil {
		return e, false
	}
	less.Mul(across, &solved)
	covariance := submatrix(f.Covariance, held, held)
	covariance.Sub(covariance, &less)
	e.covariance = covariance
	for i := range held {
		for k, o := range others {
			e.coef[i] -= float64(solved.At(k, i) * all[o])
		}
	}
	return e, true
}

// submatrix are the given rows and columns of a matrix.
func submatrix(of mat.Matrix, rows, columns []int) *mat.Dense {
	b := mat.NewDense(len(rows), len(columns), nil)
	for i, r := range rows {
		for j, c := range columns {
			b.Set(i, j, of.At(r, c))
		}
	}
	return b
}
