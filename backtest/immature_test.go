package backtest

import (
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// Where the labels follow the probabilities, the estimate is the truth but for chance: the
// standard error of an AUC of 20,000 rows is below 0.005.
func TestExpectedMetricsOfCalibratedProbabilitiesAreTheTruth(t *testing.T) {
	rng := newRand(17)
	var eta []float64
	var churned []bool
	for range 20000 {
		v := -1.5 + 1.2*rng.NormFloat64()
		eta, churned = append(eta, v), append(churned, rng.Float64() < models.Probability(v))
	}
	p := Predictions{Fold: make([]int32, len(eta)), Account: make([]int32, len(eta)), Churned: churned}
	for i := range p.Account {
		p.Account[i] = int32(i)
	}
	truth, err := pointMetrics(p.take(nil), eta, eta, Options{Level: 0.95, Capacity: 1})
	if err != nil {
		t.Fatal(err)
	}
	auc, brier := metrics.Expected(eta, eta)
	if !near(auc, Find(truth, AUC).Value, 0.015) || !near(brier, Find(truth, Brier).Value, 0.006) {
		t.Errorf("AUC %v and Brier %v, in truth %v and %v", auc, brier, Find(truth, AUC).Value, Find(truth, Brier).Value)
	}
}

// Errors of the AUC 0.1, -0.1 and 0.1: their mean is 1/30 and their root mean square 0.1.
func TestTheRecordIsTheErrorsOfPastEstimates(t *testing.T) {
	m := ImmatureRecord{Folds: []ImmatureFold{{AUC: 0.8, TrueAUC: 0.7}, {AUC: 0.6, TrueAUC: 0.7}, {AUC: 0.8, TrueAUC: 0.7}}}
	m.sum()
	if !near(m.AUC.Bias, 0.1/3, 1e-12) || !near(m.AUC.Typical, 0.1, 1e-12) || m.Brier.Bias != 0 {
		t.Errorf("got %+v", m)
	}
	q := newImmatureQuarter(0, 2, 1)
	q.put(0, &models.Predictions{Score: []float64{1, -1}, Eta: []float64{1, -1}}, m, 0.95)
	if a := q.AUC[0]; a != m.AUC.Around(a.Value, 0.95) || a.Low != a.Low {
		t.Errorf("%+v, want the interval of the record around the estimate", a)
	}
}

func TestOpenRowsAreEstimatedByQuarter(t *testing.T) {
	for name, clock := range map[string]dataset.Clock{"renewals still to come": yearly(), "a horizon not yet passed": leaving()} {
		t.Run(name, func(t *testing.T) {
			d := newDiary(150, 41)
			e := d.load(t, clock)
			r := mustRun(t, e, threeCandidates(t, newCompany(1, 1).types()), quick())
			if r.Immature == nil || len(r.Immature.Quarters) == 0 {
				t.Fatal("nothing was estimated")
			}
			open := len(e.Timeline.Current)
			if clock.Mode == dataset.Horizon {
				open = 0
				for _, day := range e.Timeline.AsOf {
					if day+90 > e.ObservedUntil {
						open++
					}
				}
			}
			checkQuarters(t, r, open)
		})
	}
}

// checkQuarters looks for the open rows in rising quarters, and for a record of all folds.
func checkQuarters(t *testing.T, r *Result, open int) {
	t.Helper()
	n := 0
	for i, q := range r.Immature.Quarters {
		n += q.N
		if i > 0 && q.Start <= r.Immature.Quarters[i-1].Start {
			t.Errorf("quarter %s after %s", q.Start, r.Immature.Quarters[i-1].Start)
		}
		if len(q.AUC) != len(r.Candidates) || !(q.MeanP[0] > 0 && q.MeanP[0] < 1) || q.N > 1 && !(q.AUC[0].Value >= 0.5 && q.AUC[0].Value < 1) {
			t.Errorf("quarter %s: %+v", q.Start, q)
		}
	}
	if n != open {
		t.Errorf("%d rows, want the %d open ones", n, open)
	}
	used := 0
	for _, f := range r.Folds {
		if f.Skipped == "" {
			used++
		}
	}
	if got := len(r.Immature.Record[0].Folds); got != used {
		t.Errorf("a record of %d folds, want %d", got, used)
	}
}
