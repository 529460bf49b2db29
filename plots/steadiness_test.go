package plots

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/models"
	"holdfast/plots/internal/fixture"
)

// ofCategory is a logistic model whose factors have falling weights, the light ones in a
// category that begins with the heaviest.
func ofCategory(heavy, light int) *models.Model {
	m := &models.Model{Name: "m", Kind: models.Logistic}
	add := func(name, category string, perSD float64) {
		m.Weights = append(m.Weights, models.Weight{Factor: name, Category: category, Weight: 1, PerSD: models.Stat(perSD)})
	}
	add("first", "usage", 9)
	for i := range light {
		add(fmt.Sprintf("light%d", i), "usage", 0.1)
	}
	for i := range heavy {
		add(fmt.Sprintf("heavy%d", i), "support", -2)
	}
	return m
}

// A category of many light weights must not push the heavy ones of another out.
func TestThePictureOfSteadinessHoldsTheHeaviestWeights(t *testing.T) {
	m := ofCategory(mostSteady-1, 40)
	rows, left := steadyRows(m, [][]models.Weight{m.Weights, m.Weights})
	if len(rows) != mostSteady || left != 40 {
		t.Fatalf("%d rows and %d left, want %d and 40", len(rows), left, mostSteady)
	}
	for _, row := range rows {
		if strings.HasPrefix(row.name, "light") {
			t.Errorf("%s is drawn, and a weight twenty times as heavy is not", row.name)
		}
	}
}

func TestAModelThatSaysTheSameOfEveryoneHasNoPictureOfItsWeights(t *testing.T) {
	m := &models.Model{Name: "backwards", Kind: models.Weights, Weights: []models.Weight{{Factor: "usage"}, {Factor: "nps"}}}
	if c, err := Weights(m); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("%q was drawn (%v)", c.Alt, err)
	}
}

func TestOneCategoryNeedsNoHeading(t *testing.T) {
	m := &models.Model{Name: "m"}
	weights := []models.Weight{{Factor: "a", Category: "other", PerSD: 1}, {Factor: "b", Category: "other", PerSD: 1}}
	if rows := weightRows(m, weights); rows[0].heading != "" || len(rows) != 2 {
		t.Errorf("%d rows, the first headed %q", len(rows), rows[0].heading)
	}
	weights[1].Category = "usage"
	if rows := weightRows(m, weights); rows[0].heading != "other" || rows[2].heading != "usage" {
		t.Errorf("headings %q and %q", rows[0].heading, rows[2].heading)
	}
}

func TestWeightsOfNoSegmentAreCalledPooledBesideThoseOfSegments(t *testing.T) {
	pooled, own := models.Weight{Factor: "usage"}, models.Weight{Factor: "usage", Segment: "young"}
	for _, c := range []struct {
		of   []models.Weight
		name models.Weight
		want string
	}{
		{[]models.Weight{pooled}, pooled, "usage"},
		{[]models.Weight{pooled, own}, pooled, "usage (pooled)"},
		{[]models.Weight{pooled, own}, own, "usage (young)"},
	} {
		if got := FactorName(&models.Model{Weights: c.of}, c.name); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestARolloutThatChangesNothingHasNoPicture(t *testing.T) {
	r := fixture.Watched(4, 3, 4)
	if c, err := Rollout(r); err != nil || moves(r.Rollout) == 0 {
		t.Fatalf("the fixture has %d moves (%v): %s", moves(r.Rollout), err, c.Alt)
	}
	still := *r.Rollout
	still.Counts = backtest.Rollout{}.Counts
	still.Counts[1][1] = still.Accounts
	r.Rollout = &still
	if c, err := Rollout(r); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("%q was drawn (%v)", c.Alt, err)
	}
}
