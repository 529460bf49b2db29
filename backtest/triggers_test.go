package backtest

import (
	"strings"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
)

// The story in renewal mode, watched from day 0 to 460 in one window:
//
//	is red    A 20, 140 (and not again on 180), B 100    judged by A's churn, A's churn, B's renewal: 2 of 3; A of both churns is caught, 180 days before
//	dropped   A 110, and on 140 it dropped on: one alert; B none, red to yellow is better
//	call      A 20 and 140: red and worth more than 60
//	p > 0.45  A 20, 140; B 100 and still on 300: one alert; judged by B's renewal
func TestTriggersByHand(t *testing.T) {
	w := watching(story())
	folds := []Fold{{Cutoff: 0, Next: 700}}
	j := judgeRows(w, endings(w, true), dataset.Clock{Mode: dataset.Renewal}, 600, folds)
	got, err := measureTriggers(t.Context(), w, j, 0, []Trigger{
		{Name: "is red", When: "band == 'red'"}, {Name: "dropped", When: "dropped"}, {Name: "call", When: "band == 'red' and value > 60"}, {Name: "likely", When: "p > 0.45"},
	}, folds, Options{Level: 0.95, Replicates: 20, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		alerts, right, judged, caught int
		days, value                   float64
	}{{3, 2, 3, 1, 180, 100}, {1, 1, 1, 1, 90, 100}, {2, 2, 2, 1, 180, 100}, {3, 2, 3, 1, 180, 100}} {
		g := got[i]
		if g.Alerts != want.alerts || g.Precision.Churned != want.right || g.Precision.N != want.judged || g.Recall.Churned != want.caught || g.Recall.N != 2 {
			t.Errorf("%s: %+v, want %+v", g.Name, g, want)
		}
		if g.MedianDays.Value != want.days || g.ValueCaught != want.value || g.Open != 0 {
			t.Errorf("%s: %v days, %v caught; want %v and %v", g.Name, g.MedianDays.Value, g.ValueCaught, want.days, want.value)
		}
		if perWeek := float64(want.alerts) / (461.0 / 7); !near(g.AlertsPerWeek, perWeek, 1e-12) {
			t.Errorf("%s: %v alerts a week, want %v", g.Name, g.AlertsPerWeek, perWeek)
		}
		// A's five looks, and B's two after its renewal, were followed by a churn.
		if !near(g.BaseRate, 0.7, 1e-12) {
			t.Errorf("base rate %v, want 7 of 10", g.BaseRate)
		}
	}
}

// Of the three alerts of "is red" two are of A: the interval of how many were right counts accounts, as
// does that of the two churns, of which A's was caught.
func TestIntervalsOfAlertsCountAccounts(t *testing.T) {
	w := watching(story())
	folds := []Fold{{Cutoff: 0, Next: 700}}
	j := judgeRows(w, endings(w, true), dataset.Clock{Mode: dataset.Renewal}, 600, folds)
	got, err := measureTriggers(t.Context(), w, j, 0, []Trigger{{Name: "is red", When: "band == 'red'"}}, folds, Options{Level: 0.95, Replicates: 20, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if want := metrics.ClusteredRate([]bool{true, true, false}, []int32{0, 0, 1}, 0.95); got[0].Precision != want {
		t.Errorf("precision %+v, want %+v", got[0].Precision, want)
	}
	if want := metrics.ClusteredRate([]bool{true, false}, []int32{0, 1}, 0.95); got[0].Recall != want {
		t.Errorf("recall %+v, want %+v", got[0].Recall, want)
	}
}

// Of two churns that were caught the last amount of one is unknown: B's, flagged at any score.
func TestAnUnknownAmountAddsNothingToWhatWasCaught(t *testing.T) {
	w := watching(story())
	w.value[7] = nan() // B's last look
	folds := []Fold{{Cutoff: 0, Next: 700}}
	j := judgeRows(w, endings(w, true), dataset.Clock{Mode: dataset.Renewal}, 600, folds)
	got, err := measureTriggers(t.Context(), w, j, 0, []Trigger{{Name: "yellow", When: "band == 'yellow'"}}, folds, Options{Level: 0.95, Replicates: 20, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	// A was yellow on 110, B on 300.
	if g := got[0]; g.Recall.Churned != 2 || g.ValueCaught != 100 {
		t.Errorf("%d churns of %v were caught, want both and the 100 of A", g.Recall.Churned, g.ValueCaught)
	}
}

// Within 60 days, observed until day 500: of B's looks that on day 460 is followed by its
// churn on 515 and not over, those on 100 and 300 are followed by nothing. A's from day 140
// on are followed by its churn.
func TestTriggersWithAHorizonByHand(t *testing.T) {
	w := watching(story())
	folds := []Fold{{Cutoff: 0, Next: 700}}
	j := judgeRows(w, endings(w, true), dataset.Clock{Mode: dataset.Horizon, Horizon: 60}, 500, folds)
	got, err := measureTriggers(t.Context(), w, j, 0, []Trigger{{Name: "any", When: "p >= 0"}, {Name: "is red", When: "band == 'red'"}}, folds, Options{Level: 0.95, Replicates: 20})
	if err != nil {
		t.Fatal(err)
	}
	any, isRed := got[0], got[1]
	if any.Alerts != 3 || any.Precision.N != 3 || any.Precision.Churned != 0 {
		t.Errorf("a rule that always holds raises one alert for each account, before its last 60 days: %+v", any)
	}
	if isRed.Precision.N != 3 || isRed.Precision.Churned != 1 || isRed.Recall.Churned != 1 || isRed.Recall.N != 2 || isRed.MedianDays.Value != 60 {
		t.Errorf("%+v, want the alert of day 140 right, 60 days before", isRed)
	}
	if open := 1; j.event[7] != 1 || !j.open[7] || count(j.open) != open {
		t.Errorf("open %v, events %v", j.open, j.event)
	}
}

func count(yes []bool) int {
	n := 0
	for _, y := range yes {
		n += int(oneIf(y))
	}
	return n
}

func TestAlertsBeforeADecisionThatNobodyKnowsAreOpen(t *testing.T) {
	w := watching([]look{{0, 10, red, 0.9, 1}, {1, 10, red, 0.9, 1}}, []dataset.Decision{{Account: 1, Date: 5}})
	j := judgeRows(w, endings(w, true), dataset.Clock{Mode: dataset.Renewal}, 100, []Fold{{}})
	got, err := measureTriggers(t.Context(), w, j, 0, DefaultTriggers()[1:], []Fold{{}}, Options{Level: 0.95})
	if err != nil || got[0].Open != 2 || got[0].Precision.N != 0 || got[0].MedianDays.Value == got[0].MedianDays.Value {
		t.Errorf("%+v %v", got, err)
	}
}

func TestRulesThatCannotBeAskedAreRefused(t *testing.T) {
	bare := &dataset.Examples{}
	for when, want := range map[string]string{
		"usage > 1":                  "rules know p, health, band, band_before, dropped, value, top_category and segment",
		"p + 1":                      "is no condition",
		"value > 10":                 "columns.value",
		"segment == 'gold'":          "columns.segment",
		"band = 'red'":               "rules know",
		"dropped and p":              "rules know",
		"top_catgory == 'usage'":     `did you mean "top_category"`,
		"band == 'rde' and p > 0.25": `did you mean "red"`,
	} {
		err := checkTriggers([][]Trigger{{{Name: "x", When: when}}}, bare)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", when, err, want)
		}
	}
	rich := &dataset.Examples{Value: []float64{}, Segment: []int32{}}
	if err := checkTriggers([][]Trigger{DefaultTriggers(), {{Name: "v", When: "value > 10"}, {Name: "s", When: "segment == 'gold'"}}}, rich); err != nil {
		t.Error(err)
	}
}
