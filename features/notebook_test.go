package features

import (
	"math"
	"math/rand/v2"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"holdfast/dataset"
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
		got, shared := sameAsFit(t, notebook, some, view)
		if d := notebook.Design(got, view); d == nil || !reflect.DeepEqual(d.Columns, shared.Columns) {
			t.Errorf("%d factors: the design of the notebook is not that of the fit", len(some))
		}
	}
	if len(notebook.notes) != len(factors) {
		t.Errorf("%d notes on %d factors", len(notebook.notes), len(factors))
	}
	defer func() { // what is closed holds no columns
		encoder, _, _, err := notebook.Fit(t.Context(), factors, view, Standardised)
		if first, again := notebook.Close(), notebook.Close(); err != nil || first != nil || again != nil || notebook.Design(encoder, view) != nil {
			t.Errorf("a closed notebook has a design; %v, %v, %v", err, first, again)
		}
	}()
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

// sameAsFit holds what a notebook answers against what a fit does.
func sameAsFit(t *testing.T, n *Notebook, factors []Factor, view dataset.View) (*Encoder, *Design) {
	t.Helper()
	want, alone, said, err := Fit(t.Context(), factors, view, Standardised)
	if err != nil {
		t.Fatal(err)
	}
	got, shared, told, err := n.Fit(t.Context(), factors, view, Standardised)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(shared.Columns, alone.Columns) || !reflect.DeepEqual(told, said) {
		t.Errorf("%d factors on %d rows: the notebook differs from a fit", len(factors), view.Len())
	}
	return got, shared
}

// A notebook that is turned to other rows knows nothing of those before, and answers in their
// memory as a fit would.
func TestATurnedNotebookKeepsMemoryAlone(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 8))
	n := 5000
	usage, nps, churned := make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range n {
		usage[i], nps[i], churned[i] = rng.ExpFloat64(), rng.NormFloat64(), rng.IntN(5) == 0
		if rng.IntN(4) == 0 {
			nps[i] = nan
		}
	}
	e := examples(t, churned, column{name: "usage", numbers: usage}, column{name: "nps", numbers: nps})
	factors, err := Compile([]Factor{{Name: "usage", Expr: "usage"}, {Name: "nps", Expr: "nps", Missing: Own, Scale: Asinh}}, expr.Columns{"usage": expr.Number, "nps": expr.Number})
	if err != nil {
		t.Fatal(err)
	}
	notebook := NewNotebooks(n)
	before := make(map[*float64]bool)
	for round, rows := range []int{3000, 4000, 2000, n} {
		view := e.All().Where(func(r int32) bool { return int(r) < rows })
		notebook = notebook.Turn(view)
		_, shared := sameAsFit(t, notebook, factors, view)
		for _, column := range shared.Columns {
			if round > 0 && !before[&column[0]] {
				t.Errorf("%d rows: a column has new memory", rows)
			}
			before[&column[0]] = true
		}
	}
}

// Many ask for the same factors at the same time: each is learned once.
func TestOfThoseWhoAskAtOnceOneLearns(t *testing.T) {
	e := examples(t, []bool{true, false, true, false}, column{name: "usage", numbers: []float64{1, 2, 3, 4}})
	factors, err := Compile([]Factor{{Name: "usage", Expr: "usage"}, {Name: "twice", Expr: "2 * usage"}}, expr.Columns{"usage": expr.Number})
	if err != nil {
		t.Fatal(err)
	}
	notebook := NewNotebook(e.All())
	var learned atomic.Int32
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			f := factors[i%2]
			got, err := notebook.once(f, func() (fitted, error) {
				learned.Add(1)
				return fitted{encoding: Encoding{Factor: f}}, nil
			})
			if err != nil || got.encoding.Factor.Name != f.Name {
				t.Errorf("%s: %+v %v", f.Name, got, err)
			}
		})
	}
	group.Wait()
	if n := learned.Load(); n != 2 {
		t.Errorf("2 factors were learned %d times", n)
	}
}
