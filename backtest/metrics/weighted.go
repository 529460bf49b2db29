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
	score, churned, weight, ok = arranged(score, churned, weight)
	return massesOf(score, churned, weight), ok
}

// arranged are the rows in the order of [descending]; none where ok is false, for a NaN score. A
// nil weight stays nil.
func arranged(score []float64, churned []bool, weight []float64) (_ []float64, _ []bool, _ []float64, ok bool) {
	if inOrder(score, churned) {
		return score, churned, weight, true
	}
	rows, ok := keyedByOutcome(score, churned)
	if !ok {
		return nil, nil, nil, false
	}
	order := rows.Sort().Rows
	return inPlaces(score, order), inPlaces(churned, order), inPlaces(weight, order), true
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

// massesOf are the blocks of rows in order.
func massesOf(score []float64, churned []bool, weight []float64) []mass {
	blocks := make([]mass, 0, countTies(score))
	for from := 0; from < len(score); {
		to := tieEnd(score, from)
		if m := massOf(span{from, to}, churned, weight); m != (mass{}) {
			blocks = append(blocks, m)
		}
		from = to
	}
	return blocks
}

// massOf adds up one tie, whose renewed rows stand first. Within an outcome its rows come in any
// order, so the sum has to be exact.
func massOf(tie span, churned []bool, weight []float64) mass {
	if tie.to-tie.from == 1 && weight != nil {
		if churned[tie.from] {
			return mass{churned: weight[tie.from]}
		}
		return mass{renewed: weight[tie.from]}
	}
	middle := tie.from
	for middle < tie.to && !churned[middle] {
		middle++
	}
	if weight == nil {
		return mass{float64(tie.to - middle), float64(middle - tie.from)}
	}
	return mass{churned: weightOf(weight[middle:tie.to]), renewed: weightOf(weight[tie.from:middle])}
}

// fewWeights are added up with what rounding loses, more of them in an exactSum.
const fewWeights = 64

// weightOf adds up weights, rounding once: that is what is left to do where the sum of what
// rounding lost is exact, as it mostly is of few.
func weightOf(weight []float64) float64 {
	switch len(weight) {
	case 0:
		return 0
	case 1:
		return weight[0]
	case 2:
		return weight[0] + weight[1]
	}
	if len(weight) <= fewWeights {
		if sum, ok := sumOfFew(weight); ok {
			return sum
		}
	}
	var sum exactSum
	sum.addAll(weight)
	return sum.value()
}

// sumOfFew is the sum rounded once; ok is false where that takes more than two numbers.
func sumOfFew(x []float64) (sum float64, ok bool) {
	lost := 0.0
	for _, v := range x {
		var low, left float64
		sum, low = twoSum(sum, v)
		if lost, left = twoSum(lost, low); left != 0 {
			return 0, false // NaN, too
		}
	}
	return sum + lost, true
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
