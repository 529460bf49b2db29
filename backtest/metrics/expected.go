package metrics

import (
	"math"

	"holdfast/dataset/radix"
	"holdfast/models/logit"
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
// AUC of a single one or where a score or a log-odds is NaN.
func Expected(score, eta []float64) (auc, brier float64) {
	mustMatch(len(eta), len(score))
	n := len(eta)
	p, q, rows := make([]float64, n), make([]float64, n), radix.NewKeyed[uint32](n)
	var up, down, self float64
	unknown := n < 2
	logit.Logistics(p, q, eta)
	for i, v := range eta {
		rows.Keys[i], rows.Rows[i] = descendingKey(score[i]), uint32(i)
		up, down, self = up+p[i], down+q[i], self+p[i]*q[i]
		unknown = unknown || v != v || score[i] != score[i]
	}
	brier = self / float64(n)
	if unknown {
		return math.NaN(), brier
	}
	pairs := up * down
	return (doubledAUC(rows.Sort(), p, q)*pairs - self/2) / (pairs - self), brier
}

// doubledAUC is the AUC of [WeightedCurve], to the bit, of rows in order that each stand once as
// churned with weight p and once as renewed with weight q: half the rows need sorting that way.
func doubledAUC(rows keyed, p, q []float64) float64 {
	p, q = inPlaces(p, rows.Rows), inPlaces(q, rows.Rows)
	var churned, renewed, won compensated // above
	for from := 0; from < len(rows.Rows); {
		to := rows.TieEnd(from)
		hits, misses := weightOf(p[from:to]), weightOf(q[from:to])
		won.add(float64(misses * (2*churned.value() + hits)))
		churned.add(hits)
		renewed.add(misses)
		from = to
	}
	return ratio(won.value(), 2*(churned.value()*renewed.value()))
}
