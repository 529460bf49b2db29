package features

import (
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// More rows than a batch has, missing values among them: beside the values of the factor lies what
// its columns of the design come to, the missing flag included.
func TestContributionsAreTheWeightedColumnsOfTheDesign(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	n := dataset.BatchRows + 500
	usage, nps, churned := make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range n {
		usage[i], nps[i], churned[i] = rng.ExpFloat64(), rng.NormFloat64(), rng.IntN(5) == 0
		if rng.IntN(4) == 0 {
			nps[i] = nan
		}
	}
	view := examples(t, churned, column{name: "usage", numbers: usage}, column{name: "nps", numbers: nps}).All()
	factors, err := Compile([]Factor{{Name: "usage", Expr: "usage", Scale: Log1p}, {Name: "nps", Expr: "nps", Missing: Own}},
		expr.Columns{"usage": expr.Number, "nps": expr.Number})
	if err != nil {
		t.Fatal(err)
	}
	encoder, design, _, err := Fit(t.Context(), factors, view, Standardised)
	if err != nil {
		t.Fatal(err)
	}
	coef, at := []float64{0.5, -2, 3}, []float64{0.1, 0.2, -0.3}
	for k, from := range []int{0, 1} {
		to := from + 1 + k // nps has two columns
		values, by, err := encoder.Factors[k].Contributions(t.Context(), encoder.Form, coef[from:to], at[from:to], nil, view.Len(), view.Batches())
		if err != nil {
			t.Fatal(err)
		}
		want, err := encoder.Factors[k].Values(t.Context(), view.Len(), view.Batches())
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			sum := 0.0
			for j := from; j < to; j++ {
				sum += float64(coef[j] * (design.Columns[j][i] - at[j]))
			}
			if v, w := values.Numbers[i], want.Numbers[i]; by[i] != sum || v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Fatalf("%s, row %d: value %v gets %v, want %v and %v", factors[k].Name, i, v, by[i], w, sum)
			}
		}
	}
}
