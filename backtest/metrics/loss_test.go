package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestLossesByHand(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name           string
		eta            []float64
		churned        []bool
		logLoss, brier float64
	}{
		{"even odds cost log 2 and a quarter", []float64{0, 0}, bools(0, 1), math.Ln2, 0.25},
		{"p = 3/4 right and wrong", []float64{math.Log(3), math.Log(3)}, bools(1, 0), (math.Log(4.0/3) + math.Log(4)) / 2, (1.0/16 + 9.0/16) / 2},
		{"certain and right costs nothing", []float64{inf, -inf}, bools(1, 0), 0, 0},
		{"certain and wrong costs everything", []float64{-inf, 0}, bools(1, 0), inf, (1 + 0.25) / 2},
		{"nearly certain and wrong costs eta", []float64{-800}, bools(1), 800, 1},
		{"nearly certain and right is not clipped", []float64{-40}, bools(0), 4.248354255291589e-18, 4.248354255291589e-18 * 4.248354255291589e-18},
		{"no rows", nil, nil, nan, nan},
		{"a missing eta", []float64{1, nan}, bools(1, 0), nan, nan},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, m := range []struct{ got, want float64 }{
				{LogLoss(c.eta, c.churned), c.logLoss}, {Brier(c.eta, c.churned), c.brier},
			} {
				if !near(m.got, m.want, 4e-16) && !sameBits(m.got, m.want) {
					t.Errorf("got %v, want %v", m.got, m.want)
				}
			}
		})
	}
}

func TestScaledBrierIsZeroForTheChurnRateAndOneForCertainty(t *testing.T) {
	y := bools(1, 0, 0, 0)
	rate := -math.Log(3) // p = 1/4 for everyone
	if s := ScaledBrier([]float64{rate, rate, rate, rate}, y); math.Abs(s) > 1e-15 {
		t.Errorf("churn rate for everyone: %v, want 0", s)
	}
	inf := math.Inf(1)
	if s := ScaledBrier([]float64{inf, -inf, -inf, -inf}, y); s != 1 {
		t.Errorf("certain and right: %v, want 1", s)
	}
	if s := ScaledBrier([]float64{1, 2}, bools(1, 1)); !math.IsNaN(s) {
		t.Errorf("everybody churned: %v, want NaN", s)
	}
}

// Both losses are proper: in expectation the true p beats every other one.
func TestTrueProbabilityHasTheLeastExpectedLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		truth := rapid.Float64Range(-5, 5).Draw(t, "true log-odds")
		other := rapid.Float64Range(-5, 5).Draw(t, "stated log-odds")
		p := sigmoid(truth)
		for _, loss := range []func([]float64, []bool) float64{LogLoss, Brier} {
			expected := func(eta float64) float64 {
				e := []float64{eta}
				return p*loss(e, bools(1)) + (1-p)*loss(e, bools(0))
			}
			if expected(truth) > expected(other)+1e-15 {
				t.Fatalf("truth costs %v, %v costs %v", expected(truth), other, expected(other))
			}
		}
	})
}

func TestSigmoidAndSoftplusAreConsistent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-700, 700).Draw(t, "x")
		if got := sigmoid(x) + sigmoid(-x); math.Abs(got-1) > 3e-16 {
			t.Fatalf("p and 1-p add up to %v", got)
		}
		if got, want := softplus(x)-softplus(-x), x; math.Abs(got-want) > 3e-16*max(1, math.Abs(x)) {
			t.Fatalf("softplus(x) - softplus(-x) = %v, want %v", got, want)
		}
	})
}
