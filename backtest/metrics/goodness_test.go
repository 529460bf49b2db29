package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// birthwt hold-out and Fair's data: R's rms (val.prob: S:z) and X2 over cut(quantile) groups.
func TestGoodnessOfFitEqualsR(t *testing.T) {
	d := readPublished(t, "Spiegelhalter and Hosmer-Lemeshow against R", "birthwt_holdout.csv")
	y, eta := isEqual(d["y"], "1"), logits(floats(t, d["p"]))
	z, x2 := Spiegelhalter(eta, y, nil), HosmerLemeshow(eta, y, 10, false)
	checkPrinted(t, []printed{
		{"birthwt S:z", z.Statistic, 1.7655906729547, 3e-14},
		{"birthwt X2", x2.Statistic, 6.97115606472, 3e-13},
	})
	if x2.Freedom != 10 {
		t.Errorf("%d degrees of freedom out of sample, want 10", x2.Freedom)
	}
	d = readPublished(t, "Spiegelhalter and Hosmer-Lemeshow against R", "fair_pred.csv")
	y, eta = isEqual(d["y"], "1"), logits(floats(t, d["p"]))
	z, x2 = Spiegelhalter(eta, y, nil), HosmerLemeshow(eta, y, 10, true)
	checkPrinted(t, []printed{
		{"Fair S:z", z.Statistic, .245119588815, 1e-12},
		{"Fair X2", x2.Statistic, 16.6205739934632, 1e-14},
		{"Fair p", x2.P, .0343116542535, 1e-12},
	})
	if x2.Freedom != 8 {
		t.Errorf("%d degrees of freedom in sample, want 8", x2.Freedom)
	}
}

func TestSpiegelhalterByHand(t *testing.T) {
	// p = 1/4 twice, one churned: (3/4 - 1/4)(1/2) / sqrt(2 (1/4)(3/16)).
	got := Spiegelhalter(logits([]float64{.25, .25}), bools(1, 0), nil)
	if want := 0.25 / math.Sqrt(3.0/32); !near(got.Statistic, want, 1e-15) || !near(got.P, twoSided(want), 1e-15) {
		t.Errorf("%+v, want z %v", got, want)
	}
	for fact, v := range map[string]Test{
		"no rows":                       Spiegelhalter(nil, nil, nil),
		"even odds carry no variance":   Spiegelhalter([]float64{0, 0}, bools(1, 0), nil),
		"one account says nothing":      Spiegelhalter([]float64{1, 2}, bools(1, 0), []int32{3, 3}),
		"a missing eta":                 Spiegelhalter([]float64{1, math.NaN()}, bools(1, 0), nil),
		"a missing eta of an account":   Spiegelhalter([]float64{1, math.NaN()}, bools(1, 0), []int32{0, 1}),
		"certainty carries none, too":   Spiegelhalter([]float64{math.Inf(1)}, bools(1), nil),
		"certainty that came to naught": Spiegelhalter([]float64{math.Inf(1)}, bools(0), nil),
	} {
		if !math.IsNaN(v.Statistic) || !math.IsNaN(v.P) {
			t.Errorf("%s: %+v", fact, v)
		}
	}
}

// The forecasts are right and every outcome is seen six times: of 500 tests at 5 % a sound
// one rejects 25, give or take four standard deviations of 4.9.
func TestClusteredSpiegelhalterHoldsItsSizeWhereThePlainOneDoesNot(t *testing.T) {
	plain, clustered := 0, 0
	for r := range uint64(500) {
		rng := rand.New(rand.NewPCG(41, r))
		var eta []float64
		var churned []bool
		var cluster []int32
		for g := range int32(150) {
			e := 1.5*rng.NormFloat64() - 1
			y := rng.Float64() < sigmoid(e)
			for range 6 {
				eta, churned, cluster = append(eta, e), append(churned, y), append(cluster, g)
			}
		}
		if Spiegelhalter(eta, churned, nil).P < 0.05 {
			plain++
		}
		if Spiegelhalter(eta, churned, cluster).P < 0.05 {
			clustered++
		}
	}
	t.Logf("of 500 tests of true forecasts the clustered one rejects %d, the plain one %d", clustered, plain)
	if clustered < 6 || clustered > 44 {
		t.Errorf("the clustered test rejects %d of 500", clustered)
	}
	if plain < 100 {
		t.Errorf("the plain test rejects %d of 500: this simulation no longer shows why accounts matter", plain)
	}
}

// R: cut(p, quantile(p, 0:g/g), include.lowest = TRUE): a value is in the bin of the first
// quantile that it does not exceed.
func TestClosedBinsFollowTheQuantiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, bins := rapid.IntRange(1, 40).Draw(t, "n"), rapid.IntRange(1, 12).Draw(t, "bins")
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(rapid.IntRange(0, 30).Draw(t, "x") * 27720) // 27720 i/bins is whole
		}
		slices.Sort(x)
		for i := range x {
			lowest := slices.Index(x, x[i])
			want := 0
			for b := 1; b < bins; b++ {
				at := (n - 1) * b // the quantile, in units of 1/bins between order statistics
				k, part := at/bins, at%bins
				edge := x[k] * float64(bins)
				if part > 0 {
					edge += float64(part) * (x[k+1] - x[k])
				}
				if x[i]*float64(bins) > edge {
					want++
				}
			}
			if got := closedBin(lowest, n, bins); got != want {
				t.Fatalf("%v of %v in bin %d of %d, want %d", x[i], x, got, bins, want)
			}
		}
	})
}

func TestHosmerLemeshowByHand(t *testing.T) {
	// Two groups of p = 1/4 and 1/2, four rows each; 2 and 2 churned, 1 and 2 expected.
	eta := logits([]float64{.25, .25, .25, .25, .5, .5, .5, .5})
	y := bools(1, 1, 0, 0, 1, 1, 0, 0)
	got := HosmerLemeshow(eta, y, 2, false)
	if !near(got.Statistic, 4.0/3, 1e-15) || got.Freedom != 2 || !near(got.P, math.Exp(-2.0/3), 1e-14) {
		t.Errorf("%+v, want X2 4/3 with 2 degrees of freedom", got)
	}
	for fact, v := range map[string]Test{
		"no rows":                    HosmerLemeshow(nil, nil, 10, false),
		"a missing eta":              HosmerLemeshow([]float64{math.NaN()}, bools(1), 10, false),
		"no groups":                  HosmerLemeshow(eta, y, 0, false),
		"no degrees of freedom left": HosmerLemeshow(eta, y, 2, true),
	} {
		if !math.IsNaN(v.P) {
			t.Errorf("%s: %+v", fact, v)
		}
	}
}
