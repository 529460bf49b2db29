package backtest

import (
	"math"
	"slices"
	"testing"

	"holdfast/backtest/metrics"
)

// fourRows by hand. In order of p: 1/4 renewed, 1/2 churned, 3/4 one of each. Isotonic
// regression pools the last two groups to 2/3, and the first stays 0: its Brier score is
// (0 + 3 (2/9))/4 = 1/6. Told the rate of 1/2 everyone costs 1/4, and p itself 15/64.
func TestDecompositionByHand(t *testing.T) {
	s, eta := fourRows()
	list := qualityMetrics(s.rankedBy(eta, eta), Options{Capacity: 2, Level: 0.95})
	for name, want := range map[string]float64{
		BrierMiscalibration: 15.0/64 - 1.0/6, BrierDiscrimination: 1.0/4 - 1.0/6, BrierUncertainty: 1.0 / 4,
		LogLossUncertainty: math.Ln2,
	} {
		if m := Find(list, name); !near(m.Value, want, 1e-15) || m.N != 4 || m.Churned != 2 {
			t.Errorf("%s = %v of %d rows, %d churned; want %v of 4, 2", name, m.Value, m.N, m.Churned, want)
		}
	}
}

func TestPartsOfALossAddUpToIt(t *testing.T) {
	_, _, r := measuredRun(t)
	for _, c := range r.Candidates {
		of := func(name string) float64 { return Find(c.Pooled, name).Value }
		brier := of(BrierMiscalibration) - of(BrierDiscrimination) + of(BrierUncertainty)
		loss := of(LogLossMiscalibration) - of(LogLossDiscrimination) + of(LogLossUncertainty)
		if !near(brier, of(Brier), 1e-12) || !near(loss, of(LogLoss), 1e-12) {
			t.Errorf("%s: %v and %v, want %v and %v", c.Name, brier, loss, of(Brier), of(LogLoss))
		}
	}
}

// p(1-p) and the entropy rise up to 1/2: below it the limits are those of the rate, seen through.
func TestUncertaintyHasTheIntervalOfTheRate(t *testing.T) {
	_, s, r := measuredRun(t)
	rate := ratioWithout(s.perAccount(func(i int) float64 { return indicator(s.churned[i]) }), s.rowsOf()).share(r.Options.Level)
	if !(rate.High < 0.5) {
		t.Fatalf("%+v: a rate below 1/2 was wanted", rate)
	}
	for name, of := range map[string]func(p float64) float64{
		BrierUncertainty:   func(p float64) float64 { return p - p*p },
		LogLossUncertainty: func(p float64) float64 { return -p*math.Log(p) - (1-p)*math.Log(1-p) },
	} {
		m := Find(r.Candidates[0].Pooled, name)
		if !near(m.Value, of(rate.Value), 1e-12) || !near(m.Low, of(rate.Low), 1e-12) || !near(m.High, of(rate.High), 1e-12) {
			t.Errorf("%s: %v in [%v, %v], rate %+v", name, m.Value, m.Low, m.High, rate)
		}
	}
}

func TestUncertaintyByHand(t *testing.T) {
	for _, c := range []struct {
		name            string
		rate, low, high float64 // of the rate
		from, to        float64
	}{
		{"below one half it rises", 0.2, 0.1, 0.4, 0.09, 0.24},
		{"above it falls", 0.8, 0.6, 0.9, 0.09, 0.24},
		{"across it is highest at one half", 0.5, 0.4, 0.8, 0.16, 0.25},
		{"nobody and everybody are certain", 0.5, 0, 1, 0, 0.25},
	} {
		e := uncertaintyOf(c.rate*(1-c.rate), metrics.Estimate{Value: c.rate, Low: c.low, High: c.high}, spreadOfRate)
		if !near(e.Low, c.from, 1e-15) || !near(e.High, c.to, 1e-15) {
			t.Errorf("%s: [%v, %v], want [%v, %v]", c.name, e.Low, e.High, c.from, c.to)
		}
	}
	if entropyOfRate(0) != 0 || entropyOfRate(1) != 0 || !near(entropyOfRate(0.5), math.Ln2, 1e-15) {
		t.Error("the entropy is 0 at 0 and 1, and ln 2 half way")
	}
}

func TestQualityMetricsAreThoseOfTheMetricsPackage(t *testing.T) {
	_, s, r := measuredRun(t)
	eta, list := r.Predictions.Eta[0], r.Candidates[0].Pooled
	smooth := metrics.SmoothCalibration(eta, s.churned, curvePlaces)
	test := metrics.Spiegelhalter(eta, s.churned, s.cluster)
	legacy := metrics.HosmerLemeshow(eta, s.churned, 10, false)
	for name, want := range map[string]float64{
		ICI: smooth.ICI, CalibrationE50: smooth.E50, CalibrationE90: smooth.E90, ECE: metrics.ECEEqualCount(eta, s.churned, 0),
		SpiegelhalterZ: test.Statistic, SpiegelhalterP: test.P, HosmerLemeshow: legacy.Statistic, HosmerLemeshowP: legacy.P,
	} {
		held := slices.Contains([]string{ICI, CalibrationE50, CalibrationE90, ECE}, name)
		if m := Find(list, name); m.Value != want || (m.Low == m.Low) != held {
			t.Errorf("%s = %+v, want %v, with an interval: %v", name, m, want, held)
		}
	}
}

// What curvePlaces costs in digits.
func TestFewPlacesHardlyMoveTheCalibrationCurve(t *testing.T) {
	_, s, r := measuredRun(t)
	for c, cand := range r.Candidates {
		exact, few := metrics.SmoothCalibration(r.Predictions.Eta[c], s.churned, 0), Find(cand.Pooled, ICI).Value
		t.Logf("%s: %.6f at %d places, %.6f exactly, %d rows", cand.Name, few, curvePlaces, exact.ICI, len(s.churned))
		if math.Abs(few-exact.ICI) > 0.01*exact.ICI {
			t.Errorf("%s: ICI %v at %d places, %v exactly", cand.Name, few, curvePlaces, exact.ICI)
		}
	}
}

// Two periods with lists of two. In the first, one account leads and two tie for the other
// place, one of them a churner; in the second all three tie, two of them churners.
func TestTiesAtTheCutAreResolvedBothWays(t *testing.T) {
	s := &sample{churned: []bool{true, true, false, true, false, true}, cluster: []int32{0, 1, 2, 0, 1, 2}, accounts: 3,
		period: []int32{0, 0, 0, 1, 1, 1}, first: slices.Repeat([]bool{true}, 6)}
	score := []float64{9, 5, 5, 7, 7, 7}
	list := newLists(s, score).tieMetrics(2)
	for name, want := range map[string]float64{
		PrecisionWorst: 2.0 / 4, PrecisionBest: 4.0 / 4, CaptureWorst: 2.0 / 4, CaptureBest: 4.0 / 4,
		LiftWorst: 0.5 / (4.0 / 6), LiftBest: 1 / (4.0 / 6),
	} {
		if got := Find(list, name).Value; !near(got, want, 1e-15) {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
	at := newLists(s, score).atCapacity(nil, 2)
	if want := (1 + 0.5 + 4.0/3) / 4; !near(at.precision, want, 1e-15) {
		t.Errorf("expected precision %v between the two, want %v", at.precision, want)
	}
}

func TestNobodyOnTheListHasNoTies(t *testing.T) {
	s, eta := fourRows()
	for _, m := range newLists(s, eta).tieMetrics(0) {
		if !math.IsNaN(m.Value) && m.Value != 0 {
			t.Errorf("%s of an empty list is %v", m.Name, m.Value)
		}
	}
}

func TestEveryMetricOfARunIsNamed(t *testing.T) {
	_, _, r := measuredRun(t)
	var got []string
	for _, m := range r.Candidates[0].Pooled {
		got = append(got, m.Name)
	}
	if want := MetricNames(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
