package backtest

import (
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/backtest/metrics"

	"pgregory.net/rapid"
)

// foldOf measures the last of the folds of a portfolio by its first score.
func foldOf(t *testing.T, p *Predictions, capacity int) []Metric {
	t.Helper()
	r := &Result{Options: Options{Level: 0.95, Capacity: capacity}, Predictions: *p, Folds: make([]Fold, 4), Candidates: make([]CandidateResult, 1)}
	r.Candidates[0].ByFold = make([][]Metric, len(r.Folds))
	if err := measureFold(r, 3, p.fieldOf(p.take(rowsBy(p.Fold, len(r.Folds))[3]))); err != nil {
		t.Fatal(err)
	}
	return r.Candidates[0].ByFold[3]
}

// oneFold is a portfolio of which only the last fold is left.
func oneFold(accounts int) *Predictions {
	p := portfolio(rand.New(rand.NewPCG(9, 0)), accounts)
	rows := rowsBy(p.Fold, 4)[3]
	return &Predictions{Fold: pick(p.Fold, rows), Account: pick(p.Account, rows), Churned: pick(p.Churned, rows), Value: pick(p.Value, rows),
		Score: pickAll(p.Score[:1], rows), Eta: pickAll(p.Eta[:1], rows), Segment: make([]int32, len(rows)), Segments: []string{"all"}}
}

// A segment that is the whole fold has the same order, losses and rates, with the same intervals.
func TestAFoldIsASegmentOfAllItsRows(t *testing.T) {
	p := oneFold(200)
	fold := foldOf(t, p, 20)
	r := &Result{Options: Options{Level: 0.95, Capacity: 20}, Predictions: *p}
	s := p.take(nil)
	segment, err := r.groupMetrics(s, r.rankingIn(s, 0), metrics.NewTerms(p.Eta[0], s.churned), listed(s, p.Score[0], 20))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{AUC, LogLoss, Brier, BaseRate, MeanP} {
		got, want := Find(fold, name), Find(segment, name)
		if !near(got.Value, want.Value, 1e-12) || !near(got.Low, want.Low, 1e-12) || !near(got.High, want.High, 1e-12) || !(got.Low < got.Value && got.Value < got.High) {
			t.Errorf("%s: %+v of the fold, %+v of the segment", name, got, want)
		}
	}
}

// Two of 40 accounts churned and neither is on the list of 10: of ten that did not churn Wilson's
// upper limit is z^2/(10 + z^2) with z = 1.959964, 0.2775, the lift's that over the rate of 1/20, and of two none of
// which was captured 3.841459/5.841459.
func TestAFoldWhoseListCaughtNobodyByHand(t *testing.T) {
	p := &Predictions{Score: make([][]float64, 1), Eta: make([][]float64, 1)}
	for a := range 40 {
		p.Fold, p.Account, p.Churned, p.Value = append(p.Fold, 3), append(p.Account, int32(a)), append(p.Churned, a == 20 || a == 30), append(p.Value, 100)
		p.Score[0], p.Eta[0] = append(p.Score[0], float64(-a)), append(p.Eta[0], -float64(a)/10)
	}
	list := foldOf(t, p, 10)
	const z2 = 1.959963984540054 * 1.959963984540054
	for name, high := range map[string]float64{Precision: z2 / (10 + z2), Lift: 20 * z2 / (10 + z2), Capture: z2 / (2 + z2), ValueCapture: z2 / (2 + z2)} {
		if m := Find(list, name); m.Value != 0 || m.Low != 0 || !near(m.High, high, 1e-9) {
			t.Errorf("%s: %+v, want 0 in [0, %v]", name, m, high)
		}
	}
	if m := Find(list, ValueCaptured); m.Value != 0 || m.Low == m.Low {
		t.Errorf("money captured: %+v, want 0 without an interval", m)
	}
	if m := Find(list, ValueMissed); m.Value != 200 || !(0 <= m.Low && m.Low < 200 && 200 < m.High) {
		t.Errorf("money missed: %+v, want 200 within its interval", m)
	}
}

// What all rows say twice over, each account a second time under another name, is known with an error
// smaller by the root of two.
func TestIntervalsOfAFoldShrinkWithTheRootOfAccounts(t *testing.T) {
	once := oneFold(300)
	twice := oneFold(300)
	for i := range once.Churned {
		twice.Fold, twice.Account, twice.Churned = append(twice.Fold, 3), append(twice.Account, once.Account[i]+300), append(twice.Churned, once.Churned[i])
		twice.Value, twice.Segment = append(twice.Value, once.Value[i]), append(twice.Segment, 0)
		twice.Score[0], twice.Eta[0] = append(twice.Score[0], once.Score[0][i]), append(twice.Eta[0], once.Eta[0][i])
	}
	first, second := foldOf(t, once, 60), foldOf(t, twice, 120)
	for _, name := range []string{AUC, KS, AveragePrecision, LogLoss, Brier, Precision, Lift, Capture, ValueCapture} {
		a, b := Find(first, name), Find(second, name)
		if narrower := (a.High - a.Low) / (b.High - b.Low); !near(a.Value, b.Value, 1e-9) || math.Abs(narrower-math.Sqrt2) > 0.12 {
			t.Errorf("%s: %+v, twice %+v: narrower by %.3f, want about 1.414", name, a, b, narrower)
		}
	}
}

// An interval holds its value, but that of KS, which is too large by its bias.
func TestIntervalsOfAFoldHoldTheirValue(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := fewScores(rt)
		for i := range p.Fold {
			p.Fold[i], p.Account[i] = 3, int32(i/2)
		}
		p.Eta = p.Score
		for _, m := range foldOf(t, p, rapid.IntRange(1, 6).Draw(rt, "capacity")) {
			if m.Name != KS && m.Low == m.Low && m.High == m.High && !(m.Low <= m.Value+1e-9 && m.Value <= m.High+1e-9) {
				rt.Fatalf("%+v", m)
			}
		}
	})
}
