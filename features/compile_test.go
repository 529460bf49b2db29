package features

import (
	"errors"
	"math"
	"strings"
	"testing"

	"holdfast/dataset/expr"
)

var oneColumn = expr.Columns{"logins": expr.Number, "plan": expr.Text, "is_trial": expr.Bool}

func TestCompileRefusesWhatAFactorCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		factor Factor
		words  string
	}{
		"unknown column":           {Factor{Name: "f", Expr: "login"}, `did you mean "logins"`},
		"no expression":            {Factor{Name: "f"}, "empty"},
		"no name":                  {Factor{Expr: "logins"}, "needs a name"},
		"text as a number":         {Factor{Name: "f", Expr: "plan"}, "kind: category"},
		"unknown kind":             {Factor{Name: "f", Expr: "logins", Kind: "numerical"}, `unknown kind "numerical"`},
		"unknown scale":            {Factor{Name: "f", Expr: "logins", Scale: "log"}, `unknown scale "log"`},
		"unknown policy":           {Factor{Name: "f", Expr: "logins", Missing: "mode"}, `unknown missing "mode"`},
		"unknown unseen policy":    {Factor{Name: "f", Expr: "plan", Kind: Category, Unseen: "guess"}, `unknown unseen "guess"`},
		"unknown direction":        {Factor{Name: "f", Expr: "logins", Expect: "up"}, `unknown expect "up"`},
		"median of a category":     {Factor{Name: "f", Expr: "plan", Kind: Category, Missing: Median}, "own or drop"},
		"a category with a clip":   {Factor{Name: "f", Expr: "plan", Kind: Category, Clip: []Bound{{Value: 1}, {Value: 2}}}, "neither clip nor scale"},
		"one clip bound":           {Factor{Name: "f", Expr: "logins", Clip: []Bound{{Value: 1}}}, "low and a high"},
		"reversed clip":            {Factor{Name: "f", Expr: "logins", Clip: []Bound{{Value: 2}, {Value: 1}}}, "above the high bound"},
		"percentile above 100":     {Factor{Name: "f", Expr: "logins", Clip: []Bound{{Value: 1, Percentile: true}, {Value: 101, Percentile: true}}}, "percentile from 0 to 100"},
		"percentile below 0":       {Factor{Name: "f", Expr: "logins", Clip: []Bound{{Value: -1, Percentile: true}, {Value: 99, Percentile: true}}}, "percentile from 0 to 100"},
		"a clip that is no number": {Factor{Name: "f", Expr: "logins", Clip: []Bound{{Value: nan}, {Value: 1}}}, "finite"},
		"an infinite fill":         {Factor{Name: "f", Expr: "logins", Missing: Value, Fill: math.Inf(1)}, "finite"},
		"negative rare":            {Factor{Name: "f", Expr: "plan", Kind: Category, Rare: -1}, "negative"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compile([]Factor{c.factor}, oneColumn)
			var problem *FactorError
			if !errors.As(err, &problem) {
				t.Fatalf("error %v is not a *FactorError", err)
			}
			if problem.Index != 0 || problem.Factor != c.factor.Name || errors.Unwrap(problem) == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("error %v does not say %q", err, c.words)
			}
		})
	}
}

func TestCompileReportsAllProblemsAtOnce(t *testing.T) {
	_, err := Compile([]Factor{
		{Name: "good", Expr: "logins"},
		{Name: "bad", Expr: "logins +", Scale: "log"},
		{Name: "good", Expr: "logins * 2"},
	}, oneColumn)
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || len(joined.Unwrap()) != 3 {
		t.Fatalf("problems %v, want two of bad and one of the second good", err)
	}
	for i, want := range []int{1, 1, 2} {
		var problem *FactorError
		if !errors.As(joined.Unwrap()[i], &problem) || problem.Index != want {
			t.Errorf("problem %d is %v, want one of factor %d", i, joined.Unwrap()[i], want)
		}
	}
}

func TestDefaultsDependOnTheKind(t *testing.T) {
	compiled, err := Compile([]Factor{{Name: "n", Expr: "logins"}, {Name: "c", Expr: "plan", Kind: Category}, {Name: "b", Expr: "is_trial"}}, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	if n := compiled[0]; n.Kind != Numeric || n.Missing != Median || n.Scale != Linear {
		t.Errorf("number %+v", n)
	}
	if c := compiled[1]; c.Missing != Own || c.Unseen != UnseenReference {
		t.Errorf("category %+v", c)
	}
	uses := Uses(compiled)
	if len(uses) != 3 || uses["plan"] != expr.Text || uses["is_trial"] != expr.Bool || uses["logins"] != expr.Number {
		t.Errorf("uses %v", uses)
	}
}

func TestCompleteLeavesOutWhatDropAsks(t *testing.T) {
	e := examples(t, some(5), column{name: "a", numbers: []float64{1, nan, 3, 4, 5}}, column{name: "b", numbers: []float64{1, 2, nan, 4, 5}},
		column{name: "plan", texts: []string{"x", "x", "x", null, "x"}})
	factors := compile(t, e, Factor{Name: "a", Expr: "a", Missing: Drop}, Factor{Name: "b", Expr: "b"}, Factor{Name: "plan", Expr: "plan", Kind: Category, Missing: Drop})
	kept := Complete(e, factors)
	if kept.Len() != 3 || kept.Counts.Incomplete != 2 || kept.Account[1] != 2 {
		t.Errorf("%d examples of accounts %v, %d incomplete", kept.Len(), kept.Account, kept.Counts.Incomplete)
	}
	if again := Complete(kept, factors); again != kept {
		t.Error("complete examples were copied")
	}
	if all := Complete(e, factors[1:2]); all != e {
		t.Error("examples were left out though no factor asks for it")
	}
}
