package backtest

import (
	"context"
	"slices"
	"sync/atomic"

	"holdfast/backtest/metrics"
)

// resampledMetrics are the metrics whose intervals come from the account
// bootstrap, in the order of their columns.
var resampledMetrics = []string{KS, AveragePrecision, LogLoss, Brier, Precision, Lift, Capture, ValueCaptured, ValueCapture, ValueMissed}

// resampled are bootstrap replicates of resampledMetrics for every candidate, all
// on the same draws, so that differences are paired.
type resampled struct {
	values       [][]float64 // [candidate*len(resampledMetrics) + metric][replicate]
	acceleration []float64   // of every candidate's KS
}

// resample draws whole accounts: an account seen in several periods comes with all
// its rows or not at all.
func resample(ctx context.Context, p *Predictions, s *sample, o Options, progress Progress) (*resampled, error) {
	sorted := make([]presorted, len(p.Score))
	for c := range sorted {
		sorted[c] = presort(s, pick(p.Score[c], s.rows), pick(p.Eta[c], s.rows))
	}
	width := len(sorted) * len(resampledMetrics)
	var done atomic.Int64
	replicates, err := metrics.Bootstrap(ctx, s.accounts, o.Replicates, o.Seed, width, func() metrics.Statistic {
		return func(count []int32, out []float64) {
			for c := range sorted {
				sorted[c].fill(count, o.Capacity, out[c*len(resampledMetrics):])
			}
			progress("bootstrap", int(done.Add(1)), o.Replicates)
		}
	})
	if err != nil {
		return nil, err
	}
	b := &resampled{values: make([][]float64, width)}
	for _, p := range sorted {
		influence := metrics.RankMetrics{}.Influence(p.ranking)[metrics.ColumnKS]
		b.acceleration = append(b.acceleration, metrics.Acceleration(influence))
	}
	for col := range b.values {
		b.values[col] = make([]float64, 0, o.Replicates)
		for r := range o.Replicates {
			b.values[col] = append(b.values[col], replicates.Values[r*width+col])
		}
	}
	return b, nil
}

// presorted is everything about one candidate that does not change between
// replicates: the order of its scores and its losses per account.
type presorted struct {
	ranking *metrics.Ranking
	lists   *lists
	rows    []float64 // per account
	loss    []float64 // per account: sum of the log loss
	square  []float64 // per account: sum of the squared error
}

// presort sorts the rows once and adds up losses per account: a replicate then
// costs no more than one pass over rows and accounts.
func presort(s *sample, score, eta []float64) presorted {
	p := presorted{
		ranking: metrics.NewRanking(score, s.churned, s.cluster), lists: newLists(s, score),
		rows: make([]float64, s.accounts), loss: make([]float64, s.accounts), square: make([]float64, s.accounts),
	}
	for i, g := range s.cluster {
		y := s.churned[i : i+1]
		p.rows[g]++
		p.loss[g] += metrics.LogLoss(eta[i:i+1], y)
		p.square[g] += metrics.Brier(eta[i:i+1], y)
	}
	return p
}

// fill writes one replicate in the order of resampledMetrics.
func (p *presorted) fill(count []int32, capacity int, out []float64) {
	var rows, loss, square float64
	for g, n := range count {
		rows += float64(n) * p.rows[g]
		loss += float64(n) * p.loss[g]
		square += float64(n) * p.square[g]
	}
	curve := p.ranking.Curve(count)
	at := p.lists.atCapacity(count, capacity)
	copy(out, []float64{curve.KS, curve.AveragePrecision, loss / rows, square / rows,
		at.precision, at.lift, at.capture, at.value, at.valueShare, at.missed})
}

// column returns the replicates of one metric, nil for a metric that is not
// resampled.
func (b *resampled) column(candidate int, metric string) []float64 {
	k := slices.Index(resampledMetrics, metric)
	if k < 0 {
		return nil
	}
	return b.values[candidate*len(resampledMetrics)+k]
}

// interval is the percentile interval of a candidate's metric.
func (b *resampled) interval(candidate int, metric string, level float64) (low, high float64, ok bool) {
	values := b.column(candidate, metric)
	if len(values) == 0 {
		return 0, 0, false
	}
	low, high = percentile(values, level)
	return low, high, true
}

// corrected is the BCa interval of a candidate's KS, which is the largest of many gaps: its
// replicates lie too high on the whole, and their percentiles cover the truth in 91 % of
// the simulations of package metrics instead of 95 %.
func (b *resampled) corrected(candidate int, ks, level float64) (low, high float64) {
	replicates := metrics.Replicates{Width: 1, Values: b.column(candidate, KS)}
	return replicates.BCa(0, ks, b.acceleration[candidate], level)
}

// percentile is the metrics package's percentile interval of a list of replicates.
func percentile(values []float64, level float64) (low, high float64) {
	return (&metrics.Replicates{Width: 1, Values: values}).Percentile(0, level)
}
