package features

import (
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
)

// staged are eight accounts of which the first four are in onboarding and one is of no
// known stage.
func staged(t *testing.T) *dataset.Examples {
	return examples(t, some(8), column{name: "steps", numbers: []float64{1, 2, 3, nan, 100, nan, 300, 400}},
		column{name: "stage", texts: []string{"onboarding", "onboarding", "onboarding", "onboarding", "mature", "mature", "mature", null}},
		column{name: "plan", texts: []string{"a", "b", "a", "b", "c", "d", "a", "b"}},
		column{name: "days", numbers: []float64{5, 5, 5, 5, 90, 90, 90, 90}},
		column{name: "is_new", numbers: []float64{1, 1, 1, 1, 0, 0, 0, nan}, truths: true})
}

func onboarding() *Only { return &Only{By: "stage", In: []string{"onboarding"}} }

func TestAFactorForASegmentSaysNothingElsewhere(t *testing.T) {
	e := staged(t)
	for form, want := range map[Form][]float64{
		Raw:      {1, 2, 3, 2, 2, 2, 2, 2}, // the missing value by the median inside, the others by the mean
		Observed: {1, 2, 3, nan, nan, nan, nan, nan},
	} {
		if _, d, _ := fit(t, e, form, Factor{Name: "steps", Expr: "steps", Only: onboarding()}); !sameBits(d.Columns, [][]float64{want}) {
			t.Errorf("%s: %v, want %v", form, d.Columns, want)
		}
	}
	encoder, d, _ := fit(t, e, Standardised, Factor{Name: "steps", Expr: "steps", Only: onboarding()})
	// Inside, 1, 2, 3 and 2 have variance 1/2; over all eight rows, four of them 0, 1/4.
	c := encoder.Kept()[0]
	if c.Mean != 2 || math.Abs(c.SD-0.5) > 1e-15 {
		t.Errorf("mean %v and deviation %v, want 2 and 0.5", c.Mean, c.SD)
	}
	for i, want := range []float64{-2, 0, 2, 0, 0, 0, 0, 0} { // divided by a deviation as near as that
		if math.Abs(d.Columns[0][i]-want) > 4e-15 {
			t.Errorf("column %v", d.Columns[0])
		}
	}
}

func TestLevelsOfOtherSegmentsDoNotCount(t *testing.T) {
	e := staged(t)
	encoder, d, _ := fit(t, e, Standardised, Factor{Name: "plan", Expr: "plan", Kind: Category, Only: onboarding()})
	if got := names(encoder); !slices.Equal(got, []string{"plan=b"}) {
		t.Errorf("columns %v", got)
	}
	_, warnings := encode(t, encoder, e, e.All().Rows...)
	if len(warnings) != 0 {
		t.Errorf("levels that the factor is not asked about were counted as unseen: %v", warnings)
	}
	if !slices.Equal(d.Columns[0][4:], []float64{0, 0, 0, 0}) {
		t.Errorf("outside it is %v", d.Columns[0][4:])
	}
}

func TestSegmentsAreNamedAsDatasetNamesThem(t *testing.T) {
	e := staged(t)
	want := []float64{1, 2, 3, nan, nan, nan, nan, nan}
	for _, only := range []*Only{
		onboarding(), {By: "is_new", In: []string{"true"}}, {By: "days", In: []string{"5", "7"}},
		{By: "days < 30 ? 'new' : 'old'", In: []string{"new"}}, {By: "days < 30", In: []string{"true"}},
	} {
		if _, d, _ := fit(t, e, Observed, Factor{Name: "steps", Expr: "steps", Only: only}); !sameBits(d.Columns, [][]float64{want}) {
			t.Errorf("%+v: %v, want %v", only, d.Columns, want)
		}
	}
}

func TestOnlyRowsOfTheSegmentNeedAValue(t *testing.T) {
	e := staged(t)
	factors := compile(t, e, Factor{Name: "steps", Expr: "steps", Missing: Drop, Only: onboarding()})
	if got := Complete(e, factors); got.Len() != 7 {
		t.Errorf("%d are complete; only one of onboarding lacks its value", got.Len())
	}
}

func TestASegmentWithoutRowsLeavesItsFactorOut(t *testing.T) {
	encoder, d, warnings := fit(t, staged(t), Standardised, Factor{Name: "steps", Expr: "steps", Only: &Only{By: "stage", In: []string{"nowhere"}}})
	if len(d.Columns) != 0 || len(warnings) != 1 || warnings[0].Code != "constant" {
		t.Errorf("columns %v, warnings %v", d.Columns, warnings)
	}
	if err := encoder.Check(); err != nil {
		t.Error(err)
	}
}

func TestSegmentsThatMeanNothingAreRefused(t *testing.T) {
	e := staged(t)
	for name, c := range map[string]struct {
		only  Only
		words string
	}{
		"none":                     {Only{By: "stage"}, "name at least one"},
		"one twice":                {Only{By: "stage", In: []string{"a", "a"}}, "named twice"},
		"by an unknown column":     {Only{By: "stages", In: []string{"a"}}, `unknown column "stages"`},
		"a word among numbers":     {Only{By: "days", In: []string{"five"}}, "they are numbers"},
		"another spelling of five": {Only{By: "days", In: []string{"5.0"}}, "they are numbers"},
		"a word among truths":      {Only{By: "is_new", In: []string{"yes"}}, "they are true and false"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Compile([]Factor{{Name: "steps", Expr: "steps", Only: &c.only}}, typesOf(e))
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
}
