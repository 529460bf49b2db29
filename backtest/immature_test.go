package backtest

import (
	"math"
	"testing"

	"holdfast/dataset"
	"holdfast/models"

	"pgregory.net/rapid"
)

// Two rows, p = 0.8 and 0.2. The first churns and the second renews with 0.8*0.8 = 0.64, a
// won pair; the other way round with 0.2*0.2 = 0.04, a lost one: 0.64/0.68. The Brier score
// is 0.8*0.2 = 0.16.
func TestExpectedMetricsByHand(t *testing.T) {
	eta := []float64{math.Log(4), -math.Log(4)}
	auc, brier := expectedMetrics(eta, eta)
	if !near(auc, 0.64/0.68, 1e-12) || !near(brier, 0.16, 1e-12) {
		t.Errorf("AUC %v and Brier %v, want %v and 0.16", auc, brier, 0.64/0.68)
	}
}

// Against the expectation of wins and losses over all pairs, counted one by one.
func TestExpectedAUCIsThatOfAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eta := rapid.SliceOfN(rapid.Float64Range(-3, 3), 2, 20).Draw(t, "eta")
		score := make([]float64, len(eta))
		for i := range score {
			score[i] = float64(rapid.IntRange(0, 4).Draw(t, "score"))
		}
		var won, all float64
		for i := range eta {
			for j := range eta {
				if i == j {
					continue
				}
				w := models.Probability(eta[i]) * models.Probability(-eta[j])
				all += w
				switch {
				case score[i] > score[j]:
					won += w
				case score[i] == score[j]:
					won += w / 2
				}
			}
		}
		if auc, _ := expectedMetrics(score, eta); !near(auc, won/all, 1e-9) {
			t.Fatalf("AUC %v, want %v", auc, won/all)
		}
	})
}

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
	auc, brier := expectedMetrics(eta, eta)
	if !near(auc, Find(truth, AUC).Value, 0.015) || !near(brier, Find(truth, Brier).Value, 0.006) {
		t.Errorf("AUC %v and Brier %v, in truth %v and %v", auc, brier, Find(truth, AUC).Value, Find(truth, Brier).Value)
	}
}

// Errors of the AUC 0.1, -0.1 and 0.1: their mean is 1/30 and their root mean square 0.1.
func TestTheRecordIsTheErrorsOfPastEstimates(t *testing.T) {
	m := ImmatureRecord{Folds: []ImmatureFold{{AUC: 0.8, TrueAUC: 0.7}, {AUC: 0.6, TrueAUC: 0.7}, {AUC: 0.8, TrueAUC: 0.7}}}
	m.sum()
	if !near(m.BiasAUC, 0.1/3, 1e-12) || !near(m.TypicalAUC, 0.1, 1e-12) || m.BiasBrier != 0 {
		t.Errorf("got %+v", m)
	}
	short := ImmatureRecord{Folds: m.Folds[:2]}
	short.sum()
	if !math.IsNaN(short.TypicalAUC) {
		t.Errorf("two folds: %+v, want no record", short)
	}
	var q ImmatureQuarter
	q.add(&models.Predictions{Score: []float64{1, -1}, Eta: []float64{1, -1}}, m, 0.95)
	if a := q.AUC[0]; !near(a.High-a.Low, 2*1.959963984540054*0.1, 1e-9) || !near((a.High+a.Low)/2, a.Value-m.BiasAUC, 1e-12) {
		t.Errorf("%+v, want an interval of the record about the value less its bias", a)
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
