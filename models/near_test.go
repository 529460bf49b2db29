package models

import (
	"math"
	"strings"
	"testing"

	"holdfast/features"
)

// tuneOn compiles and fits what Tune makes of hand weights.
func tuneOn(t *testing.T, tab table, factors []features.Factor, hand []FactorWeight, asked Tuning) (yours, nearest *Model) {
	t.Helper()
	compiled, err := Compile([]Candidate{
		{Name: "percent", Kind: Logistic, Fitting: Fitting{Form: Percent}},
		{Name: "today", Kind: Weights, Weights: hand},
	}, factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	y, n, err := compiled[0].Tune(compiled[1], asked)
	if err != nil {
		t.Fatal(err)
	}
	return fitOne(t, tab, y, factors), fitOne(t, tab, n, factors)
}

// pointsOf are the points by factor, which must be whole and sum to 100.
func pointsOf(t *testing.T, m *Model) map[string]float64 {
	t.Helper()
	points, sum := make(map[string]float64), 0.0
	for _, w := range m.Points() {
		points[w.Factor] = math.Round(w.Weight)
		sum += w.Weight
		if !near(w.Weight, points[w.Factor], 1e-9) {
			t.Errorf("%s has %v points", w.Factor, w.Weight)
		}
	}
	if !near(sum, 100, 1e-9) {
		t.Errorf("the points sum to %v", sum)
	}
	return points
}

// today's weights are far from what the rows of fiveFactors say.
func today() []FactorWeight {
	return []FactorWeight{{"usage", 1}, {"seats", 1}, {"nps", 3}, {"tickets", 1}, {"late", 4}}
}

func TestYoursAreTheHandWeightsWithWhatWasMoved(t *testing.T) {
	tab, factors := fiveFactors(t, 400, 71)
	yours, _ := tuneOn(t, tab, factors, today(), Tuning{Set: map[string]float64{"usage": 37}, Pin: []string{"nps"}})
	got := pointsOf(t, yours)
	// 37 set, 30 pinned; 33 points are left for seats, tickets and late, which share them 1:1:4.
	want := map[string]float64{"usage": 37, "nps": 30, "late": 22}
	for name, points := range want {
		if got[name] != points {
			t.Errorf("%s has %v points, want %v: %v", name, got[name], points, got)
		}
	}
	if got["seats"]+got["tickets"] != 11 {
		t.Errorf("%v", got)
	}
}

func TestNearestGivesWayOnlyAsFarAsTheDataInsist(t *testing.T) {
	for _, c := range []struct {
		fact   string
		rows   int
		hand   []FactorWeight
		moves  bool
		before float64 // what within must be below
	}{
		{"weights that are right stay", 3000, []FactorWeight{{"usage", 40}, {"seats", 25}, {"nps", 10}, {"tickets", 20}, {"late", 5}}, false, 6},
		{"many rows against them move them", 3000, today(), true, 101},
	} {
		tab, factors := fiveFactors(t, c.rows, 72)
		_, nearest := tuneOn(t, tab, factors, c.hand, Tuning{})
		if within := nearest.Fitting.Near.Within; c.moves != (within >= 5) || within >= c.before {
			t.Errorf("%s: within %v points", c.fact, within)
		}
		pointsOf(t, nearest)
	}
}

func TestNearestKeepsPinsAndBounds(t *testing.T) {
	tab, factors := fiveFactors(t, 3000, 73)
	_, nearest := tuneOn(t, tab, factors, today(), Tuning{Pin: []string{"late"}, Bounds: map[string][2]float64{"usage": {15, 22}}})
	if got := pointsOf(t, nearest); got["late"] != 40 || got["usage"] < 15 || got["usage"] > 22 {
		t.Errorf("late is pinned at 40 and usage bounded by 15 and 22: %v", got)
	}
}

// The optimum of the same rows can only be better on them than weights held near others.
func TestNearestIsNoBetterThanTheOptimumOnItsOwnRows(t *testing.T) {
	tab, factors := fiveFactors(t, 600, 74)
	optimum := fitOne(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Form: Percent}}, factors)
	yours, nearest := tuneOn(t, tab, factors, today(), Tuning{})
	if optimum.Percents.LogLoss > nearest.Percents.LogLoss+1e-12 {
		t.Errorf("optimum %v, nearest %v", optimum.Percents.LogLoss, nearest.Percents.LogLoss)
	}
	for name, points := range pointsOf(t, nearest) {
		if apart := math.Abs(points - pointsOf(t, yours)[name]); apart > nearest.Fitting.Near.Within {
			t.Errorf("%s is %v points from yours, allowed are %v", name, apart, nearest.Fitting.Near.Within)
		}
	}
}

func TestTuneRefusesWhatCannotBe(t *testing.T) {
	tab, factors := fiveFactors(t, 200, 75)
	compiled, err := Compile([]Candidate{
		{Name: "percent", Kind: Logistic, Fitting: Fitting{Form: Percent}},
		{Name: "today", Kind: Weights, Weights: today()},
		{Name: "free", Kind: Logistic},
	}, factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		of    Candidate
		asked Tuning
		want  string
	}{
		{compiled[2], Tuning{}, "form: percent"},
		{compiled[0], Tuning{Set: map[string]float64{"usages": 3}}, `did you mean "usage"?`},
		{compiled[0], Tuning{Set: map[string]float64{"usage": 120}}, "from 0 to 100 points"},
		{compiled[0], Tuning{Set: map[string]float64{"usage": 60}, Pin: []string{"late", "nps"}}, "sum to 130 of 100"},
		{compiled[0], Tuning{Set: map[string]float64{"usage": 10}, Pin: []string{"usage"}}, "at once"},
		{compiled[0], Tuning{Bounds: map[string][2]float64{"usage": {50, 20}}}, "cannot be from 50 to 20"},
	} {
		if _, _, err := c.of.Tune(compiled[1], c.asked); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.asked, err, c.want)
		}
	}
}

func TestWholePointsSumToTheirTotal(t *testing.T) {
	got := wholePoints([]FactorWeight{{"a", 33.4}, {"b", 33.3}, {"c", 33.3}})
	if got[0].Weight != 34 || got[1].Weight != 33 || got[2].Weight != 33 {
		t.Errorf("%v", got)
	}
}
