package backtest

import (
	"cmp"
	"context"
	"math"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// Immature is how the shipped models should be doing on as-of dates whose labels are not in
// yet, if their probabilities can be believed, and how such estimates did in the past.
//
// If p is calibrated, every row churned with probability p and renewed with 1-p, so that
// the expectations need no labels (confidence-based estimation: Kivimaki, Bialek, Kuberski
// and Nurminen 2025; Hilden 1991 for the area):
//
//	E AUC   = sum p_i (1-p_j) [s_i > s_j] / sum p_i (1-p_j)   over pairs i != j, ties one half
//	E Brier = mean p (1-p)
//
// They see a change of the mix of accounts and not one of what makes accounts leave: that
// is what the record is for.
type Immature struct {
	Quarters []ImmatureQuarter // in time order
	Record   []ImmatureRecord  // per candidate of the result
}

// ImmatureQuarter is the as-of dates of one quarter without labels.
type ImmatureQuarter struct {
	Start dataset.Date
	N     int                // accounts at as-of dates
	AUC   []metrics.Estimate // per candidate; the interval is that of one more error like the record's, within 0 and 1
	Brier []metrics.Estimate
	MeanP []float64 // expected share that churns
}

// ImmatureRecord is a candidate's record of estimates on the folds, whose labels are in.
type ImmatureRecord struct {
	Folds      []ImmatureFold
	AUC, Brier metrics.PastErrors
}

// ImmatureFold sets an estimate beside what came true.
type ImmatureFold struct {
	Fold             int // index into Result.Folds
	AUC, TrueAUC     float64
	Brier, TrueBrier float64
}

// estimateImmature scores what is still open with the shipped models; nothing without a
// Timeline, for targets other than churn, or where every label is in.
func estimateImmature(ctx context.Context, r *Result, e *dataset.Examples) error {
	if e.Timeline == nil || r.Target.OrChurn() != models.Churn {
		return nil
	}
	quarters := immatureRows(e)
	if len(quarters) == 0 {
		return nil
	}
	m := &Immature{Record: records(r)}
	for _, rows := range quarters {
		m.Quarters = append(m.Quarters, newImmatureQuarter(boundary(e.Timeline.AsOf[rows[0]], Step{Months: 3}), len(rows), len(r.Candidates)))
	}
	r.Immature = m
	return r.eachCandidate(func(c int, cand *CandidateResult) error {
		for k, rows := range quarters {
			p, err := scoreOpen(ctx, e.Timeline, rows, cand.Final)
			if err != nil {
				return err
			}
			m.Quarters[k].put(c, p, m.Record[c], r.Options.Level)
		}
		return nil
	})
}

// newImmatureQuarter has room for the candidates.
func newImmatureQuarter(start dataset.Date, rows, candidates int) ImmatureQuarter {
	return ImmatureQuarter{Start: start, N: rows, AUC: make([]metrics.Estimate, candidates), Brier: make([]metrics.Estimate, candidates), MeanP: make([]float64, candidates)}
}

// immatureRows are the rows of the Timeline without a label, by quarter of the as-of date:
// with a horizon all those whose window has not passed, with renewals the newest of every
// account that is still to decide.
func immatureRows(e *dataset.Examples) [][]int32 {
	rows := e.Timeline.Current
	if e.Clock.Mode == dataset.Horizon {
		rows = e.Timeline.Between(e.ObservedUntil-dataset.Date(e.Clock.Horizon)+1, math.MaxInt32, 1)
	}
	index := make(map[dataset.Date]int)
	var quarters [][]int32
	for _, row := range rows {
		start := boundary(e.Timeline.AsOf[row], Step{Months: 3})
		k, ok := index[start]
		if !ok {
			k = len(quarters)
			index[start] = k
			quarters = append(quarters, nil)
		}
		quarters[k] = append(quarters[k], row)
	}
	slices.SortFunc(quarters, func(a, b []int32) int { return cmp.Compare(e.Timeline.AsOf[a[0]], e.Timeline.AsOf[b[0]]) })
	return quarters
}

// scoreOpen scores rows of the Timeline and leaves out those that the model cannot score;
// nil without a model.
func scoreOpen(ctx context.Context, t *dataset.Timeline, rows []int32, m *models.Model) (*models.Predictions, error) {
	out := new(models.Predictions)
	if m == nil {
		return out, nil
	}
	p, _, err := m.Predict(ctx, len(rows), t.Batches(rows))
	if err != nil {
		return nil, err
	}
	for i, eta := range p.Eta {
		if eta == eta {
			out.Eta, out.Score = append(out.Eta, eta), append(out.Score, p.Score[i])
		}
	}
	return out, nil
}

// put fills in the estimates of one candidate.
func (q *ImmatureQuarter) put(c int, p *models.Predictions, record ImmatureRecord, level float64) {
	auc, brier := metrics.Expected(p.Score, p.Eta)
	mean := 0.0
	for _, eta := range p.Eta {
		mean += models.Probability(eta)
	}
	q.AUC[c], q.Brier[c] = record.AUC.Around(auc, level), record.Brier.Around(brier, level)
	q.MeanP[c] = mean / float64(len(p.Eta))
}

// records makes the estimates that could have been made before the labels of each fold
// came in.
func records(r *Result) []ImmatureRecord {
	rows := rowsBy(r.Predictions.Fold, len(r.Folds))
	list := make([]ImmatureRecord, len(r.Candidates))
	_ = r.eachCandidate(func(c int, cand *CandidateResult) error { // no task fails
		for k := range rows {
			if len(rows[k]) == 0 {
				continue
			}
			auc, brier := metrics.Expected(pick(r.Predictions.Score[c], rows[k]), pick(r.Predictions.Eta[c], rows[k]))
			list[c].Folds = append(list[c].Folds, ImmatureFold{Fold: k, AUC: auc, Brier: brier,
				TrueAUC: Find(cand.ByFold[k], AUC).Value, TrueBrier: Find(cand.ByFold[k], Brier).Value})
		}
		list[c].sum()
		return nil
	})
	return list
}

// sum adds up the errors.
func (m *ImmatureRecord) sum() {
	var auc, brier []float64
	for _, f := range m.Folds {
		auc, brier = append(auc, f.AUC-f.TrueAUC), append(brier, f.Brier-f.TrueBrier)
	}
	m.AUC, m.Brier = metrics.NewPastErrors(auc), metrics.NewPastErrors(brier)
}
