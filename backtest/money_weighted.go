package backtest

import (
	"math"

	"holdfast/backtest/metrics"
)

// The metrics in which a row counts by its value. ValueCapture is among the plain ones.
const (
	ValueAUC              = "value_auc"
	ValueKS               = "value_ks"
	ValueAveragePrecision = "value_average_precision"
	ValueLogLoss          = "value_log_loss"
	ValueBrier            = "value_brier"
	ValueObservedExpected = "value_observed_over_expected" // churned money over the sum of p times value
	ValuePrecision        = "value_precision_at_capacity"  // churned share of the money on the lists
	ValueLift             = "value_lift_at_capacity"       // that, over the churned share of all money
	ValueBaseRate         = "value_base_rate"              // churned share of all money
)

// weightedMetrics are the metrics by value, with linearised intervals that know how few accounts
// may make most of a sum; see [metrics.Skewed].
func weightedMetrics(s *sample, score, eta, chance []float64, level float64) []Metric {
	own := s.rankedBy(score, eta)
	return own.weightedMetrics(pick(chance, own.order), level)
}

// weightedMetrics is that of rows in order.
func (s ranked) weightedMetrics(chance []float64, level float64) []Metric {
	curve := valueCurve(s.sample, s.score)
	money := s.perAccount(func(i int) float64 { return s.value[i] })
	expected := s.perAccount(func(i int) float64 { return s.value[i] * s.forecast.P(i) })
	churned := s.perAccount(func(i int) float64 { return s.value[i] * indicator(s.churned[i]) })
	precision, lift := s.valueOnLists(s.lists, chance)
	var list []Metric
	for _, m := range []struct {
		name string
		tilted
	}{
		{ValueAUC, curve.auc}, {ValueKS, curve.ks}, {ValueAveragePrecision, curve.precision.leavingOut(s.ofOutcome())},
		{ValueLogLoss, ratioOf(s.perAccount(func(i int) float64 { return s.value[i] * s.forecast.RowLogLoss(i) }), money)}, {ValueBrier, ratioOf(s.perAccount(func(i int) float64 { return s.value[i] * s.forecast.RowBrier(i) }), money)},
		{ValueObservedExpected, ratioOf(churned, expected)},
		{ValuePrecision, precision}, {ValueLift, lift}, {ValueBaseRate, ratioOf(churned, money)},
	} {
		e := m.skewed(level)
		if m.name == ValueKS {
			e.Low, e.High = widestGap{s.ranking.GapBias(s.value, gapSeed), m.influence}.interval(m.value, level)
		}
		list = append(list, estimated(m.name, e))
	}
	list = append(list, valueQuality(s, curve.auc.skewed(level), level)...)
	for i := range list {
		list[i].N, list[i].Churned = len(s.churned), s.events()
	}
	return list
}

// ofOutcome is the value of an account's rows as shares of that of all rows of their outcome.
func (s *sample) ofOutcome() []float64 {
	sums := valueSums(s)
	return s.perAccount(func(i int) float64 { return s.value[i] / sums[code(s.churned[i])] })
}

// indicator is 1 for what happened.
func indicator(happened bool) float64 {
	if happened {
		return 1
	}
	return 0
}

// valueOnLists is the churned share of the money on the lists, and how many times that of
// all money that could be listed it is. chance is that of the rows to be on the lists l:
// an account that comes onto a list also pushes another off it.
func (s *sample) valueOnLists(l *lists, chance []float64) (precision, lift tilted) {
	longest := 0.0
	for _, rows := range firstRows(s) {
		longest = max(longest, sumOf(pick(chance, rows)))
	}
	lost, all := l.influenceOnValue(int(math.Round(longest)))
	listed := s.perAccount(func(i int) float64 { return chance[i] * s.value[i] })
	precision = tilted{sumOf(s.perAccount(func(i int) float64 { return chance[i] * s.lost(i) })), lost}.
		over(tilted{sumOf(listed), all}).leavingOut(listed)
	able := func(i int) float64 { return s.value[i] * indicator(s.first[i]) }
	return precision, precision.over(ratioOf(s.perAccount(s.lost), s.perAccount(able)))
}

// curved are the weighted threshold metrics.
type curved struct{ auc, ks, precision tilted }

// valueCurve is metrics.WeightedCurve by value with the influence of every account. With
// T and F the shares of churned and renewed value at or above a block of tied scores, t and
// f those of the block itself, and P the churned share of all value at or above it,
//
//	AUC = sum f (T - t/2),   KS = T - F at its threshold (which is held),   AP = sum t P
//
// and the derivatives by the weight of a row are those of an integral over blocks. NaN
// where a value is negative or an outcome has none.
func valueCurve(s *sample, score []float64) curved {
	whole := metrics.WeightedCurve(score, s.churned, s.value)
	c := curved{auc: tilted{value: whole.AUC}, ks: tilted{value: whole.KS}, precision: tilted{value: whole.AveragePrecision}}
	if whole.AUC != whole.AUC {
		return c
	}
	sums := valueSums(s)
	blocks := valueBlocks(s, score, sums)
	widest := widestOf(blocks)
	c.auc.influence, c.ks.influence, c.precision.influence = make([]float64, s.accounts), make([]float64, s.accounts), make([]float64, s.accounts)
	later := [2]float64{} // what a row above adds to the precision of the blocks from here down: renewed, churned
	for k := len(blocks) - 1; k >= 0; k-- {
		b := blocks[k]
		all := sums[1]*b.tpr + sums[0]*b.fpr
		if all > 0 {
			later[1] += sums[1] * b.churned * sums[0] * b.fpr / (all * all)
			later[0] -= sums[0] * b.churned * sums[1] * b.tpr / (all * all)
		}
		for _, i := range b.rows {
			y := s.churned[i]
			by := b.derivatives(y, k <= widest, blocks[widest], sums)
			if y {
				by[2] -= whole.AveragePrecision
			}
			g, w := s.cluster[i], s.value[i]/sums[code(y)]
			c.auc.influence[g] += w * (by[0] - whole.AUC)
			c.ks.influence[g] += w * by[1]
			c.precision.influence[g] += w * (by[2] + later[code(y)])
		}
	}
	return c
}

// derivatives of AUC, KS and AP by a row of the block, but for what all rows share.
func (b valueBlock) derivatives(churned, above bool, widest valueBlock, sums [2]float64) [3]float64 {
	sign := 1.0
	if widest.tpr < widest.fpr {
		sign = -1
	}
	if !churned {
		return [3]float64{b.tpr - b.churned/2, sign * (widest.fpr - indicator(above)), 0}
	}
	precision := 0.0
	if all := sums[1]*b.tpr + sums[0]*b.fpr; all > 0 {
		precision = sums[1] * b.tpr / all
	}
	return [3]float64{1 - b.fpr + b.renewed/2, sign * (indicator(above) - widest.tpr), precision}
}

// valueBlock is a tie: the shares of churned and renewed value in it, and down to its end.
type valueBlock struct {
	churned, renewed, tpr, fpr float64
	rows                       []int
}

// valueSums are the value of the renewed rows and of the churned ones.
func valueSums(s *sample) (sums [2]float64) {
	for i, v := range s.value {
		sums[code(s.churned[i])] += v
	}
	return sums
}

// code is the place of an outcome: renewed, churned.
func code(churned bool) int {
	if churned {
		return 1
	}
	return 0
}

// valueBlocks are the ties, the highest score first.
func valueBlocks(s *sample, score []float64, sums [2]float64) []valueBlock {
	order := metrics.Order(score, s.churned)
	var blocks []valueBlock
	var at [2]float64
	for from := 0; from < len(order); {
		to := from
		var in [2]float64
		for to < len(order) && score[order[to]] == score[order[from]] {
			in[code(s.churned[order[to]])] += s.value[order[to]]
			to++
		}
		at[0], at[1] = at[0]+in[0], at[1]+in[1]
		blocks = append(blocks, valueBlock{in[1] / sums[1], in[0] / sums[0], at[1] / sums[1], at[0] / sums[0], order[from:to]})
		from = to
	}
	return blocks
}

// widestOf is the block at whose end the shares are furthest apart: the threshold of KS.
func widestOf(blocks []valueBlock) int {
	widest := 0
	for k, b := range blocks {
		if math.Abs(b.tpr-b.fpr) > math.Abs(blocks[widest].tpr-blocks[widest].fpr) {
			widest = k
		}
	}
	return widest
}
