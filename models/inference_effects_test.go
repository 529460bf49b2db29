package models

import (
	"math"
	"slices"
	"testing"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// effectsOne fits all factors of a table and returns their effects.
func effectsOne(t testing.TB, tab table, factors []features.Factor) (*Model, []Effect) {
	t.Helper()
	train := tab.load(t).All()
	m, err := compileOne(t, tab, Candidate{Kind: Logistic}, factors).Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	effects, err := m.Effects(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	return m, effects
}

// A linear factor's curve is the line of its weight, through the mean of the others.
func TestEffectOfANumberIsTheLineOfItsWeight(t *testing.T) {
	m, effects := effectsOne(t, noisy(500, 2), noisy(500, 2).factors(t))
	usage, column := effects[0], m.Encoder.Kept()[0]
	if usage.Steps || len(usage.Points) != effectPoints {
		t.Fatalf("steps %v with %d points, want a curve of %d", usage.Steps, len(usage.Points), effectPoints)
	}
	rows, churned := 0, 0
	for _, p := range usage.Points {
		want := m.Intercept + float64(m.Weights[1].Weight)*(float64(p.Value)-column.Mean)
		if !near(float64(p.LogOdds), want, 1e-12) || !near(float64(p.P), Probability(want), 1e-12) {
			t.Errorf("at %v: log-odds %v, want %v", p.Value, p.LogOdds, want)
		}
		if p.From > p.Value || p.Value > p.To {
			t.Errorf("value %v outside [%v, %v]", p.Value, p.From, p.To)
		}
		rows, churned = rows+p.Examples, churned+p.Churned
	}
	if rows != m.Training.Examples || churned != m.Training.Churned {
		t.Errorf("%d rows, %d churned in the points; %d and %d in training", rows, churned, m.Training.Examples, m.Training.Churned)
	}
}

// Four rows of each level by hand: WoE = ln(share of churned / share of renewed).
func TestEffectOfACategoryHasTheWeightOfEvidenceByHand(t *testing.T) {
	tab := table{churned: yes(1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0), texts: []textColumn{{"plan", slices.Concat(
		slices.Repeat([]string{"basic"}, 4), slices.Repeat([]string{"pro"}, 4), slices.Repeat([]string{""}, 4))}}}
	m, effects := effectsOne(t, tab, tab.factors(t))
	// Six of twelve churned: 1, 2 and 3 of them by level, and 3, 2 and 1 of the renewed.
	want := []struct {
		level string
		woe   float64
		odds  float64 // the category is alone: the fit is the rate of its level
	}{{"basic", math.Log(1.0 / 3), 1.0 / 3}, {"pro", 0, 1}, {features.MissingLevel, math.Log(3), 3}}
	if len(effects) != 1 || !effects[0].Steps || len(effects[0].Points) != len(want) {
		t.Fatalf("effects %+v", effects)
	}
	for i, w := range want {
		p := effects[0].Points[i]
		if p.Level != w.level || !near(float64(p.WoE), w.woe, 1e-12) || !near(float64(p.LogOdds), math.Log(w.odds), 1e-9) {
			t.Errorf("point %+v, want %+v", p, w)
		}
	}
	if iv := 2.0 / 3 * math.Log(3); !near(float64(effects[0].IV), iv, 1e-12) {
		t.Errorf("IV %v, want %v", effects[0].IV, iv)
	}
	if len(m.Coef) != 2 {
		t.Errorf("%d coefficients", len(m.Coef))
	}
}

// A flag, a count and a clipped number are steps: as many as the score knows.
func TestEffectsThatJumpAreSteps(t *testing.T) {
	tab := noisy(300, 6)
	flag := make([]float64, 300)
	for i, v := range tab.numbers[0].values {
		flag[i] = oneIf(v > 50)
		if i%10 == 0 {
			flag[i] = math.NaN()
		}
	}
	tab.numbers, tab.texts = append(tab.numbers[:1:1], numberColumn{"flag", flag}), nil
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "flag", Expr: "flag", Missing: features.Own},
		features.Factor{Name: "tens", Expr: "round(usage / 40)"},
		features.Factor{Name: "usage", Expr: expr.Quote("usage")})
	_, effects := effectsOne(t, tab, factors)
	flags := effects[0]
	if !flags.Steps || len(flags.Points) != 3 || flags.Points[2].Level != features.MissingLevel || flags.Points[2].Examples != 30 {
		t.Errorf("flag: %+v", flags)
	}
	if tens := effects[1]; !tens.Steps || len(tens.Points) > 6 || tens.Points[0].From != tens.Points[0].To {
		t.Errorf("tens: %+v", tens)
	}
	if effects[2].Steps {
		t.Error("usage has a value per row and is no step")
	}
}

// Rows of one value are never torn apart.
func TestEqualPartsKeepEqualValuesTogether(t *testing.T) {
	values := make([]float64, 1000)
	order := make([]int32, 1000)
	for i := range values {
		order[i] = int32(i)
		values[i] = math.Floor(float64(i) / 70)
	}
	ends := equalParts(order, values)
	if ends[len(ends)-1] != 1000 {
		t.Fatalf("the parts end at %d", ends[len(ends)-1])
	}
	for _, k := range ends[:len(ends)-1] {
		if values[k] == values[k-1] {
			t.Errorf("a part ends at %d among rows of value %v", k, values[k])
		}
	}
}
