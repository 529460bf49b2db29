package logit

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// ClusterCovariance returns the cluster-robust covariance of the
// coefficients, laid out as Fitted.Covariance (Liang and Zeger 1986; R's
// sandwich::vcovCL for glm):
//
//	c V (sum_g u_g u_g') V,  u_g = sum_{i in g} w_i (y_i - mu_i) x_i,  c = G/(G-1)
//
// with V the model covariance and G the number of distinct values in cluster,
// which has one entry per row of the problem. Rows of weight zero take no
// part. With fewer than two clusters nothing can be said and every entry is
// NaN. It panics if cluster and problem differ in length, a mistake of the
// program and not of its data.
//
// The only error is that of a Source that cannot be read.
func ClusterCovariance(p Problem, f *Fitted, cluster []int32) (*mat.SymDense, error) {
	if len(cluster) != len(p.Y) {
		panic("logit: ClusterCovariance: cluster and response lengths differ")
	}
	scores, err := clusterScores(p, f, cluster)
	if err != nil {
		return nil, err
	}
	k := len(f.Coef) + 1
	cov := mat.NewSymDense(k, nil)
	groups := float64(len(scores))
	if groups < 2 {
		fillNaN(cov)
		return cov, nil
	}
	influence := mat.NewVecDense(k, nil)
	for _, u := range scores {
		influence.MulVec(f.Covariance, mat.NewVecDense(k, u))
		cov.SymRankOne(cov, groups/(groups-1), influence)
	}
	return cov, nil
}

// clusterScores returns the sum of scores per cluster, intercept first, in
// order of first appearance.
func clusterScores(p Problem, f *Fitted, cluster []int32) ([][]float64, error) {
	index := make(map[int32]int)
	var scores [][]float64
	d := &design{x: p.matrix(), n: len(p.Y)}
	for j := range f.Coef {
		d.source = append(d.source, j)
	}
	rows := newWindow(d)
	for i, g := range cluster {
		if i >= rows.hi {
			if err := rows.load(i / chunkRows); err != nil {
				return nil, err
			}
		}
		w := 1.0
		if p.Weights != nil {
			w = p.Weights[i]
		}
		if w == 0 {
			continue
		}
		at, seen := index[g]
		if !seen {
			at = len(scores)
			index[g] = at
			scores = append(scores, make([]float64, len(f.Coef)+1))
		}
		r := w * (p.Y[i] - sigmoid(f.linear(p, rows, i)))
		scores[at][0] += r
		for j, c := range rows.cols {
			scores[at][j+1] += r * c[i-rows.lo]
		}
	}
	return scores, nil
}

// linear is the linear predictor of row i, which is in the window.
func (f *Fitted) linear(p Problem, rows *window, i int) float64 {
	eta := f.Intercept
	if p.Offset != nil {
		eta += p.Offset[i]
	}
	for j, c := range rows.cols {
		eta += f.Coef[j] * c[i-rows.lo]
	}
	return eta
}

// sigmoid returns 1/(1+e^-x) without overflow.
func sigmoid(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x > 0 {
		return 1 / (1 + e)
	}
	return e / (1 + e)
}
