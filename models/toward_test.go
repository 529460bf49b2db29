package models

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// scoredBirths are three factors of the low birth weights with scores between fixed ends,
// and hand weights for them.
func scoredBirths(t *testing.T) (table, []features.Factor, Candidate) {
	t.Helper()
	tab := published(t, "birthwt.csv", "low")
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "age", Expr: "age", Clip: fixedClip(15, 40), Expect: features.LowerChurn},
		features.Factor{Name: "lwt", Expr: "lwt", Clip: fixedClip(85, 200), Expect: features.LowerChurn},
		features.Factor{Name: "ptl", Expr: "ptl", Clip: fixedClip(0, 2), Expect: features.HigherChurn},
		features.Factor{Name: "race", Expr: "race", Kind: features.Category})
	return tab, factors, weights("today", FactorWeight{"age", 50}, FactorWeight{"lwt", 30}, FactorWeight{"ptl", 20})
}

// compileNear compiles a candidate that is shrunk to the hand weights.
func compileNear(t *testing.T, tab table, factors []features.Factor, hand Candidate, p Penalty) Candidate {
	t.Helper()
	compiled, err := Compile([]Candidate{hand, {Name: "near", Kind: Logistic, Toward: hand.Name, Penalty: p}}, factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	return compiled[1]
}

// numpy, Newton's method by the definition: the slope of the hand score is
// 0.03848283 per point, and the ridge of 0.05 per standard deviation is around it.
func TestTowardIsARidgeAroundTheHandWeights(t *testing.T) {
	tab, factors, hand := scoredBirths(t)
	train := tab.load(t).All()
	c := compileNear(t, tab, factors, hand, Penalty{Kind: Ridge, Strength: 0.05})
	task, _, err := c.newTask(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	if want := 0.038482832965929; !near(task.handSlope, want, 1e-10) {
		t.Errorf("slope %.12f, want %.12f", task.handSlope, want)
	}
	m, err := c.Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	checkStandardised(t, m, 1.560313611123, -0.014038675110, -0.011949844514, -0.016447961869)
	if slices.Contains(c.FactorNames(), "race") {
		t.Error("a category has no score and takes part")
	}
	if inf := inferOn(t, m, train, InferenceOptions{}); !slices.Equal(codes(inf.Warnings), []string{"toward_weights"}) || inf.Weights[1].ClusterStdErr.Defined() {
		t.Errorf("inference %v", inf.Warnings)
	}
	if again := written(t, m); !slices.Equal(again.Coef, m.Coef) || len(again.Fitting.Toward) != 3 {
		t.Errorf("read back as %+v", again.Fitting)
	}
}

// A bound is in the unit and the direction of the factor, also where its score, which goes
// the other way, is what is fitted; and a weight that goes the declared way is no surprise.
func TestBoundsNearHandWeightsAreThoseOfTheFactor(t *testing.T) {
	tab, factors, hand := scoredBirths(t)
	c := compileNear(t, tab, factors, hand, Penalty{Kind: Ridge, Strength: 0.05})
	free, err := c.Fit(t.Context(), tab.load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	if per := float64(free.Weights[3].PerSD); per > -0.3 || slices.Contains(codes(free.Warnings), "against_expectation") {
		t.Errorf("per SD of its score, ptl counts %v, and the warnings are %v", per, free.Warnings)
	}
	bounded, err := c.With(nil, nil, map[string][2]float64{"ptl": {0, 0.1}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := bounded.Fit(t.Context(), tab.load(t).All())
	if err != nil || !near(float64(m.Weights[3].PerSD), -0.1, 1e-12) {
		t.Errorf("ptl held below 0.1 counts %v (%v)", m.Weights[3].PerSD, err)
	}
}

// The path begins at the hand weights, with their log loss after calibration, and ends at
// what the data say alone; on the way the fit to its own rows only gets better.
func TestThePathLeadsFromTheHandWeightsToTheData(t *testing.T) {
	tab, factors, hand := scoredBirths(t)
	for i := range tab.churned { // so that there are dates to walk along
		tab.asOf = append(tab.asOf, day1+7*dataset.Date(i%90))
	}
	train := tab.load(t).All()
	steps, err := compileNear(t, tab, factors, hand, Penalty{}).Path(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	first, last := steps[0], steps[len(steps)-1]
	for k, want := range []float64{50, 30, 20} {
		if !near(float64(first.Weights[k].Points), want, 1e-9) {
			t.Errorf("%s starts with %v points, by hand %v", first.Weights[k].Factor, first.Weights[k].Points, want)
		}
	}
	byHand := fitOne(t, tab, hand, factors)
	loss := 0.0
	for i, eta := range predict(t, byHand, tab).Eta {
		loss += logLoss(eta, tab.churned[i]) / float64(len(tab.churned))
	}
	if !math.IsInf(float64(first.Strength), 1) || !near(float64(first.Train.LogLoss), loss, 1e-9) {
		t.Errorf("log loss %.12f at strength %v, of the hand weights %.12f", first.Train.LogLoss, first.Strength, loss)
	}
	for k, want := range []float64{-0.012907755389, -0.012043183118, -0.018358723687} { // numpy, maximum likelihood
		c := compileNear(t, tab, factors, hand, Penalty{})
		task, _, err := c.newTask(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		if !near(float64(last.Weights[k].PerSD), want*task.spread(k), 1e-4) {
			t.Errorf("%s ends at %v, maximum likelihood %v", last.Weights[k].Factor, last.Weights[k].PerSD, want*task.spread(k))
		}
	}
	for k := range steps[1:] {
		if steps[k+1].Train.LogLoss > steps[k].Train.LogLoss+1e-12 || !steps[k+1].Inner.AUC.Defined() || !steps[k+1].Inner.LogLoss.Defined() {
			t.Errorf("step %d: %+v after %+v", k+1, steps[k+1], steps[k])
		}
	}
	var unfit *FitError
	if _, err := compileOne(t, tab, Candidate{Kind: Logistic}, factors).Path(t.Context(), train); !errors.As(err, &unfit) {
		t.Errorf("a path from nowhere: %v", err)
	}
}

// A score that runs the wrong way is no place to start from: the fit is shrunk to 0.
func TestHandWeightsThatRunTheWrongWayDrawToZero(t *testing.T) {
	tab, factors := fiveFactors(t, 400, 9)
	for i := range tab.churned {
		tab.churned[i] = !tab.churned[i]
	}
	task, _, err := compileNear(t, tab, factors, weights("today", FactorWeight{"usage", 100}), Penalty{Kind: Ridge, Strength: 1e8}).newTask(t.Context(), tab.load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	f, err := task.fit(t.Context(), Penalty{Kind: Ridge, Strength: 1e8}, logit.Settings{})
	if err != nil || !(math.Abs(f.Coef[0]) < 1e-8) {
		t.Errorf("%v, %v", f, err)
	}
}

func TestMovedWeightsOfEveryKind(t *testing.T) {
	tab, factors := fiveFactors(t, 500, 10)
	compiled, err := Compile([]Candidate{
		weights("today", FactorWeight{"usage", 2}, FactorWeight{"nps", 1}, FactorWeight{"tickets", 1}),
		{Name: "percent", Kind: Logistic, Fitting: Fitting{Form: Percent, Bounds: []Bound{{"late", 10, 10}}}},
		{Name: "plain", Kind: Logistic},
	}, factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	today, percent, plain := compiled[0], compiled[1], compiled[2]
	train := tab.load(t).All()
	moved, err := today.With(map[string]float64{"usage": 40}, []string{"nps"}, nil)
	if want := []FactorWeight{{"usage", 40}, {"nps", 25}, {"tickets", 35}}; err != nil || !slices.Equal(moved.Weights, want) {
		t.Errorf("hand weights %v, want %v (%v)", moved.Weights, want, err)
	}
	if today.Weights[0].Weight != 2 {
		t.Error("the candidate itself was moved")
	}
	moved, err = percent.With(map[string]float64{"usage": 30}, []string{"late"}, map[string][2]float64{"nps": {5, 8}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := moved.Fit(t.Context(), train)
	if p := m.Percents.Points; err != nil || p[0] != 30 || p[4] != 10 || p[2] < 5 || p[2] > 8 {
		t.Errorf("points %v, %v", p, err)
	}
	if moved, err = plain.With(map[string]float64{"usage": -0.5}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if m, err = moved.Fit(t.Context(), train); err != nil || float64(m.Weights[1].PerSD) != -0.5 {
		t.Errorf("usage %v, %v", m.Weights[1].PerSD, err)
	}
	for want, try := range map[string]func() (Candidate, error){
		"did you mean \"usage\"":           func() (Candidate, error) { return plain.With(map[string]float64{"usag": 1}, nil, nil) },
		"set, pinned or bounded at once":   func() (Candidate, error) { return plain.With(map[string]float64{"usage": 1}, []string{"usage"}, nil) },
		"is found by the fit":              func() (Candidate, error) { return percent.With(nil, []string{"usage"}, nil) },
		"bounds are for weights that are":  func() (Candidate, error) { return today.With(nil, nil, map[string][2]float64{"usage": {0, 1}}) },
		"must be from 0 to 100 points":     func() (Candidate, error) { return today.With(map[string]float64{"usage": 101}, nil, nil) },
		"sum to 105 of 100 points":         func() (Candidate, error) { return today.With(map[string]float64{"usage": 80}, []string{"nps"}, nil) },
		"are not set here":                 func() (Candidate, error) { return compiled[3].With(nil, nil, nil) },
		"must be whole points":             func() (Candidate, error) { return percent.With(map[string]float64{"usage": 101}, nil, nil) },
		"leave room for 110 to 300 points": func() (Candidate, error) { return percent.With(map[string]float64{"usage": 100}, nil, nil) },
	} {
		if _, err := try(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
