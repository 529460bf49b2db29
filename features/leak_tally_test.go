package features

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/expr"
)

// counted are the values of an answer, in two batches.
func counted(values []float64, a answer) *tally {
	t := &tally{new(coarseCounts), new(coarseCounts)}
	half := len(values) / 2
	t.add(values[:half], a, 0)
	t.add(values[half:], a, half)
	return t
}

// Whatever is counted as honest, leak has nothing to say about; and the distance is never beyond its bound.
func TestCountsBoundTheDistance(t *testing.T) {
	honest, left := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		n := rapid.IntRange(8, 300).Draw(t, "rows")
		shift := rapid.SampledFrom([]float64{0, 1, 4, 6, 8}).Draw(t, "shift")
		around := rapid.SampledFrom([]float64{0, 1, 1000}).Draw(t, "around") // at 1000, nearly all share one coarse number
		missing := rapid.SampledFrom([]float64{0, 0.1, 0.9, 1}).Draw(t, "missing")
		whole := rapid.Bool().Draw(t, "whole")
		values, churned := make([]float64, n), make([]bool, n)
		a := answer{churned: churned}
		if rapid.Bool().Draw(t, "asked about some") {
			a.asked = make([]bool, n)
		}
		for i := range n {
			churned[i] = rng.IntN(3) == 0
			if a.asked != nil {
				a.asked[i] = churned[i] || rng.IntN(2) == 0
			}
			values[i] = around + rng.NormFloat64() + shift*indicator(churned[i])
			if whole {
				values[i] = math.Round(values[i]) // zeros of both signs among them
			}
			if rng.Float64() < missing {
				values[i] = nan
			}
		}
		c := counted(values, a)
		f := Factor{Name: "f", Expr: "x"}
		code, message := f.leak(expr.Vector{Numbers: values}, []answer{a}, make([]int32, n))
		if c.honest() && code != "" {
			t.Fatalf("taken for honest: %s", message)
		}
		if c.honest() {
			honest++
		} else if code == "" {
			left++
		}
		some, churned := a.among(expr.Vector{Numbers: values})
		ks, _ := distance(some.Numbers, churned)
		var present [2]float64
		for i, v := range some.Numbers {
			present[int(indicator(churned[i]))] += indicator(v == v)
		}
		if present[0] > 0 && present[1] > 0 && c.atMost(present) < ks-1e-12 {
			t.Fatalf("the distance %v is beyond %v", ks, c.atMost(present))
		}
	})
	if honest == 0 || left == 0 {
		t.Errorf("%d honest, %d left in doubt for nothing", honest, left)
	}
}

// Only what leaks, and what counting cannot tell, is looked at more closely.
func TestHonestFactorsOfManyRowsAreClearedByCounting(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	churned := make([]bool, tallyFrom)
	for i := range churned {
		churned[i] = rng.IntN(8) == 0
	}
	n := len(churned)
	e := examples(t, churned,
		column{name: "usage", numbers: draw(n, func(i int) float64 { return rng.ExpFloat64() + indicator(churned[i]) })},
		column{name: "flag", numbers: draw(n, func(int) float64 { return indicator(rng.IntN(20) == 0) })},
		column{name: "crowded", numbers: draw(n, func(int) float64 { return 1000 + rng.Float64() })},
		column{name: "label", numbers: draw(n, func(i int) float64 { return indicator(churned[i]) })})
	factors := compile(t, e, Factor{Name: "usage", Expr: "usage"}, Factor{Name: "flag", Expr: "flag"},
		Factor{Name: "crowded", Expr: "crowded"}, Factor{Name: "label", Expr: "label"})
	honest, err := cleared(t.Context(), factors, e.All(), []answer{{churned: churned}})
	if err != nil || !slices.Equal(honest, []bool{true, true, false, false}) {
		t.Errorf("cleared %v, %v", honest, err)
	}
	if found, err := Leaks(t.Context(), factors, e.All()); err != nil || len(found) != 1 || found[0].Where != "factor label" {
		t.Errorf("findings %q, %v", found, err)
	}
}
