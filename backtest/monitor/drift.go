package monitor

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// followFactors holds every factor of every quarter against the reference, one factor at a
// time: no more than its values are in memory at once. The index is that of metrics.PSI,
//
//	PSI = sum_b (a_b - e_b) ln(a_b / e_b)
//
// over the bins of the reference, with the shares e_b then and a_b now. Each row of a quarter
// is an account of its own there, so that only the reference needs a design effect. One pass
// over the values of a factor, and one over its bins per quarter.
func (w *watch) followFactors(ctx context.Context) error {
	for i := range w.model.Encoder.Factors {
		e := &w.model.Encoder.Factors[i]
		v, err := e.Values(ctx, len(w.rows), w.line.InTurn(w.rows))
		if err != nil {
			return fmt.Errorf("monitor: factor %q: %w", e.Factor.Name, err)
		}
		h := &w.reference.Factors[i].Histogram
		bin, n := binned(h, v)
		for k := range w.report.Quarters {
			now := counts(pick(bin, w.of[k]), n)
			f := FactorShift{Factor: e.Factor.Name, Shift: metrics.Against(h.Counts, now, h.Effect.Float()),
				Missing: lastShare(h, now), Unseen: undefinedShare()}
			if v.Codes != nil && e.Factor.Kind == features.Category {
				f.unseen(e, v, w.of[k], h)
			}
			w.report.Quarters[k].Factors = append(w.report.Quarters[k].Factors, f)
		}
	}
	return nil
}

// lastShare compares the share of the last bin, which is what is missing: of a factor its
// value, of the log-odds the score.
func lastShare(h *models.Histogram, now []int) Share {
	return shareOf(h.Last(), h.Total(), now[len(now)-1], sum(now), h.LastEffect.Float())
}

// shareOf compares then of m with now of n; effect is how many of the m rows say as much as
// one. Two shares are two bins: the test is that of the index, with one degree of freedom,
// which to first order is the square of the usual z of two shares.
func shareOf(then, m, now, n int, effect float64) Share {
	if effect != effect {
		effect = 1 // nobody, or everybody, had it: their shares do not vary with the accounts
	}
	s := metrics.Against([]int{m - then, then}, []int{n - now, now}, effect)
	return Share{Now: ratio(now, n), Then: ratio(then, m), P: s.P}
}

// mostNamed is how many levels are named: a key that slipped into a category has thousands.
const mostNamed = 5

// unseen counts the accounts with a level that training never saw, and fills in Unseen and
// Levels. Of the reference nobody had one, as far as the fit is concerned: then is 0 of all its
// rows, and a share of nothing has no design effect. rows index v.
func (f *FactorShift) unseen(e *features.Encoding, v expr.Vector, rows []int32, h *models.Histogram) {
	accounts := make([]int, len(v.Levels))
	for _, i := range rows {
		if c := v.Codes[i]; c >= 0 {
			accounts[c]++
		}
	}
	all := 0
	for c, n := range accounts {
		if n > 0 && isUnseen(e, v.Levels[c]) {
			all += n
			f.Levels = append(f.Levels, Level{v.Levels[c], n})
		}
	}
	slices.SortFunc(f.Levels, func(a, b Level) int { return cmp.Or(b.Accounts-a.Accounts, cmp.Compare(a.Name, b.Name)) })
	f.Levels = f.Levels[:min(len(f.Levels), mostNamed)]
	f.Unseen = shareOf(0, h.Total(), all, len(rows), 1)
}

// followScores holds the log-odds, the bands and the coverage against the reference. Scores
// are binned by their log-odds and not by their ranks: a score whose order has stayed may
// still give everybody another probability. Coverage is one less the share of the last bin,
// which is what has no score. A model without bands has a Moved of zeros, and no Bands.
func (w *watch) followScores() {
	r := w.reference
	bin, n := binned(&r.Score, expr.Vector{Numbers: w.scored.eta})
	bands := w.scored.bandBins()
	for k := range w.report.Quarters {
		q, rows := &w.report.Quarters[k], w.of[k]
		now := counts(pick(bin, rows), n)
		q.Score = metrics.Against(r.Score.Counts, now, r.Score.Effect.Float())
		without := lastShare(&r.Score, now)
		q.Coverage = Share{Now: 1 - without.Now, Then: 1 - without.Then, P: without.P}
		q.Unscored = reasons(w.scored.unscored, rows)
		if r.Bands == nil {
			continue
		}
		inBand := counts(pick(bands, rows), bandCount)
		q.Moved = metrics.Against(r.Bands.Counts, inBand, r.Bands.Effect.Float())
		for b := range bandCount - 1 {
			q.Bands = append(q.Bands, shareOf(r.Bands.Counts[b], r.Bands.Total(), inBand[b], len(rows), r.Bands.Effect.Float()))
		}
	}
}

// reasons counts why rows have no score, ties in byte order.
func reasons(all []models.Unscored, rows []int32) []Reason {
	var list []Reason
	for _, i := range rows {
		why := all[i]
		if why.Code == "" {
			continue
		}
		at := slices.IndexFunc(list, func(r Reason) bool { return r.Code == why.Code && r.Factor == why.Factor })
		if at < 0 {
			at = len(list)
			list = append(list, Reason{Code: why.Code, Factor: why.Factor})
		}
		list[at].Accounts++
	}
	slices.SortFunc(list, func(a, b Reason) int {
		return cmp.Or(b.Accounts-a.Accounts, cmp.Compare(a.Code, b.Code), cmp.Compare(a.Factor, b.Factor))
	})
	return list
}
