package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// A sum of few weights is the number nearest to it, as that of an exactSum is: of money in cents,
// of counts and of numbers so unlike that they have no sum in two parts.
func TestSumsOfFewWeightsAreRoundedOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		weight := make([]float64, rapid.IntRange(0, fewWeights+2).Draw(t, "rows"))
		spread := rapid.SampledFrom([]int{0, 3, 60, 900}).Draw(t, "spread")
		var want exactSum
		for i := range weight {
			weight[i] = math.Ldexp(float64(rng.IntN(1_000_000))/100, rng.IntN(spread+1)-spread/2)
			want.add(weight[i])
		}
		if got := weightOf(weight); got != want.value() {
			t.Fatalf("the sum of %v is %v, want %v", weight, got, want.value())
		}
		if got, ok := sumOfFew(weight); ok && got != want.value() {
			t.Fatalf("sumOfFew of %v is %v, want %v", weight, got, want.value())
		}
	})
}

func TestWeightsTooLargeToAddArePassedOn(t *testing.T) {
	weight := []float64{math.MaxFloat64, math.MaxFloat64, 1}
	if sum, ok := sumOfFew(weight); ok {
		t.Errorf("sumOfFew of %v is %v, want none", weight, sum)
	}
	if got := weightOf(weight); !math.IsInf(got, 1) {
		t.Errorf("the sum of %v is %v, want +Inf", weight, got)
	}
	if sum, ok := sumOfFew([]float64{0.1, 0.2, 0.3}); !ok || sum != 0.6 { // plain addition gives 0.6000000000000001
		t.Errorf("0.1 + 0.2 + 0.3 = %v, %v, want 0.6", sum, ok)
	}
}

func TestRowsAreInOrderOrPutInOrder(t *testing.T) {
	for name, c := range map[string]struct {
		score   []float64
		churned []bool
		want    bool
	}{
		"no rows":                   {nil, nil, true},
		"falling":                   {[]float64{3, 2}, bools(1, 0), true},
		"rising":                    {[]float64{2, 3}, bools(0, 0), false},
		"a tie, the churned first":  {[]float64{2, 2}, bools(1, 0), false},
		"a tie, the renewed first":  {[]float64{2, 2}, bools(0, 1), true},
		"a row without score, last": {[]float64{2, math.NaN()}, bools(0, 0), false},
	} {
		if got := IsOrdered(c.score, c.churned); got != c.want {
			t.Errorf("%s: in order %v, want %v", name, got, c.want)
		}
	}
}
