package models

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// fixedClip scores a factor 0-100 between two given numbers.
func fixedClip(low, high float64) []features.Bound {
	return []features.Bound{{Value: low}, {Value: high}}
}

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }

// newton2 fits logit(p) = a + b x by textbook Newton steps on the closed-form 2x2
// system. It shares no code with the solver.
func newton2(x []float64, churned []bool) (a, b float64) {
	for range 100 {
		var g0, g1, h00, h01, h11 float64
		for i := range x {
			p := 1 / (1 + math.Exp(-a-b*x[i]))
			r, w := indicator(churned[i])-p, p*(1-p)
			g0, g1 = g0+r, g1+r*x[i]
			h00, h01, h11 = h00+w, h01+w*x[i], h11+w*x[i]*x[i]
		}
		det := h00*h11 - h01*h01
		a, b = a+(h11*g0-h01*g1)/det, b+(h00*g1-h01*g0)/det
	}
	return a, b
}

// eight accounts: usage and tickets tell something, not everything.
func eight() table {
	return table{
		churned: yes(1, 0, 1, 0, 0, 1, 0, 0),
		numbers: []numberColumn{
			{"usage", []float64{10, 20, 35, 50, 60, 75, 90, 130}},
			{"tickets", []float64{9, 4, 7, 2, 5, 8, 1, 0}},
			{"vendor", []float64{20, 30, 25, 60, 20, 30, 90, 80}},
		},
	}
}

func eightFactors(t *testing.T) []features.Factor {
	return compileFactors(t, eight().types(),
		features.Factor{Name: "usage", Expr: "usage", Clip: fixedClip(0, 100), Expect: features.LowerChurn},
		features.Factor{Name: "tickets", Expr: "tickets", Clip: fixedClip(0, 10), Expect: features.HigherChurn},
	)
}

func TestBaselineGivesEveryoneTheBaseRate(t *testing.T) {
	compiled, err := Compile(nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := compiled[0].Fit(t.Context(), eight().load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	for i, eta := range predict(t, m, eight()).Eta {
		if p := Probability(eta); !near(p, 3.0/8, 1e-15) {
			t.Errorf("row %d has p %v, want 3 churned of 8", i, p)
		}
	}
}

func TestTrainingSaysWhatAModelLearnedFrom(t *testing.T) {
	tab := eight()
	tab.account = []int{0, 0, 1, 1, 2, 3, 4, 5}
	for i := range 8 {
		tab.asOf = append(tab.asOf, day1+dataset.Date(10*i))
		tab.known = append(tab.known, day1+dataset.Date(10*i+1))
	}
	tab.known[2] = day1 + 200 // decided late
	m := fitOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"usage"}}, tab.factors(t))
	want := Training{Examples: 8, Churned: 3, Accounts: 6, FirstAsOf: day1, LastAsOf: day1 + 70, KnownBy: day1 + 200}
	if m.Training != want {
		t.Errorf("training %+v, want %+v", m.Training, want)
	}
}

func TestHandWeightsAreTheWeightedMeanOfFactorScores(t *testing.T) {
	tab := eight()
	m := fitOne(t, tab, weights("", FactorWeight{"usage", 30}, FactorWeight{"tickets", 10}), eightFactors(t))
	p := predict(t, m, tab)
	for i := range tab.churned {
		// 0-100 scores by hand: usage clipped at 100, tickets turned: 0 tickets score 100.
		usage, tickets := min(100, tab.numbers[0].values[i]), 100-10*tab.numbers[1].values[i]
		if want := -(30*usage + 10*tickets) / 40; !near(p.Score[i], want, 1e-12) {
			t.Errorf("row %d scores %v, want %v: minus health", i, p.Score[i], want)
		}
	}
	a, b := newton2(p.Score, tab.churned)
	if !near(m.Calibration.Intercept, a, 1e-9) || !near(m.Calibration.Slope, b, 1e-10) {
		t.Errorf("calibration %+v, an independent fit says %v + %v score", m.Calibration, a, b)
	}
	if b <= 0 {
		t.Fatal("the fixture no longer has signal")
	}
}

func TestWeightsNeedNotSumTo100(t *testing.T) {
	tab, factors := eight(), eightFactors(t)
	small := predict(t, fitOne(t, tab, weights("", FactorWeight{"usage", 0.75}, FactorWeight{"tickets", 0.25}), factors), tab)
	large := predict(t, fitOne(t, tab, weights("", FactorWeight{"usage", 750000}, FactorWeight{"tickets", 250000}), factors), tab)
	if !slices.Equal(small.Score, large.Score) {
		t.Error("weights 0.75 : 0.25 and 750000 : 250000 give different scores")
	}
}

func TestVendorScoreCountsDownWhereHigherIsHealthier(t *testing.T) {
	for _, c := range []struct {
		fact   string
		higher features.Direction
		sign   float64
	}{
		{"healthier: the score is turned", features.LowerChurn, -1},
		{"riskier: the score is used as it is", features.HigherChurn, 1},
	} {
		t.Run(c.fact, func(t *testing.T) {
			tab := eight()
			values := tab.numbers[2].values
			if c.sign > 0 { // the same information, written as risk
				for i := range values {
					values[i] = 100 - values[i]
				}
			}
			m := fitOne(t, tab, Candidate{Kind: Vendor, Column: "vendor", HigherIs: c.higher}, nil)
			p := predict(t, m, tab)
			for i := range values {
				if p.Score[i] != c.sign*values[i] {
					t.Errorf("row %d scores %v of a vendor's %v", i, p.Score[i], values[i])
				}
			}
			if a, b := newton2(p.Score, tab.churned); !near(m.Calibration.Slope, b, 1e-10) || !near(m.Calibration.Intercept, a, 1e-9) {
				t.Errorf("calibration %+v, an independent fit says %v + %v score", m.Calibration, a, b)
			}
		})
	}
}

func TestScoreAgainstItsDeclaredDirectionGivesTheBaseRate(t *testing.T) {
	wrong := Candidate{Kind: Vendor, Column: "vendor", HigherIs: features.HigherChurn}
	separating := eight()
	separating.numbers[2].values = []float64{1, 9, 2, 8, 7, 3, 6, 5} // all churned below all renewed
	for _, c := range []struct {
		fact string
		tab  table
	}{
		{"a score that leans the wrong way", eight()},
		{"a score that separates the wrong way round", separating},
	} {
		t.Run(c.fact, func(t *testing.T) {
			m := fitOne(t, c.tab, wrong, nil)
			if got := codes(m.Warnings); !slices.Equal(got, []string{"wrong_way"}) {
				t.Errorf("warnings %q, want wrong_way", got)
			}
			p := predict(t, m, c.tab)
			for i, eta := range p.Eta {
				if !near(Probability(eta), 3.0/8, 1e-15) {
					t.Errorf("row %d has p %v, want the base rate 3/8", i, Probability(eta))
				}
				if p.Score[i] != c.tab.numbers[2].values[i] {
					t.Errorf("row %d ranks by %v: the declared direction still ranks", i, p.Score[i])
				}
			}
		})
	}
}

func TestConstantScoreGivesTheBaseRate(t *testing.T) {
	tab := eight()
	for i := range tab.numbers[2].values {
		tab.numbers[2].values[i] = 50
	}
	m := fitOne(t, tab, Candidate{Kind: Vendor, Column: "vendor", HigherIs: features.LowerChurn}, nil)
	if got := codes(m.Warnings); !slices.Equal(got, []string{"constant_score"}) {
		t.Errorf("warnings %q, want constant_score", got)
	}
	if p := Probability(predict(t, m, tab).Eta[0]); !near(p, 3.0/8, 1e-15) {
		t.Errorf("p %v, want the base rate 3/8", p)
	}
}

func TestScoreThatKnowsTheAnswerIsAFitError(t *testing.T) {
	tab := eight()
	tab.numbers[2].values = []float64{1, 9, 2, 8, 7, 3, 6, 5}
	_, err := tryFit(t, tab, Candidate{Name: "gs", Kind: Vendor, Column: "vendor", HigherIs: features.LowerChurn}, nil)
	var unfit *FitError
	if !errors.As(err, &unfit) || unfit.Candidate != "gs" || !slices.Equal(unfit.Factors, []string{"vendor"}) || !strings.Contains(unfit.Reason, "leak") {
		t.Errorf("got %v, want a FitError that blames the column vendor", err)
	}
}

func TestEveryKindNeedsBothOutcomes(t *testing.T) {
	factors, types := eightFactors(t), eight().types()
	compiled, err := Compile([]Candidate{
		{Name: "logistic", Kind: Logistic},
		weights("weights", FactorWeight{"usage", 1}),
		{Name: "vendor", Kind: Vendor, Column: "vendor", HigherIs: features.LowerChurn},
	}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		fact    string
		churned []bool
		words   string
	}{
		{"nobody churned", make([]bool, 8), "0 of 8 training examples churned"},
		{"everybody churned", yes(1, 1, 1, 1, 1, 1, 1, 1), "0 of 8 training examples renewed"},
	} {
		tab := eight()
		tab.churned = c.churned
		all := tab.load(t).All()
		for _, cand := range compiled {
			t.Run(c.fact+"/"+cand.Name, func(t *testing.T) {
				_, err := cand.Fit(t.Context(), all)
				var unfit *FitError
				if !errors.As(err, &unfit) || unfit.Candidate != cand.Name || !strings.Contains(err.Error(), c.words) {
					t.Errorf("got %v, want a FitError that says %q", err, c.words)
				}
			})
		}
	}
}

func TestFitOfNoExamplesIsAFitError(t *testing.T) {
	e := eight().load(t)
	_, err := compileOne(t, eight(), Candidate{Kind: Logistic}, eightFactors(t)).Fit(t.Context(), e.All().Where(func(int32) bool { return false }))
	var unfit *FitError
	if !errors.As(err, &unfit) {
		t.Errorf("got %v, want a FitError", err)
	}
}

func TestSeparationNamesFactorAndLevel(t *testing.T) {
	tab := noisy(80, 3)
	tab.texts = append(tab.texts, textColumn{"stage", make([]string, 80)})
	stage := tab.texts[1].values
	known := make([]float64, 80)
	for i := range stage {
		stage[i] = []string{"a", "b"}[i%2]
		if tab.churned[i] && i%3 == 0 {
			stage[i] = "lost" // a level that only churned accounts have
		}
		known[i] = 2*indicator(tab.churned[i]) + 0.1*float64(i%5)
	}
	tab.numbers = append(tab.numbers, numberColumn{"refund", known})
	for _, c := range []struct {
		fact    string
		factors []string
		blamed  string
		words   string
	}{
		{"a level that only the churned have", []string{"usage", "stage"}, "stage=lost", "quasi-complete separation"},
		{"a number that tells them all apart", []string{"usage", "refund"}, "refund", "complete separation"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			_, err := tryFit(t, tab, Candidate{Name: "fit", Kind: Logistic, Factors: c.factors}, tab.factors(t))
			var unfit *FitError
			if !errors.As(err, &unfit) || !slices.Equal(unfit.Factors, []string{c.blamed}) || !strings.HasPrefix(unfit.Reason, c.words) {
				t.Fatalf("got %v, want a FitError that blames %s", err, c.blamed)
			}
			if !strings.Contains(unfit.Reason, "ridge") {
				t.Errorf("%q does not say what to do", unfit.Reason)
			}
		})
	}
}

func TestRidgeFitsWhatSeparates(t *testing.T) {
	tab := eight()
	tab.numbers[2].values = []float64{1, 9, 2, 8, 7, 3, 6, 5}
	m := fitOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"vendor"}, Penalty: Penalty{Kind: Ridge, Strength: 0.1}}, tab.factors(t))
	if b := m.Coef[0]; !(b < 0 && b > -10) {
		t.Errorf("coefficient %v, want a finite one below 0", b)
	}
}

func TestColumnsThatSayNothingNewAreLeftOutByName(t *testing.T) {
	tab := noisy(80, 4)
	n := len(tab.churned)
	sum, same := make([]float64, n), make([]float64, n)
	for i := range n {
		sum[i], same[i] = tab.numbers[0].values[i]+2*tab.numbers[1].values[i], 7
	}
	tab.numbers = append(tab.numbers, numberColumn{"sum", sum}, numberColumn{"same", same})
	factors := tab.factors(t)
	m := fitOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"usage", "tickets", "sum", "same"}}, factors)
	if got := codes(m.Warnings); !slices.Equal(got, []string{"constant", "collinear"}) {
		t.Fatalf("warnings %q, want constant and collinear", got)
	}
	if w := m.Warnings[0]; w.Where != "factor same" || !strings.Contains(w.Message, "same is the same in every training row") {
		t.Errorf("constant warning %q", w)
	}
	if w := m.Warnings[1]; w.Where != "factor sum" || !strings.Contains(w.Message, "exact linear combination of usage, tickets") {
		t.Errorf("collinear warning %q", w)
	}
	without := fitOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"usage", "tickets"}}, factors)
	for j, b := range without.Coef {
		if !near(m.Coef[j], b, 1e-12) {
			t.Errorf("coefficient %d is %v with the idle columns and %v without them", j, m.Coef[j], b)
		}
	}
	if w := m.Weights[3]; w.Factor != "sum" || w.Weight != 0 || w.StdErr.Defined() {
		t.Errorf("the left-out factor has weight %+v, want 0 without a standard error", w)
	}
}

func TestWeightAgainstExpectationIsSaidAloud(t *testing.T) {
	tab := noisy(400, 5)
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Expr: "usage", Expect: features.HigherChurn},     // the truth is -0.03
		features.Factor{Name: "tickets", Expr: "tickets", Expect: features.HigherChurn}, // the truth is +0.3
	)
	m := fitOne(t, tab, Candidate{Kind: Logistic}, factors)
	if len(m.Warnings) != 1 || m.Warnings[0].Code != "against_expectation" || m.Warnings[0].Where != "factor usage" {
		t.Errorf("warnings %v, want against_expectation of usage alone", m.Warnings)
	}
}

func TestMissingValueThatMayNotBeMissingIsNamed(t *testing.T) {
	tab := noisy(40, 6)
	tab.numbers[1].values[17] = math.NaN()
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Expr: "usage"},
		features.Factor{Name: "tickets", Expr: "tickets", Missing: features.Drop, Expect: features.HigherChurn},
	)
	for _, c := range []Candidate{{Name: "fit", Kind: Logistic}, weights("hand", FactorWeight{"tickets", 1})} {
		_, err := tryFit(t, tab, c, factors)
		if err == nil || !strings.Contains(err.Error(), "tickets") {
			t.Errorf("%s: got %v, want an error that names the factor", c.Name, err)
		}
	}
}

func TestFitStopsWithItsContext(t *testing.T) {
	tab := noisy(60, 7)
	e := tab.load(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, r := range []Penalty{{}, {Kind: Ridge, Auto: true}} {
		_, err := compileOne(t, tab, Candidate{Kind: Logistic, Factors: []string{"usage", "tickets"}, Penalty: r}, tab.factors(t)).Fit(ctx, e.All())
		if !errors.Is(err, context.Canceled) {
			t.Errorf("ridge %+v: got %v, want context canceled", r, err)
		}
	}
}

func TestErrorsOfTheSolverAreSaidInTheWordsOfTheCandidate(t *testing.T) {
	c := Candidate{Name: "fit"}
	var unfit *FitError
	err := c.explain(&logit.ConvergenceError{Iterations: 100, Gradient: 0.5}, nil)
	if !errors.As(err, &unfit) || !strings.Contains(unfit.Reason, "did not converge in 100 steps (gradient 5.0e-01)") {
		t.Errorf("no convergence: %v", err)
	}
	cause := errors.New("disk on fire")
	if err := c.explain(cause, nil); !errors.Is(err, cause) || !strings.Contains(err.Error(), `candidate "fit"`) {
		t.Errorf("an error of another kind: %v", err)
	}
}

func TestCandidateErrorUnwrapsToItsCause(t *testing.T) {
	_, types := someFactors(t)
	_, err := Compile([]Candidate{{Name: "gs", Kind: Vendor, Column: "gs_scor", HigherIs: features.LowerChurn}}, nil, types)
	var factor *features.FactorError
	if !errors.As(err, &factor) || factor.Factor != "gs_scor" {
		t.Errorf("got %v, want a FactorError inside", err)
	}
}
