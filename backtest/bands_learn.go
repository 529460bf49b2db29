package backtest

import (
	"context"
	"math"

	"golang.org/x/sync/errgroup"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
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
	for c, m := range fitted {
		list[c].goal = nan()
		ladder := ladders[c]
		if ladder == nil || r.Target == models.Expansion { // who grows is not at risk
			continue
		}
		if list[c].thresholds = m.Bands; m.Bands != nil { // an earlier model is used as it is
			continue
		}
		if list[c].thresholds, err = ladder.Thresholds(nil); err != nil {
			return &PlanError{Reason: "candidate " + m.Name + ", fold " + f.Cutoff.String() + ": bands: " + err.Error()}
		}
		if list[c].thresholds != nil && r.Options.Goal > 0 {
			list[c].goal = ladder.AtMost(r.Options.Goal)
		}
		notes.add(m.Name, f.Cutoff, ladder.Warnings(list[c].thresholds))
	}
	b.byFold[f.Index] = list
	r.Predictions.colour(first, fitted, list, r.Target)
	if b.watched == nil {
		return nil
	}
	return b.watched.append(ctx, f, fitted, list)
}

// ladders sorts the training rows by the score of every candidate, some at once.
func (s *sides) ladders(ctx context.Context, fitted []*models.Model, rules models.BandRules) ([]*models.Ladder, error) {
	ladders, errs := make([]*models.Ladder, len(fitted)), make([]error, len(fitted))
	var group errgroup.Group
	group.SetLimit(s.train.Examples.Table.AtOnce(ladderBytes * int64(s.train.Len())))
	for c, m := range fitted {
		group.Go(func() error {
			ladders[c], errs[c] = m.Ladder(ctx, s.train, rules, s.notebook)
			return nil
		})
	}
	group.Wait()
	for _, err := range errs { // the first candidate with an error, not the first in time
		if err != nil {
			return nil, err
		}
	}
	return ladders, nil
}

// ladderBytes is what making a ladder takes a row: predictions, two copies of what is sorted,
// and the rungs.
const ladderBytes = 80

// colour gives the predictions from row first on their bands.
func (p *Predictions) colour(first int, fitted []*models.Model, list []learned, target models.Target) {
	if p.Band == nil {
		p.Band = make([][]int8, len(fitted))
	}
	for c, m := range fitted {
		for i := first; i < len(p.Fold); i++ {
			code := uncoloured
			if target != models.Expansion {
				code = int8(m.BandOf(list[c].thresholds, "", p.Score[c][i], p.Eta[c][i]).Risk())
			}
			p.Band[c] = append(p.Band[c], code)
		}
	}
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
// and how far they would move with other accounts.
func finishBands(ctx context.Context, all dataset.View, r *Result) error {
	return r.eachCandidate(func(_ int, cand *CandidateResult) error {
		if cand.Bands == nil || cand.Final == nil {
			return nil
		}
		if t := cand.Final.Bands; t != nil { // an earlier model is used as it is
			cand.Bands.Final = &FinalThresholds{Red: exactly(t.Red), Yellow: exactly(t.Yellow)}
			return nil
		}
		ladder, err := cand.Final.Ladder(ctx, all, r.Options.Bands, nil)
		if err != nil || ladder == nil {
			return err
		}
		cand.Bands.Final, err = finalThresholds(ctx, ladder, r.Options)
		return err
	})
}

// finalThresholds redraws the accounts and lets each draw lead to thresholds of its own.
func finalThresholds(ctx context.Context, ladder *models.Ladder, o Options) (*FinalThresholds, error) {
	t, err := ladder.Thresholds(nil)
	if err != nil || t == nil {
		return nil, err
	}
	draws := min(o.Replicates, intervalDraws)
	replicates, err := metrics.Bootstrap(ctx, ladder.Accounts, draws, o.Seed, 2, func() metrics.Statistic {
		return func(count []int32, out []float64) {
			out[0], out[1] = math.NaN(), math.NaN()
			if drawn, err := ladder.Thresholds(count); err == nil && drawn != nil {
				out[0], out[1] = drawn.Red, drawn.Yellow
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return &FinalThresholds{Red: drawnEstimate(t.Red, replicates, 0, o.Level), Yellow: drawnEstimate(t.Yellow, replicates, 1, o.Level), Replicates: draws}, nil
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
