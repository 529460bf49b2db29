package health

import (
	"cmp"
	"context"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// Drift is measured over so many quantile bins of a number, and so many levels of a
// category, the rarer ones pooled. Missing values are a bin of their own: a column that is no
// longer filled has drifted. Ten bins are customary, as are the limits of 0.1 and 0.25 that
// the index is held against.
const (
	driftBins   = 10
	driftLevels = 20
)

// overTime evaluates the factor on the snapshots at risk: what is missing by month, and
// how its values move. Periods is empty where there is one quarter of data only. Errors: those
// of reading the columns; the bins are such that Drift refuses none.
func (p *Factor) overTime(ctx context.Context, panel *dataset.Panel, f *frame, factor features.Factor) error {
	v, err := factor.Values(ctx, len(f.rows), panel.Snapshots.Table.InTurn(f.rows))
	if err != nil {
		return err
	}
	p.MissingByMonth = missingByMonth(v, f)
	p.Drift = Drift{From: f.from, Until: f.until, Periods: []DriftPeriod{}}
	if len(f.quarters) == 0 {
		return nil
	}
	bin, bins := binned(v, f)
	v = expr.Vector{} // its memory is free for what follows
	p.Drift.Bins = bins
	stability, err := f.drift.Drift(bin, bins)
	if err != nil {
		return err
	}
	for k, s := range stability {
		p.Drift.Periods = append(p.Drift.Periods, DriftPeriod{Start: f.quarters[k], N: s.N, PSI: models.Stat(s.PSI),
			Null95: models.Stat(s.Null95), P: models.Stat(s.P), DesignEffect: models.Stat(s.DesignEffect)})
	}
	return nil
}

// missingByMonth is the share of rows at risk without a value, by the months of the calendar;
// NaN in a month without rows. v has a value for each of f.rows.
func missingByMonth(v expr.Vector, f *frame) []models.Stat {
	n, missing := make([]int, len(f.calendar.starts)), make([]int, len(f.calendar.starts))
	for i := range f.rows {
		m := f.month(i)
		n[m]++
		if v.Codes != nil && v.Codes[i] < 0 || v.Numbers != nil && v.Numbers[i] != v.Numbers[i] {
			missing[m]++
		}
	}
	shares := make([]models.Stat, len(n))
	for m := range shares {
		shares[m] = share(missing[m], n[m])
	}
	return shares
}

// binned puts every row into a bin that was cut on the reference rows: bin is by the index of
// f.rows and below bins, whose last is what is missing.
func binned(v expr.Vector, f *frame) (bin []int32, bins int) {
	if v.Codes != nil {
		return binnedLevels(v, f)
	}
	edges := metrics.Edges(f.reference(v.Numbers), driftBins)
	bin = make([]int32, len(v.Numbers))
	for i, x := range v.Numbers {
		bin[i] = metrics.BinOf(edges, x)
	}
	return bin, len(edges) + 2
}

// reference are the values of the reference rows that have one. It counts first, so
// that the copy is as large as it has to be and no larger.
func (f *frame) reference(x []float64) []float64 {
	n := 0
	for i, v := range x {
		if v == v && f.periods[i] == 0 {
			n++
		}
	}
	values := make([]float64, 0, n)
	for i, v := range x {
		if v == v && f.periods[i] == 0 {
			values = append(values, v)
		}
	}
	return values
}

// binnedLevels gives the frequent levels of the reference a bin each. The two bins after
// them are all other levels, seen there or not, and what is missing.
func binnedLevels(v expr.Vector, f *frame) (bin []int32, bins int) {
	counts := make([]int, len(v.Levels))
	for i, code := range v.Codes {
		if code >= 0 && f.periods[i] == 0 {
			counts[code]++
		}
	}
	order := make([]int32, len(counts))
	for code := range order {
		order[code] = int32(code)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(counts[b]-counts[a], cmp.Compare(v.Levels[a], v.Levels[b]))
	})
	own := 0
	for own < min(len(order), driftLevels) && counts[order[own]] > 0 {
		own++
	}
	place := slices.Repeat([]int32{int32(own)}, len(counts))
	for b, code := range order[:own] {
		place[code] = int32(b)
	}
	bin = make([]int32, len(v.Codes))
	for i, code := range v.Codes {
		bin[i] = int32(own + 1)
		if code >= 0 {
			bin[i] = place[code]
		}
	}
	return bin, own + 2
}
