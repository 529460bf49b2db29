package features

import (
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// sticky is the recipe of a newsletter tool for the accounts that stay: most seats in use,
// one of three features, and rising usage. Its names are factors, columns and a history.
const sticky = "active_share > 0.8 and (imports >= 0.5 or exports >= 0.5 or newsletters >= 0.5) and usage_trend > 0"

// trendColumn is the history that usage_trend reads.
const trendColumn = "change(active_users, 90d)"

func stickyFactors() []Factor {
	return []Factor{
		{Name: "active_share", Expr: "active_users / licences", Missing: Zero},
		{Name: "usage_trend", History: &history.Spec{Of: "active_users", OverDays: 90, As: history.Change}},
		{Name: "sticky", Rule: sticky},
	}
}

// truthTable has a row for each combination of the five conditions, each of which holds,
// does not hold, or is not known: 2^5 known ones and 211 with something missing. known is
// what each row must come to: with 0, 1 and 1/2 for unknown, and is the smallest and or the
// largest (Kleene 1952, section 64).
func truthTable(t *testing.T) (e *dataset.Examples, known []float64) {
	const combinations = 3 * 3 * 3 * 3 * 3
	values := [5][3]float64{{0.8, nan, 0.81}, {0.49, nan, 0.5}, {0, nan, 1}, {0.2, nan, 0.9}, {0, nan, 0.01}} // no, not known, yes
	columns := make([][]float64, 5)
	for row := range combinations {
		state, rest := [5]float64{}, row
		for c := range 5 {
			columns[c] = append(columns[c], values[c][rest%3])
			state[c], rest = float64(rest%3)/2, rest/3
		}
		result := min(state[0], max(state[1], state[2], state[3]), state[4])
		if result == 0.5 {
			result = nan
		}
		known = append(known, result)
	}
	licences := slices.Repeat([]float64{1}, combinations)
	return examples(t, some(combinations), column{name: "active_users", numbers: columns[0]}, column{name: "licences", numbers: licences},
		column{name: "imports", numbers: columns[1]}, column{name: "exports", numbers: columns[2]},
		column{name: "newsletters", numbers: columns[3]}, column{name: trendColumn, numbers: columns[4]}), known
}

func TestTheStickyRecipeHasItsWholeTruthTable(t *testing.T) {
	e, want := truthTable(t)
	_, d, _ := fit(t, e, Observed, stickyFactors()...)
	if !sameBits(d.Columns[2:], [][]float64{want}) {
		t.Fatalf("got %v, want %v", d.Columns[2], want)
	}
	counts := map[float64]int{}
	missing := 0
	for _, v := range want {
		if v != v {
			missing++
		}
		counts[v]++
	}
	// 1 of 3 shares, 1 of 3 trends and 27-8 of 27 features make it true; it is false where
	// share or trend or all features are: 243 less those where none is, 2*2*(27-1).
	if counts[1] != 19 || counts[0] != 243-104 || missing != 104-19 {
		t.Errorf("%d true, %d false, %d unknown", counts[1], counts[0], missing)
	}
}

func TestAnUnknownRuleFollowsThePolicyOfTheFactor(t *testing.T) {
	e, _ := truthTable(t)
	for policy, want := range map[Policy]float64{Zero: 0, Value: 0.25, Median: 0, Mean: 19.0 / (19 + 139)} {
		specs := stickyFactors()
		specs[2].Missing, specs[2].Fill = policy, 0.25
		_, d, _ := fit(t, e, Raw, specs...)
		const unknown = 1 + 3 + 9 + 27 + 81 // nothing is known
		if got := d.Columns[2][unknown]; got-want > 1e-15 || want-got > 1e-15 {
			t.Errorf("%s gives %v, want %v", policy, got, want)
		}
	}
}

func TestARareRuleStillScoresFrom0To100(t *testing.T) {
	x := make([]float64, 100)
	x[7] = 1
	e := examples(t, some(100), column{name: "x", numbers: x})
	_, d, _ := fit(t, e, Scores, Factor{Name: "rare", Rule: "x > 0", Expect: HigherChurn})
	if d.Columns[0][7] != 0 || d.Columns[0][8] != 100 {
		t.Errorf("true scores %v and false %v, want 0 and 100", d.Columns[0][7], d.Columns[0][8])
	}
}

func TestAStoredRuleNeedsNoOtherFactor(t *testing.T) {
	e, _ := truthTable(t)
	specs := compile(t, e, stickyFactors()...)
	encoder, whole, _, err := Fit(t.Context(), specs[2:], e.All(), Standardised)
	if err != nil {
		t.Fatal(err)
	}
	f := encoder.Factors[0].Factor
	if want := "active_users / licences > 0.8 and (imports >= 0.5 or exports >= 0.5 or newsletters >= 0.5) and " + expr.Quote(trendColumn) + " > 0"; f.Expr != want || f.Rule != sticky {
		t.Errorf("stored as %q of %q", f.Expr, f.Rule)
	}
	if got := Histories(specs[2:]); len(got) != 1 || got[0].Name() != trendColumn {
		t.Errorf("histories %v", got)
	}
	d, _ := encode(t, throughJSON(t, encoder), e, e.All().Rows...)
	if !sameBits(d.Columns, whole.Columns) {
		t.Error("read back it encodes other bits")
	}
}

func TestRulesThatCannotBeReadAreRefused(t *testing.T) {
	columns := expr.Columns{"users": expr.Number, "seats": expr.Number, "plan": expr.Text}
	later := Factor{Name: "seats", Expr: "seats * 2"}
	for name, c := range map[string]struct {
		factors []Factor
		words   string
	}{
		"a number":                      {[]Factor{{Name: "r", Rule: "users + 1"}}, "a rule is true or false"},
		"a name of nothing":             {[]Factor{{Name: "r", Rule: "user > 1"}}, `did you mean "users"?`},
		"a factor that stands after it": {[]Factor{{Name: "r", Rule: "seats > 1"}, later}, `"seats", which it names, stands after it`},
		"a factor that joins others":    {[]Factor{{Name: "users", Expr: "users"}, {Name: "seats", Expr: "seats"}, {Name: "both", Kind: Interaction, Members: []string{"users", "seats"}}, {Name: "r", Rule: "both > 1"}}, "cannot read"},
		"both a rule and a history":     {[]Factor{{Name: "r", Rule: "users > 1", History: &history.Spec{Of: "users", OverDays: 90, As: history.Mean}}}, "keep one of them"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compile(c.factors, columns)
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
	if _, err := Compile([]Factor{{Name: "r", Rule: "seats > 1"}, {Name: "seats", Expr: "seats"}}, columns); err != nil {
		t.Errorf("a later factor that is its column changes nothing: %v", err)
	}
}
