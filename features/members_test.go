package features

import (
	"math"
	"strings"
	"testing"

	"holdfast/dataset"
)

// pairs are two numbers that standardise to -1 and 1, and in the last row one is missing.
// Both have mean 2 and deviation 1 with what is missing filled by 2.
func pairs(t *testing.T) *dataset.Examples {
	return examples(t, some(5), column{name: "a", numbers: []float64{1, 3, 1, 3, 2}}, column{name: "b", numbers: []float64{1, 1, 3, 3, nan}},
		column{name: "c", numbers: []float64{nan, nan, nan, nan, nan}})
}

// joint are the members, b the worse the more, with the factor that joins them.
func joint(f Factor) []Factor {
	f.Name, f.Members = "joint", []string{"a", "b"}
	return []Factor{
		{Name: "a", Expr: "a", Expect: LowerChurn},
		{Name: "b", Expr: "b", Expect: HigherChurn, Missing: Value, Fill: 2},
		f,
	}
}

func TestAnInteractionIsTheProductOfItsStandardisedMembers(t *testing.T) {
	e := pairs(t)
	sd := math.Sqrt(0.8) // of four values one off the mean, and one at it
	one := 1 / sd / sd
	for form, want := range map[Form][]float64{
		Observed: {one, -one, -one, one, nan}, // missing where a member is
		Raw:      {one, -one, -one, one, 0},   // and then as if every member were at its mean
	} {
		_, d, _ := fit(t, e, form, joint(Factor{Kind: Interaction})...)
		for i, v := range d.Columns[2] {
			if math.Abs(v-want[i]) > 1e-15 || (v != v) != (want[i] != want[i]) {
				t.Errorf("%s: row %d is %v, want %v", form, i, v, want[i])
			}
		}
	}
}

func TestAGroupIsTheMeanOfItsMembersTurnedTowardsHealth(t *testing.T) {
	one := 1 / math.Sqrt(0.8)
	_, d, _ := fit(t, pairs(t), Observed, joint(Factor{Kind: Group})...)
	for i, want := range []float64{0, one, -one, 0, 0} { // (a - b)/2, and a alone in the last row
		if got := d.Columns[2][i]; math.Abs(got-want) > 1e-15 {
			t.Errorf("row %d is %v, want %v", i, got, want)
		}
	}
}

func TestAMemberThatNeverVariesSaysNothing(t *testing.T) {
	e := examples(t, some(3), column{name: "a", numbers: []float64{1, 2, 3}}, column{name: "b", numbers: []float64{7, 7, 7}})
	_, d, _ := fit(t, e, Raw, joint(Factor{Kind: Interaction})...)
	if d.Columns[2][0] != 0 || d.Columns[2][2] != 0 {
		t.Errorf("a product with it is %v, want 0", d.Columns[2])
	}
}

func TestAFactorThatJoinsOthersNeedsNoneOfThem(t *testing.T) {
	e := pairs(t)
	factors := compile(t, e, joint(Factor{Kind: Group})...)
	encoder, d, _, err := Fit(t.Context(), factors[2:], e.All(), Standardised)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := encode(t, throughJSON(t, encoder), e, e.All().Rows...)
	if !sameBits(d.Columns, again.Columns) || len(d.Columns) != 1 {
		t.Error("read back it encodes other bits")
	}
	if uses := Uses(factors[2:]); len(uses) != 2 {
		t.Errorf("it reads %v", uses)
	}
	if got, want := factors[2].Source(), "group(a = a, b = b)"; got != want {
		t.Errorf("source %s, want %s", got, want)
	}
}

// An account without b is incomplete for an interaction with missing: drop, and one without
// either for a group.
func TestCompleteLooksThroughAFactorAtItsMembers(t *testing.T) {
	e := examples(t, some(4), column{name: "a", numbers: []float64{1, 2, nan, nan}}, column{name: "b", numbers: []float64{1, nan, 2, nan}})
	for kind, want := range map[Kind]int{Interaction: 1, Group: 3} {
		factors := compile(t, e, joint(Factor{Kind: kind, Missing: Drop})...)
		complete := Complete(e, factors[2:])
		if complete.Len() != want || complete.Counts.Incomplete != 4-want {
			t.Errorf("%s: %d complete, want %d", kind, complete.Len(), want)
		}
		if _, _, _, err := Fit(t.Context(), factors[2:], complete.All(), Standardised); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestAMemberWithDropIsLearnedFromTheRowsItHas(t *testing.T) {
	e := pairs(t)
	specs := joint(Factor{Kind: Group})
	specs[1].Missing = Drop
	encoder, _, _, err := Fit(t.Context(), compile(t, e, specs...)[2:], e.All(), Standardised)
	if err != nil {
		t.Fatal(err)
	}
	if c := encoder.Factors[0].Members[1].Columns[0]; c.Mean != 2 || c.SD != 1 {
		t.Errorf("mean %v and deviation %v, want those of 1, 1, 3, 3", c.Mean, c.SD)
	}
}

func TestFactorsThatCannotBeJoinedAreRefused(t *testing.T) {
	e := pairs(t)
	for name, c := range map[string]struct {
		change func([]Factor) []Factor
		words  string
	}{
		"one member":                  {func(f []Factor) []Factor { f[2].Members = f[2].Members[:1]; return f }, "name 2 to 20 factors"},
		"a member that stands after":  {func(f []Factor) []Factor { return []Factor{f[0], f[2], f[1]} }, `no factor "b" stands before it`},
		"a misspelt member":           {func(f []Factor) []Factor { f[2].Members[0] = "A"; return f }, `did you mean "a"?`},
		"itself":                      {func(f []Factor) []Factor { f[2].Members[0] = "joint"; return f }, `no factor "joint" stands before it`},
		"a category":                  {func(f []Factor) []Factor { f[0].Kind, f[0].Expect = Category, ""; return f }, "a member is one number"},
		"a curve":                     {func(f []Factor) []Factor { f[0].Kind = Spline; return f }, "a member is one number"},
		"no direction in a group":     {func(f []Factor) []Factor { f[2].Kind, f[0].Expect = Group, ""; return f }, "needs expect"},
		"an expression of its own":    {func(f []Factor) []Factor { f[2].Expr = "a"; return f }, "made of its members"},
		"an age of its own":           {func(f []Factor) []Factor { f[2].Fresh = &Freshness{"d", 90}; return f }, "made of its members"},
		"members of a number":         {func(f []Factor) []Factor { f[2].Kind, f[2].Expr = Numeric, "a"; return f }, "only interactions and groups"},
		"a group that is a direction": {func(f []Factor) []Factor { f[2].Kind, f[2].Expect = Group, HigherChurn; return f }, "always has expect: lower_churn"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compile(c.change(joint(Factor{Kind: Interaction})), typesOf(e))
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
}
