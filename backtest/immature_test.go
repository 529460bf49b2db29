package backtest

import (
	"math"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"

	"pgregory.net/rapid"
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
	if !near(m.BiasAUC, 0.1/3, 1e-12) || !near(m.TypicalAUC, 0.1, 1e-12) || m.BiasBrier != 0 {
		t.Errorf("got %+v", m)
	}
	short := ImmatureRecord{Folds: m.Folds[:2]}
	short.sum()
	if !math.IsNaN(short.TypicalAUC) {
		t.Errorf("two folds: %+v, want no record", short)
	}
	q := newImmatureQuarter(0, 2, 1)
	q.put(0, &models.Predictions{Score: []float64{1, -1}, Eta: []float64{1, -1}}, m, 0.95)
	a := q.AUC[0]
	logit := func(p float64) float64 { return math.Log(p / (1 - p)) }
	unit := 1 / (a.Value * (1 - a.Value)) // log-odds to a unit of AUC
	if !near(logit(a.High)-logit(a.Low), 2*1.959963984540054*0.1*unit, 1e-9) || !near((logit(a.High)+logit(a.Low))/2, logit(a.Value)-m.BiasAUC*unit, 1e-9) {
		t.Errorf("%+v, want an interval of the record about the value less its bias, in log-odds", a)
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

// An AUC of 0.83 with errors of 0.11 would reach from 0.61 to 1.05 if they were added to it.
func TestWhatIsBelievedOfAnImmatureQuarterStaysBetween0And1(t *testing.T) {
	// By hand: logit 0.83 = 1.58563; 1.959964 * 0.11 / (0.83 * 0.17) = 1.52796.
	e := believed(0.83, 0, 0.11, 0.95)
	if !near(e.Low, 1/(1+math.Exp(-(1.58563-1.52796))), 1e-5) || !near(e.High, 1/(1+math.Exp(-(1.58563+1.52796))), 1e-5) {
		t.Errorf("%+v", e)
	}
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.Float64Range(1e-6, 1-1e-6).Draw(t, "value")
		bias, typical := rapid.Float64Range(-0.5, 0.5).Draw(t, "bias"), rapid.Float64Range(0, 0.5).Draw(t, "typical")
		if e := believed(value, bias, typical, 0.95); !(0 <= e.Low && e.Low <= e.High && e.High <= 1) {
			t.Fatalf("%v with errors of %v around %v: %+v", value, typical, bias, e)
		}
	})
	// Small errors are what they were: value - bias -+ z typical.
	if e := believed(0.8, 0.001, 0.002, 0.95); !near(e.Low, 0.799-1.959964*0.002, 1e-4) || !near(e.High, 0.799+1.959964*0.002, 1e-4) {
		t.Errorf("%+v", e)
	}
	if e := believed(0.8, math.NaN(), math.NaN(), 0.95); e.Low == e.Low || e.High == e.High {
		t.Errorf("without a record: %+v", e)
	}
}
