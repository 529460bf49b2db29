package backtest

import (
	"context"
	"slices"
	"sync/atomic"

	"holdfast/backtest/metrics"
)

// resampledMetrics are the metrics whose intervals come from the account
// bootstrap, in the order of their columns: two that are swept off the ranking, and those
// that are not.
var (
	resampledMetrics = append([]string{KS, AveragePrecision}, unranked...)
	unranked         = []string{LogLoss, Brier, Precision, Lift, Capture, ValueCaptured, ValueCapture, ValueMissed}
)

// resampled are bootstrap replicates of resampledMetrics for every candidate, all
// on the same draws, so that differences are paired.
type resampled struct {
	values  [][]float64 // [candidate*len(resampledMetrics) + metric][replicate]
	gaps    []widestGap // of every candidate
	dollars *dollars    // nil without values
	moved   [][]tilted  // [candidate][place among resampledMetrics]; nil for percentiles
}

// resample draws whole accounts: an account seen in several periods comes with all
// its rows or not at all.
func resample(ctx context.Context, p *Predictions, s *sample, o Options, progress Progress) (*resampled, error) {
	return p.fieldOf(s).resample(ctx, o, progress)
}

// resample is [resample] of a sample that is ranked already.
func (f *field) resample(ctx context.Context, o Options, progress Progress) (*resampled, error) {
	d := presort(f)
	ranked, more := metrics.RankMetrics{}, len(unranked)*len(d.rankings)
	var done atomic.Int64
	replicates, err := metrics.BootstrapRanksAnd(ctx, d.rankings, ranked, more, func() metrics.PackedStatistic {
		sums := rowsOf(metrics.MaxDraws, d.width)
		return func(draws *metrics.Draws, out [][]float64) {
			d.fill(draws, o.Capacity, sums[:len(out)], out)
			progress("bootstrap", int(done.Add(int64(len(out)))), o.Replicates)
		}
	}, o.Replicates, o.Seed)
	if err != nil {
		return nil, err
	}
	b := &resampled{values: make([][]float64, len(d.rankings)*len(resampledMetrics)), gaps: make([]widestGap, len(d.rankings))}
	b.dollars = d.dollarsOn(o.Capacity)
	if o.Intervals == BCa {
		b.moved = d.moved(o.Capacity)
	}
	_ = sideBySide(len(d.rankings), func(c int) error { // no task fails
		r := d.rankings[c]
		b.gaps[c] = widestGap{r.GapBias(gapSeed), ranked.Influence(r, metrics.ColumnKS)[metrics.ColumnKS]}
		return nil
	})
	for c := range d.rankings {
		first := c * len(resampledMetrics)
		b.values[first] = columnOf(replicates, c*ranked.Width()+metrics.ColumnKS)
		b.values[first+1] = columnOf(replicates, c*ranked.Width()+metrics.ColumnAP)
		for k := range unranked {
			b.values[first+2+k] = columnOf(replicates, len(d.rankings)*ranked.Width()+c*len(unranked)+k)
		}
	}
	return b, nil
}

// columnOf gathers a column of replicates.
func columnOf(r *metrics.Replicates, column int) []float64 {
	out := make([]float64, 0, len(r.Values)/r.Width)
	for i := column; i < len(r.Values); i += r.Width {
		out = append(out, r.Values[i])
	}
	return out
}

// presorted is everything about the candidates that does not change between replicates:
// the order of their scores, and per account its sums, so that a replicate costs no more
// than one pass over rows and accounts.
type presorted struct {
	rankings []*metrics.Ranking
	lists    []*lists

	// Of every account width numbers, side by side because all are wanted at once: its
	// rows, those that could be listed, those of them that churned, and their money; then
	// the log loss and the squared error of each candidate.
	sums  []float64
	width int
}

// The places of an account's own numbers among its sums.
const (
	ownRows = iota
	ownListable
	ownChurned
	ownValue
	ownNumbers
)

// presort adds up by account, every candidate on a processor and in columns of its own, which
// are then laid side by side.
func presort(s *field) *presorted {
	d := &presorted{rankings: s.rankings, lists: s.lists, width: ownNumbers + 2*len(s.score)}
	columns := make([][]float64, d.width)
	columns[ownRows] = s.rowsOf()
	for k := range columns[ownListable:ownNumbers] {
		columns[ownListable+k] = make([]float64, s.accounts)
	}
	for g, w := range d.lists[0].stakes {
		columns[ownListable][g], columns[ownChurned][g], columns[ownValue][g] = w.rows, w.churned, w.value
	}
	_ = sideBySide(len(s.score), func(c int) error { // no task fails
		columns[ownNumbers+2*c], columns[ownNumbers+2*c+1] = s.lossesOf(s.eta[c])
		return nil
	})
	d.sums = make([]float64, s.accounts*d.width)
	for g := range s.accounts {
		for k, of := range columns {
			d.sums[g*d.width+k] = of[g]
		}
	}
	return d
}

// lossesOf is the log loss and the squared error of every account.
func (s *sample) lossesOf(eta []float64) (logLoss, brier []float64) {
	logLoss, brier = make([]float64, s.accounts), make([]float64, s.accounts)
	terms := metrics.NewTerms(eta, s.churned)
	for i, g := range s.cluster {
		logLoss[g] += terms.LogLoss[i]
		brier[g] += terms.Brier[i]
	}
	return logLoss, brier
}

// fill writes unranked of every candidate, a row for each replicate. sums is scratch memory
// of a number for each of an account's.
func (d *presorted) fill(draws *metrics.Draws, capacity int, sums, out [][]float64) {
	draws.Sums(d.sums, sums)
	for c, l := range d.lists {
		tops := l.draw(draws, capacity)
		for r, sum := range sums {
			at := tops[r].caught(stake{sum[ownListable], sum[ownChurned], sum[ownValue]})
			losses := sum[ownNumbers+2*c:]
			copy(out[r][c*len(unranked):], []float64{losses[0] / sum[ownRows], losses[1] / sum[ownRows],
				at.precision, at.lift, at.capture, at.value, at.valueShare, at.missed})
		}
	}
}

// rowsOf makes rows of so many numbers.
func rowsOf(rows, width int) [][]float64 {
	out := make([][]float64, rows)
	for r := range out {
		out[r] = make([]float64, width)
	}
	return out
}

// column returns the replicates of one metric, nil for a metric that is not
// resampled.
func (b *resampled) column(candidate int, metric string) []float64 {
	k := placeOf(metric)
	if k < 0 {
		return nil
	}
	return b.values[candidate*len(resampledMetrics)+k]
}

// placeOf is the place of a metric among resampledMetrics, -1 for one that is not resampled.
func placeOf(metric string) int { return slices.Index(resampledMetrics, metric) }

// percentile is the metrics package's percentile interval of a list of replicates.
func percentile(values []float64, level float64) (low, high float64) {
	return (&metrics.Replicates{Width: 1, Values: values}).Percentile(0, level)
}
