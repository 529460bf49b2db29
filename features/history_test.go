package features

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// trend is a factor that looks at the past.
func trend(name, of string) Factor {
	return Factor{Name: name, History: &history.Spec{Of: of, OverDays: 90, As: history.Change}}
}

func TestCompileRefusesWhatAHistoryCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Factor)
		words  string
	}{
		"unknown column":       {func(f *Factor) { f.History.Of = "login" }, `did you mean "logins"`},
		"text":                 {func(f *Factor) { f.History.Of = "plan" }, "numbers or truths"},
		"nothing":              {func(f *Factor) { f.History.Of = "" }, "of is empty"},
		"a history of one":     {func(f *Factor) { f.History.Of = "change(logins)" }, `"change"`},
		"unknown function":     {func(f *Factor) { f.History.As = "median" }, `unknown function "median"`},
		"no window":            {func(f *Factor) { f.History.OverDays = 0 }, "1 to 3650"},
		"an expression beside": {func(f *Factor) { f.Expr = "logins" }, "both an expression and a history"},
		"a category":           {func(f *Factor) { f.Kind = Category }, "cannot be a category"},
	} {
		t.Run(name, func(t *testing.T) {
			f := trend("f", "logins")
			c.change(&f)
			_, err := Compile([]Factor{f}, oneColumn)
			var problem *FactorError
			if !errors.As(err, &problem) || problem.Factor != "f" || !strings.Contains(err.Error(), c.words) {
				t.Errorf("error %v does not name the factor and say %q", err, c.words)
			}
		})
	}
}

// The place in the text that the user wrote, for messages that point at it.
func TestAnErrorInAHistoryKeepsItsPlace(t *testing.T) {
	_, err := Compile([]Factor{trend("f", "logins + login")}, oneColumn)
	var bad *expr.Error
	if !errors.As(err, &bad) || bad.Offset != len("logins + ") {
		t.Errorf("got %v", err)
	}
}

func TestAHistoryReadsTheColumnsItIsTakenOf(t *testing.T) {
	compiled, err := Compile([]Factor{trend("trend", "is_trial ? 0 : logins"), {Name: "plain", Expr: "logins"}}, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	want := expr.Columns{"logins": expr.Number, "is_trial": expr.Bool}
	if got := compiled[0].ColumnTypes(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := Uses(compiled); !maps.Equal(got, want) {
		t.Errorf("all factors: got %v, want %v", got, want)
	}
}

// Two spellings of one history are one column; the factor that was given stays as it was.
func TestEqualHistoriesAreComputedOnce(t *testing.T) {
	given := []Factor{trend("a", "logins*2"), trend("b", " logins * 2"), trend("c", "logins * 3"), {Name: "d", Expr: "logins"}}
	compiled, err := Compile(given, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	specs := Histories(compiled)
	if len(specs) != 2 || specs[0].Name() != "change(logins * 2, 90d)" || specs[1].Name() != "change(logins * 3, 90d)" {
		t.Errorf("histories %v", specs)
	}
	if given[0].History.Of != "logins*2" {
		t.Errorf("the caller's history became %q", given[0].History.Of)
	}
	if got := compiled[0].Source(); got != "change(logins * 2, 90d)" {
		t.Errorf("source %s", got)
	}
	if got := compiled[3].Source(); got != "logins" {
		t.Errorf("source of an expression %s", got)
	}
}

// Every policy of a number applies to a history: here the column is given as dataset
// would compute it.
func TestAHistoryIsEncodedLikeAnyNumber(t *testing.T) {
	values := []float64{-4, nan, 0, 2, 100}
	e := examples(t, some(5), column{name: "logins", numbers: []float64{1, 1, 1, 1, 1}}, column{name: "change(logins, 90d)", numbers: values})
	like := Factor{Name: "plain", Expr: `col("change(logins, 90d)")`, Clip: []Bound{{Value: -3}, {Value: 10}}, Scale: Asinh, Missing: Own}
	past := trend("trend", "logins")
	past.Clip, past.Scale, past.Missing = like.Clip, like.Scale, like.Missing
	factors := compile(t, e, past, like)
	_, d, _, err := Fit(t.Context(), factors, e.All(), Standardised)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Columns) != 4 {
		t.Fatalf("%d columns, want value and missing flag of each", len(d.Columns))
	}
	for j := range 2 {
		for i := range d.Columns[j] {
			if d.Columns[j][i] != d.Columns[j+2][i] {
				t.Errorf("column %d: %v of the history, %v of the same numbers", j, d.Columns[j], d.Columns[j+2])
				break
			}
		}
	}
	drop := trend("trend", "logins")
	drop.Missing = Drop
	if kept := Complete(e, compile(t, e, drop)); kept.Len() != 4 || kept.Counts.Incomplete != 1 {
		t.Errorf("missing: drop kept %d examples", kept.Len())
	}
}
