package models

import (
	"math"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/trigger"
)

// checkTops holds TopCategories against what the explanations of the same rows say, and
// against the definition: the category of the part that is largest and above 0.
func checkTops(t *testing.T, m *Model, e *dataset.Examples) (named int) {
	t.Helper()
	tops, err := m.TopCategories(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	explained, _, err := m.Explain(t.Context(), e.Len(), e.All().Batches(), 1)
	if err != nil {
		t.Fatal(err)
	}
	x, _, err := m.Explanations(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	for i := range x {
		want, most := "", 0.0
		for _, p := range x[i].Parts {
			if p.LogOdds > most && p.Factor != roundingPart {
				want, most = p.Category, p.LogOdds
			}
		}
		got := nameOf(tops, i)
		if got != want || explained.Top[i] != want || x[i].TopCategory() != want {
			t.Fatalf("%s, row %d: %q, explained %q, of the explanation %q; want %q of %+v", m.Name, i, got, explained.Top[i], x[i].TopCategory(), want, x[i].Parts)
		}
		if want != "" {
			named++
		}
	}
	return named
}

func nameOf(n trigger.Names, i int) string {
	if n.Codes[i] < 0 {
		return ""
	}
	return n.Levels[n.Codes[i]]
}

func TestTopCategoriesAreThoseOfTheExplanations(t *testing.T) {
	tab := noisy(300, 61)
	for _, m := range oneOfEachKind(t, tab) {
		if named := checkTops(t, m, tab.load(t)); m.Kind == Logistic && (named < 50 || named > 295) {
			t.Errorf("%s: %d of 300 rows have a top category", m.Name, named)
		}
	}
	staged := staged(400, 62)
	checkTops(t, fitOne(t, staged, byStage(5), staged.stagedFactors(t)), staged.load(t))
	eachForeign(t, func(t *testing.T, tab table, m *Model) { checkTops(t, m, tab.load(t)) })
}

// With usage 10 and no tickets usage is why; with 30 tickets and full usage support is; an
// account that is better than the average in everything has no reason, and one that cannot
// be scored has none either.
func TestTheTopCategoryIsThatOfTheFactorThatAddsMost(t *testing.T) {
	tab := noisy(300, 52)
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Category: "usage", Expr: "usage", Missing: features.Drop}, features.Factor{Name: "tickets", Category: "support", Expr: "tickets"})
	m := fitOne(t, tab, Candidate{Kind: Logistic}, factors)
	rows := table{churned: yes(0, 0, 0, 0), numbers: []numberColumn{{"usage", []float64{10, 500, 500, math.NaN()}}, {"tickets", []float64{0, 30, 0, 30}}},
		texts: []textColumn{{"plan", []string{"basic", "basic", "basic", "basic"}}}}
	e := rows.load(t)
	tops, err := m.TopCategories(t.Context(), 4, e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"usage", "support", "", ""} {
		if got := nameOf(tops, i); got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
}

// The bands that rules compare with are those that models have, in the same order.
func TestTriggersCountBandsAsModelsDo(t *testing.T) {
	for risk, name := range trigger.Bands() {
		if Band(name).Risk() != risk {
			t.Errorf("band %s has the risk %d, triggers say %d", name, Band(name).Risk(), risk)
		}
	}
}
