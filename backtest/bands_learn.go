package backtest

import (
	"context"
	"math"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// intervalDraws bounds the draws behind the intervals of thresholds and of days of warning:
// nothing is decided by them, and each draw sweeps the training rows or all churns.
const intervalDraws = 500

// learned is what one candidate's training rows say about colours in one fold.
type learned struct {
	thresholds *models.Thresholds
	goal       float64 // the probability from which on the goal is met on the training rows; NaN without one
}

// banding learns bands while the folds are walked: the training rows of a fold are scored
// once more by each candidate, and forgotten.
type banding struct {
	byFold  map[int][]learned // per candidate; folds that were used
	watched *watched          // nil without a Timeline
}

func newBanding(e *dataset.Examples, r *Result) *banding {
	return &banding{byFold: make(map[int][]learned), watched: newWatched(e, r)}
}

// fold learns where the bands of one fold begin, colours its test rows, which are the last
// of the predictions from row first on, and lets the accounts be watched.
func (b *banding) fold(ctx context.Context, s *sides, f *Fold, first int, fitted []*models.Model, r *Result, notes *notes) error {
	list := make([]learned, len(fitted))
	ladders, err := s.ladders(ctx, fitted, r.Options.Bands)
	if err != nil {
		return err
	}
	failed := make([]error, len(fitted))
	some := s.train.Examples.Table.AtOnce(ladderBytes * int64(s.train.Len()))
	if err := someAtOnce(some, len(fitted), func(c int) error {
		list[c].goal = nan()
		switch m, ladder := fitted[c], ladders[c]; {
		case ladder == nil || r.Target == models.Expansion: // who grows is not at risk
		case m.Bands != nil: // an earlier model is used as it is
			list[c].thresholds = m.Bands
		default:
			list[c].thresholds, failed[c] = ladder.Thresholds(nil)
			if list[c].thresholds != nil && r.Options.Goal > 0 {
				list[c].goal = ladder.AtMost(r.Options.Goal)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	for c, m := range fitted {
		switch {
		case failed[c] != nil:
			return &PlanError{Reason: "candidate " + m.Name + ", fold " + f.Cutoff.String() + ": bands: " + failed[c].Error()}
		case ladders[c] != nil && m.Bands == nil:
			notes.add(m.Name, f.Cutoff, ladders[c].Warnings(list[c].thresholds))
		case m.Bands == nil && m.Kind != models.Rules && m.Kind != models.Baseline:
			notes.add(m.Name, f.Cutoff, []dataset.Warning{{Code: "no_colours", Message: "no training row has a score, so that nothing says where red and yellow begin"}})
		}
	}
	b.byFold[f.Index] = list
	if err := r.Predictions.colour(first, fitted, list, r.Target); err != nil {
		return err
	}
	if b.watched == nil {
		return nil
	}
	return b.watched.append(ctx, f, fitted, list)
}

// ladders are those of the training rows, by the score of every candidate, some at once.
func (s *sides) ladders(ctx context.Context, fitted []*models.Model, rules models.BandRules) ([]*models.Ladder, error) {
	some := len(fitted)
	if table := s.train.Examples.Table; table.Stored() {
		some = table.AtOnce(ladderBytes * int64(s.train.Len()))
	}
	var ladders []*models.Ladder
	for list := range slices.Chunk(fitted, some) {
		made, err := models.Ladders(ctx, list, s.train, rules, s.notebook)
		if err != nil {
			return nil, err
		}
		ladders = append(ladders, made...)
	}
	return ladders, nil
}

// ladderBytes is what a ladder takes a row while it is made and sorted: predictions, two copies
// of what is sorted, and the rungs.
const ladderBytes = 80

// colour gives the predictions from row first on their bands.
func (p *Predictions) colour(first int, fitted []*models.Model, list []learned, target models.Target) error {
	if p.Band == nil {
		p.Band = make([][]int8, len(fitted))
	}
	return sideBySide(len(fitted), func(c int) error {
		for i := first; i < len(p.Fold); i++ {
			code := uncoloured
			if target != models.Expansion {
				code = int8(fitted[c].BandOf(list[c].thresholds, "", p.Score[c][i], p.Eta[c][i]).Risk())
			}
			p.Band[c] = append(p.Band[c], code)
		}
		return nil
	})
}

// thresholdsOf are the thresholds of a candidate in every fold.
func (b *banding) thresholdsOf(c, folds int) []*models.Thresholds {
	list := make([]*models.Thresholds, folds)
	for k, all := range b.byFold {
		list[k] = all[c].thresholds
	}
	return list
}

// finishBands learns the thresholds of the models that are shipped, from all mature labels,
// and how far they would move with other accounts. The notebook, of these labels, has designs.
func finishBands(ctx context.Context, all dataset.View, notebook *features.Notebook, r *Result) error {
	some := len(r.Candidates) // ladders take less than the predictions that are there already
	if all.Examples.Table.Stored() {
		some = all.Examples.Table.AtOnce(ladderBytes * int64(all.Len()))
	}
	for list := range slices.Chunk(r.Candidates, max(1, some)) {
		ladders := make([]*models.Ladder, len(list))
		if err := sideBySide(len(list), func(c int) (err error) {
			cand := &list[c]
			switch {
			case cand.Bands == nil || cand.Final == nil:
			case cand.Final.Bands != nil: // an earlier model is used as it is
				t := cand.Final.Bands
				cand.Bands.Final = &FinalThresholds{Red: exactly(t.Red), Yellow: exactly(t.Yellow)}
			default:
				ladders[c], err = cand.Final.Ladder(ctx, all, r.Options.Bands, notebook)
			}
			return err
		}); err != nil {
			return err
		}
		if err := drawThresholds(ctx, list, ladders, r.Options); err != nil {
			return err
		}
	}
	return nil
}

// drawThresholds redraws the accounts and lets each draw lead every ladder, of the same accounts
// all, to thresholds of its own. Who has no ladder has no thresholds.
func drawThresholds(ctx context.Context, list []CandidateResult, ladders []*models.Ladder, o Options) error {
	var drawn []*models.Descents
	var final []*FinalThresholds
	accounts := 0
	for c, ladder := range ladders {
		if ladder == nil {
			continue
		}
		t, err := ladder.Thresholds(nil)
		if err != nil {
			return err
		}
		if t == nil {
			continue
		}
		list[c].Bands.Final = &FinalThresholds{Red: exactly(t.Red), Yellow: exactly(t.Yellow), Replicates: min(o.Replicates, intervalDraws)}
		accounts = ladder.Accounts()
		drawn, final = append(drawn, ladder.Descents()), append(final, list[c].Bands.Final)
	}
	if len(drawn) == 0 {
		return nil
	}
	replicates, err := metrics.Bootstrap(ctx, accounts, min(o.Replicates, intervalDraws), o.Seed, 2*len(drawn), func() metrics.Statistic {
		return func(count []int32, out []float64) {
			for k, descents := range drawn {
				out[2*k], out[2*k+1] = math.NaN(), math.NaN()
				if t, err := descents.Thresholds(count); err == nil && t != nil {
					out[2*k], out[2*k+1] = t.Red, t.Yellow
				}
			}
		}
	})
	if err != nil {
		return err
	}
	for k, f := range final {
		f.Red, f.Yellow = drawnEstimate(f.Red.Value, replicates, 2*k, o.Level), drawnEstimate(f.Yellow.Value, replicates, 2*k+1, o.Level)
	}
	return nil
}

// exactly is a number that was given, not estimated here.
func exactly(value float64) metrics.Estimate {
	return metrics.Estimate{Value: value, StdErr: nan(), Low: nan(), High: nan()}
}

// drawnEstimate is a number with the percentile interval of its draws.
func drawnEstimate(value float64, replicates *metrics.Replicates, col int, level float64) metrics.Estimate {
	e := metrics.Estimate{Value: value}
	e.Low, e.High = replicates.Percentile(col, level)
	column := make([]float64, 0, len(replicates.Values)/replicates.Width)
	for i := col; i < len(replicates.Values); i += replicates.Width {
		column = append(column, replicates.Values[i])
	}
	e.StdErr = spread(column)
	return e
}
