package metrics

import (
	"context"
	"math"
)

// The columns of [RankMetrics] that are always there; those of the lists come after them.
const (
	ColumnAUC = iota
	ColumnKS
	ColumnAP
	fixedColumns
)

// RankMetrics is a row of rank metrics of one candidate, to be estimated, resampled and
// compared column by column: AUC, KS and average precision, then precision, lift and
// capture of a list of each of the given lengths.
type RankMetrics struct{ Lists []int }

// Width is the number of columns of a candidate.
func (m RankMetrics) Width() int { return fixedColumns + 3*len(m.Lists) }

// ColumnPrecision is the column of the precision of list i.
func (m RankMetrics) ColumnPrecision(i int) int { return fixedColumns + 3*i }

// ColumnLift is the column of the lift of list i.
func (m RankMetrics) ColumnLift(i int) int { return fixedColumns + 3*i + 1 }

// ColumnCapture is the column of the capture of list i.
func (m RankMetrics) ColumnCapture(i int) int { return fixedColumns + 3*i + 2 }

// Of is the metrics of a ranking with the rows of account g counted count[g] times; nil
// counts every account once.
func (m RankMetrics) Of(r *Ranking, count []int32) []float64 {
	out := make([]float64, m.Width())
	w := r.weights(count)
	c := r.Curve(w)
	out[ColumnAUC], out[ColumnKS], out[ColumnAP] = c.AUC, c.KS, c.AveragePrecision
	m.lists(r, w, r.totals(w), out)
	return out
}

// lists fills in the columns of the lists, each a sweep of its own that ends at the cut. A
// list longer than the rows that were drawn holds them all. k is a number and not a share:
// it is the team's time that is fixed.
func (m RankMetrics) lists(r *Ranking, count []int32, all tally, out []float64) {
	rows, events := float64(all.churned+all.renewed), float64(all.churned)
	for i, k := range m.Lists {
		top := r.Top(count, nil, k)
		if r.undefined {
			top.Rows, top.Churned = math.NaN(), math.NaN()
		}
		out[m.ColumnPrecision(i)] = ratio(top.Churned, top.Rows)
		out[m.ColumnLift(i)] = ratio(top.Churned*rows, top.Rows*events)
		out[m.ColumnCapture(i)] = ratio(top.Churned, events)
	}
}

// BootstrapRanks is [Bootstrap] for the rank metrics of several candidates on the same
// accounts: candidate j has the columns from j m.Width() on. All candidates see the same
// draws, so that the difference of two columns is a paired one. The numbers are those of
// Bootstrap with [RankMetrics.Of], bit for bit; the time is a fraction, because sixteen
// replicates share each sweep over the rows. Only where more than 32,768 thresholds lie
// apart, which takes some 200,000 rows, are rows taken together until they make a thousandth
// of those above them, and tie: that moves AUC, KS and average precision by less than a
// tenth of their standard error, mostly by a hundredth. Errors are those of [BootstrapAUC].
func BootstrapRanks(ctx context.Context, rankings []*Ranking, m RankMetrics, replicates int, seed uint64) (*Replicates, error) {
	return bootstrapPacked(ctx, rankings, replicates, seed, packedColumns{ranked: m.Width(), metrics: &m})
}

// BootstrapRanksAnd is [BootstrapRanks] with the more columns of a statistic of another kind
// behind those of the candidates, on the same draws. Every worker calls newStat once, as in
// [Bootstrap].
func BootstrapRanksAnd(ctx context.Context, rankings []*Ranking, m RankMetrics, more int, newStat func() PackedStatistic, replicates int, seed uint64) (*Replicates, error) {
	return bootstrapPacked(ctx, rankings, replicates, seed, packedColumns{m.Width(), &m, more, newStat})
}
