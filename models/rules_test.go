package models

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/history"
	"holdfast/features"
	"holdfast/models/platform"
)

// recipe is a candidate over the factors of sparse.
func recipe() Candidate {
	return Candidate{Name: "recipe", Kind: Rules, Recipes: &Recipes{Red: "tickets > 5 and usage < 60", Yellow: "tickets > 2 or pulse < 2", Else: Green}}
}

// The recipe of the specification over a factor and a column, with every combination of
// true, false and missing. not sticky is unknown where sticky is; unknown and false is
// false (Kleene). The first recipe that certainly holds wins.
func TestFirstRecipeThatHoldsWins(t *testing.T) {
	na := math.NaN()
	for _, c := range []struct {
		sticky, nps    float64
		band, unscored float64 // by default, and where unknown means unscored
	}{
		{0, -1, 2, 2},   // not sticky and nps below 0: red
		{0, 0, 1, 1},    // not sticky: yellow
		{1, -1, 0, 0},   // sticky: green, whatever the nps
		{1, 0, 0, 0},    //
		{0, na, 1, na},  // could be red; certainly not sticky
		{na, 0, 0, na},  // red is false, yellow cannot be told
		{na, -1, 0, na}, // neither can be told
		{1, na, 0, 0},   // sticky, so neither holds
		{na, na, 0, na},
	} {
		tab := table{churned: yes(1, 0, 1, 0, 0), numbers: []numberColumn{
			{"sticky", []float64{c.sticky, 0, 0, 1, 1}}, {"nps", []float64{c.nps, -1, -1, 2, 3}},
		}}
		factors := compileFactors(t, tab.types(), features.Factor{Name: "is_sticky", Expr: "sticky > 0.5"})
		for unknown, want := range map[platform.Missing]float64{"": c.band, platform.Unscored: c.unscored} {
			m := fitOne(t, tab, Candidate{Kind: Rules, Recipes: &Recipes{
				Red: "not is_sticky and nps < 0", Yellow: "not is_sticky", Else: Green, Unknown: unknown}}, factors)
			got := predict(t, m, tab)
			if !sameBits(got.Score[:1], []float64{want}) && !(math.IsNaN(got.Score[0]) && math.IsNaN(want)) {
				t.Errorf("sticky %v, nps %v, unknown %q: band %v, want %v", c.sticky, c.nps, unknown, got.Score[0], want)
			}
			if math.IsNaN(got.Eta[0]) != math.IsNaN(want) {
				t.Errorf("sticky %v, nps %v: eta %v of band %v", c.sticky, c.nps, got.Eta[0], want)
			}
		}
	}
}

// 1 of 4 green, 2 of 4 yellow and 3 of 4 red left: with one more example of average risk
// each, 1.5, 2.5 and 3.5 of 5.
func TestBandsHaveTheirOwnProbability(t *testing.T) {
	tab := table{churned: yes(1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0), numbers: []numberColumn{{"colour", []float64{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}}}}
	m := fitOne(t, tab, Candidate{Kind: Rules, Recipes: &Recipes{Red: "colour == 2", Yellow: "colour == 1", Else: Green}}, nil)
	p := predict(t, m, tab)
	for i, want := range []float64{0: 1.5 / 5, 4: 2.5 / 5, 8: 3.5 / 5} {
		if want != 0 && !near(Probability(p.Eta[i]), want, 1e-15) {
			t.Errorf("row %d has p %v, want %v", i, Probability(p.Eta[i]), want)
		}
	}
	if len(m.Warnings) != 0 {
		t.Errorf("warnings %v", m.Warnings)
	}
	for i, want := range []struct {
		level  string
		weight float64
	}{{"", logOdds(0.3)}, {"yellow", logOdds(0.5) - logOdds(0.3)}, {"red", logOdds(0.7) - logOdds(0.3)}} {
		if w := m.Weights[i]; w.Level != want.level || !near(float64(w.Weight), want.weight, 1e-15) {
			t.Errorf("weight %d is %s %v, want %s %v", i, w.Level, w.Weight, want.level, want.weight)
		}
	}
}

// Red leaves less than yellow, so they share (2 + 0 + 2/12*2)/(4 + 4 + 2); the order of the
// scores stays.
func TestBandsOutOfOrderShareTheirRate(t *testing.T) {
	tab := table{churned: yes(0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0), numbers: []numberColumn{{"colour", []float64{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}}}}
	m := fitOne(t, tab, Candidate{Kind: Rules, Recipes: &Recipes{Red: "colour == 2", Yellow: "colour == 1", Else: Green}}, nil)
	p := predict(t, m, tab)
	want := (2 + 2.0/6) / 10
	if !near(Probability(p.Eta[4]), want, 1e-15) || p.Eta[4] != p.Eta[8] || p.Score[4] >= p.Score[8] {
		t.Errorf("yellow p %v, red p %v, want both %v; scores %v and %v", Probability(p.Eta[4]), Probability(p.Eta[8]), want, p.Score[4], p.Score[8])
	}
	if got := codes(m.Warnings); !slices.Equal(got, []string{"bands_out_of_order"}) {
		t.Errorf("warnings %v", got)
	}
}

func TestABandThatTrainingNeverSawHasTheAverageRisk(t *testing.T) {
	tab := table{churned: yes(0, 0, 0, 1, 1, 1, 1, 0), numbers: []numberColumn{{"colour", []float64{0, 0, 0, 0, 2, 2, 2, 2}}}}
	m := fitOne(t, tab, Candidate{Kind: Rules, Recipes: &Recipes{Red: "colour == 2", Yellow: "colour == 1", Else: Green}}, nil)
	if got := Probability(m.Calibration.Bands[1]); !near(got, 0.5, 1e-15) {
		t.Errorf("yellow, of which there was none, has p %v, want the average 0.5", got)
	}
	// Most often a level is misspelt; that yellow has an average rate is no fall.
	if len(m.Warnings) != 1 || m.Warnings[0].Code != "empty_band" || m.Warnings[0].Message != "yellow is nobody in the training rows; are the names and limits of its condition those of the data?" {
		t.Errorf("warnings %v", m.Warnings)
	}
}

// A factor of the past stands in a recipe like any other; the model remembers which past to
// compute.
func TestRecipesReadHistoriesByTheNameOfTheirFactor(t *testing.T) {
	tab := sparse(60, 37)
	spec := history.Spec{Of: "usage", OverDays: 90, As: history.Change}
	factors := compileFactors(t, tab.types(), features.Factor{Name: "trend", History: &spec})
	c := compileOne(t, tab, Candidate{Kind: Rules, Recipes: &Recipes{Red: "trend < 0 and tickets > 2", Else: Green}}, factors)
	if got := features.Histories(Inputs([]Candidate{c})); len(got) != 1 || got[0] != spec {
		t.Fatalf("histories %v, want %v", got, spec)
	}
	if uses := features.Uses(Inputs([]Candidate{c})); len(uses) != 2 {
		t.Errorf("it reads %v, want usage and tickets", uses)
	}
	loading := tab.write(t)
	loading.Uses, loading.Histories = tab.types(), []history.Spec{spec}
	e, err := dataset.Load(t.Context(), loading)
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	back, err := Read("m", strings.NewReader(text(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	if got := back.Histories(); len(got) != 1 || got[0] != spec {
		t.Errorf("the model file reads histories %v", got)
	}
}

func TestTheReasonOfABandIsItsRecipe(t *testing.T) {
	tab := sparse(600, 38)
	m := fitOne(t, tab, recipe(), sparseFactors(t, tab))
	e := tab.load(t)
	x, _, err := m.Explain(t.Context(), e.Len(), e.All().Batches(), 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, score := range x.Score {
		want := 0
		if score == 2 {
			want = 1
			if !strings.HasPrefix(x.Reasons[i][0], "red: tickets > 5 and usage < 60 (+") {
				t.Errorf("row %d is red because of %q", i, x.Reasons[i])
			}
		}
		if score != 1 && len(x.Reasons[i]) != want {
			t.Errorf("row %d of band %v has reasons %q", i, score, x.Reasons[i])
		}
	}
}

func TestCompileSaysWhatIsWrongWithARecipe(t *testing.T) {
	tab := sparse(12, 39)
	for _, c := range []struct {
		fact    string
		recipes *Recipes
		said    string
	}{
		{"none", nil, "it has no recipe"},
		{"none but else", &Recipes{Else: Green}, "write one for red, yellow or green"},
		{"no else", &Recipes{Red: "usage < 1"}, "say else"},
		{"an unknown policy", &Recipes{Red: "usage < 1", Else: Green, Unknown: platform.Zero}, "unknown: zero is not known"},
		{"an unknown name", &Recipes{Red: "usages < 1", Else: Green}, `red: unknown column "usages"`},
		{"a number", &Recipes{Yellow: "usage + 1", Else: Green}, "yellow: it is a number; a recipe is true or false"},
		{"two mistakes", &Recipes{Red: "usages < 1", Yellow: "usage", Else: Green}, "yellow: it is a number"},
	} {
		_, err := Compile([]Candidate{{Name: "c", Kind: Rules, Recipes: c.recipes}}, sparseFactors(t, tab), tab.types())
		if err == nil || !strings.Contains(err.Error(), c.said) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.said)
		}
	}
}

// A file whose expression gives no band must not be looked up beyond the bands.
func TestScoresThatAreNoBandAreNotScored(t *testing.T) {
	c := Calibration{Bands: []float64{-2, -1, 0}}
	for _, score := range []float64{-1, 3, 0.5, math.NaN(), math.Inf(1), 1e300} {
		if got := c.banded(score); got == got {
			t.Errorf("band %v has log-odds %v", score, got)
		}
	}
	for i, want := range c.Bands {
		if got := c.banded(float64(i)); got != want {
			t.Errorf("band %d has log-odds %v, want %v", i, got, want)
		}
	}
}

func TestReadRefusesModelsThatNoCandidateGives(t *testing.T) {
	tab := sparse(200, 40)
	for _, c := range append(platforms()[:1], recipe()) {
		m := fitOne(t, tab, c, sparseFactors(t, tab))
		for fact, damage := range map[string]func(m *Model){
			"a typical account of too few parts": func(m *Model) { m.Typical = m.Typical[1:] },
			"a typical account that is none":     func(m *Model) { m.Typical[0] = math.Inf(1) },
			"two coefficients":                   func(m *Model) { m.Coef = []float64{1, 1} },
			"bands without recipes":              func(m *Model) { m.Recipes, m.Calibration.Bands = nil, []float64{0, 0, 0} },
			"recipes without bands":              func(m *Model) { m.Recipes, m.Calibration.Bands = &Recipes{}, nil },
			"two bands":                          func(m *Model) { m.Recipes, m.Calibration.Bands = &Recipes{}, []float64{0, 0} },
			"a band of no log-odds":              func(m *Model) { m.Recipes, m.Calibration.Bands = &Recipes{}, []float64{0, 0, math.Inf(1)} },
		} {
			bad := *m
			bad.Typical, bad.Calibration.Bands = slices.Clone(m.Typical), slices.Clone(m.Calibration.Bands)
			damage(&bad)
			if err := bad.check(); err == nil {
				t.Errorf("%s: %s was accepted", c.Name, fact)
			}
		}
	}
	m := fitOne(t, tab, platforms()[0], sparseFactors(t, tab))
	for fact, damage := range map[string]func(c *platform.Card){
		"a measure of another name":   func(c *platform.Card) { c.Measures[0].Name = "x" },
		"a measure too few":           func(c *platform.Card) { c.Measures = c.Measures[:1] },
		"a group that is not there":   func(c *platform.Card) { c.Measures[0].Group = 7 },
		"a kind that there is not":    func(c *platform.Card) { c.Kind = "x" },
		"points by an unknown recipe": func(c *platform.Card) { c.Measures[0].Points.Form = "x" },
	} {
		bad, card := *m, *m.Card
		card.Measures = slices.Clone(card.Measures)
		bad.Card = &card
		damage(&card)
		if err := bad.check(); err == nil {
			t.Error(fmt.Sprint(fact, " was accepted"))
		}
	}
}
