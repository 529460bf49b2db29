package models

import (
	"math"
	"slices"
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

// checkProfiles compares profile intervals with two sources: to 1e-9 with the roots of the
// profile found by scipy's brentq over Newton fits in numpy, and to 1.5e-4 of their length
// with what was published, from R's MASS, which interpolates the profile with a spline.
func checkProfiles(t *testing.T, inf *Inference, published, roots []printed) {
	t.Helper()
	for k, p := range published {
		at := slices.IndexFunc(inf.Weights, func(w WeightInference) bool { return w.Factor == p.factor })
		if at < 0 {
			t.Errorf("no weight %q", p.factor)
			continue
		}
		low, high := float64(inf.Weights[at].ProfileLow), float64(inf.Weights[at].ProfileHigh)
		apart := math.Max(math.Abs(low-p.low), math.Abs(high-p.high)) / (p.high - p.low)
		exact := math.Max(math.Abs(low-roots[k].low), math.Abs(high-roots[k].high)) / (p.high - p.low)
		t.Logf("%s: [%.9f, %.9f]; %.1e of its length from brentq, %.1e from MASS", p.factor, low, high, exact, apart)
		if !(apart <= 1.5e-4) || !(exact <= 1e-9) {
			t.Errorf("%s: [%.12f, %.12f], brentq [%.12f, %.12f], published [%.12f, %.12f]", p.factor, low, high, roots[k].low, roots[k].high, p.low, p.high)
		}
	}
}

// Spector and Mazzeo (1980), profile intervals of R MASS confint.
func TestSpectorProfileIntervalsAreThePublishedOnes(t *testing.T) {
	tab := published(t, "spector.csv", "GRADE")
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t), InferenceOptions{})
	checkProfiles(t, inf, []printed{
		{Intercept, -25.168164770510, -4.902353186593},
		{"GPA", .639366529881, 5.757253162349},
		{"TUCE", -.170205424755, .405044334363},
		{"PSI", .478609017266, 4.810260349803},
	}, []printed{
		{Intercept, -25.165923757224, -4.899768254626},
		{"GPA", .639158169451, 5.756731446437},
		{"TUCE", -.170201860299, .405017497885},
		{"PSI", .478466588376, 4.809879337946},
	})
}

// Hosmer and Lemeshow (1989), profile intervals of R MASS confint.
func TestBirthWeightProfileIntervalsAreThePublishedOnes(t *testing.T) {
	tab := published(t, "birthwt.csv", "low")
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic}, birthFactors(t, tab), InferenceOptions{})
	checkProfiles(t, inf, []printed{
		{"lwt", -.02957392188, -.00225812296}, {"ht", .5122907432, 3.2778972244}, {"ui", -.1524623318, 1.6622508438},
	}, []printed{
		{"lwt", -.029573346893, -.002257982756}, {"ht", .512318881648, 3.277782413109}, {"ui", -.152425456076, 1.662223950906},
	})
}

// The same births: likelihood ratios of nested Newton fits in numpy with scipy's
// chi-squared tail, and the determinant ratio of numpy for race's two dummies.
func TestBirthWeightFactorTestsAreThoseOfNumpy(t *testing.T) {
	tab := published(t, "birthwt.csv", "low")
	_, inf := inferOne(t, tab, Candidate{Kind: Logistic}, birthFactors(t, tab), InferenceOptions{ProfileRows: -1})
	want := map[string]struct {
		lr float64
		df int
		p  float64
	}{
		"race": {7.344105014880, 2, 2.542423292935e-02},
		"ptl":  {2.521112742932, 1, 1.123312934803e-01},
		"lwt":  {5.380722962310, 1, 2.036043907945e-02},
	}
	for _, f := range inf.Factors {
		w, ok := want[f.Factor]
		if !ok {
			continue
		}
		if !near(float64(f.LR), w.lr, 1e-10) || f.DF != w.df || !near(float64(f.LRP), w.p, 1e-11) {
			t.Errorf("%s: LR %.12f with %d degrees of freedom, p %.13f; numpy %.12f with %d, p %.13f", f.Factor, f.LR, f.DF, f.LRP, w.lr, w.df, w.p)
		}
		if f.Factor == "race" && !near(float64(f.GVIF), math.Sqrt(1.3318073984851182), 1e-12) {
			t.Errorf("GVIF of race %.15f, numpy %.15f", f.GVIF, math.Sqrt(1.3318073984851182))
		}
	}
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
	// R stops 1.5e-7 short of the maximum; at the maximum, by numpy, it is 0.472698493158.
	if got := float64(inf.Weights[0].ClusterStdErr); !near(got, .472698493158, 1e-12) || !near(got, .472698578028, 1e-7) {
		t.Errorf("clustered error of the constant %.12f, 0.472698493158 at the maximum, published 0.472698578028", got)
	}
	if got := float64(inf.Weights[5].ClusterStdErr); !near(got, .057283534933, 1e-12) {
		t.Errorf("clustered error of religious %.12f, numpy 0.057283534933", got)
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
