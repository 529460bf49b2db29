package plots

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"holdfast/backtest"
	"holdfast/models"
	"holdfast/plots/internal/fixture"
)

func TestTracesSetChampionAndBaselineApart(t *testing.T) {
	r := fixture.Company(8, 2, 0)
	looks := traces(r)
	seen := make(map[string]bool)
	for i, look := range looks {
		key := fmt.Sprint(look.line.Dashes, look.glyph.Shape)
		if seen[key] {
			t.Errorf("candidate %d looks like another in a grey print: %s", i, key)
		}
		seen[key] = true
		if i > 0 && look.line.Width >= looks[0].line.Width {
			t.Errorf("candidate %d is as thick as the champion", i)
		}
	}
	if !looks[0].champion || looks[7].line.Color != faint {
		t.Errorf("champion %v, baseline colour %v", looks[0].champion, looks[7].line.Color)
	}
}

func TestThirtySixChallengersLookDifferent(t *testing.T) {
	seen := make(map[string]bool)
	for i := range 36 {
		look := challenger(i)
		key := fmt.Sprint(look.line.Color, look.line.Dashes)
		if seen[key] {
			t.Errorf("challenger %d repeats %s", i, key)
		}
		seen[key] = true
	}
}

func TestThinnedCurveKeepsItsEndsAndShape(t *testing.T) {
	const n = 200000
	curve := make([]spot, n+1)
	for i := range curve {
		x := float64(i) / n
		curve[i] = spot{x, math.Sqrt(x)}
	}
	thinned := thin(curve)
	if thinned[0] != curve[0] || thinned[len(thinned)-1] != curve[n] {
		t.Error("an end was lost")
	}
	// |dx| + |dy| adds up to 2 along the curve, so that 2 * 1600 steps and the
	// last point are the most there can be.
	if len(thinned) > 3202 {
		t.Errorf("%d points are left", len(thinned))
	}
	for i := 1; i < len(thinned); i++ {
		if d := thinned[i].y - thinned[i-1].y; d > 0.01 {
			t.Errorf("a gap of %v before %+v", d, thinned[i])
		}
	}
}

func TestWeightsAreGroupedByTheirHeaviestAndTheInterceptIsLeftOut(t *testing.T) {
	w := func(factor, category string, perSD float64) models.Weight {
		return models.Weight{Factor: factor, Category: category, Weight: 1, PerSD: models.Stat(perSD)}
	}
	rows, left := heaviest([]models.Weight{
		w(models.Intercept, "", -9), w("a", "x", 0.1), w("b", "y", -0.5), w("c", "x", 0.9), w("d", "y", 0.2),
		w("e", "z", math.NaN()),
	}, mostWeights)
	var names []string
	for _, r := range rows {
		names = append(names, r.Factor)
	}
	if want := []string{"c", "a", "b", "d"}; !slices.Equal(names, want) || left != 0 {
		t.Errorf("%v (%d left), want %v", names, left, want)
	}
}

func TestTooManyWeightsAreCutAndCounted(t *testing.T) {
	c, err := Weights(fixture.Company(3, 1, 200).Candidates[1].Final)
	if err == nil {
		t.Fatalf("the vendor's column has weights: %s", c.Alt)
	}
	m := fixture.Company(4, 1, 200).Candidates[2].Final
	c, err = Weights(m)
	if err != nil {
		t.Fatal(err)
	}
	if want := "140 lighter weights are not shown"; !strings.Contains(c.Alt, want) {
		t.Errorf("the alternative text does not say %q", want)
	}
}

func TestIntervalPerStandardDeviationIsScaledByIt(t *testing.T) {
	// A standard deviation of 4: 0.5 per unit is 2 per standard deviation.
	w := models.Weight{Weight: 0.5, PerSD: 2, Low: 0.25, High: 0.75}
	if low, high := PerSD(w); low != 1 || high != 3 {
		t.Errorf("[%v, %v], want [1, 3]", low, high)
	}
	for fact, w := range map[string]models.Weight{
		"a zero weight has no scale":        {Low: -1, High: 1},
		"a hand-set weight has no interval": {Weight: 1, PerSD: 2, Low: models.Undefined(), High: models.Undefined()},
	} {
		if low, high := PerSD(w); !math.IsNaN(low) || !math.IsNaN(high) {
			t.Errorf("%s: [%v, %v]", fact, low, high)
		}
	}
}

func TestAlternativeTextsHoldTheNumbers(t *testing.T) {
	r := fixture.Company(4, 3, 5)
	for _, c := range []struct {
		picture func(*backtest.Result) (Chart, error)
		want    []string
	}{
		{ROC, []string{"today (champion): AUC 0.690 (0.663 to 0.717)", "baseline: AUC 0.500"}},
		{Timetable, []string{"fold 1, cutoff 2023-04-01: skipped, 7 churned training examples are too few, 20 are needed",
			"fold 2: trained on 780 examples from 2022-04-01 to 2023-03-31, tested on 442 from 2023-07-01 to before 2023-10-01, of which 54 churned"}},
		{Gains, []string{"Gain in log loss over the champion today", "vendor +0.0138 (+0.0021 to +0.0256)"}},
		{Money, []string{"today (champion), 10% saved: 200,722 (144,578 to 256,866)"}},
		{Quarters, []string{"Q3 2023 44 of 380 (11.6%)"}},
		{Calibration, []string{"today (champion), calibration slope 0.94 (0.81 to 1.07)"}},
		{metricOverFolds(backtest.AUC), []string{"AUC in the test windows that begin 2023-04-01, 2023-07-01", "today (champion): n/a, 0."}},
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

func TestVerdictDecidesWhoseWeightsAreDrawn(t *testing.T) {
	r := fixture.Company(4, 2, 5)
	if m := kept(r); m == nil || m.Name != "logistic" {
		t.Errorf("promoted, but the weights are of %+v", m)
	}
	if _, err := challengerWeights(r); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("the promoted challenger is drawn twice: %v", err)
	}
	r.Verdict.Decision = backtest.Hold
	if m := kept(r); m == nil || m.Name != "today" {
		t.Errorf("held, but the weights are of %+v", m)
	}
	if c, err := challengerWeights(r); err != nil || c.Name != "weights_challenger" {
		t.Errorf("%q, %v", c.Name, err)
	}
}

func TestNamesAreCutToTheRoomOfTheirPicture(t *testing.T) {
	style := lettering(textSize, ink)
	for _, room := range []float64{20, 100, 300} {
		if got := fit(strings.Repeat("wide name ", 100), style, vg.Length(room)); style.Width(got) > vg.Length(room) {
			t.Errorf("%q is wider than %v", got, room)
		}
	}
}

func TestCalibrationPanelsShareAScaleThatHoldsThem(t *testing.T) {
	panels := calibrationPanels(fixture.Company(4, 2, 0), func(int) bool { return true })
	limit := commonLimit(panels)
	for _, p := range panels {
		for _, b := range p.result.Bins {
			if b.High > limit || b.MeanP > limit {
				t.Errorf("%+v lies beyond %v", b, limit)
			}
		}
	}
	if n := beyond([]int{5, 4, 3, 2}, 0.5); n != 5 {
		t.Errorf("%d predictions above 0.5, want 5", n)
	}
}
