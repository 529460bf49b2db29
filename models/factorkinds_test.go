package models

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/features/binning"
)

// shapes are factors of every kind over the columns of noisy.
func shapes() []features.Factor {
	few := 2.0
	return []features.Factor{
		{Name: "usage", Category: "usage", Expr: "usage", Expect: features.LowerChurn, Missing: features.Own},
		{Name: "load", Category: "support", Expr: "tickets", Kind: features.Bins, Bins: &binning.Options{Trend: binning.Auto, MaxBins: 3}},
		{Name: "calm", Category: "support", Expr: "tickets", Kind: features.Tiers, Tiers: []features.Tier{{UpTo: &few, Points: 100}, {Points: 20}}},
		{Name: "depth", Category: "usage", Expr: "usage", Kind: features.Points, Points: []features.Anchor{{X: 30, Points: 0}, {X: 70, Points: 100}}},
		{Name: "curve", Category: "usage", Expr: "usage", Kind: features.Spline, Spline: &features.Knots{Count: 3}, Only: &features.Only{By: "plan", In: []string{"pro", "team"}}},
		{Name: "quiet", Category: "usage", Rule: "usage < 40 and load < 3", Expect: features.HigherChurn},
		{Name: "both", Category: "usage", Kind: features.Interaction, Members: []string{"usage", "load"}},
		{Name: "whole", Category: "support", Kind: features.Group, Members: []string{"calm", "quiet"}},
		{Name: "plan", Category: "commercial", Expr: "plan", Kind: features.Category, Rare: 2},
	}
}

// shaped fits a candidate on factors of every kind.
func shaped(t testing.TB, tab table, c Candidate) (*Model, dataset.View) {
	t.Helper()
	factors := compileFactors(t, tab.types(), shapes()...)
	compiled, err := Compile([]Candidate{c}, factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	view := tab.load(t).All()
	m, err := compiled[0].Fit(t.Context(), view)
	if err != nil {
		t.Fatal(err)
	}
	m.Columns = dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date"}
	return m, view
}

// ridged is a logistic candidate: some of the shapes say the same, and shrinkage shares out.
func ridged() Candidate {
	return Candidate{Name: "shapes", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.01}}
}

func TestAModelOfEveryKindOfFactorScoresTheSameFromItsFileAndOneRowAlone(t *testing.T) {
	m, view := shaped(t, noisy(400, 51), ridged())
	back, err := Read("model.json", strings.NewReader(text(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := m.Predict(t.Context(), view.Len(), view.Batches())
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := back.Predict(t.Context(), view.Len(), view.Batches())
	if err != nil || !slices.Equal(got.Eta, want.Eta) {
		t.Fatalf("read back it scores otherwise (%v)", err)
	}
	for row := range int32(40) {
		alone, _, err := back.Predict(t.Context(), 1, view.Examples.Table.Batches([]int32{row}))
		if err != nil || alone.Eta[0] != want.Eta[row] {
			t.Fatalf("row %d alone: %v, inside %v (%v)", row, alone.Eta[0], want.Eta[row], err)
		}
	}
}

// What the members of a stored factor learned is the factor's own: a model of the joining
// factors alone holds none of the factors they join.
func TestAModelOfJoiningFactorsStandsAlone(t *testing.T) {
	c := ridged()
	c.Factors = []string{"both", "whole"}
	m, view := shaped(t, noisy(200, 52), c)
	back, err := Read("model.json", strings.NewReader(text(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	if len(back.Encoder.Factors) != 2 || len(back.Types) != 2 {
		t.Errorf("%d factors over %v", len(back.Encoder.Factors), back.Types)
	}
	if _, _, err := back.Predict(t.Context(), view.Len(), view.Batches()); err != nil {
		t.Error(err)
	}
}

// Every number, word and list of the file is spoilt in turn, behind the seal: the model is
// refused, or scores without a panic.
func TestSpoiltShapesAreRefusedOrScore(t *testing.T) {
	m, view := shaped(t, noisy(60, 53), ridged())
	few := view.Of(view.Rows[:5])
	good := text(t, m)
	refused, scored := 0, 0
	for _, damage := range []func(string, func(string)){numbersReplaced, listsChanged, textsReplaced} {
		damage(good, func(bad string) {
			spoilt, err := decode([]byte(bad))
			if err != nil {
				refused++
				return
			}
			if _, _, err := spoilt.Predict(t.Context(), few.Len(), few.Batches()); err == nil {
				scored++
			}
		})
	}
	if refused == 0 || scored == 0 {
		t.Errorf("%d refused, %d scored", refused, scored)
	}
	t.Logf("%d refused, %d scored", refused, scored)
}

func TestEffectsOfEveryKindAreFinite(t *testing.T) {
	m, view := shaped(t, noisy(400, 54), ridged())
	effects, err := m.Effects(t.Context(), view)
	if err != nil {
		t.Fatal(err)
	}
	points := make(map[string]int)
	for _, x := range effects {
		points[x.Factor] = len(x.Points)
		rows := 0
		for _, p := range x.Points {
			rows += p.Examples
			if math.IsNaN(float64(p.P)) || p.P < 0 || p.P > 1 {
				t.Errorf("%s: %+v", x.Factor, p)
			}
		}
		if rows != view.Len() {
			t.Errorf("%s: %d rows are in points", x.Factor, rows)
		}
	}
	bins := m.encodingOf("load").Bins
	if want := len(bins.Bins) + min(bins.Missing.N, 1); points["load"] != want {
		t.Errorf("%d points for %d bins", points["load"], want)
	}
	if points["quiet"] > 3 || points["calm"] > 3 {
		t.Errorf("a rule and two tiers have at most two points and one for missing: %v", points)
	}
}

// Health counts: usage 60 by depth 3 and quiet 1, support 40 by calm alone.
func treeOfThree() Candidate {
	return Candidate{Name: "tree", Kind: Weights, Categories: []CategoryWeight{{"usage", 60}, {"support", 40}},
		Weights: []FactorWeight{{"depth", 3}, {"quiet", 1}, {"calm", 7}}}
}

func TestCategoriesShareTheirWeightOut(t *testing.T) {
	m, view := shaped(t, noisy(100, 55), treeOfThree())
	if want := []float64{-0.45, -0.15, -0.4}; !closeTo(m.Coef, want) {
		t.Errorf("coefficients %v, want %v", m.Coef, want)
	}
	scores, err := m.CategoryScores(t.Context(), view.Len(), view.Batches())
	if err != nil || len(scores) != 2 || scores[0].Category != "usage" || scores[1].Category != "support" {
		t.Fatalf("%+v (%v)", scores, err)
	}
	p, _, err := m.Predict(t.Context(), view.Len(), view.Batches())
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Score {
		if total := 0.6*scores[0].Score[i] + 0.4*scores[1].Score[i]; math.Abs(total+p.Score[i]) > 1e-9 {
			t.Fatalf("row %d: the categories give %v, the score is %v", i, total, -p.Score[i])
		}
	}
	back, err := Read("model.json", strings.NewReader(text(t, m)))
	if err != nil || !slices.Equal(back.Coef, m.Coef) {
		t.Errorf("%v (%v)", back, err)
	}
}

func TestACategoryWithoutGivenWeightsCountsItsFactorsAlike(t *testing.T) {
	c := treeOfThree()
	c.Weights = c.Weights[:2] // support has load, calm and whole
	m, _ := shaped(t, noisy(100, 55), c)
	if want := []float64{-0.45, -0.15, -0.4 / 3, -0.4 / 3, -0.4 / 3}; !closeTo(m.Coef, want) {
		t.Errorf("coefficients %v, want %v", m.Coef, want)
	}
}

func TestCategoriesThatCannotCountAreRefused(t *testing.T) {
	tab := noisy(10, 56)
	factors := compileFactors(t, tab.types(), shapes()...)
	for name, c := range map[string]struct {
		change func(*Candidate)
		words  string
	}{
		"less than nothing":         {func(c *Candidate) { c.Categories[0].Weight = -1 }, "must be a number from 0 on"},
		"one twice":                 {func(c *Candidate) { c.Categories[1].Category = "usage" }, `category "support" has none`},
		"a category of no factor":   {func(c *Candidate) { c.Categories = append(c.Categories, CategoryWeight{"moon", 1}) }, `category "moon" has no factor`},
		"a factor of another":       {func(c *Candidate) { c.Weights[0].Factor = "plan" }, `its category "commercial" has none`},
		"an unknown factor":         {func(c *Candidate) { c.Weights[0].Factor = "dept" }, `did you mean "depth"?`},
		"no weight within":          {func(c *Candidate) { c.Weights[2].Weight = 0 }, `category "support" has no factor with a weight above 0`},
		"no weight for any of them": {func(c *Candidate) { c.Categories[0].Weight, c.Categories[1].Weight = 0, 0 }, "weights sum to 0"},
	} {
		t.Run(name, func(t *testing.T) {
			candidate := treeOfThree()
			c.change(&candidate)
			_, err := Compile([]Candidate{candidate}, factors, tab.types())
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
}

// With missing: reweight the weight of a factor goes to those of its own category first.
func TestAMissingFactorOfACategoryIsCarriedByTheCategory(t *testing.T) {
	c := treeOfThree()
	c.Missing = "reweight"
	tab := noisy(100, 57)
	tab.numbers[0].values[0], tab.numbers[1].values[0] = math.NaN(), 1 // depth is missing, and quiet cannot be told
	m, view := shaped(t, tab, c)
	p, _, err := m.Predict(t.Context(), view.Len(), view.Batches())
	if err != nil {
		t.Fatal(err)
	}
	if got := -p.Score[0]; got != 100 {
		t.Errorf("the account scores %v; calm alone is left, 100", got)
	}
}

// A factor of stale: redistribute hands its weight on, and another factor's missing value
// is filled as that factor says.
func TestOnlyAFactorThatRedistributesHandsItsWeightOn(t *testing.T) {
	tab := noisy(50, 58)
	tab.numbers[0].values[0], tab.numbers[1].values[1] = math.NaN(), math.NaN()
	line := []features.Anchor{{X: -10, Points: 0}, {X: 10, Points: 100}}
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "pulse", Expr: "usage", Kind: features.Points, Points: line, Stale: features.Redistribute},
		features.Factor{Name: "load", Expr: "tickets", Kind: features.Points, Points: line, Missing: features.Value, Fill: 10},
	)
	compiled, err := Compile([]Candidate{weights("hand", FactorWeight{"pulse", 75}, FactorWeight{"load", 25})}, factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	view := tab.load(t).All()
	m, err := compiled[0].Fit(t.Context(), view)
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := m.Predict(t.Context(), view.Len(), view.Batches())
	if err != nil {
		t.Fatal(err)
	}
	points := func(v float64) float64 { return min(100, max(0, 50+5*v)) }
	pulse, load := tab.numbers[0].values, tab.numbers[1].values
	for row, want := range []float64{points(load[0]), 0.75*points(pulse[1]) + 25, 0.75*points(pulse[2]) + 0.25*points(load[2])} {
		if got := -p.Score[row]; math.Abs(got-want) > 1e-12 {
			t.Errorf("row %d scores %v, want %v", row, got, want)
		}
	}
	var file bytes.Buffer
	m.Columns = dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date"}
	if err := m.Write(&file); err != nil || m.Encoder.Form != features.Shared {
		t.Errorf("form %s (%v)", m.Encoder.Form, err)
	}
}

// closeTo compares up to rounding.
func closeTo(got, want []float64) bool {
	return slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-12 })
}
