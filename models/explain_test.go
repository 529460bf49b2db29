package models

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"holdfast/features"
)

// The parts are exact: with where the average training account stands they sum to the
// whole.
func TestPartsSumToTheScore(t *testing.T) {
	tab := noisy(300, 51)
	e := tab.load(t)
	for _, m := range oneOfEachKind(t, tab) {
		x, _, err := m.Explanations(t.Context(), e.Len(), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		for i := range x {
			checkSums(t, m.Name, x[i], p.Eta[i])
		}
	}
}

// checkSums adds up an explanation.
func checkSums(t *testing.T, name string, x Explanation, eta float64) {
	t.Helper()
	odds, health := x.Average.LogOdds, x.Average.Health
	for _, p := range x.Parts {
		odds, health = odds+p.LogOdds, health+p.Health
		if p.LogOdds*p.Health > 0 {
			t.Errorf("%s: %s adds %v to the risk and %v to health", name, p.Factor, p.LogOdds, p.Health)
		}
	}
	if x.LogOdds != eta || x.Health != Health(eta) || !near(odds, eta, 1e-12) || !near(health, x.Health, 1e-12) {
		t.Fatalf("%s: the parts sum to %v and %v, the row has %v and %v", name, odds, health, eta, Health(eta))
	}
}

// A change of one factor is that factor's alone, and of several theirs together.
func TestChangesSumToTheDifferenceAndNameWhatMoved(t *testing.T) {
	tab := noisy(300, 55)
	for _, m := range oneOfEachKind(t, tab)[:2] {
		rows := table{churned: yes(0, 0), numbers: []numberColumn{{"usage", []float64{20, 60}}, {"tickets", []float64{4, 4}}},
			texts: []textColumn{{"plan", []string{"basic", "basic"}}}}
		e := rows.load(t)
		x, _, err := m.Explanations(t.Context(), 2, e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		changes := x[1].Since(x[0])
		if len(changes) != 1 || changes[0].Factor != "usage" || changes[0].From.String() != "20" || changes[0].To.String() != "60" ||
			!near(changes[0].LogOdds, x[1].LogOdds-x[0].LogOdds, 1e-12) || !near(changes[0].Health, x[1].Health-x[0].Health, 1e-9) {
			t.Errorf("%s: %+v, want usage from 20 to 60 and all of %v", m.Name, changes, x[1].Health-x[0].Health)
		}
		if same := x[0].Since(x[0]); len(same) != 0 {
			t.Errorf("%s: nothing changed, and %+v", m.Name, same)
		}
	}
}

func TestReasonsNameWhatRaisesTheRiskStrongestFirst(t *testing.T) {
	tab := noisy(300, 52)
	m := fitOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t))
	row := table{churned: yes(0, 0, 0), numbers: []numberColumn{{"usage", []float64{10, 10, 500}}, {"tickets", []float64{30, 0, 0}}},
		texts: []textColumn{{"plan", []string{"basic", "basic", "pro"}}}}
	e := row.load(t)
	x, _, err := m.Explain(t.Context(), 3, e.All().Batches(), 2)
	if err != nil {
		t.Fatal(err)
	}
	if r := x.Reasons[0]; len(r) != 2 || !strings.HasPrefix(r[0], "tickets 30 (+") || !strings.HasPrefix(r[1], "usage 10 (+") {
		t.Errorf("many tickets, little usage: %q", r)
	}
	if r := x.Reasons[1]; len(r) == 0 || !strings.HasPrefix(r[0], "usage 10 (+") {
		t.Errorf("little usage: %q", r)
	}
	if r := x.Reasons[2]; len(r) != 0 {
		t.Errorf("an account better than the average in everything has reasons %q", r)
	}
	p, _, err := m.Predict(t.Context(), 3, e.All().Batches())
	if err != nil || !sameBits(p.Eta, x.Eta) {
		t.Errorf("Explain and Predict differ: %v %v %v", x.Eta, p.Eta, err)
	}
}

func TestReasonsOfHandWeightsCountFromTheAverageAccount(t *testing.T) {
	tab := eight()
	m := fitOne(t, tab, weights("", FactorWeight{"usage", 30}, FactorWeight{"tickets", 10}), eightFactors(t))
	e := tab.load(t)
	x, _, err := m.Explain(t.Context(), e.Len(), e.All().Batches(), 5)
	if err != nil {
		t.Fatal(err)
	}
	// Row 0: usage scores 10 of a mean (10+20+35+50+60+75+90+100)/8 = 55, tickets 10
	// of a mean 100 - 10*36/8 = 55.
	want := []string{
		fmt.Sprintf("usage 10 (+%.2f)", m.Calibration.Slope*0.75*45),
		fmt.Sprintf("tickets 9 (+%.2f)", m.Calibration.Slope*0.25*45),
	}
	if got := strings.Join(x.Reasons[0], " "); got != strings.Join(want, " ") {
		t.Errorf("reasons %q, want %q", got, want)
	}
}

func TestRowThatCannotBeScoredHasNoReasons(t *testing.T) {
	tab := noisy(100, 53)
	factors := compileFactors(t, tab.types(), features.Factor{Name: "tickets", Expr: "tickets", Missing: features.Drop})
	m := fitOne(t, tab, Candidate{Kind: Logistic}, factors)
	tab.numbers[1].values[0] = math.NaN()
	e := tab.load(t)
	x, _, err := m.Explain(t.Context(), e.Len(), e.All().Batches(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if x.Reasons[0] != nil || !math.IsNaN(x.Eta[0]) || !math.IsNaN(x.Score[0]) {
		t.Errorf("row without a value: eta %v, reasons %q", x.Eta[0], x.Reasons[0])
	}
}

func TestAskingForNoReasonsGivesNone(t *testing.T) {
	tab := noisy(100, 54)
	m := fitOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t))
	e := tab.load(t)
	for _, top := range []int{0, -1} {
		x, _, err := m.Explain(t.Context(), e.Len(), e.All().Batches(), top)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range x.Reasons {
			if len(r) > 0 {
				t.Fatalf("top %d gives %q", top, r)
			}
		}
	}
}

func TestProbabilityIsTheLogisticOfTheLogOdds(t *testing.T) {
	for _, c := range []struct {
		fact   string
		eta, p float64
	}{
		{"even odds", 0, 0.5},
		{"3 to 1", math.Log(3), 0.75},
		{"1 to 3", -math.Log(3), 0.25},
		{"far out it does not overflow", 800, 1},
		{"nor underflow to NaN", -800, 0},
		{"small probabilities keep their digits", -40, 4.248354255291589e-18}, // e^-40, for 1 + e^-40 rounds to 1
	} {
		if got := Probability(c.eta); math.Abs(got-c.p) > 1e-15*c.p {
			t.Errorf("%s: p(%v) = %v, want %v", c.fact, c.eta, got, c.p)
		}
		if got := Health(c.eta); math.Abs(got-100*(1-c.p)) > 1e-12 {
			t.Errorf("%s: health(%v) = %v, want %v", c.fact, c.eta, got, 100*(1-c.p))
		}
	}
}

// An account that comes into another segment meets another average and other weights; the
// changes still sum to the difference, with the segment as one of them.
func TestChangesOfAnAccountThatCrossesStagesSumToTheDifference(t *testing.T) {
	before := Explanation{LogOdds: -1, Health: Health(-1), Segment: "onboarding", Average: Average{LogOdds: -1.5},
		Parts: []Part{{Factor: "usage", LogOdds: 0.7, push: 0.7}, {Factor: "setup", LogOdds: -0.2, push: -0.2}}}
	now := Explanation{LogOdds: -2, Health: Health(-2), Segment: "mature", Average: Average{LogOdds: -2.2},
		Parts: []Part{{Factor: "usage", LogOdds: 0.2, push: 0.2}}}
	odds, health := 0.0, 0.0
	named := make(map[string]Change)
	for _, c := range now.Since(before) {
		odds, health = odds+c.LogOdds, health+c.Health
		named[c.Factor] = c
	}
	if !near(odds, -1, 1e-12) || !near(health, now.Health-before.Health, 1e-12) {
		t.Errorf("the changes sum to %v and %v", odds, health)
	}
	if c := named["segment"]; !near(c.LogOdds, -0.7, 1e-12) || c.From.String() != "onboarding" || c.To.String() != "mature" {
		t.Errorf("the segment changed by %+v, want -0.7 from onboarding to mature", c)
	}
	if len(named) != 3 {
		t.Errorf("%v", named)
	}
}
