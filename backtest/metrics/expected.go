package metrics

import (
	"math"
	"slices"
)

// Expected is the AUC and the Brier score to be expected of rows whose outcomes are not
// known, if the probabilities p = 1/(1+exp(-eta)) can be believed: every row churned with
// probability p and renewed with 1-p, so that
//
//	E AUC   = sum p_i (1-p_j) [s_i > s_j] / sum p_i (1-p_j)   over pairs i != j, ties one half
//	E Brier = mean p (1-p)
//
// (confidence-based estimation: Kivimaki, Bialek, Kuberski and Nurminen 2025; Hilden 1991
// for the area). Every row stands once as churned with weight p and once as renewed with
// weight 1-p; the ties of a row with itself are taken out again. NaN for no rows, and the
// AUC of a single one.
func Expected(score, eta []float64) (auc, brier float64) {
	mustMatch(len(eta), len(score))
	n := len(eta)
	twice, churned, weight := slices.Concat(score, score), make([]bool, 2*n), make([]float64, 2*n)
	var up, down, self float64
	for i, v := range eta {
		p, q := sigmoid(v), sigmoid(-v)
		churned[i], weight[i], weight[n+i] = true, p, q
		up, down, self = up+p, down+q, self+p*q
	}
	pairs := up * down
	auc = (WeightedCurve(twice, churned, weight).AUC*pairs - self/2) / (pairs - self)
	if n < 2 {
		auc = math.NaN()
	}
	return auc, self / float64(n)
}
