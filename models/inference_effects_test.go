package models

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/expr"
	"holdfast/dataset/radix"
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
	for i := range values {
		values[i] = math.Floor(float64(i) / 70)
	}
	ends := equalEnds(radix.NewRanks(values))
	if want := slices.Compact(slices.Clone(values)); !slices.Equal(ends, want) {
		t.Errorf("the parts end at %v, want each of %v", ends, want)
	}
}

// What is read off a few ranks is what sorting all rows shows, whatever the values and the effect: lines, steps, and
// effects that return.
func TestPointsAreThoseOfSortedRows(t *testing.T) {
	effects := map[string]func(v float64) float64{
		"line":     func(v float64) float64 { return 0.5 * v },
		"steps":    func(v float64) float64 { return math.Floor(v / 10) },
		"distance": func(v float64) float64 { return math.Abs(v - 5) },
		"flat":     func(float64) float64 { return 1 },
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 400).Draw(t, "rows") * rapid.SampledFrom([]int{1, 1, 60}).Draw(t, "times")
		whole := rapid.Bool().Draw(t, "whole numbers")
		spread := rapid.SampledFrom([]float64{1, 12, 60, 1e6}).Draw(t, "spread")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(effects))).Draw(t, "effect")
		values, by, churned := make([]float64, n), make([]float64, n), make([]bool, n)
		for i := range values {
			values[i], churned[i] = spread*(rng.Float64()-0.3), rng.IntN(4) == 0
			if whole {
				values[i] = math.Round(values[i])
			}
			if by[i] = effects[name](values[i]) + 0; rng.IntN(10) == 0 {
				values[i], by[i] = math.NaN(), -3
			}
		}
		got, steps := numberPoints(values, by, churned, nil)
		want, wantSteps := sortedPoints(values, by, churned)
		if steps != wantSteps || !reflect.DeepEqual(texts(got), texts(want)) {
			t.Errorf("%s of %d rows: steps %v\n%v\nwant %v\n%v", name, n, steps, texts(got), wantSteps, texts(want))
		}
	})
}

// texts are points as they print: undefined values are equal to each other.
func texts(points []EffectPoint) (list []string) {
	for _, p := range points {
		list = append(list, fmt.Sprintf("%+v", p))
	}
	return list
}

// sortedPoints is numberPoints by the definition: all rows in order, cut where the effect jumps or into equal parts.
func sortedPoints(values, by []float64, churned []bool) (points []EffectPoint, steps bool) {
	var order, missing []int
	for i, v := range values {
		if v == v {
			order = append(order, i)
		} else {
			missing = append(missing, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	var ends []int
	for k := 1; k <= len(order); k++ {
		if k == len(order) || by[order[k]] != by[order[k-1]] {
			ends = append(ends, k)
		}
	}
	if steps = len(ends) <= effectSteps; !steps {
		ends = nil
		for part := 1; part <= effectPoints; part++ {
			k := part * len(order) / effectPoints
			for k > 0 && k < len(order) && values[order[k]] == values[order[k-1]] {
				k++
			}
			ends = append(ends, k)
		}
	}
	from := 0
	for _, to := range append(ends, -1) {
		rows, p := missing, newPoint(features.MissingLevel)
		if to >= 0 {
			rows, p = order[from:max(from, to)], newPoint("")
			from = max(from, to)
		}
		if len(rows) == 0 {
			continue
		}
		for _, i := range rows {
			p.count(churned[i])
		}
		if middle := rows[len(rows)/2]; to >= 0 {
			p.Value, p.From, p.To = Stat(values[middle]+0), Stat(values[rows[0]]+0), Stat(values[rows[len(rows)-1]]+0)
		}
		p.LogOdds = Stat(by[rows[len(rows)/2]])
		points = append(points, p)
	}
	return points, steps
}
