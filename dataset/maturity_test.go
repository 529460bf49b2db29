package dataset

import (
	"context"
	"path/filepath"
	"testing"
)

// monthly makes examples with the given numbers of examples and churned per month,
// from January 2026 on.
func monthly(months ...[2]int) *Examples {
	e := &Examples{}
	for m, n := range months {
		for i := range n[0] {
			e.Outcome = append(e.Outcome, NewDate(2026, 1, 1).AddMonths(m)+Date(i%28))
			e.Churned = append(e.Churned, i < n[1])
		}
	}
	return e
}

func TestChurnThatIsBookedLateIsSuspected(t *testing.T) {
	for name, c := range map[string]struct {
		months [][2]int
		want   bool
	}{
		// z = (2% - 20%) / sqrt(p(1-p)(1/200 + 1/600)), p = 15.5%: -6.1
		"a fall from 20 to 2 percent": {[][2]int{{200, 40}, {200, 40}, {200, 40}, {200, 4}}, true},
		"no fall":                     {[][2]int{{200, 40}, {200, 40}, {200, 40}, {200, 40}}, false},
		"a rise":                      {[][2]int{{200, 4}, {200, 4}, {200, 4}, {200, 40}}, false},
		// z = (15% - 20%) / sqrt(p(1-p)(1/200 + 1/600)) = -1.6
		"a fall that chance explains":     {[][2]int{{200, 40}, {200, 40}, {200, 40}, {200, 30}}, false},
		"too few in the last month":       {[][2]int{{200, 100}, {29, 0}}, false},
		"just enough in the last month":   {[][2]int{{200, 100}, {30, 0}}, true},
		"too few before":                  {[][2]int{{29, 29}, {200, 0}}, false},
		"months before the six are not":   {[][2]int{{900, 450}, {100, 10}, {100, 10}, {100, 10}, {100, 10}, {100, 10}, {100, 10}, {100, 8}}, false},
		"nobody churned at all":           {[][2]int{{200, 0}, {200, 0}}, false},
		"everybody churned in each month": {[][2]int{{200, 200}, {200, 200}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := monthly(c.months...)
			e.lateLabels()
			if got := warned(e.Warnings, "late_labels"); (len(got) == 1) != c.want {
				t.Errorf("warnings %q", got)
			}
		})
	}
}

func TestTheWarningSaysWhatToDo(t *testing.T) {
	e := monthly([2]int{200, 40}, [2]int{200, 40}, [2]int{200, 4})
	e.lateLabels()
	mentions(t, e.Warnings[0].String(), "2.0 %", "20.0 %", "from 2026-03-01", "observed_until to 2026-02-28")
}

// Outcomes come every 40 days until 2025-12-31. The window of the one example, 90 days from 2026-01-15, is
// quiet; that of the other ended with them.
func TestWindowsThatNobodyWatchedAreSuspected(t *testing.T) {
	last := NewDate(2025, 12, 31)
	o := &Outcomes{}
	for k := range 5 {
		o.Known, o.Label = append(o.Known, last-Date(40*k)), append(o.Label, Renewed)
	}
	o.Known, o.Label = append(o.Known, last+30), append(o.Label, Unknown) // to come, and no news
	for name, c := range map[string]struct {
		mode    Mode
		until   Date
		churned bool
		want    bool
	}{
		"as long as between outcomes": {Horizon, last + 40, false, false},
		"longer":                      {Horizon, last + 41, false, true},
		"churned all the same":        {Horizon, last + 41, true, false},
		"renewals are outcomes":       {Renewal, last + 41, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := &Examples{Clock: Clock{Mode: c.mode, Horizon: 90}, ObservedUntil: c.until,
				AsOf: []Date{NewDate(2026, 1, 15), last - 90}, Churned: []bool{c.churned, false}}
			e.quietLabels(o)
			got := warned(e.Warnings, "quiet_outcomes")
			if (len(got) == 1) != c.want {
				t.Fatalf("warnings %q", got)
			}
			if c.want {
				mentions(t, got[0], "after 2025-12-31", "41 days before data.observed_until 2026-02-10", "1 examples")
			}
		})
	}
	o.Known = append(o.Known, last+300) // known later than this clock looks
	o.Label = append(o.Label, Churned)
	e := &Examples{Clock: Clock{Mode: Horizon, Horizon: 90}, ObservedUntil: last + 41, AsOf: []Date{last}, Churned: []bool{false}}
	if e.quietLabels(o); len(e.Warnings) != 1 {
		t.Errorf("an outcome of later hides the quiet: %q", e.Warnings)
	}
}

// TestRealLapsesAreBookedLate holds the warning against the motor policies, whose
// churn is 15.5 % in the last month after 21 to 25 % in the months before (README of
// the data sets, finding 6).
func TestRealLapsesAreBookedLate(t *testing.T) {
	dir := sharedFolder(t, "data", "motor_renewals")
	e, err := Load(context.Background(), Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned"},
		Clock:   Clock{Mode: Renewal, Lead: 90, MaxAge: 5}, ObservedUntil: NoDate, Reading: everything,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := warned(e.Warnings, "late_labels"); len(got) != 1 {
		t.Errorf("warnings %q", e.Warnings)
	}
}
