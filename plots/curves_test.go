package plots

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/models"
	"holdfast/plots/internal/fixture"
)

func TestAlternativeTextsOfCurvesHoldTheNumbers(t *testing.T) {
	r := fixture.Company(4, 3, 5)
	for _, c := range []struct {
		picture func(*backtest.Result) (Chart, error)
		want    []string
	}{
		// The baseline's list is the churn rate of the fixture, 470 of 3,700, however long.
		{PrecisionRecall, []string{"today (champion): average precision n/a", "baseline: average precision n/a, 12.7% of the list when 25% are found"}},
		// The fixture's capture is share^(1/(1+skill)): 0.1^(1/1.35) = 0.1817.
		{CumulativeGains, []string{"today (champion): 18.2% (15.1% to 21.3%) in the top 10%", "100.0% in the top 100%"}},
		{Decision, []string{"per 100 accounts", "today (champion), clearly of use from", "working everybody 3.0"}},
		{ScoreHistogram, []string{"today (champion)", "of the churned and", "of those who stayed at 20% or more"}},
		{WeightsOverFolds, []string{"Weights of logistic in the final model and in every fold", "active_share", "in the folds", "of 2"}},
	} {
		chart, err := c.picture(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(chart.Alt, want) {
				t.Errorf("%s: %q is missing in %q", chart.Name, want, chart.Alt)
			}
		}
	}
}

func TestCurvesWithoutDataAreNotDrawn(t *testing.T) {
	empty := &backtest.Result{Champion: -1}
	spoiled := fixture.Cases()[slices.IndexFunc(fixture.Cases(), func(c fixture.Case) bool { return c.Fact == "undefined numbers" })].Result
	for _, picture := range []func(*backtest.Result) (Chart, error){PrecisionRecall, CumulativeGains, Decision, ScoreHistogram, WeightsOverFolds} {
		for fact, r := range map[string]*backtest.Result{"an empty result": empty, "undefined numbers": spoiled} {
			if c, err := picture(r); !errors.Is(err, ErrNothingToDraw) {
				t.Errorf("%s: %q was drawn (%v)", fact, c.Name, err)
			}
		}
	}
}

// Of use where both lower ends are above zero; a threshold further out that is so by chance
// does not stretch the range.
func TestRangeOfUseIsTheLongestStretch(t *testing.T) {
	at := func(threshold, low, over float64) backtest.DecisionPoint {
		return backtest.DecisionPoint{NetBenefit: metrics.NetBenefit{Threshold: threshold}, Low: low, OverAll: metrics.Estimate{Low: over}}
	}
	for _, c := range []struct {
		curve []backtest.DecisionPoint
		want  string
	}{
		{[]backtest.DecisionPoint{at(0.1, 1, -1), at(0.2, 1, 1), at(0.3, 1, 1), at(0.4, -1, 1), at(0.9, 1, 1)}, "clearly of use from 20% to 30%"},
		{[]backtest.DecisionPoint{at(0.1, -1, 1), at(0.2, 1, 1)}, "clearly of use at 20%"},
		{[]backtest.DecisionPoint{at(0.1, -1, 1), at(0.2, math.NaN(), 1)}, "not clearly of use at any"},
		{nil, "not clearly of use at any"},
	} {
		if got := worthNote(c.curve); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestSharesOfOutcomesAddUpToOne(t *testing.T) {
	c := backtest.CandidateResult{Histogram: []int{6, 3, 1}, ChurnedHistogram: []int{1, 2, 1}}
	p, ok := outcomesOf(c, trace{})
	if !ok || !slices.Equal(p.churned, []float64{0.25, 0.5, 0.25}) || !slices.Equal(p.stayed, []float64{5.0 / 6, 1.0 / 6, 0}) {
		t.Errorf("%+v, %v", p, ok)
	}
	if got := shareFrom(p.churned, 1.0/3); got != 0.75 {
		t.Errorf("%v of the churned lie from 1/3 on, want 0.75", got)
	}
	for _, one := range [][]int{{0, 0, 0}, {6, 3, 1}, nil} {
		c.ChurnedHistogram = one
		if _, ok := outcomesOf(c, trace{}); ok {
			t.Errorf("one outcome alone was taken: %v", one)
		}
	}
}

func TestWeightIsFollowedByItsFactorLevelAndSegment(t *testing.T) {
	w := func(factor, level, segment string, perSD float64) models.Weight {
		return models.Weight{Factor: factor, Level: level, Segment: segment, PerSD: models.Stat(perSD)}
	}
	folds := [][]models.Weight{
		{w("plan", "starter", "", 1), w("plan", "business", "", 2), w("plan", "starter", "smb", 3)},
		nil,
		{w("plan", "starter", "", -4), w("tickets", "", "", 5), w("plan", "starter", "", math.NaN())},
	}
	values := weightIn(folds, w("plan", "starter", "", 0.5))
	if !slices.Equal(values, []float64{1, -4}) {
		t.Errorf("%v, want [1 -4]", values)
	}
	if n := sameSide(values, 0.5); n != 1 {
		t.Errorf("%d on the side of the final weight, want 1", n)
	}
}

func TestWeightsSetByHandHaveNoPictureOfTheirSteadiness(t *testing.T) {
	m := fixture.Company(4, 5, 6).Candidates[0].Final
	if m.Kind != models.Weights {
		t.Fatalf("the fixture's champion is %s", m.Kind)
	}
	if rows, _ := steadyRows(m, [][]models.Weight{m.Weights, m.Weights}); rows != nil {
		t.Errorf("%d rows", len(rows))
	}
}

func TestCurvesAreClippedToTheirScales(t *testing.T) {
	var rec recorder.Canvas
	s := curves{
		x: linear("", 0, 1, 5, percentage), y: linear("", 0, 1, 5, percentage),
		entries: []entry{{newTrace(solid(ink, 7), draw.CircleGlyph{}, 2), "a", ""}},
		lines:   [][]spot{{{0, 0}, {1, -3}}},
		under:   func(draw.Canvas, func(float64) vg.Length, func(float64) vg.Length) {},
	}
	s.draw(draw.NewCanvas(&rec, 200, 200))
	for _, at := range strokes(&rec) {
		if at.Y < 0 {
			t.Errorf("a line leaves the canvas at %v", at)
		}
	}
}
