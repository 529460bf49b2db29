package backtest

import (
	"math"
	"slices"

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

// weightedMetrics are the metrics by value. Their intervals know how few accounts may make most
// of a sum: they take what leaving each account out does, or an upper bound of it, and its
// skewness and degrees of freedom ([metrics.Skewed], or [metrics.SkewedShare] between 0 and 1).
//
// KS, of whose bias half samples tell too little where a few accounts make the gaps (intervals of that
// kind hold it in 91.5 % of simulated companies), has the interval of a test turned around
// ([metrics.WidestGap]), and may lie above it.
func weightedMetrics(s *sample, score, eta, chance []float64, level float64) []Metric {
	own := s.rankedBy(score, eta)
	return own.weightedMetrics(pick(chance, own.order), level)
}

// weightedMetrics is that of rows in order.
func (s ranked) weightedMetrics(chance []float64, level float64) []Metric {
	curve := s.valueCurve(s.score, valueSums(s.sample))
	sums := s.said.worthOf(s.forecast.Terms())
	money, churned := sums.money, sums.churned
	precision, lift := s.valueOnLists(s.lists, chance)
	made := s.sharesOfOutcomes(s.value)
	auc, rate := curve.auc.without(made).share(level), ratioWithout(churned, money).share(level)
	byValue := s.forecast.Weighing(s.said.value)
	within := byValue.Distances(s.said.cluster, level, distanceSeed)
	list := []Metric{
		estimated(ValueAUC, auc), limited(ValueKS, curve.ks, s.gapByValue(within, level)), estimated(ValueAveragePrecision, curve.precision.without(made).share(level)),
		estimated(ValueLogLoss, ratioWithout(sums.logLoss, money).skewed(level)), estimated(ValueBrier, ratioWithout(sums.brier, money).skewed(level)),
		estimated(ValueObservedExpected, ratioWithout(churned, sums.expected).skewed(level)),
		estimated(ValuePrecision, precision.share(level)), estimated(ValueLift, lift.skewed(level)), estimated(ValueBaseRate, rate),
	}
	list = append(list, valueQuality(s, byValue, within, ratioWithout(sums.expected, money), auc, rate, level)...)
	churnedRows := s.events()
	for i := range list {
		list[i].N, list[i].Churned = len(s.churned), churnedRows
	}
	return list
}

// worths are sums of money by account: all of it, what the probabilities said would churn, what did,
// and the losses of its rows.
type worths struct{ money, expected, churned, logLoss, brier []float64 }

// worthOf adds up in one pass: accounts come at random, and that is what takes time.
func (s *sample) worthOf(terms metrics.Terms) worths {
	sums := make([][5]float64, s.accounts)
	for i, g := range s.cluster {
		v, of := s.value[i], &sums[g]
		of[0] += v
		of[1] += float64(v * terms.P[i])
		if s.churned[i] {
			of[2] += v
		}
		of[3] += float64(v * terms.LogLoss[i])
		of[4] += float64(v * terms.Brier[i])
	}
	columns := rowsOf(5, s.accounts)
	for g, of := range sums {
		for k, v := range of {
			columns[k][g] = v
		}
	}
	return worths{columns[0], columns[1], columns[2], columns[3], columns[4]}
}

// sharesOfOutcomes is what the rows of every account make of the weight of the churned rows, and of that
// of the others, added up: no account makes more of either. nil weighs every row 1.
func (s *sample) sharesOfOutcomes(weight []float64) []float64 {
	var sums [2]float64
	for i, churned := range s.churned {
		sums[code(churned)] += weighed(weight, i)
	}
	return s.perAccount(func(i int) float64 { return weighed(weight, i) / sums[code(s.churned[i])] })
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
	listed := make([]float64, slices.Max(s.period)+1) // by period
	for i, k := range s.period {
		listed[k] += chance[i]
	}
	lost, all := l.influenceOnValue(int(math.Round(slices.Max(listed))))
	sums := make([][4]float64, s.accounts) // one pass: accounts come at random, and that is what takes time
	for i, g := range s.cluster {
		of, off := &sums[g], s.lost(i)
		of[0] += float64(chance[i] * s.value[i])
		of[1] += float64(chance[i] * off)
		of[2] += off
		of[3] += float64(s.value[i] * indicator(s.first[i]))
	}
	columns := columnsOf(sums)
	worked, able := columns[0], columns[3]
	precision = tilted{sumOf(columns[1]), lost}.over(tilted{sumOf(worked), all}).leavingOut(worked)
	return precision, precision.over(ratioOf(columns[2], able))
}

// columnsOf are the sums by account, each by itself.
func columnsOf(sums [][4]float64) [][]float64 {
	columns := rowsOf(4, len(sums))
	for g, of := range sums {
		for k, v := range of {
			columns[k][g] = v
		}
	}
	return columns
}

// curved are the weighted threshold metrics.
type curved struct {
	auc, precision tilted
	ks             float64
}

// valueCurve is metrics.WeightedCurve by value with the influence of every account. With
// T and F the shares of churned and renewed value at or above a block of tied scores, t and
// f those of the block itself, and P the churned share of all value at or above it,
//
//	AUC = sum f (T - t/2),   AP = sum t P
//
// and the derivatives by the weight of a row are those of an integral over blocks. NaN where a
// value is negative or an outcome has none.
func valueCurve(s *sample, score []float64) curved {
	order := metrics.Order(score, s.churned)
	own := sample{churned: pick(s.churned, order), cluster: pick(s.cluster, order), accounts: s.accounts, value: pick(s.value, order)}
	return own.valueCurve(pick(score, order), valueSums(s))
}

// valueCurve is that of rows in the order of the score, given the value of either outcome.
func (s *sample) valueCurve(score []float64, sums [2]float64) curved {
	whole := metrics.WeightedCurve(score, s.churned, s.value)
	c := curved{auc: tilted{value: whole.AUC}, ks: whole.KS, precision: tilted{value: whole.AveragePrecision}}
	if whole.AUC != whole.AUC {
		return c
	}
	blocks := valueBlocks(s, score, sums)
	c.auc.influence, c.precision.influence = make([]float64, s.accounts), make([]float64, s.accounts)
	later := [2]float64{} // what a row above adds to the precision of the blocks from here down: renewed, churned
	for k := len(blocks) - 1; k >= 0; k-- {
		b := blocks[k]
		all := sums[1]*b.tpr + sums[0]*b.fpr
		if all > 0 {
			later[1] += sums[1] * b.churned * sums[0] * b.fpr / (all * all)
			later[0] -= sums[0] * b.churned * sums[1] * b.tpr / (all * all)
		}
		for i := b.from; i < b.to; i++ {
			y := s.churned[i]
			auc, precision := b.derivatives(y, sums)
			if y {
				precision -= whole.AveragePrecision
			}
			g, w := s.cluster[i], s.value[i]/sums[code(y)]
			c.auc.influence[g] += w * (auc - whole.AUC)
			c.precision.influence[g] += w * (precision + later[code(y)])
		}
	}
	return c
}

// derivatives of AUC and AP by a row of the block, but for what all rows share.
func (b valueBlock) derivatives(churned bool, sums [2]float64) (auc, precision float64) {
	if !churned {
		return b.tpr - b.churned/2, 0
	}
	if all := sums[1]*b.tpr + sums[0]*b.fpr; all > 0 {
		precision = sums[1] * b.tpr / all
	}
	return 1 - b.fpr + b.renewed/2, precision
}

// valueBlock is a tie: the shares of churned and renewed value in it, and down to its end, and
// its rows [from, to).
type valueBlock struct {
	churned, renewed, tpr, fpr float64
	from, to                   int
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

// valueBlocks are the ties of rows in order, the highest score first.
func valueBlocks(s *sample, score []float64, sums [2]float64) []valueBlock {
	blocks := make([]valueBlock, 0, tiesOf(score))
	var at [2]float64
	for from := 0; from < len(score); {
		to := from
		var in [2]float64
		for to < len(score) && score[to] == score[from] {
			in[code(s.churned[to])] += s.value[to]
			to++
		}
		at[0], at[1] = at[0]+in[0], at[1]+in[1]
		blocks = append(blocks, valueBlock{in[1] / sums[1], in[0] / sums[0], at[1] / sums[1], at[0] / sums[0], from, to})
		from = to
	}
	return blocks
}

// tiesOf counts the distinct scores of rows in order.
func tiesOf(score []float64) int {
	n := 0
	for i, v := range score {
		if i == 0 || v != score[i-1] {
			n++
		}
	}
	return n
}
