package monitor

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// family makes suspicions of the given probabilities, all beyond their limits.
func family(p ...float64) []suspicion {
	list := make([]suspicion, len(p))
	for i, v := range p {
		list[i] = suspicion{beyond: true, Finding: Finding{P: v, Value: float64(i)}}
	}
	return list
}

// By hand (Holm 1979): of .01, .04, .03, .005 the adjusted probabilities are 4 x .005 = .02,
// 3 x .01 = .03, 2 x .03 = .06, and .04, which may not be less than the one before: .06.
func TestTheFamilyIsTestedByHolmsRule(t *testing.T) {
	found := rejected(family(0.01, 0.04, 0.03, 0.005), 0.05)
	if len(found) != 2 || found[0].Value != 0 || found[1].Value != 3 || math.Abs(found[0].P-0.03) > 1e-15 || math.Abs(found[1].P-0.02) > 1e-15 {
		t.Errorf("found %+v, want the first with .03 and the fourth with .02", found)
	}
	all := rejected(family(0.01, 0.04, 0.03, 0.005), 1)
	if len(all) != 4 || math.Abs(all[1].P-0.06) > 1e-15 || math.Abs(all[2].P-0.06) > 1e-15 {
		t.Errorf("found %+v, want .06 for the second and the third", all)
	}
}

func TestWhatIsWithinItsLimitIsNoFindingAndStillCounts(t *testing.T) {
	list := family(0.001, 0.02, 0.03)
	list[0].beyond = false
	if found := rejected(list, 0.05); len(found) != 2 {
		t.Errorf("found %+v, want both of those beyond their limits", found)
	}
	if found := rejected(family(0.03, 0.5, math.NaN()), 0.05); len(found) != 0 {
		t.Errorf("found %+v: 2 x .03 is above .05, and what cannot be tested does not count", found)
	}
}

func TestNeverMoreIsFoundThanWithoutTheRuleNorLessThanByBonferroni(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 30).Draw(t, "p")
		found := rejected(family(p...), 0.05)
		plain, bonferroni := 0, 0
		for _, v := range p {
			if v < 0.05 {
				plain++
			}
			if v*float64(len(p)) < 0.05 {
				bonferroni++
			}
		}
		if len(found) > plain || len(found) < bonferroni {
			t.Fatalf("%d findings, %d without a rule and %d by Bonferroni's", len(found), plain, bonferroni)
		}
	})
}

// A quarter that was not judged between two others does not end what is going on.
func TestAFindingThatLastsIsOne(t *testing.T) {
	r := &Report{}
	for q := range 5 {
		r.Quarters = append(r.Quarters, Quarter{Start: quarterEnd(q), Judged: q != 2})
	}
	for _, q := range []int{0, 1, 3} {
		r.add(Finding{Kind: FactorDrift, Subject: "usage", Quarter: quarterEnd(q), Until: quarterEnd(q)}, q)
	}
	r.add(Finding{Kind: FactorDrift, Subject: "nps", Quarter: quarterEnd(3), Until: quarterEnd(3)}, 3)
	if len(r.Findings) != 2 || r.Findings[0].Quarter != quarterEnd(0) || r.Findings[0].Until != quarterEnd(3) {
		t.Errorf("findings %+v", r.Findings)
	}
	if standing := r.Standing(); len(standing) != 0 {
		t.Errorf("standing %+v, and the last quarter has none", standing)
	}
	r.add(Finding{Kind: FactorDrift, Subject: "nps", Quarter: quarterEnd(4), Until: quarterEnd(4)}, 4)
	if standing := r.Standing(); len(standing) != 1 || standing[0].Subject != "nps" || standing[0].Quarter != quarterEnd(3) {
		t.Errorf("standing %+v", standing)
	}
}

// z = (0.70 - 0.80) / hypot(0.03, 0.04) = -2; P(Z < -2) = 0.0227501319481792, and both
// tails are twice that (Abramowitz and Stegun 1964, table 26.1).
func TestAPromiseAndWhatCameTrueAreBothEstimates(t *testing.T) {
	z := 1.959963984540054
	promise := &models.Promise{Level: 0.95, Metrics: []models.Promised{{Name: AUC, Value: 0.8, Low: models.Stat(0.8 - z*0.04), High: models.Stat(0.8 + z*0.04)}}}
	observed := metrics.Estimate{Value: 0.7, StdErr: 0.03}
	for _, c := range []struct {
		fact string
		side side
		want float64
	}{{"lower is worse", lowerIsWorse, 0.0227501319481792}, {"higher is worse", higherIsWorse, 0.9772498680518208}, {"either", eitherSide, 0.0455002638963584}} {
		if k := keep(AUC, c.side, observed, promise); math.Abs(k.P-c.want) > 1e-12 || k.Inside {
			t.Errorf("%s: %+v, want %v and outside", c.fact, k, c.want)
		}
	}
	if k := keep(Brier, higherIsWorse, observed, promise); k.P == k.P || k.Inside {
		t.Errorf("%+v: nothing was promised", k)
	}
	if k := keep(AUC, lowerIsWorse, observed, nil); k.P == k.P {
		t.Errorf("%+v: there is no promise", k)
	}
}

// Two rows of an account are one, however sure they look: losses 1, 1 and 0, 0 have the
// influences (2-2*.5)/4 and -1/4, and the standard error sqrt(2 (1/16+1/16)) = 0.5.
func TestTheErrorOfAMeanIsOverAccounts(t *testing.T) {
	l := &labelled{eta: []float64{1, 1, 0, 0}, churned: make([]bool, 4), account: []int32{7, 7, 3, 3}}
	e := l.mean(0.5, func(eta float64, _ []bool) float64 { return eta }, 0.95)
	if math.Abs(e.StdErr-0.5) > 1e-12 {
		t.Errorf("a standard error of %v, want 0.5", e.StdErr)
	}
}

func TestPromisesAreMetricsThatAreMeasured(t *testing.T) {
	for _, s := range sides {
		if !slices.Contains(Promises(), s.name) {
			t.Errorf("%s is measured, and not promised", s.name)
		}
	}
	if Promises()[0] != BaseRate {
		t.Errorf("promises %v, want the base rate first", Promises())
	}
}

func TestQuartersBeginOnTheirFirstDay(t *testing.T) {
	for day, want := range map[string]string{"2025-01-01": "2025-01-01", "2025-03-31": "2025-01-01", "2025-04-01": "2025-04-01", "2024-12-31": "2024-10-01", "2024-02-29": "2024-01-01"} {
		d, err := dataset.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got := quarterOf(d).String(); got != want {
			t.Errorf("%s is of the quarter from %s, want %s", day, got, want)
		}
	}
}
