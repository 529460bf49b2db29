package backtest

import (
	"slices"

	"holdfast/backtest/metrics"
)

// The intervals that Options.Intervals asks of what is drawn by account: the percentiles of the
// replicates, or those corrected for bias and skewness ([metrics.Replicates.BCa]).
const (
	Percentile = "percentile"
	BCa        = "bca"
)

// drawn is a metric, or a difference of two on the same draws, with its replicates and how much
// every account moves it. Without influences its interval is one of percentiles.
type drawn struct {
	tilted
	replicates []float64
	money      bool // of heavy tails, see [metrics.Replicates.HeavyTailed]
}

// of is a candidate's metric; without replicates for one that is not resampled.
func (b *resampled) of(candidate int, metric string) drawn {
	d := drawn{replicates: b.column(candidate, metric)}
	switch t, money := b.dollars.of(candidate, metric); {
	case money:
		d.tilted, d.money = t, true
	case b.moved != nil && d.replicates != nil:
		d.tilted = b.moved[candidate][placeOf(metric)]
	}
	return d
}

// less is the paired difference d - e.
func (d drawn) less(e drawn) drawn {
	gains := make([]float64, len(d.replicates))
	for i, v := range d.replicates {
		gains[i] = v - e.replicates[i]
	}
	return drawn{d.tilted.less(e.tilted), gains, d.money}
}

// times is the number in another unit, or with another sign.
func (d drawn) times(factor float64) drawn {
	scaled := make([]float64, len(d.replicates))
	for i, v := range d.replicates {
		scaled[i] = factor * v
	}
	return drawn{d.tilted.times(factor), scaled, d.money}
}

// interval says how it came about, too. BCa falls back to percentiles where there is nothing to
// correct by.
func (d drawn) interval(level float64) (low, high float64, method string) {
	if d.money {
		low, high = d.tilted.interval(d.replicates, level)
		return low, high, byBCa
	}
	if len(d.influence) > 0 {
		r := &metrics.Replicates{Width: 1, Values: d.replicates}
		low, high, corrected := r.BCa(0, d.value, metrics.Acceleration(d.influence), level)
		if corrected {
			return low, high, byBCa
		}
	}
	low, high = percentile(d.replicates, level)
	return low, high, byBootstrap
}

// interval is that of a candidate's metric; ok is false for one that is not resampled.
func (b *resampled) interval(candidate int, metric string, level float64) (low, high float64, ok bool) {
	d := b.of(candidate, metric)
	if len(d.replicates) == 0 {
		return 0, 0, false
	}
	low, high, _ = d.interval(level)
	return low, high, true
}

// moved are the influences on the plain metrics of every candidate, by their place among
// resampledMetrics: the infinitesimal jackknife by account, which leaving accounts out one by one
// comes to (Efron 1987, section 7; Efron and Tibshirani 1993, section 22.6). KS has an
// interval of its own (see widestGap), and money is of heavy tails: they have none here.
func (d *presorted) moved(capacity int) [][]tilted {
	moved := make([][]tilted, len(d.rankings))
	_ = sideBySide(len(d.rankings), func(c int) error { // no task fails
		r, rows := d.rankings[c], d.column(ownRows)
		of := map[string]tilted{
			LogLoss:          ratioOf(d.column(ownNumbers+2*c), rows),
			Brier:            ratioOf(d.column(ownNumbers+2*c+1), rows),
			AveragePrecision: {r.Curve(nil).AveragePrecision, metrics.RankMetrics{}.Influence(r, metrics.ColumnAP)[metrics.ColumnAP]},
		}
		of[Precision], of[Lift], of[Capture] = d.lists[c].tilted(capacity)
		moved[c] = make([]tilted, len(resampledMetrics))
		for metric, t := range of {
			moved[c][placeOf(metric)] = t
		}
		return nil
	})
	return moved
}

// column is one of an account's own numbers, for every account.
func (d *presorted) column(k int) []float64 {
	out := make([]float64, 0, len(d.sums)/d.width)
	for i := k; i < len(d.sums); i += d.width {
		out = append(out, d.sums[i])
	}
	return out
}

// tilted are what [caught] says of the lists, with the influence of every account: they are
// ratios of sums, of which those on the lists move by whom an account pushes out as well (see
// [metrics.Ranking.InfluenceOnTop]).
func (l *lists) tilted(capacity int) (precision, lift, capture tilted) {
	at, rows, churned := l.atCapacity(nil, capacity), make([]float64, len(l.stakes)), make([]float64, len(l.stakes))
	for g, w := range l.stakes {
		rows[g], churned[g] = w.rows, w.churned
	}
	hits, size := l.influenceOn(capacity, func(p period) []float64 { return ones(len(p.rows)) })
	caught, worked := tilted{at.precision * at.worked, hits}, tilted{at.worked, size}
	everybody, lost := tilted{sumOf(rows), centred(rows)}, tilted{sumOf(churned), centred(churned)}
	precision = caught.over(worked)
	return precision, precision.over(lost.over(everybody)), caught.over(lost)
}

// ones is a list of ones.
func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }
