package trigger

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Five accounts: one that dropped to red, one that is red as before, one that got better, one
// that nobody had looked at before, and one without a score.
func five() *Standings {
	nan := math.NaN()
	return &Standings{
		Rows:        5,
		P:           []float64{0.6, 0.5, 0.1, 0.3, nan},
		Health:      []float64{40, 50, 90, 70, nan},
		Value:       []float64{100, nan, 300, 400, 500},
		Band:        []int8{2, 2, 0, 1, -1},
		BandBefore:  []int8{0, 2, 1, -1, 2},
		TopCategory: NamesOf([]string{"usage", "support", "", "usage", ""}),
		Segment:     NamesOf([]string{"gold", "gold", "tin", "", "gold"}),
	}
}

func TestConditionsHoldForTheAccountsThatTheyMean(t *testing.T) {
	for _, c := range []struct {
		when string
		want []int
	}{
		{"band == 'red'", []int{0, 1}},
		{"dropped", []int{0}},
		{"not dropped", []int{1, 2, 3}}, // the account without a score may have, for all that is known
		{"dropped and top_category == 'usage'", []int{0}},
		{"top_category in ['usage', 'support']", []int{0, 1, 3}},
		{"top_category != 'usage'", []int{1}}, // of those without one it cannot be told
		{"missing(top_category)", []int{2, 4}},
		{"p > 0.25", []int{0, 1, 3}},
		{"health < 60", []int{0, 1}},
		{"band == 'red' and value > 50", []int{0}}, // the other's value is not known
		{"value > 50", []int{0, 2, 3, 4}},
		{"segment == 'gold' and p >= 0.5", []int{0, 1}},
		{"band_before == 'yellow'", []int{2}},
		{"band_before == 'green' and band == 'red'", []int{0}},
		{"missing(p)", []int{4}},
		{"true", []int{0, 1, 2, 3, 4}},
	} {
		rule, err := Rule{"x", c.when}.Compile()
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for i, yes := range rule.Holds(five()) {
			if yes {
				got = append(got, i)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s holds for %v, want %v", c.when, got, c.want)
		}
	}
}

// What nobody knows is missing: no rule about it holds, and none fails.
func TestStandingsMayLackColumns(t *testing.T) {
	bare := &Standings{Rows: 2, P: []float64{0.1, 0.9}}
	for when, want := range map[string]bool{"p > 0.5": true, "dropped": false, "band == 'red'": false, "value > 0": false,
		"top_category == 'usage'": false, "segment == 'a'": false, "health > 0": false, "band_before == 'red'": false} {
		rule, err := Rule{"x", when}.Compile()
		if err != nil {
			t.Fatal(err)
		}
		if got := rule.Holds(bare); got[0] || got[1] != want {
			t.Errorf("%s: %v", when, got)
		}
	}
}

func TestRulesThatCannotHoldAreRefusedWithWhatWasMeant(t *testing.T) {
	for when, want := range map[string]string{
		"usage > 1":                          "rules know " + KnownNames,
		"top_catgory == 'usage'":             `did you mean "top_category"?`,
		"drooped":                            `did you mean "dropped"?`,
		"p + 1":                              "p + 1 is no condition, such as p > 0.5",
		"band == 'Red'":                      `band is never "Red"; did you mean "red"?`,
		"band in ['red', 'orange']":          `band is never "orange"; it is one of green, yellow, red`,
		"'gren' == band_before or p > 0.5":   `band_before is never "gren"; did you mean "green"?`,
		"top_category == 'red' and band > 1": "trigger: \"x\": ",
		"":                                   "trigger: \"x\": ",
	} {
		_, err := Rule{"x", when}.Compile()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", when, err, want)
		}
	}
}

func TestTextsAreThoseThatAColumnIsHeldAgainst(t *testing.T) {
	rule, err := Rule{"x", "top_category == 'usage' or 'voice' != top_category or top_category in ['a', 'b'] or segment == 'c'"}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	if got := rule.Texts(TopCategory); !slices.Equal(got, []string{"usage", "voice", "a", "b"}) {
		t.Errorf("%q", got)
	}
	if !rule.Asks(Segment) || rule.Asks(Value) {
		t.Error("asks about segment, not about value")
	}
	if got := Unknown(TopCategory, []string{"usage", "usgae"}, []string{"usage", "voice"}); got != `top_category is never "usgae"; did you mean "usage"?` {
		t.Error(got)
	}
}

// Two fits may number the same names differently; adopted, equal names have equal codes.
func TestAdoptedNamesStayTheSameNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.SampledFrom([]string{"", "a", "b", "c"}))
		first, second := NamesOf(texts.Draw(t, "first")), texts.Draw(t, "second")
		for i, code := range first.Adopt(NamesOf(second)) {
			if name := nameAt(first, code); name != second[i] {
				t.Fatalf("row %d: %q, want %q", i, name, second[i])
			}
		}
	})
}

func nameAt(n Names, code int32) string {
	if code < 0 {
		return ""
	}
	return n.Levels[code]
}

// The rows do not know of each other: asked one by one they answer as together.
func TestARowAloneAnswersAsAmongOthers(t *testing.T) {
	rule, err := Rule{"x", "dropped and top_category == 'usage' or value > 350"}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	s := five()
	together := rule.Holds(s)
	for i := range s.Rows {
		one := &Standings{Rows: 1, P: s.P[i : i+1], Health: s.Health[i : i+1], Value: s.Value[i : i+1], Band: s.Band[i : i+1], BandBefore: s.BandBefore[i : i+1],
			TopCategory: Names{s.TopCategory.Codes[i : i+1], s.TopCategory.Levels}, Segment: Names{s.Segment.Codes[i : i+1], s.Segment.Levels}}
		if got := rule.Holds(one)[0]; got != together[i] {
			t.Errorf("row %d alone: %v, among others %v", i, got, together[i])
		}
	}
}

// Whatever a project file says, a rule is a condition or an error, never a crash.
func FuzzCompile(f *testing.F) {
	for _, when := range []string{"dropped", "band == 'red' and value > 50000", "top_category in ['usage']", "p ? 1 : 2", "'", "band == nil"} {
		f.Add(when)
	}
	f.Fuzz(func(t *testing.T, when string) {
		rule, err := Rule{"x", when}.Compile()
		if err != nil {
			return
		}
		if n := len(rule.Holds(five())); n != 5 {
			t.Fatalf("%d answers for 5 rows", n)
		}
		rule.Texts(Band)
	})
}
