package models

import (
	"math"
	"slices"
	"testing"

	"holdfast/dataset"
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
