package models

import (
	"slices"
	"testing"
)

// The words of a row, and those of a batch, are those of the whole explanation.
func TestReasonsInShortAreThoseOfTheExplanation(t *testing.T) {
	tab := noisy(300, 67)
	e := tab.load(t)
	for _, m := range oneOfEachKind(t, tab) {
		whole, _, err := m.Explanations(t.Context(), e.Len(), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		for _, top := range []int{0, 1, 3, 100} {
			short, _, err := m.Explain(t.Context(), e.Len(), e.All().Batches(), top)
			if err != nil {
				t.Fatal(err)
			}
			scorer, scores, row := m.Scorer(), new(Scores), 0
			for b, err := range e.All().Batches() {
				if err == nil {
					err = scorer.Score(t.Context(), b, scores)
				}
				if err != nil {
					t.Fatal(err)
				}
				batch, err := scorer.Explain(t.Context(), b, scores, top)
				if err != nil {
					t.Fatal(err)
				}
				for i := range b.Len() {
					var want []string
					for _, p := range whole[row].Parts[:min(top, len(whole[row].Parts))] {
						if p.LogOdds > 0 {
							want = append(want, p.String())
						}
					}
					if !slices.Equal(short.Reasons[row], want) || !slices.Equal(batch.Reasons[i], want) || short.Bands[row] != whole[row].Band || batch.Top[i] != whole[row].TopCategory() {
						t.Fatalf("%s, row %d, %d reasons: %q and %q, want %q", m.Name, row, top, short.Reasons[row], batch.Reasons[i], want)
					}
					row++
				}
			}
		}
	}
}
