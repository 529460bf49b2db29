package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// events are the rows of noisy with amounts: churn as there, and of the others the unhappy
// shrink, the happy grow, and of every ninth the amount is missing.
func events(t testing.TB, tab table, seed uint64) *dataset.Examples {
	t.Helper()
	e := tab.load(t)
	usage, _ := e.Table.Column("usage")
	rng := rand.New(rand.NewPCG(seed, 2))
	e.Event, e.ValueAfter = make([]dataset.Event, e.Len()), make([]float64, e.Len())
	for i, churned := range e.Churned {
		lean := (usage.Vector().Numbers[i]-50)/20 + rng.NormFloat64()
		switch {
		case churned:
			e.Event[i] = dataset.ChurnedEvent
		case i%9 == 0:
			e.Event[i] = dataset.UnknownEvent
		case lean < -0.7:
			e.Event[i] = dataset.ContractedEvent
		case lean > 0.7:
			e.Event[i] = dataset.ExpandedEvent
		default:
			e.Event[i] = dataset.FlatEvent
		}
	}
	return e
}

func fitOn(t testing.TB, tab table, e *dataset.Examples, c Candidate) *Model {
	t.Helper()
	m, err := compileOne(t, tab, c, directed(t, tab)).Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// directed are factors of declared direction.
func directed(t testing.TB, tab table) []features.Factor {
	return compileFactors(t, tab.types(), features.Factor{Name: "usage", Expr: "usage", Expect: features.LowerChurn},
		features.Factor{Name: "tickets", Expr: "tickets", Expect: features.HigherChurn})
}

// A fit for another event is, to the bit, the fit of churn on rows whose label is that
// event, without those of which nobody knows.
func TestAnotherTargetIsAnotherLabel(t *testing.T) {
	tab := noisy(600, 101)
	for target, event := range map[Target]dataset.Event{Contraction: dataset.ContractedEvent, Expansion: dataset.ExpandedEvent} {
		e := events(t, tab, 1)
		m := fitOn(t, tab, e, Candidate{Kind: Logistic, Target: target})
		var rows []int32
		for i, what := range e.Event {
			e.Churned[i] = what == event
			if what != dataset.UnknownEvent {
				rows = append(rows, int32(i))
			}
		}
		relabelled, err := compileOne(t, tab, Candidate{Kind: Logistic}, directed(t, tab)).Fit(t.Context(), e.All().Of(rows))
		if err != nil {
			t.Fatal(err)
		}
		if !sameBits(m.Coef, relabelled.Coef) || m.Training != relabelled.Training || m.Target != target {
			t.Errorf("%s: %v of %+v, relabelled %v of %+v", target, m.Coef, m.Training, relabelled.Coef, relabelled.Training)
		}
	}
}

// Healthy accounts grow: whatever is declared in terms of health is turned for expansion,
// so that a higher score is always more of the event.
func TestHealthIsTurnedForExpansionOnly(t *testing.T) {
	tab := noisy(900, 102)
	e := events(t, tab, 2)
	for _, c := range []Candidate{
		{Kind: Weights, Weights: []FactorWeight{{"usage", 60}, {"tickets", 40}}},
		{Kind: Weights, Weights: []FactorWeight{{"usage", 60}, {"tickets", 40}}, Missing: "reweight"},
		{Kind: Vendor, Column: "usage", HigherIs: features.LowerChurn},
	} {
		for target, sign := range map[Target]float64{"": -1, Churn: -1, Contraction: -1, Expansion: 1} {
			c.Target = target
			m := fitOn(t, tab, e, c)
			if m.Coef[0]*sign <= 0 || m.Calibration.Slope <= 0 {
				t.Errorf("%s for %q: coefficient %v, slope %v, warnings %v", c.Kind, target, m.Coef[0], m.Calibration.Slope, codes(m.Warnings))
			}
		}
	}
}

func TestWhatIsExpectedOfChurnIsNotExpectedOfGrowth(t *testing.T) {
	tab := noisy(2000, 103)
	m := fitOn(t, tab, events(t, tab, 3), Candidate{Kind: Logistic, Target: Expansion})
	if m.Coef[0] <= 0 || slices.Contains(codes(m.Warnings), "against_expectation") {
		t.Errorf("weights %v, warnings %v", m.Coef, codes(m.Warnings))
	}
}

func TestTargetsWithoutTheirEventSayWhatIsMissing(t *testing.T) {
	tab := noisy(60, 104)
	_, err := compileOne(t, tab, Candidate{Kind: Logistic, Target: Contraction}, tab.factors(t)).Fit(t.Context(), tab.load(t).All())
	if err == nil || !strings.Contains(err.Error(), "0 of 0 training examples with known amounts are a case of contraction") {
		t.Errorf("got %v", err)
	}
}

func TestBandsOfRiskSayNothingOfGrowth(t *testing.T) {
	tab := noisy(60, 105)
	c := Candidate{Name: "colours", Kind: Rules, Target: Expansion, Recipes: &Recipes{Red: "usage < 30", Else: Green}}
	if _, err := Compile([]Candidate{c}, tab.factors(t), tab.types()); err == nil || !strings.Contains(err.Error(), "who is at risk") {
		t.Errorf("got %v", err)
	}
}

func TestAnEarlierModelKeepsItsTarget(t *testing.T) {
	tab := noisy(600, 106)
	e := events(t, tab, 4)
	was := fitOn(t, tab, e, Candidate{Kind: Logistic, Target: Expansion, Calibrate: Calibrate{Method: Isotonic, Later: true}})
	for _, refit := range []bool{false, true} {
		m := fitOn(t, tab, e, Candidate{Name: "last", Kind: Earlier, Earlier: was, Refit: refit})
		if m.Target != Expansion || !slices.Equal(m.Calibration.Knots, was.Calibration.Knots) {
			t.Errorf("refit %v: target %s, calibration %+v", refit, m.Target, m.Calibration)
		}
	}
}

// The four probabilities are not below 0 and sum to exactly 1, in every order and after a
// decimal that reads back to the same bits.
func TestProspectsSumToExactlyOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1, 0.5, 1.0 / 3, 1e-15, 1 - 1e-15, 0.1}))
		leave, shrink, grow := p.Draw(t, "leave"), p.Draw(t, "shrink"), p.Draw(t, "grow")
		x := NewProspect(leave, shrink, grow)
		four := []float64{x.Leave, x.Shrink, x.Renew, x.Grow}
		order := rapid.Permutation([]int{0, 1, 2, 3}).Draw(t, "order")
		if sum := ((four[order[0]] + four[order[1]]) + four[order[2]]) + four[order[3]]; sum != 1 {
			t.Fatalf("%+v sums to %v in the order %v", x, sum, order)
		}
		for _, v := range four {
			if !(v >= 0 && v <= 1) {
				t.Fatalf("%+v is no probability", x)
			}
		}
		if leave+shrink+grow <= 1 {
			for i, want := range []float64{leave, shrink, math.NaN(), grow} {
				if i != 2 && math.Abs(four[i]-want) > grain {
					t.Fatalf("%v became %v", want, four[i])
				}
			}
		}
	})
}

func TestClaimsBeyondTheWholeAreScaledDownAlike(t *testing.T) {
	x := NewProspect(0.8, 0.4, 0.4)
	for _, c := range []struct{ got, want float64 }{{x.Leave, 0.5}, {x.Shrink, 0.25}, {x.Grow, 0.25}, {x.Renew, 0}} {
		if math.Abs(c.got-c.want) > 4*grain {
			t.Errorf("%+v, want 0.5, 0.25, 0 to renew, 0.25", x)
		}
	}
	if x := NewProspect(0.3, math.NaN(), 0.1); x.Leave == x.Leave || x.Renew == x.Renew {
		t.Errorf("an outlook without one of its models: %+v", x)
	}
}

// outlook is a model of churn with its companions.
func outlook(t testing.TB, tab table, e *dataset.Examples) *Model {
	m := fitOn(t, tab, e, Candidate{Name: "leave", Kind: Logistic})
	m.Outlook = &Outlook{
		Grow:   fitOn(t, tab, e, Candidate{Name: "grow", Kind: Logistic, Target: Expansion}),
		Shrink: fitOn(t, tab, e, Candidate{Name: "shrink", Kind: Vendor, Column: "usage", HigherIs: features.LowerChurn, Target: Contraction}),
	}
	return m
}

// Each model expects as many events as its training rows had (the score equation of its
// intercept), and so does the outlook, class by class, but for what is taken off rows whose
// claims go beyond the whole.
func TestOutlooksAreCalibratedClassByClass(t *testing.T) {
	tab := noisy(3000, 107)
	e := events(t, tab, 5)
	for i, what := range e.Event {
		if what == dataset.UnknownEvent {
			e.Event[i] = dataset.FlatEvent // so that all models have the same rows
		}
	}
	m := outlook(t, tab, e)
	p, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	prospects, _, err := m.Prospects(t.Context(), p.Eta, e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	var expected, happened [4]float64
	for i, x := range prospects {
		for k, v := range []float64{x.Leave, x.Shrink, x.Renew, x.Grow} {
			expected[k] += v
		}
		switch e.Event[i] {
		case dataset.ChurnedEvent:
			happened[0]++
		case dataset.ContractedEvent:
			happened[1]++
		case dataset.FlatEvent:
			happened[2]++
		case dataset.ExpandedEvent:
			happened[3]++
		}
		if x.Leave+x.Shrink+x.Renew+x.Grow != 1 {
			t.Fatalf("%+v does not sum to 1", x)
		}
	}
	taken := 0.0
	for i, x := range prospects {
		taken += 2 * math.Abs(Probability(p.Eta[i])-x.Leave) // the others lose no more than this, being less likely
	}
	for k, name := range []string{"leave", "shrink", "renew", "grow"} {
		if math.Abs(expected[k]-happened[k]) > 1e-6+taken {
			t.Errorf("%s: expected %v, happened %v; %v was taken off", name, expected[k], happened[k], taken)
		}
	}
	if taken > 0.02*3000 {
		t.Errorf("%v of 3000 was taken off: this data no longer shows that classes keep their calibration", taken)
	}
}

func TestOutlooksReloadWithTheirModel(t *testing.T) {
	tab := noisy(400, 108)
	e := events(t, tab, 6)
	m := outlook(t, tab, e)
	m.Outlook.Shrink = nil
	back, err := Read("model.json", strings.NewReader(text(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := m.Prospects(t.Context(), p.Eta, e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := back.Prospects(t.Context(), p.Eta, e.All().Batches())
	if err != nil || !slices.Equal(a, b) {
		t.Errorf("the file has another outlook: %v", err)
	}
	uses, err := back.Uses()
	if err != nil || len(uses) != 2 || uses["tickets"] != expr.Number {
		t.Errorf("a scorer reads %v: %v", uses, err)
	}
	if a[0].Shrink != 0 {
		t.Errorf("nobody says who shrinks, yet %+v", a[0])
	}
}

func TestOutlooksThatAnswerAnotherQuestionAreRefused(t *testing.T) {
	tab := noisy(300, 109)
	e := events(t, tab, 7)
	for _, c := range []struct {
		fact   string
		damage func(*Model)
		want   string
	}{
		{"who grows does not say who shrinks", func(m *Model) { m.Outlook.Grow, m.Outlook.Shrink = m.Outlook.Shrink, m.Outlook.Grow }, "not of"},
		{"an outlook of nobody", func(m *Model) { m.Outlook.Grow, m.Outlook.Shrink = nil, nil }, "has a model of growth or of shrinking"},
		{"an outlook of growth", func(m *Model) { m.Target = Expansion }, "belongs to a model of churn"},
		{"an outlook in an outlook", func(m *Model) { m.Outlook.Grow.Outlook = &Outlook{} }, "an outlook of its own"},
		{"another clock", func(m *Model) { m.Outlook.Grow.Clock.Lead = 7 }, "other dates"},
		{"another type of a column", func(m *Model) { m.Outlook.Grow.Types["tickets"] = "text" }, "reads column"},
		{"a broken companion", func(m *Model) { m.Outlook.Grow.Coef = nil }, "coefficients"},
		{"no target", func(m *Model) { m.Target = "" }, "does not say which event"},
	} {
		m := outlook(t, tab, e)
		c.damage(m)
		if err := m.check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.want)
		}
	}
}
