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
	"pgregory.net/rapid"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
	"holdfast/models/platform"
	"holdfast/plots/internal/fixture"
)

// plain is a row with a value and nothing else.
func plain(value float64) estimate {
	nan := math.NaN()
	return estimate{name: "a", value: value, low: nan, high: nan, wideLow: nan, wideHigh: nan, colour: blue}
}

func TestAForestHoldsEveryIntervalAndZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.Float64Range(-1e6, 1e6), rapid.Just(math.NaN()), rapid.Just(math.Inf(1)))
		var rows []estimate
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			rows = append(rows, estimate{value: number.Draw(t, "value"), low: number.Draw(t, "low"), high: number.Draw(t, "high"),
				wideLow: number.Draw(t, "wide low"), wideHigh: number.Draw(t, "wide high"), others: []float64{number.Draw(t, "other")}})
		}
		s := forestScale("", rows)
		slack := 1e-6 * (s.max - s.min)
		for _, e := range rows {
			for _, v := range append([]float64{0, e.value, e.low, e.high, e.wideLow, e.wideHigh}, e.others...) {
				if finite(v) && (v < s.min-slack || v > s.max+slack) {
					t.Fatalf("%v lies outside %v to %v", v, s.min, s.max)
				}
			}
		}
	})
}

// marksOf counts what a row draws: lines, and circles by their radius.
func marksOf(e estimate) (lines int, radii []vg.Length) {
	var rec recorder.Canvas
	rowMarks(draw.NewCanvas(&rec, 100, 100), e, 50, func(v float64) vg.Length { return vg.Length(v) })
	for _, action := range rec.Actions {
		switch a := action.(type) {
		case *recorder.Stroke:
			lines++
		case *recorder.Fill:
			for _, c := range a.Path {
				if c.Radius > 0 {
					radii = append(radii, c.Radius)
				}
			}
		}
	}
	return lines, radii
}

func TestARowDrawsWhatIsKnownAndNothingElse(t *testing.T) {
	full := estimate{value: 5, low: 3, high: 7, wideLow: 2, wideHigh: 8, colour: blue}
	hollow, folds, half := full, plain(5), full
	hollow.hollow, folds.others, half.high = true, []float64{4, 6}, math.NaN()
	for _, c := range []struct {
		fact    string
		row     estimate
		lines   int // the wide interval has two caps
		circles int
	}{
		{"a value alone", plain(5), 0, 1},
		{"a value with both intervals", full, 4, 1},
		{"half an interval is none", half, 3, 1},
		{"a hollow one has a hole", hollow, 4, 2},
		{"the values of the folds are small", folds, 0, 3},
		{"no value", plain(math.NaN()), 0, 0},
	} {
		if lines, radii := marksOf(c.row); lines != c.lines || len(radii) != c.circles {
			t.Errorf("%s: %d lines and circles %v, want %d and %d", c.fact, lines, radii, c.lines, c.circles)
		}
	}
}

func TestZeroLiesWithinAnIntervalThatTouchesIt(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      bool
	}{{-1, 1, true}, {0, 1, true}, {-1, 0, true}, {0.1, 1, false}, {-1, -0.1, false}, {math.NaN(), 1, false}, {math.Inf(-1), 1, false}} {
		if got := spans(c.low, c.high); got != c.want {
			t.Errorf("[%v, %v]: %v", c.low, c.high, got)
		}
	}
	if Undecided(backtest.Comparison{Low: -1, High: 1, FamilyLow: 0.1, FamilyHigh: 2}) {
		t.Error("the wide interval clears zero, and the other one decides")
	}
}

func TestTheLastTickOfAScaleThatMeansZeroHasNoSign(t *testing.T) {
	for x, want := range map[float64]string{1e-17: "0.0", -1e-17: "0.0", 0.1: "+0.1", -0.1: "−0.1"} {
		if got := signedFixed(x, 1); got != want {
			t.Errorf("%v is shown as %q, want %q", x, got, want)
		}
	}
}

func TestOnlyNumbersStretchTheBounds(t *testing.T) {
	b := newBounds()
	if b.add(math.NaN(), math.Inf(1), math.Inf(-1), 1e101); !b.empty() {
		t.Errorf("%+v of nothing that can be drawn", b)
	}
	if b.add(3, math.NaN(), -2); b.empty() || b.low != -2 || b.high != 3 {
		t.Errorf("%+v, want -2 to 3", b)
	}
	if finite(1, math.NaN()) || !finite(1, -1) || !finite() {
		t.Error("all values have to be numbers")
	}
	if got := within(linear("", 0, 1, 5, percentage).ticks, 0.6); len(got) != 4 || got[3].Label != "60%" {
		t.Errorf("ticks up to 0.6: %v", got)
	}
}

func TestUnitsOfWeightsFollowTheirForm(t *testing.T) {
	for _, c := range []struct {
		fact           string
		m              *models.Model
		scores, points bool
	}{
		{"fitted on the factors", &models.Model{Kind: models.Logistic, Encoder: &features.Encoder{Form: features.Standardised}}, false, false},
		{"fitted on scores", &models.Model{Kind: models.Logistic, Encoder: &features.Encoder{Form: features.Scores}}, true, false},
		{"graded", &models.Model{Kind: models.Logistic, Encoder: &features.Encoder{Form: features.Graded}}, true, false},
		{"set by hand", &models.Model{Kind: models.Weights}, true, false},
		{"of a platform", &models.Model{Card: &platform.Card{}}, false, true},
		{"of a platform that grades", &models.Model{Card: &platform.Card{}, Encoder: &features.Encoder{Form: features.Graded}}, true, false},
		{"nobody's", nil, false, false},
	} {
		if OnScores(c.m) != c.scores || OnPoints(c.m) != c.points {
			t.Errorf("%s: on scores %v, on points %v", c.fact, OnScores(c.m), OnPoints(c.m))
		}
		if unit := weightUnit(c.m); strings.HasSuffix(unit, "score") != c.scores || strings.HasSuffix(unit, "of the points") != c.points {
			t.Errorf("%s: the unit is %q", c.fact, unit)
		}
	}
	points := &models.Model{Card: &platform.Card{}}
	w := []models.Weight{{Factor: "a", Weight: 1, PerSD: 2, Low: models.Undefined(), High: models.Undefined()}}
	if got := weightsSubtitle(points, w, 3); !strings.Contains(got, "without intervals; per the points that the factor earns; 3 lighter weights") {
		t.Errorf("%q", got)
	}
	w[0].Low, w[0].High = 0.5, 1.5
	if got := weightsSubtitle(&models.Model{}, w, 0); got != "red raises churn, blue protects; bars are 95% intervals, hollow: could be either" {
		t.Errorf("%q", got)
	}
}

func TestTheHistogramEndsWhereOneInAHundredIsLeft(t *testing.T) {
	for _, c := range []struct {
		shares []float64
		want   float64
	}{
		{[]float64{1, 0, 0, 0}, 0.25},
		{[]float64{0.99, 0, 0, 0.01}, 1},
		{[]float64{0.992, 0.004, 0.002, 0.002}, 0.25},
		{[]float64{0.5, 0.492, 0.004, 0.004}, 0.5},
		{[]float64{0, 0}, 0},
	} {
		if got := lastFull(c.shares); got != c.want {
			t.Errorf("%v ends at %v, want %v", c.shares, got, c.want)
		}
	}
	limit, top := outcomesLimits([]outcomes{{churned: []float64{0.2, 0.8, 0, 0, 0}, stayed: []float64{1, 0, 0, 0, 0}}})
	if limit != 0.4 || top != 1 {
		t.Errorf("up to %v and %v, want 0.4 and 1", limit, top)
	}
}

func TestTheFirstCutThatFindsAsManyIsReadOut(t *testing.T) {
	cuts := []backtest.Cut{{Recall: 0.1, Precision: 0.9}, {Recall: 0.5, Precision: 0.6}, {Recall: 1, Precision: 0.2}}
	for recall, want := range map[float64]float64{0.05: 0.9, 0.1: 0.9, 0.25: 0.6, 0.75: 0.2, 1: 0.2, 2: 0.2} {
		if got := reaching(cuts, recall).Precision; got != want {
			t.Errorf("at a recall of %v the precision is %v, want %v", recall, got, want)
		}
	}
}

// Two candidates, of which the first has no money and the second none that is defined.
func TestMoneyThatIsNotDefinedIsNotDrawn(t *testing.T) {
	nan := math.NaN()
	rows := definedMoney([]backtest.MoneyRow{{SaveRate: 0.1, Net: 5}, {SaveRate: 0.2, Net: nan}, {SaveRate: nan, Net: 1}, {SaveRate: 0.3, Net: 7, Low: nan}})
	if len(rows) != 2 || rows[1].Net != 7 {
		t.Errorf("%+v", rows)
	}
	if note := moneyNote(rows); note != "7 at a save rate of 30%" {
		t.Errorf("%q", note)
	}
	scale := saveRates([][]backtest.MoneyRow{rows})
	if len(scale.ticks) != 2 || !(scale.min < 0.1 && scale.max > 0.3) {
		t.Errorf("%+v", scale)
	}
}

func TestADayThatNobodyKnowsIsSaidToBe(t *testing.T) {
	if day(dataset.NoDate) != "an unknown day" || day(dataset.NewDate(2025, 1, 31)) != "2025-01-31" {
		t.Errorf("%q and %q", day(dataset.NoDate), day(dataset.NewDate(2025, 1, 31)))
	}
	if got := firstDay([]backtest.Fold{
		{Cutoff: 100, Train: backtest.Extent{Examples: 5, FirstAsOf: 30}}, {Cutoff: 200, Train: backtest.Extent{FirstAsOf: 1}}, {Cutoff: 300, Train: backtest.Extent{Examples: 2, FirstAsOf: dataset.NoDate}},
	}); got != 30 {
		t.Errorf("the first day that anything trained on is %d, want 30: the others trained on nothing", got)
	}
}

func TestLeadsWithoutAnAUCArePassedOver(t *testing.T) {
	r := fixture.Company(3, 3, 2)
	nan := math.NaN()
	r.Leads[1].AUC[0] = metrics.Estimate{Value: nan, StdErr: nan, Low: nan, High: nan}
	c, err := Leads(r)
	if err != nil {
		t.Fatal(err)
	}
	_, titles := groupsOf(t, c)
	if n := len(slices.DeleteFunc(titles, func(s string) bool { return !strings.HasPrefix(s, "today") })); n != 2 {
		t.Errorf("today has %d marks at three leads of which one is unknown", n)
	}
	if !strings.Contains(c.Alt, "today (champion): 0.780 at 30 days, n/a at 90 days") {
		t.Error(c.Alt)
	}
	r.Leads = r.Leads[:1]
	if _, err := Leads(r); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("one lead: %v", err)
	}
}
