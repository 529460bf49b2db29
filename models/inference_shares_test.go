package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"holdfast/features"
)

// Shares of random models: each split sums to 1, over factors and over categories, and a
// category's does not depend on which of its levels is the reference.
func TestSharesSumToOneAndDoNotDependOnTheReference(t *testing.T) {
	tab := repeated(120, 3, 9)
	train := tab.load(t).All()
	var before []FactorInference
	for _, reference := range []string{"basic", "team"} {
		factors := tab.factors(t)
		for i := range factors {
			factors[i].Category = []string{"use", "money", "use", "", "money"}[i]
			if factors[i].Kind == features.Category {
				factors[i].Reference = reference
			}
		}
		factors = compileFactors(t, tab.types(), factors...)
		m, err := compileOne(t, tab, Candidate{Kind: Logistic}, factors).Fit(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		inf := inferOn(t, m, train, InferenceOptions{ProfileRows: -1})
		sums := map[string]Shares{}
		for _, f := range inf.Factors {
			sums["factors"] = plusShares(sums["factors"], f.Shares)
		}
		for _, c := range inf.Categories {
			sums["categories"] = plusShares(sums["categories"], c.Shares)
		}
		for over, s := range sums {
			for kind, sum := range map[string]Stat{"share": s.Share, "explained": s.Explained, "dominance": s.Dominance} {
				if !near(float64(sum), 1, 1e-12) {
					t.Errorf("%s over %s sums to %v", kind, over, sum)
				}
			}
		}
		if len(inf.Categories) != 3 {
			t.Errorf("%d categories, want 3", len(inf.Categories))
		}
		for i := range before {
			a, b := before[i], inf.Factors[i]
			for kind, pair := range map[string][2]Stat{"share": {a.Share, b.Share}, "dominance": {a.Dominance, b.Dominance}, "LR": {a.LR, b.LR}, "GVIF": {a.GVIF, b.GVIF}, "Wald": {a.ClusterChi2, b.ClusterChi2}} {
				if !near(float64(pair[0]), float64(pair[1]), 1e-7*(1+math.Abs(float64(pair[0])))) {
					t.Errorf("%s of %s: %v with reference basic, %v with team", kind, a.Factor, pair[0], pair[1])
				}
			}
		}
		before = inf.Factors
	}
}

func plusShares(a, b Shares) Shares {
	return Shares{a.Share + b.Share, a.Explained + b.Explained, a.Dominance + b.Dominance}
}

// With numbers only, a factor's share is that of its weight in weights.csv.
func TestShareOfANumberIsThatOfItsWeight(t *testing.T) {
	tab := repeated(100, 2, 12)
	tab.texts = nil
	m, inf := inferOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t), InferenceOptions{ProfileRows: -1})
	for i, f := range inf.Factors {
		if w := m.Weights[i+1]; !near(float64(f.Share), float64(w.Share), 1e-12) {
			t.Errorf("%s: factor share %v, weight share %v", f.Factor, f.Share, w.Share)
		}
	}
}

// Two correlated numbers by hand (Lindeman, Merenda and Gold): with correlation r and
// weights a, b per SD, the first explains ((a+rb)^2 + a^2(1-r^2))/2 of a^2+2rab+b^2.
func TestDominanceOfTwoFactorsIsTheClosedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, a, b := rapid.Float64Range(-0.95, 0.95).Draw(t, "r"), rapid.Float64Range(0.1, 3).Draw(t, "a"), rapid.Float64Range(0.1, 3).Draw(t, "b")
		if rapid.Bool().Draw(t, "minus") {
			b = -b
		}
		cov := mat.NewSymDense(2, []float64{1, r, r, 1})
		got := dominate(cov, []float64{a, b}, []term{{from: 0, to: 1}, {from: 1, to: 2}})
		total := a*a + 2*r*a*b + b*b
		want := ((a+r*b)*(a+r*b) + a*a*(1-r*r)) / 2 / total
		if !near(got[0], want, 1e-9) || !near(got[0]+got[1], 1, 1e-12) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// Sampled orders come close to all of them.
func TestSampledOrdersAgreeWithAllOrders(t *testing.T) {
	const k = 8
	cov := make([]float64, k*k)
	coef, terms := make([]float64, k), make([]term, k)
	for i := range k {
		coef[i], terms[i] = float64(i+1)/k, term{from: i, to: i + 1}
		for j := range k {
			cov[i*k+j] = math.Pow(0.6, math.Abs(float64(i-j)))
		}
	}
	got := dominate(mat.NewSymDense(k, cov), coef, terms)
	exact, total := make([]float64, k), 0.0
	order := []int{0, 1, 2, 3, 4, 5, 6, 7}
	permute(order, 0, func(order []int) bool {
		for i, v := range increments(mat.NewSymDense(k, cov), coef, order) {
			exact[order[i]] += v
			total += v
		}
		return true
	})
	for i := range exact {
		if !near(got[i], exact[i]/total, 0.005) {
			t.Errorf("factor %d: %.4f of sampled orders, %.4f of all", i, got[i], exact[i]/total)
		}
	}
}
