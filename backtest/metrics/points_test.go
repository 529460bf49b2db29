package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// R package scorecard 0.4, p2score(p, points0 = 600, odds0 = 1/19, pdo = 50), its defaults.
func TestPointsAreThoseOfScorecard(t *testing.T) {
	s := PointScale{Points: 600, Odds: 1.0 / 19, DoubleOdds: 50}
	at := func(p float64) float64 { return s.Of(math.Log(p / (1 - p))) }
	checkPrinted(t, []printed{
		{"p of 0.05", at(0.05), 600, 1e-15},
		{"p of 0.02", at(0.02), 668.3391165335811, 1e-15},
		{"odds of 1 to 38", s.Of(-math.Log(38)), 650, 1e-15}, // by hand: half of the odds
	})
}

func TestPointsOfCertaintiesHaveNoEnd(t *testing.T) {
	s := PointScale{Points: 600, Odds: 1.0 / 19, DoubleOdds: 50}
	if low, high := s.Of(math.Inf(1)), s.Of(math.Inf(-1)); !math.IsInf(low, -1) || !math.IsInf(high, 1) {
		t.Errorf("certain churn has %v points, certain renewal %v", low, high)
	}
}

func TestPointsFallWithRiskAndLeadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := PointScale{rapid.Float64Range(0, 1000).Draw(t, "points"), rapid.Float64Range(0.001, 10).Draw(t, "odds"), rapid.Float64Range(1, 100).Draw(t, "pdo")}
		eta, more := rapid.Float64Range(-20, 20).Draw(t, "eta"), rapid.Float64Range(0.01, 5).Draw(t, "more")
		if back := s.LogOdds(s.Of(eta)); !near(back, eta, 1e-9) && math.Abs(back-eta) > 1e-9 {
			t.Fatalf("%v has %v points, which have %v", eta, s.Of(eta), back)
		}
		if s.Of(eta+more) >= s.Of(eta) {
			t.Fatal("more risk has more points")
		}
		if step := s.Of(eta-math.Ln2) - s.Of(eta); math.Abs(step-s.DoubleOdds) > 1e-8 {
			t.Fatalf("half the odds are worth %v points, want %v", step, s.DoubleOdds)
		}
	})
}
