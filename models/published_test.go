package models

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"holdfast/dataset/beside"

	"holdfast/features"
)

// sharedFile finds a file that lies beside the repository, and skips the test when
// it is not there.
func sharedFile(t *testing.T, elem ...string) string {
	t.Helper()
	return beside.Path(t, "fits of published tables", elem...)
}

// published reads a CSV of numbers as a table whose outcome is one of its columns.
func published(t *testing.T, file, outcome string) table {
	t.Helper()
	f, err := os.Open(sharedFile(t, "published", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var tab table
	for j, name := range rows[0] {
		values := make([]float64, len(rows)-1)
		for i, row := range rows[1:] {
			if values[i], err = strconv.ParseFloat(row[j], 64); err != nil {
				t.Fatal(err)
			}
		}
		if name == outcome {
			for _, v := range values {
				tab.churned = append(tab.churned, v == 1)
			}
			continue
		}
		tab.numbers = append(tab.numbers, numberColumn{name, values})
	}
	return tab
}

// publishedWeight is a coefficient as it was printed; stdErr 0 was not.
type publishedWeight struct{ weight, stdErr float64 }

func checkPublished(t *testing.T, m *Model, want []publishedWeight, logLik, nullLogLik float64) {
	t.Helper()
	if len(m.Weights) != len(want) {
		t.Fatalf("%d weights, want %d", len(m.Weights), len(want))
	}
	for i, w := range m.Weights {
		if !near(float64(w.Weight), want[i].weight, 6e-13) {
			t.Errorf("%s %s: %.12f, published %.12f", w.Factor, w.Level, w.Weight, want[i].weight)
		}
		if want[i].stdErr != 0 && !near(float64(w.StdErr), want[i].stdErr, 6e-13) {
			t.Errorf("%s %s: standard error %.12f, published %.12f", w.Factor, w.Level, w.StdErr, want[i].stdErr)
		}
	}
	if !near(m.Fit.LogLik, logLik, 6e-13) {
		t.Errorf("log likelihood %.12f, published %.12f", m.Fit.LogLik, logLik)
	}
	if nullLogLik != 0 && !near(m.Fit.NullLogLik, nullLogLik, 6e-13) {
		t.Errorf("null log likelihood %.12f, published %.12f", m.Fit.NullLogLik, nullLogLik)
	}
}

// Spector and Mazzeo (1980), 32 students; statsmodels 0.14, and Stata 11 to 1e-7. The
// null log likelihood is that of 11 in 32, in closed form: the figure printed by
// statsmodels, -20.591729696634, is an iteration short of it.
func TestSpectorFitIsThePublishedOne(t *testing.T) {
	tab := published(t, "spector.csv", "GRADE")
	m := fitOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t))
	checkPublished(t, m, []publishedWeight{
		{-13.021346858116, 4.931324213603},
		{2.826112594889, 1.262941075629}, // GPA
		{0.095157661318, 0.141554205674}, // TUCE
		{2.378687655093, 1.064564254497}, // PSI
	}, -12.889634222131, 11*math.Log(11.0/32)+21*math.Log(21.0/32))
}

// Hosmer and Lemeshow (1989), 189 births; R glm and statsmodels with tolerance
// 1e-14; the log likelihood, printed there to ten decimals, by Newton's method in
// 40-digit arithmetic. race enters as a category: the numbers 1, 2, 3 are names.
func TestBirthWeightFitIsThePublishedOne(t *testing.T) {
	tab := published(t, "birthwt.csv", "low")
	var factors []features.Factor
	for _, name := range []string{"age", "lwt", "race", "smoke", "ptl", "ht", "ui"} {
		f := features.Factor{Name: name, Expr: name}
		if name == "race" {
			f.Kind = features.Category
		}
		factors = append(factors, f)
	}
	m := fitOne(t, tab, Candidate{Kind: Logistic}, compileFactors(t, tab.types(), factors...))
	checkPublished(t, m, []publishedWeight{
		{weight: 0.464403282651}, {weight: -0.027069779299}, {weight: -0.015182562863},
		{weight: 1.263219375548}, {weight: 0.861635107534}, // race=2, race=3
		{weight: 0.923349157229}, {weight: 0.541755119489}, {weight: 1.833695609913}, {weight: 0.758596504211},
	}, -100.713475601906, 0)
}

// glmnet 4.1-6, alpha 0, lambda 0.05, threshold 1e-14 on the same births (x: age,
// lwt, race2, race3, smoke, ptl, ht, ui); only ht was printed.
func TestBirthWeightRidgeIsThatOfGlmnet(t *testing.T) {
	tab := published(t, "birthwt.csv", "low")
	var factors []features.Factor
	for _, name := range []string{"age", "lwt", "race", "smoke", "ptl", "ht", "ui"} {
		f := features.Factor{Name: name, Expr: name}
		if name == "race" {
			f.Kind = features.Category
		}
		factors = append(factors, f)
	}
	m := fitOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.05}}, compileFactors(t, tab.types(), factors...))
	for _, w := range m.Weights {
		if w.Factor == "ht" && !near(float64(w.Weight), 1.34672998976, 1e-9) {
			t.Errorf("ht %.11f, glmnet 1.34672998976", w.Weight)
		}
	}
}

// Heinze and Schemper (2002), 79 women: NV separates, and R's glm stops at 18.19
// with a standard error of 1716. It must be refused by name.
func TestEndometrialSeparationIsNamed(t *testing.T) {
	tab := published(t, "endometrial.csv", "HG")
	_, err := tryFit(t, tab, Candidate{Kind: Logistic}, tab.factors(t))
	unfit, ok := err.(*FitError)
	if !ok || len(unfit.Factors) != 1 || unfit.Factors[0] != "NV" {
		t.Errorf("got %v, want a FitError that blames NV", err)
	}
	if m, err := tryFit(t, tab, Candidate{Kind: Logistic, Factors: []string{"PI", "EH"}}, tab.factors(t)); err != nil || math.IsNaN(m.Coef[0]) {
		t.Errorf("without NV: %v", err)
	}
}
