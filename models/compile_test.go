package models

import (
	"errors"
	"math"
	"strings"
	"testing"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// someFactors are two numbers with a direction, one without, and a category.
func someFactors(t *testing.T) ([]features.Factor, expr.Columns) {
	types := expr.Columns{"usage": expr.Number, "nps": expr.Number, "age": expr.Number, "plan": expr.Text, "gs_score": expr.Number}
	return compileFactors(t, types,
		features.Factor{Name: "usage", Expr: "usage", Expect: features.LowerChurn},
		features.Factor{Name: "nps", Expr: "nps", Expect: features.LowerChurn},
		features.Factor{Name: "age", Expr: "age"},
		features.Factor{Name: "plan", Expr: "plan", Kind: features.Category},
	), types
}

func weights(name string, list ...FactorWeight) Candidate {
	return Candidate{Name: name, Kind: Weights, Weights: list}
}

func TestCompileSaysWhatIsWrongWithACandidate(t *testing.T) {
	factors, types := someFactors(t)
	for _, c := range []struct {
		fact      string
		candidate Candidate
		want      []string
	}{
		{"a factor that is not there comes with the nearest name",
			Candidate{Name: "a", Kind: Logistic, Factors: []string{"usgae"}}, []string{`no factor "usgae"`, `did you mean "usage"?`}},
		{"a factor like no other comes without a guess",
			Candidate{Name: "a", Kind: Logistic, Factors: []string{"zzz"}}, []string{`no factor "zzz"; there are `}},
		{"all unknown factors are named at once",
			Candidate{Name: "a", Kind: Logistic, Factors: []string{"usgae", "nsp"}}, []string{"usgae", "nsp"}},
		{"a factor listed twice would be collinear with itself",
			Candidate{Name: "a", Kind: Logistic, Factors: []string{"nps", "usage", "nps"}}, []string{`"nps" is listed twice`}},
		{"a negative ridge is no penalty",
			Candidate{Name: "a", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: -1}}, []string{"ridge strength -1"}},
		{"a ridge must be a number",
			Candidate{Name: "a", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: math.NaN()}}, []string{"ridge strength NaN"}},
		{"a hand weight needs a factor with a direction",
			weights("a", FactorWeight{"age", 1}), []string{`"age" needs expect`}},
		{"a category has no 0-100 score",
			weights("a", FactorWeight{"plan", 1}), []string{`"plan" is a category`}},
		{"a negative hand weight is refused: the direction is the factor's",
			weights("a", FactorWeight{"nps", -5}), []string{"weight -5", `"nps"`, "expect"}},
		{"weights that sum to nothing have no mean",
			weights("a", FactorWeight{"nps", 0}), []string{"sum to 0"}},
		{"no weights at all sum to nothing too", weights("a"), []string{"sum to 0"}},
		{"an infinite weight is refused", weights("a", FactorWeight{"nps", math.Inf(1)}), []string{"+Inf"}},
		{"weights too large to add are refused",
			weights("a", FactorWeight{"nps", math.MaxFloat64}, FactorWeight{"usage", math.MaxFloat64}), []string{"sum to +Inf"}},
		{"the direction of a vendor score is never guessed",
			Candidate{Name: "a", Kind: Vendor, Column: "gs_score"}, []string{"higher_is", "never guessed"}},
		{"a vendor column that is not there comes with the nearest name",
			Candidate{Name: "a", Kind: Vendor, Column: "gs_scor", HigherIs: features.LowerChurn}, []string{"gs_scor", "gs_score"}},
		{"a vendor column of text is no score",
			Candidate{Name: "a", Kind: Vendor, Column: "plan", HigherIs: features.LowerChurn}, []string{"text"}},
		{"an unknown kind is told the kinds there are", Candidate{Name: "a", Kind: "neural"}, []string{`"neural"`, "logistic, weights, column, rules"}},
		{"the baseline cannot be asked for: it is always there", Candidate{Name: "a", Kind: Baseline}, []string{`unknown kind "baseline"`}},
		{"a candidate needs a name", Candidate{Kind: Logistic}, []string{"needs a name"}},
		{"the name of the baseline is taken", Candidate{Name: "baseline", Kind: Logistic}, []string{`"baseline" belongs to the base rate`}},
	} {
		t.Run(c.fact, func(t *testing.T) {
			_, err := Compile([]Candidate{c.candidate}, factors, types)
			var typed *CandidateError
			if !errors.As(err, &typed) || typed.Index != 0 || typed.Candidate != c.candidate.Name {
				t.Fatalf("got %v, want a CandidateError of candidate 0", err)
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

func TestCompileReportsEveryCandidateAtOnce(t *testing.T) {
	factors, types := someFactors(t)
	_, err := Compile([]Candidate{
		{Name: "one", Kind: "neural"},
		{Name: "two", Kind: Logistic},
		{Name: "two", Kind: Logistic},
		weights("four", FactorWeight{"nsp", 1}),
	}, factors, types)
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("%v is not joined", err)
	}
	var at []int
	for _, e := range joined.Unwrap() {
		var typed *CandidateError
		if !errors.As(e, &typed) {
			t.Fatalf("%v is no CandidateError", e)
		}
		at = append(at, typed.Index)
	}
	if len(at) != 3 || at[0] != 0 || at[1] != 2 || at[2] != 3 {
		t.Errorf("problems of candidates %v, want 0, 2 (a name twice) and 3", at)
	}
}

func TestCompileAddsTheBaselineAndKeepsTheOrder(t *testing.T) {
	factors, types := someFactors(t)
	compiled, err := Compile([]Candidate{
		{Name: "vendor", Kind: Vendor, Column: "gs_score", HigherIs: features.LowerChurn},
		{Name: "all", Kind: Logistic},
		{Name: "some", Kind: Logistic, Factors: []string{"plan", "usage"}},
	}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range compiled {
		names = append(names, c.Name+":"+strings.Join(inputNames(c.inputs), "+"))
	}
	const want = "vendor:gs_score all:usage+nps+age+plan some:plan+usage baseline:"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := strings.Join(inputNames(Inputs(compiled)), " "); got != "gs_score usage nps age plan" {
		t.Errorf("inputs %s: want each factor once, in order of first use", got)
	}
}

func TestInputsKeepsTwoFactorsThatShareANameButNotAnExpression(t *testing.T) {
	types := expr.Columns{"nps": expr.Number}
	factors := compileFactors(t, types, features.Factor{Name: "nps", Expr: "nps / 10"})
	compiled, err := Compile([]Candidate{
		{Name: "fit", Kind: Logistic},
		{Name: "vendor", Kind: Vendor, Column: "nps", HigherIs: features.LowerChurn},
	}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(Inputs(compiled)); got != 2 {
		t.Errorf("%d inputs, want 2: the factor and the raw column", got)
	}
}
