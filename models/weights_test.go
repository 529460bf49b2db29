package models

import (
	"math"
	"testing"

	"holdfast/dataset"
	"holdfast/models/logit"
)

// A fit on standardised factors, stated per unit of the factors, is the fit on the
// factors as they are: same weights, same standard errors, the intercept's too (its
// variance is g' Cov g with g = (1, -mean_j/sd_j)).
func TestWeightsArePerUnitOfTheFactorWithTheErrorsOfARawFit(t *testing.T) {
	tab := noisy(500, 21)
	m := fitOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"usage", "tickets"}}, tab.factors(t))
	raw, err := logit.Fit(t.Context(), logit.Problem{
		Columns: [][]float64{tab.numbers[0].values, tab.numbers[1].values}, Y: responses(tab.load(t).All()),
	}, logit.Settings{Exact: logit.ExactAlways})
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ weight, stdErr float64 }{
		{raw.Intercept, raw.InterceptStdErr}, {raw.Coef[0], raw.StdErr[0]}, {raw.Coef[1], raw.StdErr[1]},
	}
	for i, w := range m.Weights {
		if !near(float64(w.Weight)/want[i].weight, 1, 1e-11) || !near(float64(w.StdErr)/want[i].stdErr, 1, 1e-11) {
			t.Errorf("%s: %v (%v), want %v (%v)", w.Factor, w.Weight, w.StdErr, want[i].weight, want[i].stdErr)
		}
	}
	if m.Weights[0].Factor != Intercept || float64(m.Weights[0].PerSD) != m.Intercept {
		t.Errorf("first weight %+v, want the intercept with the log-odds at the mean", m.Weights[0])
	}
}

func TestWaldIntervalAndPValueAreThoseOfTheNormal(t *testing.T) {
	w := wald(3, 1.5)
	for _, c := range []struct {
		fact      string
		got, want float64
	}{
		{"z", float64(w.Z), 2},
		{"p is 2(1 - Phi(2))", float64(w.P), 0.0455002638963584}, // R: 2*pnorm(-2)
		{"low", float64(w.Low), 3 - 1.959963984540054*1.5},       // R: qnorm(0.975)
		{"high", float64(w.High), 3 + 1.959963984540054*1.5},
	} {
		if !near(c.got, c.want, 1e-15) {
			t.Errorf("%s = %v, want %v", c.fact, c.got, c.want)
		}
	}
}

func TestSharesSumToOneAndFollowTheWeightPerSD(t *testing.T) {
	tab := noisy(300, 22)
	m := fitOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t))
	sum, total := 0.0, 0.0
	for _, w := range m.Weights[1:] {
		sum += float64(w.Share)
		total += math.Abs(float64(w.PerSD))
	}
	if !near(sum, 1, 1e-14) {
		t.Errorf("shares sum to %v", sum)
	}
	for _, w := range m.Weights[1:] {
		if want := math.Abs(float64(w.PerSD)) / total; !near(float64(w.Share), want, 1e-15) {
			t.Errorf("%s=%s has share %v, want %v", w.Factor, w.Level, w.Share, want)
		}
	}
	if m.Weights[0].Share.Defined() {
		t.Error("the intercept has a share")
	}
}

func TestHandWeightsHaveNoStandardErrors(t *testing.T) {
	tab := eight()
	m := fitOne(t, tab, weights("", FactorWeight{"usage", 30}, FactorWeight{"tickets", 10}), eightFactors(t))
	for i, want := range []float64{m.Calibration.Intercept, -0.75 * m.Calibration.Slope, -0.25 * m.Calibration.Slope} {
		w := m.Weights[i]
		if !near(float64(w.Weight), want, 1e-15) || w.StdErr.Defined() || w.P.Defined() || w.Low.Defined() {
			t.Errorf("%s: %+v, want weight %v and nothing estimated", w.Factor, w, want)
		}
	}
	if m.Weights[1].Share != 0.75 {
		t.Errorf("share %v, want 0.75: 30 of 40 points", m.Weights[1].Share)
	}
}

func TestWeightsNameEveryLevel(t *testing.T) {
	tab := noisy(300, 23)
	m := fitOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"plan"}}, tab.factors(t))
	var levels []string
	for _, w := range m.Weights[1:] {
		levels = append(levels, w.Level)
	}
	if len(levels) != 3 || levels[0] != "pro" || levels[1] != "team" || levels[2] != "(missing)" {
		t.Errorf("levels %q, want pro, team and (missing) against basic", levels)
	}
}

// A bare intercept is the log-odds of the base rate with standard error
// sqrt(1/churned + 1/renewed) (Woolf 1955, for one group).
func TestFitWithoutUsableFactorsIsTheBaseRate(t *testing.T) {
	tab := table{churned: yes(1, 1, 1, 0, 0, 0, 0, 0, 0, 0), numbers: []numberColumn{{"same", make([]float64, 10)}}}
	m := fitOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t))
	w := m.Weights[0]
	if !near(float64(w.Weight), math.Log(3.0/7), 1e-14) || !near(float64(w.StdErr), math.Sqrt(1.0/3+1.0/7), 1e-14) {
		t.Errorf("intercept %v (%v), want log(3/7) (sqrt(1/3+1/7))", w.Weight, w.StdErr)
	}
	if got := predict(t, m, tab).Eta[0]; !near(got, math.Log(3.0/7), 1e-14) {
		t.Errorf("eta %v, want log(3/7)", got)
	}
	if len(m.Warnings) != 1 || m.Warnings[0] != (dataset.Warning{Code: "constant", Where: "factor same", Message: "same is the same in every training row and was left out"}) {
		t.Errorf("warnings %v", m.Warnings)
	}
}
