package backtest

import (
	"testing"

	"holdfast/dataset"
	"holdfast/models/trigger"
)

// Account A drops for want of usage and then again because of tickets; B is of another
// segment. The categories and segments are given by hand.
func TestPlaybooksAskWhyAndOfWhom(t *testing.T) {
	w := watching([]look{
		{0, 0, green, 0.1, 10}, {0, 30, yellow, 0.3, 10}, {0, 60, green, 0.1, 10}, {0, 90, red, 0.6, 10},
		{1, 0, green, 0.1, 10}, {1, 30, red, 0.5, 10},
	}, []dataset.Decision{{Account: 0, Date: 100, Churned: true}, {Account: 1, Date: 100}})
	w.top[0] = trigger.NamesOf([]string{"", "usage", "", "support", "usage", "usage"})
	w.segment = trigger.NamesOf([]string{"gold", "gold", "gold", "gold", "tin", "tin"})
	folds := []Fold{{Cutoff: 0, Next: 200}}
	j := judgeRows(w, endings(w, true), dataset.Clock{Mode: dataset.Renewal}, 300, folds)
	got, err := measureTriggers(t.Context(), w, j, 0, []Trigger{
		{Name: "adoption-review", When: "dropped and top_category == 'usage'"},
		{Name: "gold", When: "dropped and segment == 'gold'"},
		{Name: "from green", When: "band_before == 'green' and band == 'red'"},
		{Name: "healthy", When: "health > 60"},
	}, folds, Options{Level: 0.95, Replicates: 20})
	if err != nil {
		t.Fatal(err)
	}
	// adoption-review: A on 30 (right), B on 30 (wrong). gold: A on 30 and 90. from green: A
	// on 90, B on 30. healthy: A on 0 until 60 without a break, B on 0.
	for i, want := range [][2]int{{2, 1}, {2, 2}, {2, 1}, {2, 1}} {
		if g := got[i]; g.Alerts != want[0] || g.Precision.Churned != want[1] {
			t.Errorf("%s: %d alerts, %d right; want %v", g.Name, g.Alerts, g.Precision.Churned, want)
		}
	}
}

// A whole run: the alerts of a playbook by category or by segment are some of those of the drop
// alone, the categories and the segments share them out between them, and who asks about none gets
// what he got before.
func TestPlaybooksByCategoryAndSegmentShareOutTheDrops(t *testing.T) {
	o := watchful()
	o.Playbooks = []Trigger{
		{Name: "all", When: "dropped"}, {Name: "usage", When: "dropped and top_category == 'usage'"},
		{Name: "support", When: "dropped and top_category == 'support'"}, {Name: "rest", When: "dropped and not (top_category in ['usage', 'support'])"},
		{Name: "unknown", When: "dropped and missing(top_category)"}, {Name: "big", When: "dropped and segment == 'big'"},
		{Name: "mid", When: "dropped and segment == 'mid'"}, {Name: "small", When: "dropped and segment == 'small'"},
	}
	d := newDiary(150, 5)
	r := watchedRun(t, d, yearly(), o)
	some := false
	for _, c := range r.Candidates {
		if c.Playbooks == nil {
			continue
		}
		alerts := make([]int, len(c.Playbooks))
		for i, p := range c.Playbooks {
			alerts[i] = p.Alerts
		}
		if alerts[0] != c.Triggers[0].Alerts {
			t.Errorf("%s: %v alerts, the trigger raised %d", c.Name, alerts, c.Triggers[0].Alerts)
		}
		// An account stays in its segment.
		if alerts[5]+alerts[6]+alerts[7] != alerts[0] || alerts[0] > 0 && min(alerts[5], alerts[6], alerts[7]) == 0 {
			t.Errorf("%s: %v alerts: the segments do not share out the whole", c.Name, alerts)
		}
		// An account that drops twice in a row is one alert, and two if for two reasons.
		if parts := alerts[1] + alerts[2] + alerts[3] + alerts[4]; parts < alerts[0] {
			t.Errorf("%s: %v alerts: the parts are less than the whole", c.Name, alerts)
		}
		some = some || alerts[1] > 0
	}
	if !some {
		t.Error("no candidate had a drop because of usage")
	}
}
