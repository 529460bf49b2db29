package project

import (
	"reflect"
	"strings"
	"testing"
)

// shaped uses every key of shapes.go, with a value that is not its default.
const shaped = `version: 1
data:
  snapshots: data/snapshots/
  outcomes: data/outcomes.parquet
columns:
  account: account_id
  snapshot_date: snapshot_date
  outcome_date: renewal_date
  outcome: churned
  segment: plan
label:
  mode: renewal
  lead: 90d
factors:
  - name: nps
    kind: bins
    monotone: true
    method: tree
    edges: [0, 6.5, 9]
    special: [-1, 999]
    max_bins: 4
    min_share: 0.1
    missing: drop
  - name: seats
    points: [[0, 0], [5, 50], [10, 100]]
    actionable: true
  - name: tickets
    category: tickets
    tiers: [{upto: 5, points: 100}, {upto: 10, points: 40}, {points: 0}]
  - name: tenure
    spline: {knots: 5}
    expect: lower_churn
  - name: age
    spline: {at: [30, 180, 700]}
  - name: sticky
    rule: seats > 5 and nps >= 0
    expect: lower_churn
  - name: both
    interaction: [nps, seats]
  - name: breadth
    group: [seats, sticky]
  - name: pulse
    max_age: 90d
    dated: pulse_date
    stale: redistribute
    segments: [onboarding, "true"]
candidates:
  - {name: fitted, kind: logistic}
  - {name: tree, kind: weights, categories: {tickets: 40, other: 60}, weights: {seats: 3}}
`

func TestEveryKeyOfAShapeIsRead(t *testing.T) {
	five, ten := 5.0, 10.0
	number := func(f Factor) Factor {
		f.Scale = ScaleNone
		if f.Category == "" {
			f.Category = "other"
		}
		if f.Missing.Rule == "" {
			f.Missing.Rule = MissingMedian
		}
		return f
	}
	want := []Factor{
		number(Factor{Name: "nps", Column: "nps", Kind: FactorBins, Missing: Missing{Rule: MissingDrop},
			Bins: &Bins{Monotone: MonotoneAuto, Method: "tree", Edges: []float64{0, 6.5, 9}, Special: []float64{-1, 999}, MaxBins: 4, MinShare: 0.1}}),
		number(Factor{Name: "seats", Column: "seats", Kind: FactorPoints, Points: []Pair{{0, 0}, {5, 50}, {10, 100}}, Actionable: true}),
		number(Factor{Name: "tickets", Category: "tickets", Column: "tickets", Kind: FactorTiers, Tiers: []Tier{{&five, 100}, {&ten, 40}, {nil, 0}}}),
		number(Factor{Name: "tenure", Column: "tenure", Kind: FactorSpline, Spline: &Spline{Knots: 5}, Expect: LowerChurn}),
		number(Factor{Name: "age", Column: "age", Kind: FactorSpline, Spline: &Spline{At: []float64{30, 180, 700}}}),
		number(Factor{Name: "sticky", Rule: "seats > 5 and nps >= 0", Kind: FactorNumeric, Expect: LowerChurn}),
		number(Factor{Name: "both", Kind: FactorInteraction, Members: []string{"nps", "seats"}, Missing: Missing{Rule: MissingZero}}),
		number(Factor{Name: "breadth", Kind: FactorGroup, Members: []string{"seats", "sticky"}, Missing: Missing{Rule: MissingMean}}),
		number(Factor{Name: "pulse", Column: "pulse", Kind: FactorNumeric, MaxAgeDays: 90, Dated: "pulse_date", Redistribute: true, Segments: []string{"onboarding", "true"}}),
	}
	for i, got := range parse(t, shaped).Factors {
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("got  %+v\nwant %+v", got, want[i])
		}
	}
}

func TestBinsHaveDefaults(t *testing.T) {
	f := parse(t, change(t, minimal, "    expect: lower_churn", "    kind: bins")).Factors[0]
	want := &Bins{Monotone: MonotoneFree, Method: "quantile", MaxBins: 6, MinShare: 0.05}
	if !reflect.DeepEqual(f.Bins, want) || f.Missing.Rule != MissingOwn {
		t.Errorf("got %+v, missing %s", f.Bins, f.Missing.Rule)
	}
}

func TestShapesThatContradictThemselvesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ keys, words string }{
		"two shapes":               {"points: [[0, 0], [1, 1]]\n    spline: {knots: 3}", "has both spline and points"},
		"a category with points":   {"kind: category\n    points: [[0, 0], [1, 1]]", "is category, and points makes it another"},
		"bins with clip":           {"kind: bins\n    clip: [0, 1]", "clip does not apply to kind bins"},
		"bins with an average":     {"kind: bins\n    missing: mean", "must be own or drop for kind bins"},
		"bins with a direction":    {"kind: bins\n    expect: lower_churn", "expect does not apply to kind bins"},
		"edges without bins":       {"edges: [1, 2]", "edges does not apply to kind numeric"},
		"edges out of order":       {"kind: bins\n    edges: [2, 1]", "edges must be ascending"},
		"anchors out of order":     {"points: [[5, 0], [5, 50]]", "must go from low values to high"},
		"points beyond 100":        {"points: [[0, 0], [5, 101]]", "must be points from 0 to 100, not \"101\""},
		"one anchor":               {"points: [[0, 0]]", "must be a list of pairs"},
		"a pair of three":          {"points: [[0, 0, 1], [5, 50]]", "must be a pair of a value and its points"},
		"a last tier with an end":  {"tiers: [{upto: 5, points: 0}]", "is the last tier and has an upper end"},
		"a middle tier without":    {"tiers: [{points: 0}, {points: 1}]", "tiers[0].upto is missing"},
		"tiers out of order":       {"tiers: [{upto: 5, points: 0}, {upto: 5, points: 1}, {points: 2}]", "does not end above the tier before it"},
		"too few knots":            {"spline: {at: [1, 2]}", "must be at least three ascending numbers"},
		"knots twice":              {"spline: {knots: 3, at: [1, 2, 3]}", "has both knots and at"},
		"a group of expressions":   {"group: [a, b]", "has both group and expr"},
		"an age without a date":    {"max_age: 90d", "dated is missing, which max_age needs"},
		"a date without an age":    {"dated: d", "dated does not apply to a factor without max_age"},
		"a rule beside the column": {"rule: a > 1", "has both rule and expr"},
		"segments of nothing":      {"segments: [onboarding]", "nothing says what a segment is"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("f", []byte(change(t, minimal, "    expect: lower_churn", "    "+c.keys)))
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
}

func TestCategoriesAreReadInTheOrderOfTheFactors(t *testing.T) {
	got := parse(t, shaped).Candidates[1]
	want := []CategoryPoints{{"other", 60}, {"tickets", 40}}
	if !reflect.DeepEqual(got.Categories, want) || !reflect.DeepEqual(got.Weights, []Weight{{"seats", 3}}) {
		t.Errorf("got %+v, %+v", got.Categories, got.Weights)
	}
}

func TestCategoriesThatCannotCountAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ candidate, words string }{
		"an unknown category":     {"{name: tree, kind: weights, categories: {otter: 60}}", `no factor has the category "otter"; did you mean "other"?`},
		"no points at all":        {"{name: tree, kind: weights, categories: {other: 0}}", "give no category any points"},
		"a fitted candidate":      {"{name: tree, kind: logistic, categories: {other: 1}}", "categories does not apply to kind logistic"},
		"less than nothing":       {"{name: tree, kind: weights, categories: {other: -1}}", "from 0 to 1000000"},
		"neither of the two keys": {"{name: tree, kind: weights}", "weights is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("f", []byte(change(t, minimal, "{name: fitted, kind: logistic}", c.candidate)))
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
}
