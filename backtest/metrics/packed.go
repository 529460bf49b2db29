package metrics

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// BootstrapAUC is [Bootstrap] for the AUC of several candidates on the same
// accounts: column j of a replicate is rankings[j].AUC of its multiplicities.
// The numbers are bit for bit those of Bootstrap with the same seed; the time is
// a fraction, because sixteen replicates share each sweep over the rows.
//
// Besides Bootstrap's errors there is one for rankings that differ in accounts.
func BootstrapAUC(ctx context.Context, rankings []*Ranking, replicates int, seed uint64) (*Replicates, error) {
	return bootstrapPacked(ctx, rankings, replicates, seed, packedColumns{ranked: 1})
}

// packedColumns are what a packed bootstrap computes of a replicate: so many columns per
// ranking, the AUC alone or with metrics all of theirs, and behind those the columns of a
// statistic of another kind, on the same draw.
type packedColumns struct {
	ranked  int
	metrics *RankMetrics
	more    int
	newStat func() PackedStatistic // nil without more
}

// bootstrapPacked draws sixteen replicates at a time and sweeps every ranking once for them.
func bootstrapPacked(ctx context.Context, rankings []*Ranking, replicates int, seed uint64, columns packedColumns) (*Replicates, error) {
	accounts, err := commonAccounts(rankings)
	if err != nil {
		return nil, err
	}
	out, err := newReplicates(accounts, replicates, len(rankings)*columns.ranked+columns.more)
	if err != nil {
		return nil, err
	}
	plans := make([]*plan, len(rankings))
	sideBySide(len(rankings), func(j int) {
		if columns.metrics == nil {
			plans[j] = rankings[j].plan(true)
		} else {
			plans[j] = rankings[j].condensed()
		}
	})
	batches := (replicates + lanes - 1) / lanes
	err = inParallel(ctx, batches, func() func(int) {
		b := newBatch(accounts, columns)
		return func(i int) {
			first := i * lanes
			last := min(first+lanes, replicates)
			b.run(plans, seed, first, out.Values[first*out.Width:last*out.Width])
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// commonAccounts is the number of accounts that all rankings must have.
func commonAccounts(rankings []*Ranking) (int, error) {
	if len(rankings) == 0 {
		return 0, fmt.Errorf("metrics: bootstrap: no rankings given")
	}
	accounts := len(rankings[0].account)
	for i, r := range rankings {
		if len(r.account) != accounts {
			return 0, fmt.Errorf("metrics: bootstrap: ranking %d has %d accounts, the first has %d; rank all candidates on the same rows",
				i, len(r.account), accounts)
		}
		if !slices.Equal(r.account, rankings[0].account) {
			return 0, fmt.Errorf("metrics: bootstrap: the accounts of ranking %d have other rows than those of the first; rank all candidates on the same rows", i)
		}
	}
	return accounts, nil
}

// batch is one worker's scratch memory.
type batch struct {
	packedColumns
	*Draws
	stat PackedStatistic
	all  *[lanes]tally // rows of each replicate: the same for all rankings
	more [][]float64   // where the statistic writes, by replicate
}

func newBatch(accounts int, columns packedColumns) *batch {
	b := &batch{packedColumns: columns, Draws: newDraws(accounts), more: make([][]float64, lanes)}
	if columns.more > 0 {
		b.stat = columns.newStat()
	}
	return b
}

// run computes the replicates from first on that out has room for: at most sixteen, one
// sweep per candidate for all of them.
func (b *batch) run(plans []*plan, seed uint64, first int, out []float64) {
	width := len(plans)*b.ranked + b.packedColumns.more
	b.draw(seed, first, len(out)/width)
	if b.metrics != nil && b.fits {
		b.all = totalsOf(plans[0].ranking.account, b.packed)
	}
	for j, p := range plans {
		at := func(l int) []float64 { return out[l*width+j*b.ranked:][:b.ranked] }
		switch {
		case !b.fits:
			b.sweepSingly(p, at)
		case b.metrics != nil:
			b.sweepCurves(p, at)
		default:
			b.sweepAUC(p, at)
		}
	}
	if b.stat != nil {
		for l := range b.replicates {
			b.more[l] = out[l*width+len(plans)*b.ranked:][:b.packedColumns.more]
		}
		b.stat(b.Draws, b.more[:b.replicates])
	}
}

// sweepAUC fills in the one column of a ranking.
func (b *batch) sweepAUC(p *plan, at func(l int) []float64) {
	s := newSweep(b.most)
	s.run(p, b.packed)
	for l := range b.replicates {
		if at(l)[ColumnAUC] = s.auc(l); p.ranking.undefined {
			at(l)[ColumnAUC] = math.NaN()
		}
	}
}

// sweepCurves fills in all columns of one ranking. Lists are read off the top of it,
// replicate by replicate: they are short beside all rows.
func (b *batch) sweepCurves(p *plan, at func(l int) []float64) {
	c := newCurveSweep(b.all)
	c.run(p, b.packed, b.most)
	for l := range b.replicates {
		out := at(l)
		out[ColumnAUC], out[ColumnKS], out[ColumnAP] = c.auc(l), c.ks(l), c.averagePrecision(l)
		if p.ranking.undefined {
			out[ColumnAUC], out[ColumnKS], out[ColumnAP] = math.NaN(), math.NaN(), math.NaN()
		}
		if len(b.metrics.Lists) > 0 {
			b.metrics.lists(p.ranking, b.Count(l), b.all[l], out)
		}
	}
}

// sweepSingly serves replicates that drew an account too often for a byte.
func (b *batch) sweepSingly(p *plan, at func(l int) []float64) {
	for l := range b.replicates {
		if b.metrics == nil {
			at(l)[ColumnAUC] = p.ranking.AUC(b.Count(l))
		} else {
			copy(at(l), b.metrics.Of(p.ranking, b.Count(l)))
		}
	}
}
