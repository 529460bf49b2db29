package models

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// inflation fills in variance inflation: how many times larger the variance of a weight
// is than it would be if its factor had nothing to do with the others. Columns without a
// weight (left out as combinations of others, or by a penalty) are not among these
// others, and have none. VIF_j is the diagonal of the inverse correlation matrix (Marquardt
// 1970); a factor of several columns has the determinant ratio of Fox and Monette (1992).
func (inf *Inference) inflation(cov *mat.SymDense, coef []float64, terms []term) {
	var at []int     // the columns that count
	kept := []term{} // the same terms, by position in at
	var index []int  // of kept, among the factors
	for f, t := range terms {
		from := len(at)
		for j := t.from; j < t.to; j++ {
			if coef[j] != 0 && cov.At(j, j) > 0 {
				at = append(at, j)
			}
		}
		if len(at) > from {
			kept, index = append(kept, term{from: from, to: len(at)}), append(index, f)
		}
	}
	if len(at) == 0 {
		return
	}
	correlation, inverse := correlations(cov, at)
	if inverse == nil {
		return
	}
	for i, j := range at {
		inf.Weights[j+1].VIF = Stat(inverse.At(i, i))
	}
	for i, t := range kept {
		// det R_-f / det R is the determinant of the block of the inverse (Jacobi).
		g := determinant(correlation, t) * determinant(inverse, t)
		inf.Factors[index[i]].GVIF = Stat(math.Pow(g, 1/float64(t.to-t.from)))
	}
}

// correlations are those of the given columns, and their inverse: nil when they are
// singular to working precision.
func correlations(cov *mat.SymDense, at []int) (r, inverse *mat.SymDense) {
	r, inverse = mat.NewSymDense(len(at), nil), mat.NewSymDense(len(at), nil)
	for i, a := range at {
		for j, b := range at[:i+1] {
			r.SetSym(i, j, cov.At(a, b)/math.Sqrt(cov.At(a, a)*cov.At(b, b)))
		}
	}
	var root mat.Cholesky
	if !root.Factorize(r) || root.InverseTo(inverse) != nil {
		return r, nil
	}
	return r, inverse
}

// determinant is that of the diagonal block of a factor.
func determinant(s *mat.SymDense, t term) float64 { return mat.Det(s.SliceSym(t.from, t.to)) }
