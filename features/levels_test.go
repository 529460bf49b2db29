package features

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// hot tells which column of a design is 1 in each row, before standardising; "-" for
// none, "?" for NaN.
func hot(e *Encoder, d *Design) []string {
	list := make([]string, d.Rows)
	for i := range list {
		list[i] = "-"
		for j, c := range e.Kept() {
			switch v := d.Columns[j][i]*c.SD + c.Mean; {
			case math.IsNaN(v):
				list[i] = "?"
			case math.Abs(v-1) < 1e-12:
				list[i] = e.Names()[j].Level
			}
		}
	}
	return list
}

var plans = column{name: "plan", texts: []string{"pro", "basic", "team", "basic", "pro", null, "odd", "basic", "lone"}}

func TestLevelsBecomeColumns(t *testing.T) {
	e := examples(t, some(9), plans)
	for name, c := range map[string]struct {
		factor Factor
		levels []string // of the columns
		hot    []string
	}{
		"first in byte order is the reference": {Factor{},
			[]string{"lone", "odd", "pro", "team", "(missing)"}, []string{"pro", "-", "team", "-", "pro", "(missing)", "odd", "-", "lone"}},
		"a reference that was asked for": {Factor{Reference: "pro"},
			[]string{"basic", "lone", "odd", "team", "(missing)"}, []string{"-", "basic", "team", "basic", "-", "(missing)", "odd", "basic", "lone"}},
		"rare levels are pooled": {Factor{Rare: 2},
			[]string{"pro", "(other)", "(missing)"}, []string{"pro", "-", "(other)", "-", "pro", "(missing)", "(other)", "-", "(other)"}},
		"a rare reference is not": {Factor{Rare: 2, Reference: "odd"},
			[]string{"basic", "pro", "(other)", "(missing)"}, []string{"pro", "basic", "(other)", "basic", "pro", "(missing)", "-", "basic", "(other)"}},
		"where all are rare, the pool is the reference": {Factor{Rare: 100},
			[]string{"(missing)"}, []string{"-", "-", "-", "-", "-", "(missing)", "-", "-", "-"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.factor.Name, c.factor.Expr, c.factor.Kind = "plan", "plan", Category
			encoder, design, _ := fit(t, e, Standardised, c.factor)
			var levels []string
			for _, n := range encoder.Names() {
				levels = append(levels, n.Level)
			}
			if got := hot(encoder, design); !slices.Equal(levels, c.levels) || !slices.Equal(got, c.hot) {
				t.Errorf("columns %q, rows %q\nwant    %q,      %q", levels, got, c.levels, c.hot)
			}
		})
	}
}

func TestUnseenLevelsFollowTheirPolicy(t *testing.T) {
	e := examples(t, some(12), column{name: "plan", texts: []string{"basic", "pro", "basic", "pro", "odd", "basic", "new", "newer", null, "newer", "basic", "new"}})
	for name, c := range map[string]struct {
		factor Factor
		hot    []string // of rows 6 to 10
		fate   string
	}{
		"reference":           {Factor{}, []string{"-", "-", "-", "-", "-"}, "scored as the reference level"},
		"other":               {Factor{Unseen: UnseenOther, Rare: 2}, []string{"(other)", "(other)", "(other)", "(other)", "-"}, "scored as the pooled rare levels"},
		"other without pool":  {Factor{Unseen: UnseenOther}, []string{"-", "-", "-", "-", "-"}, "scored as the reference level"},
		"error":               {Factor{Unseen: UnseenError}, []string{"?", "?", "?", "?", "-"}, "not scored"},
		"missing when drop":   {Factor{Missing: Drop}, []string{"-", "-", "?", "-", "-"}, "scored as the reference level"},
		"error, and the pool": {Factor{Unseen: UnseenError, Rare: 2}, []string{"?", "?", "?", "?", "-"}, "not scored"},
	} {
		t.Run(name, func(t *testing.T) {
			c.factor.Name, c.factor.Expr, c.factor.Kind = "plan", "plan", Category
			factors := compile(t, e, c.factor)
			train := e.All()
			train.Rows = train.Rows[:6] // basic, pro and one odd; nothing missing
			encoder, _, _, err := Fit(t.Context(), factors, train, Standardised)
			if err != nil {
				t.Fatal(err)
			}
			design, warnings := encode(t, encoder, e, 6, 7, 8, 9, 10)
			if got := hot(encoder, design); !slices.Equal(got, c.hot) {
				t.Errorf("rows %q, want %q", got, c.hot)
			}
			if len(warnings) != 1 || warnings[0].Code != "unseen_level" || warnings[0].Where != "factor plan" {
				t.Fatalf("warnings %q", warnings)
			}
			for _, words := range []string{c.fate, `level "newer" (2 rows), `, `level "new" (1 rows)`} {
				if !strings.Contains(warnings[0].Message, words) {
					t.Errorf("%q does not say %q", warnings[0].Message, words)
				}
			}
			if told := strings.Contains(warnings[0].Message, MissingLevel); told != (c.factor.Missing != Drop) {
				t.Errorf("%q: the first missing value is told of: %v", warnings[0].Message, told)
			}
		})
	}
}

func TestManyUnseenLevelsAreOneWarning(t *testing.T) {
	texts := []string{"a", "b"}
	for i := range 30 {
		texts = append(texts, "new "+string(rune('A'+i)))
	}
	e := examples(t, some(len(texts)), column{name: "plan", texts: texts})
	train := e.All()
	train.Rows = train.Rows[:2]
	encoder, _, _, err := Fit(t.Context(), compile(t, e, Factor{Name: "plan", Expr: "plan", Kind: Category}), train, Standardised)
	if err != nil {
		t.Fatal(err)
	}
	_, warnings := encode(t, encoder, e, e.All().Rows...)
	if len(warnings) != 1 || !strings.HasSuffix(warnings[0].Message, "and 25 more levels") {
		t.Errorf("warnings %q", warnings)
	}
}

// TestLevelsOfTheDataAreNotOurs has levels in the data that are called like the ones
// we add.
func TestLevelsOfTheDataAreNotOurs(t *testing.T) {
	e := examples(t, some(10), column{name: "plan", texts: []string{"basic", "(missing)", "(other)", null, "(missing)", "(other)", "basic", "lone", "rare", null}})
	encoder, design, _ := fit(t, e, Standardised, Factor{Name: "plan", Expr: "plan", Kind: Category, Rare: 2, Reference: "basic"})
	want := []string{"-", `"(missing)"`, `"(other)"`, "(missing)", `"(missing)"`, `"(other)"`, "-", "(other)", "(other)", "(missing)"}
	if got := hot(encoder, design); !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
	distinct := slices.Compact(slices.Sorted(slices.Values(names(encoder))))
	if len(distinct) != 4 {
		t.Errorf("columns %q are not distinct", names(encoder))
	}
	again, _ := encode(t, throughJSON(t, encoder), e, e.All().Rows...)
	if !sameBits(design.Columns, again.Columns) {
		t.Error("they were mixed up in the file")
	}
}

func TestNumbersAreLevelsToo(t *testing.T) {
	e := examples(t, some(6), column{name: "seats", numbers: []float64{5, 1e6, 0, nan, 5, -2.5}})
	encoder, design, _ := fit(t, e, Standardised, Factor{Name: "seats", Expr: "seats", Kind: Category, Reference: "1000000"})
	if got := hot(encoder, design); !slices.Equal(got, []string{"5", "-", "0", "(missing)", "5", "-2.5"}) {
		t.Errorf("rows %q", got)
	}
	encoder, design, _ = fit(t, e, Standardised, Factor{Name: "minus", Expr: "-seats", Kind: Category}) // -0 is 0
	if got := hot(encoder, design); !slices.Equal(got, []string{"-5", "-", "0", "(missing)", "-5", "2.5"}) {
		t.Errorf("rows %q", got)
	}
}

func TestACategoryThatIsTooFineIsToldOf(t *testing.T) {
	texts := make([]string, 90)
	for i := range texts {
		texts[i] = string(rune('a' + i%10))
	}
	e := examples(t, some(90), column{name: "segment", texts: texts}, column{name: "few", texts: slices.Repeat([]string{"a", "b", "c"}, 30)})
	_, _, warnings := fit(t, e, Standardised, Factor{Name: "segment", Expr: "segment", Kind: Category}, Factor{Name: "few", Expr: "few", Kind: Category})
	if len(warnings) != 1 || warnings[0].Code != "many_levels" || !strings.Contains(warnings[0].Message, "segment has 10 levels in 90 training rows") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestAReferenceThatIsNotThereIsToldOf(t *testing.T) {
	e := examples(t, some(9), plans)
	_, _, warnings := fit(t, e, Standardised, Factor{Name: "plan", Expr: "plan", Kind: Category, Reference: "Basic", Rare: 2})
	if len(warnings) != 1 || warnings[0].Code != "no_reference" || !strings.Contains(warnings[0].Message, `"Basic"`) {
		t.Errorf("warnings %q", warnings)
	}
}
