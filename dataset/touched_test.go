package dataset

import (
	"slices"
	"testing"
)

// The snapshots are of 31 May, the outcomes of 30 June.
func TestAnAccountIsTouchedBetweenItsAsOfDateAndItsOutcome(t *testing.T) {
	for name, c := range map[string]struct{ a, b, wantA, wantB Date }{
		"in between, and on the day of the outcome":             {day("2026-06-10"), day("2026-06-30"), day("2026-06-10"), day("2026-06-30")},
		"on the as-of date the factors may know it":             {day("2026-05-31"), day("2026-06-01"), NoDate, day("2026-06-01")},
		"after the outcome it cannot have moved it; nor nobody": {day("2026-07-01"), NoDate, NoDate, NoDate},
	} {
		t.Run(name, func(t *testing.T) {
			touched := days("called_at", "2026-01-01", "2026-01-01")
			touched.values.Days = []int32{int32(c.a), int32(c.b)}
			spec := amounts(t, bools("churned", 0, 1), floats("arr_after", 10, 0), optional(touched))
			spec.Columns.TouchedAt = "called_at"
			for _, after := range []string{"arr_after", ""} { // with amounts and without: the columns are told apart
				spec.Columns.ValueAfter = after
				p, err := Survey(t.Context(), spec)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(p.Examples.Touched, []Date{c.wantA, c.wantB}) {
					t.Errorf("touched %v, want %s and %s", p.Examples.Touched, c.wantA, c.wantB)
				}
				if kept := p.Examples.Keep([]int32{1}, 0); !slices.Equal(kept.Touched, []Date{c.wantB}) {
					t.Errorf("kept %v", kept.Touched)
				}
				if after != "" && !slices.Equal(p.Examples.ValueAfter, []float64{10, 0}) {
					t.Errorf("after %v", p.Examples.ValueAfter)
				}
			}
		})
	}
}

func TestWithoutTheColumnNobodyKnowsWhoWasTouched(t *testing.T) {
	p, err := Survey(t.Context(), amounts(t, bools("churned", 0, 1), floats("arr_after", 10, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if p.Outcomes.Touched != nil || p.Examples.Touched != nil {
		t.Errorf("touched %v and %v", p.Outcomes.Touched, p.Examples.Touched)
	}
}

func TestTheTouchesAreInTheHash(t *testing.T) {
	hash := func(on string) string {
		spec := amounts(t, bools("churned", 0, 1), floats("arr_after", 10, 0), days("called_at", on, on))
		spec.Columns.TouchedAt = "called_at"
		p, err := Survey(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		return p.Examples.Hashes.Outcomes
	}
	if hash("2026-06-10") == hash("2026-06-11") {
		t.Error("another day, the same hash")
	}
}
