package models

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
)

// Where the columns lie changes no byte of a model file and no bit of a prediction: of a
// fit with its ridge search, of hand-set weights, of a vendor's score.
func TestModelsOfStoredColumnsAreTheSameToTheBit(t *testing.T) {
	for _, n := range []int{150, 2*dataset.BatchRows + 11} {
		tab := noisy(n, uint64(n))
		held, stored := tab.load(t), tab.loadIn(t, 1)
		defer stored.Table.Close()
		want, got := fitEachKind(t, tab, held.All()), fitEachKind(t, tab, stored.All())
		for k, m := range want {
			if text(t, got[k]) != text(t, m) {
				t.Errorf("%s of %d rows: stored\n%s\nin memory\n%s", m.Name, n, text(t, got[k]), text(t, m))
			}
			a, _, err := m.Predict(t.Context(), n, held.All().Batches())
			if err != nil {
				t.Fatal(err)
			}
			b, _, err := got[k].Predict(t.Context(), n, stored.All().Batches())
			if err != nil {
				t.Fatal(err)
			}
			for i := range a.Eta {
				if math.Float64bits(a.Eta[i]) != math.Float64bits(b.Eta[i]) || math.Float64bits(a.Score[i]) != math.Float64bits(b.Score[i]) {
					t.Fatalf("%s of %d rows, row %d: %v stored, %v in memory", m.Name, n, i, b.Eta[i], a.Eta[i])
				}
			}
		}
	}
}

// Every row belongs to its own place, also when the batches of a source are not full.
func TestPredictionsDoNotDependOnTheSizeOfBatches(t *testing.T) {
	tab := noisy(500, 3)
	e := tab.load(t)
	rows := e.All().Rows
	pieces := func(yield func(*dataset.Batch, error) bool) {
		for from := 0; from < len(rows); from += 7 {
			for b, err := range e.Table.Batches(rows[from:min(from+7, len(rows))]) {
				if !yield(b, err) {
					return
				}
			}
		}
	}
	for _, m := range oneOfEachKind(t, tab) {
		want, _, err := m.Predict(t.Context(), len(rows), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := m.Predict(t.Context(), len(rows), pieces)
		if err != nil || !slices.Equal(got.Eta, want.Eta) || !slices.Equal(got.Score, want.Score) {
			t.Errorf("%s: batches of 7 give other predictions (%v)", m.Name, err)
		}
	}
}

// rivals look at parts of the same factors: numbers, a curve, bins and levels, under several penalties;
// the last but one is refused, and the last is separated.
func rivals(t *testing.T, tab table) []Candidate {
	t.Helper()
	factors := compileFactors(t, tab.types(), features.Factor{Name: "usage", Expr: "usage"}, features.Factor{Name: "tickets", Expr: "tickets", Missing: features.Own},
		features.Factor{Name: "curve", Expr: "usage", Kind: features.Spline}, features.Factor{Name: "binned", Expr: "tickets", Kind: features.Bins},
		features.Factor{Name: "plan", Expr: "plan", Kind: features.Category}, features.Factor{Name: "answer", Expr: "answer"})
	ridge := func(strength float64) Penalty { return Penalty{Kind: Ridge, Strength: strength} }
	list, err := Compile([]Candidate{
		{Name: "numbers", Kind: Logistic, Factors: []string{"usage", "tickets"}, Penalty: ridge(1e-3)},
		{Name: "strong", Kind: Logistic, Factors: []string{"usage", "tickets", "plan"}, Penalty: ridge(0.1)},
		{Name: "curved", Kind: Logistic, Factors: []string{"curve", "plan"}, Calibrate: Calibrate{Method: Platt}},
		{Name: "binned", Kind: Logistic, Factors: []string{"binned", "usage"}, Penalty: Penalty{Kind: Lasso, Strength: 0.01}},
		{Name: "signed", Kind: Logistic, Factors: []string{"plan", "tickets"}, Fitting: Fitting{Signs: true}},
		{Name: "weighed", Kind: Logistic, Factors: []string{"usage"}, Fitting: Fitting{Weigh: Weigh{By: ByValue}}},
		{Name: "separated", Kind: Logistic, Factors: []string{"usage", "answer"}},
	}, factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	return list[:7] // without the baseline
}

// Candidates that share columns on a disk and go over them in step have the models that each has
// alone in memory, and those without one leave the others be.
func TestCandidatesInStepOverStoredColumnsHaveTheSameModels(t *testing.T) {
	tab := noisy(3*dataset.BatchRows+11, 5)
	answer := make([]float64, len(tab.churned))
	for i, churned := range tab.churned {
		answer[i] = indicator(churned)
	}
	tab.numbers = append(tab.numbers, numberColumn{"answer", answer})
	candidates, held, stored := rivals(t, tab), tab.load(t), tab.loadIn(t, 1)
	defer stored.Table.Close()
	want := make([]string, len(candidates))
	for i, c := range candidates {
		m, err := c.Fit(t.Context(), held.All())
		if want[i] = fmt.Sprint(err); err == nil {
			want[i] = text(t, m)
		}
	}
	notebook := features.NewNotebooks(held.Len())
	defer func() { notebook.Close() }()
	for _, processors := range []int{1, 2, 8} {
		before := runtime.GOMAXPROCS(processors)
		view := stored.All()
		notebook = notebook.Turn(view)
		got := make([]string, len(candidates))
		var group sync.WaitGroup
		for i, c := range InStep(candidates) {
			group.Go(func() {
				m, err := c.Sharing(notebook).Fit(t.Context(), view)
				if got[i] = fmt.Sprint(err); err != nil {
					return
				}
				got[i] = text(t, m)
				p, err := m.PredictView(t.Context(), view, notebook)
				q, _, alone := m.Predict(t.Context(), held.Len(), held.All().Batches())
				if err != nil || alone != nil || !slices.Equal(p.Eta, q.Eta) {
					t.Errorf("%s: the columns of the notebook give other predictions (%v, %v)", c.Name, err, alone)
				}
			})
		}
		group.Wait()
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s on %d processors: in step\n%s\nalone\n%s", candidates[i].Name, processors, got[i], want[i])
			}
		}
		runtime.GOMAXPROCS(before)
	}
	if errors := want[5] + want[6]; !strings.Contains(errors, "value") || !strings.Contains(errors, "separation") {
		t.Errorf("refused were %s", errors)
	}
}

// More columns by the row are asked for by who has more than outcomes in memory.
func TestRowsOfAFitTakeWhatItHolds(t *testing.T) {
	ridge := Candidate{Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 1}}
	calibrated, weighed, plain := ridge, ridge, ridge
	calibrated.Calibrate.Method, weighed.Fitting.Weigh, plain.Penalty = Platt, Weigh{By: ByValue}, Penalty{}
	for want, c := range map[int64]Candidate{8: ridge, 64 - 8: calibrated, 16: weighed} {
		if got := c.RowBytes(); got != want {
			t.Errorf("%d bytes, want %d", got, want)
		}
	}
	if plain.RowBytes() != 16 {
		t.Error("without a penalty there may be margins to look at")
	}
}
