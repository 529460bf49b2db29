package metrics

import "math"

// AUC is the probability that a random churned row scores above a random
// renewed one, ties counting one half (Mann and Whitney 1947; Bamber 1975):
//
//	AUC = (pairs won + pairs tied / 2) / (n1 n0)
//
// It does not depend on the churn rate, and any increasing transform of the score
// leaves it alone. Both sides of the fraction are counted exactly, as integers. The result is
// NaN if either outcome is absent or a score is NaN.
func AUC(score []float64, churned []bool) float64 {
	return newPlainRanking(score, churned).AUC(nil)
}

// Gini is 2 AUC - 1: 0 for a coin, 1 for a perfect ranking (Somers' D).
func Gini(auc float64) float64 { return 2*auc - 1 }

// AUC is [AUC] with the rows of account g counted count[g] times; nil counts
// every account once.
func (r *Ranking) AUC(count []int32) float64 {
	if r.undefined {
		return math.NaN()
	}
	w := r.weights(count)
	all := r.totals(w)
	// Half pairs stay below 2 n1 n0 < 2^63 for any n that fits a ranking.
	return ratio(float64(r.halfPairsWon(w)), 2*float64(all.churned)*float64(all.renewed))
}

// halfPairsWon counts, over all pairs of a churned and a renewed row, two for a
// pair in order and one for a tie. This loop is the whole cost of a bootstrap
// replicate, hence no branch on the outcome: only the end of a tie is tested,
// and that is predictable both for distinct scores and for a few levels.
func (r *Ranking) halfPairsWon(count []int32) int64 {
	var won, above, hits, misses int64
	for _, c := range r.code {
		w := int64(count[c>>accountShift])
		hit := w & -int64(c&churnedBit)
		hits += hit
		misses += w - hit
		if c&lastOfTieBit != 0 {
			won += misses * (2*above + hits)
			above += hits
			hits, misses = 0, 0
		}
	}
	return won
}
