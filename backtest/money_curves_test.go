package backtest

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The decision curve by value of rows that all have the same is the plain one, in money the
// same times it.
func TestEqualValuesGiveThePlainDecisionCurve(t *testing.T) {
	s, score, eta := valued(5, 300, func(int) float64 { return 512 })
	w := new(Worth)
	w.measureValueCurves(s.rankedBy(score, eta), 0.95)
	for i, plain := range decisionCurve(s, eta, 0.95) {
		p := w.Decision[i]
		if !near(p.Model, plain.Model, 1e-12) || !near(p.Low, plain.Low, 1e-12) || !near(p.OverAll.StdErr, plain.OverAll.StdErr, 1e-9) {
			t.Fatalf("at %v: %+v, the plain one %+v", plain.Threshold, p, plain)
		}
		if a := p.PerAccount; !near(a.Value, 512*plain.Model, 1e-9) || !near(a.Low, 512*plain.Low, 1e-9) || !near(a.High, 512*plain.High, 1e-9) {
			t.Fatalf("at %v: %+v in money, want 512 times %+v", plain.Threshold, a, plain)
		}
	}
	for i, plain := range gainsTable(s.rankedBy(score, eta), 0.95) {
		g := w.Gains[i]
		if !near(g.Capture.Value, plain.Capture, 1e-12) || !near(g.CumulativeLift.Value, plain.CumulativeLift, 1e-12) || !near(g.Rate, plain.Rate, 1e-12) {
			t.Errorf("slice %d: %+v, the plain one %+v", i+1, g, plain)
		}
		z := 2 * quantile(0.95) // a list of a share grows with the rows, one of a length does not
		if !near(g.Capture.StdErr, (plain.CaptureHigh-plain.CaptureLow)/z, 0.003) || !near(g.CumulativeLift.StdErr, (plain.LiftHigh-plain.LiftLow)/z, 0.03) {
			t.Errorf("slice %d: %+v, the plain one %+v", i+1, g, plain)
		}
	}
}

// The sweep's sums of squares against one pass over the rows for every threshold.
func TestNetBenefitErrorsByValueAreThoseOfClusteredRatios(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, eta := drawnSample(t, rapid.IntRange(2, 60).Draw(t, "rows"))
		if s.accounts < 2 {
			t.Skip("one account only, which has no clustered error: not compared")
		}
		for range s.churned {
			s.value = append(s.value, rapid.Float64Range(0.5, 1e5).Draw(t, "value"))
		}
		for _, p := range decisionCurveOf(s, eta, s.value, 0.9) {
			cut, odds := math.Log(p.Threshold)-math.Log1p(-p.Threshold), p.Threshold/(1-p.Threshold)
			worth := func(i int) float64 {
				return s.value[i] * (indicator(s.churned[i]) - odds*indicator(!s.churned[i]))
			}
			money := s.perAccount(func(i int) float64 { return s.value[i] })
			model := ratioOf(s.perAccount(func(i int) float64 { return indicator(eta[i] >= cut) * worth(i) }), money).estimate(0.9)
			over := ratioOf(s.perAccount(func(i int) float64 { return -indicator(eta[i] < cut) * worth(i) }), money).estimate(0.9)
			within := 1e-6 * max(1, odds) // a variance of nothing is the difference of two sums of squares
			if !near(p.Low, model.Low, within) || !near(p.High, model.High, within) || !near(p.OverAll.StdErr, over.StdErr, within) {
				t.Fatalf("at %v: [%v, %v], over all %v; want [%v, %v] and %v", p.Threshold, p.Low, p.High, p.OverAll.StdErr, model.Low, model.High, over.StdErr)
			}
		}
	})
}

// Whole values are so many rows of their account.
func TestDecisionCurveByValueCountsAValueOfTwoTwice(t *testing.T) {
	s, score, eta := valued(6, 240, func(i int) float64 { return float64(1 + i%3) })
	twice, again := &sample{accounts: s.accounts}, []int(nil)
	for i, v := range s.value {
		again = append(again, slices.Repeat([]int{i}, int(v))...)
	}
	twice.churned, twice.cluster = pick(s.churned, again), pick(s.cluster, again)
	w := new(Worth)
	w.measureValueCurves(s.rankedBy(score, eta), 0.95)
	for i, want := range decisionCurve(twice, pick(eta, again), 0.95) {
		if p := w.Decision[i]; !near(p.Model, want.Model, 1e-12) || !near(p.Low, want.Low, 1e-9) || !near(p.OverAll.High, want.OverAll.High, 1e-9) {
			t.Fatalf("at %v: %+v, of repeated rows %+v", want.Threshold, p, want)
		}
	}
}

func TestNegativeValuesHaveNoCurvesByValue(t *testing.T) {
	s, score, eta := valued(7, 30, func(i int) float64 { return float64(i - 3) })
	w := new(Worth)
	w.measureValueCurves(s.rankedBy(score, eta), 0.95)
	if w.Gains != nil || !math.IsNaN(w.Decision[10].Model) {
		t.Errorf("%d slices, net benefit %v", len(w.Gains), w.Decision[10].Model)
	}
}
