package features

import (
	"errors"
	"os"
	"reflect"
	"runtime"
	"sync"
	"testing"

	"holdfast/dataset"
)

// read is a whole stored design.
func read(t *testing.T, d *Design) [][]float64 {
	t.Helper()
	rows, columns := d.Size()
	out := make([][]float64, columns)
	for j := range out {
		var err error
		if out[j], err = d.Piece(j, 0, make([]float64, rows)); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// storedFactors are of every kind that a column, several, or none come of.
func storedFactors(t *testing.T, e *dataset.Examples) []Factor {
	return compile(t, e, Factor{Name: "counts", Expr: "counts", Scale: Log1p}, Factor{Name: "gappy", Expr: "gappy", Missing: Own},
		Factor{Name: "plan", Expr: "plan", Kind: Category}, Factor{Name: "skewed", Expr: "skewed", Kind: Bins}, Factor{Name: "curve", Expr: "skewed", Kind: Spline},
		Factor{Name: "constant", Expr: "constant"}, Factor{Name: "some", Expr: "shares", Only: &Only{By: "plan", In: []string{"pro", "team"}}})
}

// Candidates that look at factors of a stored table are told what the first of them learned, from
// columns that are written once, fold after fold into the same places.
func TestANotebookOfAStoredTableWritesAColumnOnce(t *testing.T) {
	held, stored := mixed(t), mixedIn(t, 1)
	defer stored.Table.Close()
	factors := storedFactors(t, held)
	notebook := NewNotebooks(held.Len())
	defer func() { notebook.Close() }()
	var places int
	var size int64
	for round, rows := range []int{held.Len(), 3000, held.Len() - 1, 2000} {
		before := func(e *dataset.Examples) dataset.View {
			return e.All().Where(func(r int32) bool { return int(r) < rows })
		}
		view := before(stored)
		notebook = notebook.Turn(view)
		for _, some := range [][]Factor{factors, factors[:2], {factors[4], factors[0]}} {
			want, alone, said, err := Fit(t.Context(), some, before(held), Standardised)
			if err != nil {
				t.Fatal(err)
			}
			got, shared, told, err := notebook.Fit(t.Context(), some, view, Standardised)
			if err != nil {
				t.Fatal(err)
			}
			if err := shared.Close(); err != nil { // it is the notebook's
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(told, said) || !shared.Stored() || !sameBits(read(t, shared), alone.Columns) {
				t.Errorf("%d factors on %d rows: the notebook differs from a fit in memory", len(some), rows)
			}
			if again := notebook.Design(got, view); again == nil || again.Mark(0) != shared.Mark(0) || !sameBits(read(t, again), alone.Columns) {
				t.Errorf("%d factors on %d rows: the design of the notebook is not that of the fit", len(some), rows)
			}
		}
		if round == 0 {
			places, size = notebook.taken, notebook.file.Size()
		} else if notebook.taken > places || notebook.file.Size() != size {
			t.Errorf("round %d: %d places in %d bytes; the first round took %d in %d", round, notebook.taken, notebook.file.Size(), places, size)
		}
	}
	encoder, shared, _, err := notebook.Fit(t.Context(), factors, notebook.view, Standardised)
	if err != nil || notebook.Design(encoder, notebook.view) == nil {
		t.Fatal(err)
	}
	if err := notebook.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := shared.Piece(0, 0, make([]float64, 1)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("after the notebook was closed its columns can be read: %v", err)
	}
}

// What a factor had written before it was refused is written over by the next view.
func TestAFactorThatIsRefusedKeepsNoPlace(t *testing.T) {
	n := 40
	plan, lacking := make([]string, n), make([]float64, n)
	for i := range n {
		plan[i], lacking[i] = []string{"a", "b", "c"}[i%3], float64(i)
	}
	lacking[7] = nan
	stored := examplesIn(t, 1, some(n), column{name: "plan", texts: plan}, column{name: "lacking", numbers: lacking})
	defer stored.Table.Close()
	factors := compile(t, stored, Factor{Name: "plan", Expr: "plan", Kind: Category}, Factor{Name: "lacking", Expr: "lacking", Missing: Drop})
	notebook := NewNotebooks(n)
	defer func() { notebook.Close() }()
	for range 3 {
		notebook = notebook.Turn(stored.All())
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if _, _, _, err := notebook.Fit(t.Context(), factors, notebook.view, Standardised); err == nil {
					t.Error("a row without a value was encoded")
				}
			})
		}
		group.Wait()
	}
	if len(notebook.places) != 2 || notebook.file.Err() != nil {
		t.Errorf("%d places, %v; two levels have columns", len(notebook.places), notebook.file.Err())
	}
}

// Factors are fitted side by side where a quarter of the budget holds what they take by the row.
func TestFactorsAreFittedSideBySideWhereThereIsMemoryForThem(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	n := 1000
	columns := make([]column, 3)
	for j := range columns {
		columns[j] = column{name: string(rune('a' + j)), numbers: make([]float64, n)}
	}
	for budget, want := range map[int64]int{0: 4, 1: 1, int64(4*2*(fitRoom+fitBytes)*n) - 1: 1, int64(4 * 2 * (fitRoom + fitBytes) * n): 2} {
		e := examplesIn(t, budget, some(n), columns...)
		if got := fittedAtOnce(e.All()); got != want || e.Table.Stored() != (budget > 0) {
			t.Errorf("with %d bytes %d factors at once, want %d", budget, got, want)
		}
		e.Table.Close()
	}
}

// A factor of a stored table is evaluated and encoded where the one before it was, and when all are
// fitted the memory is free.
func TestFactorsOfAStoredTableAreFittedInTheMemoryOfThoseBefore(t *testing.T) {
	stored := mixedIn(t, 1)
	defer stored.Table.Close()
	d, err := newDesign(stored.All())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	known := make(map[*float64]bool)
	for k := range 3 {
		part := d.part()
		for range 2 { // as a factor of two columns does
			room := part.room()
			if _, err := part.add(room); err != nil || len(room) != d.Rows {
				t.Fatal(len(room), err)
			}
			if k > 0 && !known[&room[0]] {
				t.Errorf("factor %d has new memory", k)
			}
			known[&room[0]] = true
		}
		part.leave()
		d.join(part)
	}
	if _, columns := d.Size(); len(known) != 2 || columns != 6 {
		t.Errorf("%d columns were made in %d rooms", columns, len(known))
	}
	_, fitted, _, err := Fit(t.Context(), storedFactors(t, stored), stored.All(), Standardised)
	if err != nil {
		t.Fatal(err)
	}
	defer fitted.Close()
	if len(fitted.rooms.free) > 0 {
		t.Errorf("%d rooms are kept while the design is read", len(fitted.rooms.free))
	}
}
