package models

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"holdfast/features"
)

// Contributions are exact: with the log-odds of the average training account they
// sum to the log-odds of the row.
func TestContributionsSumToTheLogOdds(t *testing.T) {
	tab := noisy(300, 51)
	e := tab.load(t)
	for _, m := range oneOfEachKind(t, tab) {
		d, _, err := m.Encoder.Encode(t.Context(), e.Len(), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		typical := m.Intercept
		for j, c := range m.Encoder.Kept() {
			typical += m.Coef[j] * m.typical(c)
		}
		predicted, err := m.predict(d)
		if err != nil {
			t.Fatal(err)
		}
		eta := predicted.Eta
		for i := range eta {
			sum := m.Calibration.Intercept + m.Calibration.Slope*typical
			for _, p := range m.contributions(d, m.Encoder.Names(), i) {
				sum += p.by
			}
			if !near(sum, eta[i], 1e-12) {
				t.Fatalf("%s row %d: contributions sum to %v, the log-odds are %v", m.Name, i, sum, eta[i])
			}
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
	if r := x.Reasons[0]; len(r) != 2 || !strings.HasPrefix(r[0], "tickets (+") || !strings.HasPrefix(r[1], "usage (+") {
		t.Errorf("many tickets, little usage: %q", r)
	}
	if r := x.Reasons[1]; len(r) == 0 || !strings.HasPrefix(r[0], "usage (+") {
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
		fmt.Sprintf("usage (+%.2f)", m.Calibration.Slope*0.75*45),
		fmt.Sprintf("tickets (+%.2f)", m.Calibration.Slope*0.25*45),
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
