package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Six forecasts with one pooled step: a test of the Python package model-diagnostics, which
// has the numbers from the R package reliabilitydiag.
func TestDecompositionOfSixForecastsEqualsReliabilitydiag(t *testing.T) {
	y, eta := bools(0, 0, 0, 1, 1, 1), logits([]float64{.4, .3, .2, .1, .5, .9})
	d := DecomposeBrier(eta, y, nil)
	checkPrinted(t, []printed{
		{"MCB", d.Miscalibration, .1016667, 5e-7},
		{"DSC", d.Discrimination, .125, 4e-16},
		{"UNC", d.Uncertainty, .25, 4e-16},
		{"score", d.Score, .2266667, 2e-7},
	})
}

// Fair's data: model-diagnostics in Python, to the digits printed.
func TestDecompositionsOfFairAffairsEqualModelDiagnostics(t *testing.T) {
	f := readPublished(t, "CORP decompositions of Fair's data", "fair_pred.csv")
	y, eta := isEqual(f["y"], "1"), logits(floats(t, f["p"]))
	b, l := DecomposeBrier(eta, y, nil), DecomposeLogLoss(eta, y, nil)
	checkPrinted(t, []printed{
		{"Brier MCB", b.Miscalibration, .002019087430, 3e-10},
		{"Brier DSC", b.Discrimination, .037282919357, 2e-11},
		{"Brier UNC", b.Uncertainty, .218491798195, 3e-12},
		{"Brier", b.Score, 0.18322796626826163, 1e-14},
		{"log loss MCB", l.Miscalibration, .005989526535, 1e-10},
		{"log loss DSC", l.Discrimination, .089410598289, 1e-11},
		{"log loss UNC", l.Uncertainty, .628735464317, 1e-12},
		{"log loss", l.Score, 0.5453143925630977, 1e-14},
	})
}

// Weights: scikit-learn's IsotonicRegression with sample_weight, scores added in numpy.
func TestWeightedDecompositionEqualsScikitLearnsIsotonicRegression(t *testing.T) {
	y := bools(0, 1, 0, 1, 1, 0, 0, 1)
	p := []float64{.1, .4, .35, .8, .4, .4, .2, .9}
	w := []float64{1, 2.5, 3, .5, 4, 1.5, 2, .25}
	d := DecomposeBrier(logits(p), y, w)
	checkPrinted(t, []printed{
		{"MCB", d.Miscalibration, 0.12483050847457625, 2e-15},
		{"DSC", d.Discrimination, 0.16730106291295604, 2e-15},
		{"UNC", d.Uncertainty, 0.24992818155702384, 2e-15},
	})
}

func TestDecompositionAddsUpAndHasNoNegativePart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		for _, d := range []Decomposition{DecomposeBrier(s.eta, s.churned, nil), DecomposeLogLoss(s.eta, s.churned, nil)} {
			if len(s.eta) == 0 {
				if !math.IsNaN(d.Score) {
					t.Fatalf("no rows: %+v", d)
				}
				continue
			}
			if sum := d.Miscalibration - d.Discrimination + d.Uncertainty; math.Abs(sum-d.Score) > 1e-14 {
				t.Fatalf("%+v adds up to %v", d, sum)
			}
			if d.Miscalibration < 0 || d.Discrimination < 0 || d.Discrimination > d.Uncertainty+1e-15 {
				t.Fatalf("%+v", d)
			}
		}
	})
}

// Discrimination and uncertainty see the order of the forecasts only.
func TestRecalibratingChangesMiscalibrationOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		slope, shift := rapid.Float64Range(0.1, 3).Draw(t, "slope"), rapid.Float64Range(-2, 2).Draw(t, "shift")
		moved := make([]float64, len(s.eta))
		for i, e := range s.eta {
			moved[i] = math.Round(e*1e6)*slope + shift // steps wide enough to survive rounding
		}
		a, b := DecomposeLogLoss(s.eta, s.churned, nil), DecomposeLogLoss(moved, s.churned, nil)
		rounded := make([]float64, len(s.eta))
		for i, e := range s.eta {
			rounded[i] = math.Round(e*1e6) / 1e6
		}
		if a = DecomposeLogLoss(rounded, s.churned, nil); !sameBits(a.Discrimination, b.Discrimination) || !sameBits(a.Uncertainty, b.Uncertainty) {
			t.Fatalf("%+v, moved %+v", a, b)
		}
	})
}

func TestForecastsThatEqualTheirRatesAreCalibrated(t *testing.T) {
	// p = 1/4 for four rows of which one churned, 2/3 for three of which two did.
	eta := logits([]float64{.25, .25, .25, .25, 2.0 / 3, 2.0 / 3, 2.0 / 3})
	y := bools(1, 0, 0, 0, 1, 1, 0)
	for name, d := range map[string]Decomposition{"Brier": DecomposeBrier(eta, y, nil), "log loss": DecomposeLogLoss(eta, y, nil)} {
		if d.Miscalibration > 1e-15 || d.Discrimination < 0.01 {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestOneForecastForAllHasNoDiscrimination(t *testing.T) {
	y := bools(1, 0, 0, 1, 0)
	d := DecomposeBrier([]float64{1, 1, 1, 1, 1}, y, nil)
	if d.Discrimination != 0 || !near(d.Uncertainty, 0.24, 1e-15) {
		t.Errorf("%+v", d)
	}
}

func TestCertainAndWrongIsInfinitelyMiscalibrated(t *testing.T) {
	inf := math.Inf(1)
	d := DecomposeLogLoss([]float64{inf, 0, -1}, bools(0, 1, 0), nil)
	if !math.IsInf(d.Score, 1) || !math.IsInf(d.Miscalibration, 1) || math.IsInf(d.Discrimination, 0) {
		t.Errorf("%+v", d)
	}
}

func TestReliabilityByHand(t *testing.T) {
	// The pairs out of order at -1, 0 pool to 1/2; the tie at 2 is one place.
	got := Reliability([]float64{2, -2, 0, -1, 2, 2}, bools(1, 0, 0, 1, 1, 0))
	want := []ReliabilityStep{{-2, -2, 1, 0, 0}, {-1, 0, 2, 1, .5}, {2, 2, 3, 2, 2.0 / 3}}
	if len(got) != len(want) {
		t.Fatalf("%+v, want %+v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("step %d: %+v, want %+v", i, got[i], want[i])
		}
	}
	if got := Reliability(nil, nil); got != nil {
		t.Errorf("no rows: %v", got)
	}
	if got := Reliability([]float64{math.NaN()}, bools(1)); got != nil {
		t.Errorf("a missing eta: %v", got)
	}
}

func TestReliabilityRisesAndHoldsEveryRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		n, churned, rate := 0, 0, -1.0
		for _, r := range Reliability(s.eta, s.churned) {
			if r.Rate <= rate || r.Low > r.High {
				t.Fatalf("step %+v after a rate of %v", r, rate)
			}
			n, churned, rate = n+r.N, churned+r.Churned, r.Rate
		}
		if n != len(s.eta) || churned != countTrue(s.churned) {
			t.Fatalf("%d rows and %d churned, want %d and %d", n, churned, len(s.eta), countTrue(s.churned))
		}
	})
}
