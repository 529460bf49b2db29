package backtest

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// Lead is how well the candidates rank when they are asked at another distance
// from the renewal: the same models, the same folds, as-of dates in the same test
// windows.
type Lead struct {
	Days    int
	N       int
	Churned int
	AUC     []metrics.Estimate // per candidate

	ValueAUC []metrics.Estimate // the same with every row counted by its value; nil without values
}

// LeadMetric is the name under which metrics.csv has the AUC at a lead.
func LeadMetric(days int) string { return fmt.Sprintf("auc_at_lead_%dd", days) }

// ValueLeadMetric is the name under which metrics.csv has the AUC by value at a lead.
func ValueLeadMetric(days int) string { return "value_" + LeadMetric(days) }

// leadScores gathers the test scores of one further lead over all folds.
type leadScores struct {
	days    int
	account []int32
	churned []bool
	value   []float64   // nil without values
	score   [][]float64 // per candidate
}

func newLeadScores(e *dataset.Examples, candidates int) []leadScores {
	leads := make([]leadScores, len(e.OtherLeads))
	for i, other := range e.OtherLeads {
		leads[i] = leadScores{days: other.Clock.Lead, score: make([][]float64, candidates)}
	}
	return leads
}

// append scores one fold's window at this lead with the models of the fold. Rows
// that a model cannot score are left out for all of them.
func (l *leadScores) append(ctx context.Context, f *Fold, other dataset.View, fitted []*models.Model) error {
	view := other.ScoredIn(f.Cutoff, f.Next)
	scored, _, err := models.PredictEach(ctx, fitted, view.Examples.Table, view.Len(), view.Batches())
	if err != nil {
		return err
	}
	for i, row := range view.Rows {
		if !allScored(scored, i) {
			continue
		}
		l.account = append(l.account, other.Examples.Account[row])
		l.churned = append(l.churned, other.HappenedAt(row))
		if other.Examples.Value != nil {
			l.value = append(l.value, other.Examples.Value[row])
		}
		for c, s := range scored {
			l.score[c] = append(l.score[c], s.Score[i])
		}
	}
	return nil
}

// measureLeads fills in the AUC at every lead, the main one among them, shortest
// first; nothing when there is only the main one.
func measureLeads(r *Result, main *dataset.Examples, leads []leadScores) error {
	if len(leads) == 0 {
		return nil
	}
	r.Leads = append(r.Leads, r.mainLead(main.Clock.Lead))
	for _, l := range leads {
		lead := Lead{Days: l.days, N: len(l.churned)}
		for _, churned := range l.churned {
			if churned {
				lead.Churned++
			}
		}
		aucs, err := metrics.DeLong(l.score, l.churned, l.account)
		if err != nil {
			return err
		}
		for c := range r.Candidates {
			lead.AUC = append(lead.AUC, aucs.Interval(c, r.Options.Level))
		}
		lead.ValueAUC = l.valueAUC(r.Options.Level)
		r.Leads = append(r.Leads, lead)
	}
	slices.SortFunc(r.Leads, func(a, b Lead) int { return cmp.Compare(a.Days, b.Days) })
	for c := range r.Candidates {
		for _, l := range r.Leads {
			e := l.AUC[c]
			r.Candidates[c].Pooled = append(r.Candidates[c].Pooled,
				Metric{Name: LeadMetric(l.Days), Value: e.Value, Low: e.Low, High: e.High, N: l.N, Churned: l.Churned})
			if w := r.Candidates[c].Worth; w != nil && l.ValueAUC != nil {
				e = l.ValueAUC[c]
				w.Weighted = append(w.Weighted, Metric{Name: ValueLeadMetric(l.Days), Value: e.Value, Low: e.Low, High: e.High, N: l.N, Churned: l.Churned})
			}
		}
	}
	return nil
}

// mainLead is what has been measured at the lead of the run.
func (r *Result) mainLead(days int) Lead {
	own := Lead{Days: days}
	for _, c := range r.Candidates {
		m := Find(c.Pooled, AUC)
		own.N, own.Churned = m.N, m.Churned
		own.AUC = append(own.AUC, metrics.Estimate{Value: m.Value, StdErr: math.NaN(), Low: m.Low, High: m.High})
		if c.Worth != nil {
			m = Find(c.Worth.Weighted, ValueAUC)
			own.ValueAUC = append(own.ValueAUC, metrics.Estimate{Value: m.Value, StdErr: math.NaN(), Low: m.Low, High: m.High})
		}
	}
	return own
}

// valueAUC is the AUC by value of every candidate at this lead; nil without values.
func (l *leadScores) valueAUC(level float64) []metrics.Estimate {
	if l.value == nil {
		return nil
	}
	s := (&Predictions{Fold: make([]int32, len(l.churned)), Account: l.account, Churned: l.churned, Value: l.value}).take(nil)
	var list []metrics.Estimate
	for _, score := range l.score {
		list = append(list, valueCurve(s, score).auc.without(s.sharesOfOutcomes(s.value)).share(level))
	}
	return list
}
