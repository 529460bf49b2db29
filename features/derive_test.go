package features

import (
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

func TestObservedAndGradedKeepWhatIsMissing(t *testing.T) {
	e := examples(t, some(6), column{name: "x", numbers: []float64{-5, 0, nan, 50, 100, 140}})
	f := Factor{Name: "x", Expr: "x", Clip: []Bound{{Value: 0}, {Value: 100}}, Expect: HigherChurn, Missing: Zero}
	for form, want := range map[Form][]float64{
		Observed: {-5, 0, nan, 50, 100, 140}, // neither filled nor clipped
		Graded:   {100, 100, nan, 50, 0, 0},  // 100 = healthy, and more of it is riskier
		Raw:      {-5, 0, 0, 50, 100, 140},
		Scores:   {100, 100, 100, 50, 0, 0},
	} {
		encoder, d, _ := fit(t, e, form, f)
		if !sameBits(d.Columns, [][]float64{want}) {
			t.Errorf("%s is %v, want %v", form, d.Columns, want)
		}
		if err := encoder.Check(); err != nil {
			t.Errorf("%s: %v", form, err)
		}
	}
	encoder, _, _ := fit(t, e, Observed, f)
	if got := encoder.Kept()[0]; got.Mean != 57 || math.Abs(got.SD-math.Sqrt(3176)) > 1e-12 {
		t.Errorf("mean %v and deviation %v, want 57 and sqrt(3176), of the five values there are", got.Mean, got.SD)
	}
}

// scope has factors that are expressions, truths, texts and histories over columns.
func scope(t *testing.T) (Scope, expr.Columns) {
	t.Helper()
	columns := expr.Columns{"users": expr.Number, "seats": expr.Number, "plan": expr.Text}
	factors, err := Compile([]Factor{
		{Name: "share", Expr: "users / seats"},
		{Name: "users", Expr: "users / 2"}, // called like its column
		{Name: "full", Expr: "users >= seats"},
		{Name: "tier", Expr: "plan", Kind: Category},
		{Name: "trend", History: &history.Spec{Of: "users", OverDays: 90, As: history.Change}},
		{Name: "peak", History: &history.Spec{Of: "seats", OverDays: 30, As: history.Max}},
	}, columns)
	if err != nil {
		t.Fatal(err)
	}
	return NewScope(factors, columns), columns
}

func TestNamesAreFactorsFirstAndColumnsSecond(t *testing.T) {
	s, columns := scope(t)
	for recipe, want := range map[string]string{
		"share > 0.8":               "users / seats > 0.8",
		"users > 3 and seats > 3":   "users / 2 > 3 and seats > 3",
		"not full":                  "not (users >= seats)",
		"tier == 'pro'":             "plan == 'pro'",
		"plan == 'pro' or share>.5": "plan == 'pro' or users / seats > 0.5",
	} {
		parsed, err := s.Parse(recipe)
		if err != nil {
			t.Fatal(err)
		}
		got, histories, err := s.Derive(parsed)
		want, _ := expr.Parse(want, columns)
		if err != nil || got != want.String() || histories != nil {
			t.Errorf("%s became %s with %v (%v), want %s", recipe, got, histories, err, want)
		}
	}
	if _, err := s.Parse("shares > 1"); err == nil || !strings.Contains(err.Error(), `did you mean "share"?`) {
		t.Errorf("%v", err)
	}
}

func TestADerivedFactorReadsTheHistoriesOfItsRecipe(t *testing.T) {
	s, columns := scope(t)
	parsed, err := s.Parse("trend < 0 and share > 0.5")
	if err != nil {
		t.Fatal(err)
	}
	source, histories, err := s.Derive(parsed)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := Compile([]Factor{{Name: "losing", Expr: source, Histories: histories}}, columns)
	if err != nil {
		t.Fatal(err)
	}
	want := history.Spec{Of: "users", OverDays: 90, As: history.Change}
	if got := Histories(compiled); !slices.Equal(got, []history.Spec{want}) {
		t.Errorf("histories %v, want %v alone", got, want)
	}
	if uses := compiled[0].ColumnTypes(); len(uses) != 2 || uses["users"] != expr.Number || uses["seats"] != expr.Number {
		t.Errorf("it reads %v, want users and seats", uses)
	}
}

func TestCompileRefusesHistoriesThatCannotBeTaken(t *testing.T) {
	columns := expr.Columns{"users": expr.Number, "plan": expr.Text}
	for fact, spec := range map[string]history.Spec{
		"of a text":              {Of: "plan", OverDays: 90, As: history.Mean},
		"of an unknown column":   {Of: "seats", OverDays: 90, As: history.Mean},
		"of an unknown function": {Of: "users", OverDays: 90, As: "guess"},
	} {
		if _, err := Compile([]Factor{{Name: "x", Expr: "users", Histories: []history.Spec{spec}}}, columns); err == nil {
			t.Errorf("a history %s was accepted", fact)
		}
	}
}
