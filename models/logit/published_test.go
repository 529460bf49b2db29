package logit

import (
	"cmp"
	"context"
	"math"
	"slices"
	"testing"

	"holdfast/models/logit/logittest"
)

func mustFit(t testing.TB, p Problem, s Settings) *Fitted {
	t.Helper()
	f, err := Fit(context.Background(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// agree fails unless |got-want| <= tol for every value.
func agree(t testing.TB, what string, tol float64, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, %d expected", what, len(got), len(want))
	}
	for i, w := range want {
		if !(math.Abs(got[i]-w) <= tol) {
			t.Errorf("%s %d: got %.13g, want %.13g (tolerance %.1g)", what, i, got[i], w, tol)
		}
	}
}

// all returns intercept and coefficients, intercept first.
func (f *Fitted) all() []float64 { return append([]float64{f.Intercept}, f.Coef...) }

func (f *Fitted) allStdErr() []float64 { return append([]float64{f.InterceptStdErr}, f.StdErr...) }

// Spector and Mazzeo (1980) in Greene, Econometric Analysis; the digits are
// statsmodels' Logit, which agrees with Stata 11 to 1e-7.
func TestSpectorAgreesWithStatsmodels(t *testing.T) {
	tab := logittest.ReadTable(t, "spector.csv")
	f := mustFit(t, Problem{Columns: tab.Pick("GPA", "TUCE", "PSI"), Y: tab["GRADE"]}, Settings{})
	agree(t, "coefficient", 1e-11, f.all(), []float64{-13.021346858116, 2.826112594889, .095157661318, 2.378687655093})
	agree(t, "standard error", 1e-11, f.allStdErr(), []float64{4.931324213603, 1.262941075629, .141554205674, 1.064564254497})
	agree(t, "log likelihood", 1e-11, []float64{f.LogLik}, []float64{-12.889634222131})
	// 11 of 32: 11 log(11/32) + 21 log(21/32). The iterated -20.591729696634
	// that statsmodels prints is good to 11 digits.
	agree(t, "null log likelihood", 1e-13, []float64{f.NullLogLik}, []float64{-20.5917296966172906})
	agree(t, "McFadden R2", 1e-11, []float64{1 - f.LogLik/f.NullLogLik}, []float64{.374038295373})
	agree(t, "AIC, BIC, deviances", 1e-10, []float64{f.AIC, f.BIC, f.Deviance, f.NullDeviance},
		[]float64{2*12.889634222131 + 8, 2*12.889634222131 + 4*math.Log(32), 2 * 12.889634222131, 2 * 20.591729696617})
}

func birthwt(t testing.TB) (logittest.Table, Problem) {
	tab := logittest.ReadTable(t, "birthwt.csv")
	return tab, Problem{Y: tab["low"], Columns: tab.Pick("age", "lwt", "race=2", "race=3", "smoke", "ptl", "ht", "ui")}
}

// Hosmer and Lemeshow's low birth weight data: R glm (MASS) and statsmodels
// with tolerance 1e-14.
func TestBirthwtAgreesWithR(t *testing.T) {
	tab, p := birthwt(t)
	f := mustFit(t, p, Settings{})
	agree(t, "coefficient", 1e-11, f.all(), []float64{.464403282651, -.027069779299, -.015182562863, 1.263219375548,
		.861635107534, .923349157229, .541755119489, 1.833695609913, .758596504211})
	agree(t, "log likelihood", 1e-10, []float64{f.LogLik}, []float64{-100.7134756019})
	p.Weights = make([]float64, len(p.Y))
	for i, smokes := range tab["smoke"] {
		p.Weights[i] = 1 + smokes
	}
	f = mustFit(t, p, Settings{})
	agree(t, "weighted coefficient", 1e-9, []float64{f.Intercept, f.Coef[6]}, []float64{.295408364, 1.8392775523})
}

func fair(t testing.TB) (logittest.Table, Problem) {
	tab := logittest.ReadTable(t, "fair.csv")
	return tab, Problem{Y: tab["y"], Columns: tab.Pick("rate_marriage", "age", "yrs_married", "children", "religious",
		"educ", "occupation", "occupation_husb")}
}

// Fair's affairs data, 6366 rows: statsmodels, equal to R glm.
func TestFairAgreesWithStatsmodelsAndR(t *testing.T) {
	_, p := fair(t)
	f := mustFit(t, p, Settings{})
	agree(t, "coefficient", 1e-10, f.all(), []float64{3.7257198666, -.7161071051, -.0604876807, .110017941, -.0042332262,
		-.3751576527, -.0392192041, .1602338332, .0124008189})
	agree(t, "log likelihood", 1e-10, []float64{f.LogLik}, []float64{-3471.47142305668})
	agree(t, "intercept's standard error", 1e-10, []float64{f.InterceptStdErr}, []float64{.2987633675})
}

// R sandwich::vcovCL on the six occupations, its default for glm and without
// its factor G/(G-1) = 6/5, prints .472698578028 and .431512790144. Those take
// the bread from glm's weights of the iteration before last, so seven digits
// of them are the sandwich at the maximum. The full digits are the same
// formula at the maximum in 80-bit arithmetic (numpy longdouble, gradient
// below 1e-14).
func TestClusterStandardErrorOfFairAgreesWithSandwich(t *testing.T) {
	tab, p := fair(t)
	f := mustFit(t, p, Settings{})
	occupation, sorted := tab["occupation"], order(len(p.Y)) // rows of an occupation are made neighbours
	slices.SortStableFunc(sorted, func(a, b int) int { return cmp.Compare(occupation[a], occupation[b]) })
	cluster := make([]int32, len(p.Y))
	for i, row := range sorted {
		cluster[i] = int32(occupation[row])
	}
	se := math.Sqrt(clusterCovariance(t, p.rows(sorted), f, cluster).At(0, 0))
	agree(t, "intercept, R", 1.5e-7, []float64{se, se / math.Sqrt(1.2)}, []float64{.472698578028, .431512790144})
	agree(t, "intercept, at the maximum", 1e-12, []float64{se, se / math.Sqrt(1.2)}, []float64{.4726984931575786, .4315127126685120})
}

// One cluster per row is White's HC0 but for n/(n-1).
func TestOneClusterPerRowIsWhite(t *testing.T) {
	_, p := fair(t)
	f := mustFit(t, p, Settings{})
	cluster := make([]int32, len(p.Y))
	for i := range cluster {
		cluster[i] = int32(i)
	}
	n := float64(len(p.Y))
	se := math.Sqrt(clusterCovariance(t, p, f, cluster).At(0, 0) * (n - 1) / n)
	agree(t, "intercept", 1e-12, []float64{se}, []float64{.297561336655}) // statsmodels cov_type="HC0"
}
