package metrics

import "math"

// WeightedCurve is the [Curve] of rows that weigh differently: by money, so that a large
// account counts for more than a small one, or by the inverse of the probability to have
// been seen. AUC is then the probability that a churned row beats a renewed one when both
// are drawn in proportion to their weights, and rates are shares of weight.
//
// A weight of 0 leaves a row out, one of 2 equals the row twice; only ratios of weights
// matter. Counts stay exact up to 2^53; other weights are added with their rounding errors
// kept, in an order that does not depend on that of the rows. NaN if either outcome
// weighs nothing, a score is NaN, or a weight is negative or not finite.
func WeightedCurve(score []float64, churned []bool, weight []float64) Curve {
	blocks, ok := masses(score, churned, weight)
	if !ok {
		return Curve{math.NaN(), math.NaN(), math.NaN()}
	}
	all := totalMass(blocks)
	var above [2]compensated // churned, renewed: the order of blocks is canonical
	var won, precision compensated
	widest := 0.0
	for _, b := range blocks {
		won.add(float64(b.renewed * (2*above[0].value() + b.churned)))
		above[0].add(b.churned)
		above[1].add(b.renewed)
		hits, misses := above[0].value(), above[1].value()
		widest = max(widest, math.Abs(differenceOfProducts(hits, all.renewed, misses, all.churned)))
		if b.churned > 0 {
			precision.add(b.churned * (hits / (hits + misses)))
		}
	}
	pairs := all.churned * all.renewed
	return Curve{
		AUC:              ratio(won.value(), 2*pairs),
		KS:               ratio(widest, pairs),
		AveragePrecision: ratio(precision.value(), all.churned),
	}
}

// WeightedLogLoss is [LogLoss] as a mean over weight. NaN if nothing weighs anything, or a
// weight is negative or not finite.
func WeightedLogLoss(eta []float64, churned []bool, weight []float64) float64 {
	return weightedMean(eta, churned, weight, softplus)
}

// WeightedBrier is [Brier] as a mean over weight. NaN if nothing weighs anything, or a
// weight is negative or not finite.
func WeightedBrier(eta []float64, churned []bool, weight []float64) float64 {
	return weightedMean(eta, churned, weight, squaredMiss)
}

// weightedMean is [mean] over weight. A row without weight has no say, be its loss infinite.
func weightedMean(eta []float64, churned []bool, weight []float64, loss func(against float64) float64) float64 {
	mustMatch(len(churned), len(eta))
	mustMatch(len(churned), len(weight))
	var sum, all exactSum
	for i, w := range weight {
		switch {
		case !isWeight(w):
			return math.NaN()
		case w > 0:
			sum.add(w * loss(toward(eta[i], churned[i])))
			all.add(w)
		}
	}
	return ratio(sum.value(), all.value())
}

// isWeight reports whether a number can weigh a row.
func isWeight(w float64) bool { return w >= 0 && w <= math.MaxFloat64 }

// mass is the weight of tied rows by outcome, as [tally] is their number.
type mass struct{ churned, renewed float64 }

// masses is the weight of each block of tied scores, the highest score first; blocks
// without weight are left out. All that is weighted is made of it, so that nothing can
// look inside a tie. A nil weight counts rows. ok is false for a NaN score or a number
// that is no weight.
func masses(score []float64, churned []bool, weight []float64) (blocks []mass, ok bool) {
	mustMatch(len(churned), len(score))
	if !allWeights(weight, len(churned)) {
		return nil, false
	}
	rows, ok := descending(score, churned)
	return massesOf(rows, churned, weight), ok
}

// allWeights reports whether there is a weight for each of n rows, or nil.
func allWeights(weight []float64, n int) bool {
	if weight != nil {
		mustMatch(n, len(weight))
	}
	for _, w := range weight {
		if !isWeight(w) {
			return false
		}
	}
	return true
}

// massesOf are the blocks of sorted rows.
func massesOf(rows []keyed, churned []bool, weight []float64) []mass {
	blocks := make([]mass, 0, distinctKeys(rows))
	for i := 0; i < len(rows); {
		end := tieEnd(rows, i)
		if m := massOf(rows[i:end], churned, weight); m != (mass{}) {
			blocks = append(blocks, m)
		}
		i = end
	}
	return blocks
}

// massOf adds up one tie. Its rows come in any order, so the sum has to be exact.
func massOf(tied []keyed, churned []bool, weight []float64) mass {
	if weight == nil {
		var t tally
		for _, k := range tied {
			t.add(churned[k.row])
		}
		return mass{float64(t.churned), float64(t.renewed)}
	}
	renewed := 0
	for renewed < len(tied) && !churned[tied[renewed].row] {
		renewed++ // they stand first
	}
	// Two sums, not one per row and outcome: the exact ones are wide.
	return mass{churned: weightOf(tied[renewed:], weight), renewed: weightOf(tied[:renewed], weight)}
}

// weightOf adds the weights of rows: at once where there is one, as in most ties.
func weightOf(rows []keyed, weight []float64) float64 {
	switch len(rows) {
	case 0:
		return 0
	case 1:
		return weight[rows[0].row]
	}
	var sum exactSum
	for _, k := range rows {
		sum.add(weight[k.row])
	}
	return sum.value()
}

// totalMass adds blocks in their order, which is canonical.
func totalMass(blocks []mass) mass {
	var churned, renewed compensated
	for _, b := range blocks {
		churned.add(b.churned)
		renewed.add(b.renewed)
	}
	return mass{churned.value(), renewed.value()}
}
