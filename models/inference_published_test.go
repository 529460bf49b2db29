package models

import (
	"math"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
)

// inferOne fits a candidate on a table and infers.
func inferOne(t testing.TB, tab table, c Candidate, factors []features.Factor, o InferenceOptions) (*Model, *Inference) {
	t.Helper()
	train := tab.load(t).All()
	m, err := compileOne(t, tab, c, factors).Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	return m, inferOn(t, m, train, o)
}

func inferOn(t testing.TB, m *Model, train dataset.View, o InferenceOptions) *Inference {
	t.Helper()
	inf, err := m.Infer(t.Context(), train, o)
	if err != nil {
		t.Fatal(err)
	}
	return inf
}

// printed is an interval of a weight as it was published.
type printed struct {
	factor    string
	low, high float64
}

// checkProfiles compares profile intervals. R's MASS interpolates between values of the
// profile with a spline, which costs it digits that the tolerance makes room for; our own
// ends are held to the definition in TestProfileEndsAreWhereTheLikelihoodRatioRejects.
func checkProfiles(t *testing.T, inf *Inference, tolerance float64, want []printed) {
	t.Helper()
	for _, p := range want {
		found := false
		for _, w := range inf.Weights {
			if w.Factor != p.factor {
				continue
			}
			found = true
			worst := math.Max(math.Abs(float64(w.ProfileLow)-p.low), math.Abs(float64(w.ProfileHigh)-p.high)) / (p.high - p.low)
			t.Logf("%s: [%.9f, %.9f], published [%.9f, %.9f], %.1e of its length apart", p.factor, w.ProfileLow, w.ProfileHigh, p.low, p.high, worst)
			if !(worst <= tolerance) {
				t.Errorf("%s: [%.9f, %.9f], published [%.9f, %.9f]", p.factor, w.ProfileLow, w.ProfileHigh, p.low, p.high)
			}
		}
		if !found {
			t.Errorf("no weight %q", p.factor)
		}
	}
}

// Spector and Mazzeo (1980), profile intervals of R MASS confint.
func TestSpectorProfileIntervalsAreThePublishedOnes(t *testing.T) {
	tab := published(t, "spector.csv", "GRADE")
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t), InferenceOptions{})
	checkProfiles(t, inf, 1e-4, []printed{
		{Intercept, -25.168164770510, -4.902353186593},
		{"GPA", .639366529881, 5.757253162349},
		{"TUCE", -.170205424755, .405044334363},
		{"PSI", .478609017266, 4.810260349803},
	})
}

// Hosmer and Lemeshow (1989), profile intervals of R MASS confint.
func TestBirthWeightProfileIntervalsAreThePublishedOnes(t *testing.T) {
	tab := published(t, "birthwt.csv", "low")
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic}, birthFactors(t, tab), InferenceOptions{})
	checkProfiles(t, inf, 1e-4, []printed{
		{"lwt", -.02957392188, -.00225812296}, {"ht", .5122907432, 3.2778972244}, {"ui", -.1524623318, 1.6622508438},
	})
}

// birthFactors are the births' columns; race is a category.
func birthFactors(t testing.TB, tab table) []features.Factor {
	var factors []features.Factor
	for _, name := range []string{"age", "lwt", "race", "smoke", "ptl", "ht", "ui"} {
		f := features.Factor{Name: name, Expr: name}
		if name == "race" {
			f.Kind = features.Category
		}
		factors = append(factors, f)
	}
	return compileFactors(t, tab.types(), factors...)
}

// Fair (1978), 6366 women: the constant's error clustered by six occupations is 0.4726986
// with G/(G-1) alone, R's sandwich::vcovCL; variance inflation of statsmodels, whose
// auxiliary regressions include the constant.
func TestFairClusteredErrorAndInflationAreThePublishedOnes(t *testing.T) {
	tab := fair(t)
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t), InferenceOptions{ProfileRows: -1})
	if inf.Accounts != 6 {
		t.Fatalf("%d accounts, want 6 occupations", inf.Accounts)
	}
	if got := float64(inf.Weights[0].ClusterStdErr); !near(got, .472698578028, 1e-10) {
		t.Errorf("clustered error of the constant %.12f, published 0.472698578028", got)
	}
	vif := map[string]float64{"rate_marriage": 1.03479817, "age": 5.45411588, "yrs_married": 7.14294942, "children": 2.52897249,
		"religious": 1.03690582, "educ": 1.29624169, "occupation": 1.20686345, "occupation_husb": 1.08287615}
	seen := 0
	for _, w := range inf.Weights[1:] {
		want, ok := vif[w.Factor]
		if !ok {
			continue
		}
		seen++
		if !near(float64(w.VIF), want, 5e-9) {
			t.Errorf("VIF of %s: %.9f, published %.8f", w.Factor, w.VIF, want)
		}
	}
	if seen != len(vif) {
		t.Errorf("%d of %d factors compared", seen, len(vif))
	}
}

// fair is the survey with one account per occupation, each of its rows on a day of its
// own.
func fair(t *testing.T) table {
	t.Helper()
	tab := published(t, "fair.csv", "y")
	var kept []numberColumn
	for _, c := range tab.numbers {
		if c.name == "affairs" {
			continue // the outcome is made of it
		}
		kept = append(kept, c)
		if c.name != "occupation" {
			continue
		}
		for i, v := range c.values {
			tab.account, tab.asOf = append(tab.account, int(v)), append(tab.asOf, day1+dataset.Date(i))
		}
	}
	tab.numbers = kept
	return tab
}
