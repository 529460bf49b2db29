package models

import (
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/features"
)

// fittings are candidates that are fitted in every way there is.
func fittings() []Candidate {
	list := []Candidate{
		{Name: "lasso", Penalty: Penalty{Kind: Lasso, Auto: true, OneSE: true}},
		{Name: "net", Penalty: Penalty{Kind: ElasticNet, Alpha: 0.5, Strength: 0.01}, Fitting: Fitting{Signs: true}},
		{Name: "firth", Penalty: Penalty{Kind: Firth}},
		{Name: "flic", Penalty: Penalty{Kind: FLIC}, Fitting: Fitting{Weigh: Weigh{HalfLife: 200}}},
		{Name: "signs", Penalty: Penalty{Kind: Ridge, Auto: true}, Fitting: Fitting{Signs: true, Caps: []Cap{{"usage", 0.3}}}},
		{Name: "pinned", Fitting: Fitting{Bounds: []Bound{{"usage", -0.2, -0.2}, {"late", 0, 0.5}}}},
		{Name: "offset", Offset: "seats / 2"},
		{Name: "sampled", Fitting: Fitting{Sampling: Sampling{Churned: 1, Renewed: 0.5}}},
		{Name: "percent", Fitting: Fitting{Form: Percent, Bounds: []Bound{{"nps", 10, 10}}}},
		{Name: "near", Toward: "today"},
	}
	for i := range list {
		list[i].Kind = Logistic
	}
	return append(list, weights("today", FactorWeight{"usage", 60}, FactorWeight{"tickets", 40}))
}

// Where columns lie changes no byte of any model, and a file gives the same scores.
func TestEveryFitIsTheSameFromStoredColumnsAndFromItsFile(t *testing.T) {
	tab, factors := fiveFactors(t, 400, 11)
	compiled, err := Compile(fittings(), factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	held, stored := tab.load(t), tab.loadIn(t, 1)
	defer stored.Table.Close()
	for _, c := range compiled {
		want, err := c.Fit(t.Context(), held.All())
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Fit(t.Context(), stored.All())
		if err != nil {
			t.Fatal(err)
		}
		if text(t, got) != text(t, want) {
			t.Errorf("%s: stored\n%s\nin memory\n%s", c.Name, text(t, got), text(t, want))
		}
		back := written(t, want)
		if !slices.Equal(predict(t, back, tab).Eta, predict(t, want, tab).Eta) {
			t.Errorf("%s: its file gives other scores", c.Name)
		}
	}
}

// Last quarter's model, fitted again on the same rows, is itself: the file holds all of
// how it was fitted.
func TestARefittedModelKeepsHowItWasFitted(t *testing.T) {
	tab, factors := fiveFactors(t, 400, 12)
	compiled, err := Compile(fittings(), factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	train := tab.load(t).All()
	for _, c := range compiled[:len(compiled)-2] { // the hand weights and the base rate are fitted no other way
		was, err := c.Fit(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		again := fitOne(t, tab, Candidate{Name: c.Name, Kind: Earlier, Earlier: written(t, was), Refit: true}, nil)
		if !slices.Equal(again.Coef, was.Coef) || again.Intercept != was.Intercept || again.Calibration.Intercept != was.Calibration.Intercept {
			t.Errorf("%s: %v became %v", c.Name, was.Coef, again.Coef)
		}
	}
}

func TestAModelThatCouldNotHaveBeenFittedIsRefused(t *testing.T) {
	tab, factors := fiveFactors(t, 300, 13)
	percent := fitOne(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Form: Percent}}, factors)
	signs := fitOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 1}, Fitting: Fitting{Signs: true}}, factors)
	for want, damage := range map[string]func() *Model{
		"points for a coefficient":            func() *Model { m := *percent; m.Coef = slices.Clone(m.Coef); m.Coef[0] = -0.5; return &m },
		"4 points for 5 design columns":       func() *Model { m := *percent; p := *m.Percents; p.Points = p.Points[:4]; m.Percents = &p; return &m },
		"form of the fit disagree":            func() *Model { m := *percent; m.Percents = nil; return &m },
		"the strength of the penalty is not":  func() *Model { m := *signs; m.Penalty.Auto = true; return &m },
		"the ridge strength -1":               func() *Model { m := *signs; m.Penalty.Strength = -1; return &m },
		"unknown penalty":                     func() *Model { m := *signs; m.Penalty.Kind = "rigde"; return &m },
		"cannot be from 2 to 1":               func() *Model { m := *signs; m.Fitting = &Fitting{Bounds: []Bound{{"usage", 2, 1}}}; return &m },
		"no factor \"nobody\"":                func() *Model { m := *signs; m.Fitting = &Fitting{Bounds: []Bound{{"nobody", 1, 2}}}; return &m },
		"the hand weight -1":                  func() *Model { m := *signs; m.Fitting = &Fitting{Toward: []FactorWeight{{"usage", -1}}}; return &m },
		"sampling: shares 2 and 1":            func() *Model { m := *signs; m.Fitting = &Fitting{Sampling: Sampling{2, 1}}; return &m },
		"kind weights has nothing that was":   func() *Model { m := *fitOne(t, tab, fittings()[10], factors); m.Penalty = signs.Penalty; return &m },
		"the half life of -3 days":            func() *Model { m := *signs; m.Fitting = &Fitting{Weigh: Weigh{HalfLife: -3}}; return &m },
		"must be a share above 0 and below 1": func() *Model { m := *signs; m.Fitting = &Fitting{Caps: []Cap{{"usage", math.Pi}}}; return &m },
		"unknown form \"pc\"":                 func() *Model { m := *signs; m.Fitting = &Fitting{Form: "pc"}; return &m },
	} {
		var b strings.Builder
		if err := damage().Write(&b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// What inference cannot say of a fit, it says in words.
func TestInferenceSaysWhyAFitHasNoErrors(t *testing.T) {
	tab, factors := fiveFactors(t, 400, 14)
	compiled, err := Compile(fittings(), factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	train := tab.load(t).All()
	want := map[string]string{"lasso": "chosen_weights", "net": "chosen_weights", "signs": "limited_weights", "pinned": "limited_weights",
		"offset": "limited_weights", "percent": "percent_weights", "near": "toward_weights"}
	for _, c := range compiled[:10] {
		m, err := c.Fit(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		inf := inferOn(t, m, train, InferenceOptions{ProfileRows: -1})
		code := want[c.Name]
		if has := slices.Contains(codes(inf.Warnings), code); (code != "") != has || (code == "") != inf.Weights[1].ClusterStdErr.Defined() {
			t.Errorf("%s: clustered error %v, warnings %v", c.Name, inf.Weights[1].ClusterStdErr, codes(inf.Warnings))
		}
		if share := inf.Factors[0].Share; !share.Defined() {
			t.Errorf("%s: no shares", c.Name)
		}
	}
}

// An event that the healthy have more of, such as expansion, turns every sign.
func TestSignsTurnWithTheTarget(t *testing.T) {
	tab, factors := fiveFactors(t, 100, 15)
	for _, form := range []Form{"", Percent} {
		c := compileOne(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Signs: true, Form: form}}, factors)
		churn, _, err := c.newTask(t.Context(), tab.load(t).All())
		if err != nil {
			t.Fatal(err)
		}
		c.Target = Expansion
		growth, _, err := c.newTask(t.Context(), tab.load(t).All())
		if err != nil {
			t.Fatal(err)
		}
		for j := range factors {
			if churn.sign(j) == 0 || churn.sign(j) != -growth.sign(j) || churn.high[j] != -growth.low[j] {
				t.Errorf("%s: sign %d and %d", factors[j].Name, churn.sign(j), growth.sign(j))
			}
		}
	}
	if factors[3].Expect != features.HigherChurn {
		t.Error("no factor raises churn")
	}
}
