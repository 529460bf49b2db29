package monitor

import (
	"context"
	"math"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// The labels of a quarter come in months after its accounts were scored. Until then there is
// what the probabilities themselves expect (metrics.Expected), and the record of how such
// expectations did, which says how far to trust them.

// recordOf holds the estimates that could have been made without labels against what the
// labels then said, over the quarters with enough of them (Matured.Judged). A typical error
// has the noise of those labels in it as well, and is too large rather than too small.
func recordOf(quarters []Quarter) Record {
	var auc, brier []float64
	for _, q := range quarters {
		if q.Matured == nil || !q.Matured.Judged {
			continue
		}
		auc = append(auc, q.Matured.Expected.AUC-q.Matured.Metrics[0].Observed.Value)
		brier = append(brier, q.Matured.Expected.Brier-q.Matured.Metrics[2].Observed.Value)
	}
	return Record{metrics.NewPastErrors(auc), metrics.NewPastErrors(brier)}
}

// expectOpen says what is to be expected of the accounts whose labels are not in yet: with
// a horizon those of every quarter whose window has not passed, with renewals the newest
// snapshot of every account that is still to decide. Accounts as they last looked before the
// model was made are left out, and so are those without a score; Record must be there.
func (w *watch) expectOpen(ctx context.Context) error {
	rows := w.line.Current
	if w.examples.Clock.Mode == dataset.Horizon {
		rows = newest(w.line, w.examples.ObservedUntil-dataset.Date(w.examples.Clock.Horizon)+1, math.MaxInt32-1)
	}
	byQuarter := make(map[dataset.Date][]int32)
	for _, row := range rows {
		if w.line.AsOf[row] > w.model.Training.KnownBy {
			start := quarterOf(w.line.AsOf[row])
			byQuarter[start] = append(byQuarter[start], row)
		}
	}
	for _, q := range w.report.Quarters {
		s, err := score(ctx, w.model, w.line, byQuarter[q.Start])
		if err != nil {
			return err
		}
		if o, ok := expect(q.Start, s, w.report.Record, w.options.Level); ok {
			w.report.Open = append(w.report.Open, o)
		}
	}
	return nil
}

// expect estimates from scores alone, with the intervals of the record's errors; ok is false where there
// are none.
func expect(start dataset.Date, s *scored, r Record, level float64) (o Open, ok bool) {
	var with []int32
	for i, eta := range s.eta {
		if eta == eta {
			with = append(with, int32(i))
			o.MeanP += models.Probability(eta)
		}
	}
	auc, brier := metrics.Expected(pick(s.score, with), pick(s.eta, with))
	o.Start, o.N, o.MeanP = start, len(with), o.MeanP/float64(len(with))
	o.AUC, o.Brier = r.AUC.Around(auc, level), r.Brier.Around(brier, level)
	return o, len(with) > 0
}
