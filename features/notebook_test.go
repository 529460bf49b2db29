package features

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"holdfast/dataset/expr"
)

// Two candidates that look at the same factors: the second is told what the first learned,
// and both have what each would have had alone.
func TestANotebookAnswersAsAFitWould(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	n := 6000
	usage, nps, same, churned := make([]float64, n), make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range n {
		usage[i], nps[i], churned[i] = math.Round(8*rng.ExpFloat64()), rng.NormFloat64(), rng.IntN(5) == 0
		if rng.IntN(4) == 0 {
			nps[i] = nan
		}
	}
	e := examples(t, churned, column{name: "usage", numbers: usage}, column{name: "nps", numbers: nps}, column{name: "same", numbers: same})
	types := expr.Columns{"usage": expr.Number, "nps": expr.Number, "same": expr.Number}
	factors, err := Compile([]Factor{{Name: "usage", Expr: "usage", Scale: Log1p}, {Name: "nps", Expr: "nps", Missing: Own}, {Name: "same", Expr: "same"}}, types)
	if err != nil {
		t.Fatal(err)
	}
	view := e.All()
	notebook := NewNotebook(view)
	for _, some := range [][]Factor{factors, factors[:1], {factors[2], factors[1]}} {
		want, alone, said, err := Fit(t.Context(), some, view, Standardised)
		if err != nil {
			t.Fatal(err)
		}
		got, shared, told, err := notebook.Fit(t.Context(), some, view, Standardised)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(shared.Columns, alone.Columns) || !reflect.DeepEqual(told, said) {
			t.Errorf("%d factors: the notebook differs from a fit", len(some))
		}
		if d := notebook.Design(got, view); d == nil || !reflect.DeepEqual(d.Columns, alone.Columns) {
			t.Errorf("%d factors: the design of the notebook is not that of the fit", len(some))
		}
	}
	if len(notebook.notes) != len(factors) {
		t.Errorf("%d notes on %d factors", len(notebook.notes), len(factors))
	}
	other := view.Where(func(r int32) bool { return r%2 == 0 })
	_, shared, _, err := notebook.Fit(t.Context(), factors, other, Standardised)
	if err != nil || shared.Rows != other.Len() {
		t.Fatalf("%v: %d rows, want %d", err, shared.Rows, other.Len())
	}
	encoder, _, _, _ := Fit(t.Context(), factors, other, Standardised)
	if notebook.Design(encoder, view) != nil {
		t.Error("a design was given for what was learned from other rows")
	}
}
