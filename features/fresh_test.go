package features

import (
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// pulses are the pulses of five accounts on day 20000, with the age that dataset computes
// of their dates: the first is fresh, the second 90 days old, the third 91, the fourth of
// tomorrow, and the last has no date.
func pulses(t *testing.T) (*dataset.Examples, []Factor) {
	t.Helper()
	e := examples(t, some(5), column{name: "pulse", numbers: []float64{1, 2, 3, 4, 5}},
		column{name: "pulse_date", numbers: []float64{20000, 19910, 19909, 20001, nan}},
		column{name: "age(pulse_date, 90d)", numbers: []float64{0, 90, nan, nan, nan}})
	factors, err := Compile([]Factor{{Name: "pulse", Expr: "pulse", Missing: Value, Fill: 9, Fresh: &Freshness{Dated: "pulse_date", MaxAge: 90}, Stale: Redistribute, Expect: LowerChurn}},
		expr.Columns{"pulse": expr.Number, "pulse_date": expr.Day})
	if err != nil {
		t.Fatal(err)
	}
	return e, factors
}

func TestAValueOfAge90IsFreshAndOneOf91IsStale(t *testing.T) {
	e, factors := pulses(t)
	encoder, d, warnings, err := Fit(t.Context(), factors, e.All(), Observed)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{1, 2, nan, nan, nan}; !sameBits(d.Columns, [][]float64{want}) {
		t.Errorf("got %v, want %v", d.Columns, want)
	}
	if len(warnings) != 1 || warnings[0].Code != "future_date" || !strings.Contains(warnings[0].Message, "1 of 5 values") {
		t.Errorf("a value of tomorrow must be told of: %v", warnings)
	}
	if got := Histories(factors); len(got) != 1 || got[0].Name() != "age(pulse_date, 90d)" {
		t.Errorf("histories %v", got)
	}
	if uses := Uses(factors); uses["pulse_date"] != expr.Day || uses["pulse"] != expr.Number || len(uses) != 2 {
		t.Errorf("uses %v", uses)
	}
	throughJSON(t, encoder)
}

func TestAStaleValueIsImputedOrLeftToTheOthers(t *testing.T) {
	e, factors := pulses(t)
	for form, want := range map[Form][]float64{
		Raw:    {1, 2, 9, 9, 9},
		Shared: {0, 100, nan, nan, nan}, // anchors are the percentiles of 1 and 2, close to them
	} {
		_, d, _, err := Fit(t.Context(), factors, e.All(), form)
		if err != nil || !sameBits(d.Columns, [][]float64{want}) {
			t.Errorf("%s: %v, want %v (%v)", form, d.Columns, want, err)
		}
	}
	factors[0].Stale = Imputed
	_, shared, _, _ := Fit(t.Context(), factors, e.All(), Shared)
	_, scores, _, _ := Fit(t.Context(), factors, e.All(), Scores)
	if !sameBits(shared.Columns, scores.Columns) {
		t.Error("without stale: redistribute nothing is left to the others")
	}
}

func TestARecipeSeesAStaleValueAsMissing(t *testing.T) {
	e, factors := pulses(t)
	columns := expr.Columns{"pulse": expr.Number, "pulse_date": expr.Day}
	s := NewScope(factors, columns)
	recipe, err := s.Parse("missing(pulse)")
	if err != nil {
		t.Fatal(err)
	}
	source, histories, err := s.Derive(recipe)
	if err != nil {
		t.Fatal(err)
	}
	stale, err := Compile([]Factor{{Name: "stale", Expr: source, Histories: histories}}, columns)
	if err != nil {
		t.Fatal(err)
	}
	v, err := stale[0].Values(t.Context(), e.Len(), e.All().Batches())
	if want := []float64{0, 0, 1, 1, 1}; err != nil || !sameBits([][]float64{v.Numbers}, [][]float64{want}) {
		t.Errorf("got %v, want %v (%v)", v.Numbers, want, err)
	}
}

func TestAgesOfNothingAreRefused(t *testing.T) {
	columns := expr.Columns{"pulse": expr.Number, "pulse_date": expr.Day}
	for name, c := range map[string]struct {
		fresh Freshness
		words string
	}{
		"no column":           {Freshness{MaxAge: 90}, "max_age needs dated"},
		"an unknown column":   {Freshness{"pulse_dates", 90}, `unknown column "pulse_dates"`},
		"a column of numbers": {Freshness{"pulse", 90}, "is a number; an age is taken of a date"},
		"no time at all":      {Freshness{"pulse_date", 0}, "1 to 3650"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compile([]Factor{{Name: "pulse", Expr: "pulse", Fresh: &c.fresh}}, columns)
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
	if _, err := Compile([]Factor{{Name: "d", Expr: "pulse_date"}}, columns); err == nil || !strings.Contains(err.Error(), `column "pulse_date" is a date`) {
		t.Errorf("an expression read a date: %v", err)
	}
}
