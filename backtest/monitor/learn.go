package monitor

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// Bins are tenths of the reference, and of a category its most frequent levels.
const (
	bins       = 10
	mostLevels = 20
)

// referenceMonths is how long before it was made a model is described.
const referenceMonths = 12

// Learn describes the accounts of the year before the model was made: up to the last day
// whose labels it knows. The model must have its bands by then, if it is to have any. It is nil
// where there are no snapshots of that year; the promise is for who has backtested it to
// add.
//
// The reference holds counts and bin edges, no values and no accounts: it goes into the model
// file. Factors are in the order of the encoder. Errors: those of ctx, and of columns that the
// model reads and the Timeline has not.
func Learn(ctx context.Context, m *models.Model, t *dataset.Timeline) (*models.Reference, error) {
	until := m.Training.KnownBy
	rows := newest(t, until.AddMonths(-referenceMonths)+1, until)
	if until == dataset.NoDate || len(rows) == 0 {
		return nil, nil
	}
	r := &models.Reference{Rows: len(rows), From: t.AsOf[rows[0]], Until: t.AsOf[rows[0]]}
	table := t.Table()
	account := dataset.Room[int32](table, len(rows))
	for i, row := range rows {
		account[i] = t.Account[row]
		r.From, r.Until = min(r.From, t.AsOf[row]), max(r.Until, t.AsOf[row])
		if i == 0 || account[i] != account[i-1] {
			r.Accounts++
		}
	}
	accounts, err := metrics.NewDriftRows(dataset.Room[int32](table, len(rows)), account, nil, 0)
	if err != nil {
		return nil, fmt.Errorf("monitor: %w", err)
	}
	r.Factors = slices.Grow(r.Factors, len(m.Encoder.Factors))[:len(m.Encoder.Factors)]
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(t.AtOnce(learnBytes * int64(len(rows))))
	for i := range m.Encoder.Factors {
		group.Go(func() error {
			name := m.Encoder.Factors[i].Factor.Name
			v, err := m.Encoder.Factors[i].ValuesOf(inner, table, len(rows), t.InTurn(rows))
			if err != nil {
				return fmt.Errorf("monitor: factor %q: %w", name, err)
			}
			defer dataset.Vacate(table, v.Numbers)
			defer dataset.Vacate(table, v.Codes)
			h, err := histogram(v, accounts)
			r.Factors[i] = models.FactorReference{Factor: name, Histogram: h}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return r, learnScores(ctx, r, m, t, rows, accounts)
}

// learnScores describes the log-odds of the rows, and their bands if the model has any. It asks
// nobody why a row has no score, and keeps no more than the two: there are as many rows as accounts
// and quarters.
func learnScores(ctx context.Context, r *models.Reference, m *models.Model, t *dataset.Timeline, rows []int32, accounts *metrics.DriftRows) error {
	s := scored{eta: dataset.Room[float64](t.Table(), len(rows)), band: dataset.Room[int32](t.Table(), len(rows))}
	err := eachScored(ctx, m, t, rows, func(from int, _ *models.Scorer, _ *dataset.Batch, piece *models.Scores) error {
		copy(s.eta[from:], piece.Eta)
		copy(s.band[from:], piece.Band)
		return nil
	})
	if err != nil {
		return err
	}
	if r.Score, err = histogram(expr.Vector{Numbers: s.eta}, accounts); err != nil {
		return err
	}
	if slices.ContainsFunc(s.band, func(b int32) bool { return b >= 0 }) {
		s.eta = nil // bins take its place
		h, err := counted(s.bandBins(), accounts, bandCount)
		r.Bands = &h
		return err
	}
	return nil
}

// learnBytes is about what the histogram of a factor takes a row: its value, its bin, whether it is missing,
// and looking for edges.
const learnBytes = 24

// newest are the rows of the Timeline that are their account's last in a calendar quarter,
// of as-of dates from one day to another, both included. They lie by account and then by day.
// A quarter that begins before the first day, or ends after the last, counts with the days
// that lie within.
func newest(t *dataset.Timeline, from, until dataset.Date) []int32 {
	rows := t.Between(from, until+1, 1)
	kept := rows[:0]
	for i, row := range rows {
		last := i+1 == len(rows) || t.Account[rows[i+1]] != t.Account[row] || quarterOf(t.AsOf[rows[i+1]]) != quarterOf(t.AsOf[row])
		if last {
			kept = append(kept, row)
		}
	}
	return kept
}

// quarterOf is the first day of the calendar quarter of a day.
func quarterOf(d dataset.Date) dataset.Date {
	year, month, _ := d.Civil()
	return dataset.NewDate(year, month-(month-1)%3, 1)
}

// histogram cuts bins out of the values of the reference rows and counts them.
func histogram(v expr.Vector, accounts *metrics.DriftRows) (models.Histogram, error) {
	var h models.Histogram
	if v.Codes != nil {
		h.Levels = frequent(v)
	} else {
		h.Edges = edges(v.Numbers)
	}
	bin, n := binned(&h, v)
	c, err := counted(bin, accounts, n)
	c.Edges, c.Levels = h.Edges, h.Levels
	return c, err
}

// counted counts rows whose bins are known, 0 to n-1, and measures how much less than
// independent ones they say, because an account has up to four of them: of all bins, and of the
// last, which is what is missing, against the rest. Errors: those of DriftRows.DesignEffect.
func counted(bin []int32, accounts *metrics.DriftRows, n int) (h models.Histogram, err error) {
	h.Counts = counts(bin, n)
	last := make([]int32, len(bin))
	for i, b := range bin {
		if int(b) == n-1 {
			last[i] = 1
		}
	}
	effect, err := accounts.DesignEffect(bin, n)
	if err != nil {
		return h, fmt.Errorf("monitor: %w", err)
	}
	lastEffect, err := accounts.DesignEffect(last, 2)
	h.Effect, h.LastEffect = models.Stat(effect), models.Stat(lastEffect)
	return h, err
}

// counts are the rows per bin.
func counts(bin []int32, n int) []int {
	list := make([]int, n)
	for _, b := range bin {
		list[b]++
	}
	return list
}

// edges are tenths of the values that there are, or a bin for each of up to ten values. A
// model file has no infinite numbers, and an edge there would part nothing from nothing.
func edges(x []float64) []float64 {
	infinite := func(v float64) bool { return math.IsInf(v, 0) }
	if slices.ContainsFunc(x, infinite) {
		x = slices.DeleteFunc(slices.Clone(x), infinite)
	}
	return metrics.Edges(x, bins)
}

// frequent are the most frequent levels, ties in byte order. The rarer ones share a bin, as
// counts of a few accounts would make the index a matter of chance.
func frequent(v expr.Vector) []string {
	count := make([]int, len(v.Levels))
	for _, c := range v.Codes {
		if c >= 0 {
			count[c]++
		}
	}
	order := make([]int, 0, len(count))
	for c, n := range count {
		if n > 0 {
			order = append(order, c)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(count[b]-count[a], cmp.Compare(v.Levels[a], v.Levels[b])) })
	levels := make([]string, min(len(order), mostLevels))
	for i := range levels {
		levels[i] = v.Levels[order[i]]
	}
	return levels
}

// binned puts values into the bins of a histogram: bin i is that of row i, and n how many bins
// there are, the last of them for what is missing. Levels of today are numbered in the order
// in which they come, so that they are looked up by name; one that the histogram has not is
// among its other levels.
func binned(h *models.Histogram, v expr.Vector) (bin []int32, n int) {
	if v.Codes == nil {
		bin = make([]int32, len(v.Numbers))
		for i, x := range v.Numbers {
			bin[i] = metrics.BinOf(h.Edges, x)
		}
		return bin, len(h.Edges) + 2
	}
	other := int32(len(h.Levels))
	place := make([]int32, len(v.Levels))
	for c, level := range v.Levels {
		place[c] = other
		if at := slices.Index(h.Levels, level); at >= 0 {
			place[c] = int32(at)
		}
	}
	bin = make([]int32, len(v.Codes))
	for i, c := range v.Codes {
		bin[i] = other + 1
		if c >= 0 {
			bin[i] = place[c]
		}
	}
	return bin, int(other) + 2
}

// isUnseen says whether training never saw a level of a category. It is the encoder that
// knows: a level may have been in the snapshots of the reference and in no example.
func isUnseen(e *features.Encoding, level string) bool {
	return e.Factor.Kind == features.Category && !slices.Contains(e.Levels, level) && !slices.Contains(e.Pooled, level)
}
