package dataset

import (
	"fmt"
	"slices"
	"testing"
)

func TestSurveyKeepsTheRowsThatLoadForgets(t *testing.T) {
	spec := twoAccounts(t, "a")
	p, err := Survey(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if contents(p.Examples) != contents(e) {
		t.Error("the examples of Survey are not those of Load")
	}
	if len(p.Snapshots.Date) != 4 || len(p.Outcomes.Date) != 3 {
		t.Errorf("%d snapshots and %d outcomes, want 4 and 3", len(p.Snapshots.Date), len(p.Outcomes.Date))
	}
}

func TestCoverageAtALeadIsThatOfALoadAtThatLead(t *testing.T) {
	spec := twoAccounts(t, "a")
	p, err := Survey(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	for _, lead := range []int{0, 30, 31, 60, 61} {
		alone := spec
		alone.Clock.Lead = lead
		want := Counts{}
		if e, err := Load(t.Context(), alone); err == nil {
			want = e.Counts
		}
		if got := p.AtLead(lead); want != (Counts{}) && got != want {
			t.Errorf("lead %d: %+v, want %+v", lead, got, want)
		}
	}
	if got := p.AtLead(1000); got.Mature != 0 || got.NoSnapshot != 2 || got.Open != 2 {
		t.Errorf("at a lead before all snapshots: %+v", got)
	}
}

// TestEveryAccountStandsSomewhere: the newest day of these snapshots is 30 June. In
// renewal mode with max_age 30 a newest snapshot before 31 May is stale, in horizon mode
// one before 16 May.
func TestEveryAccountStandsSomewhere(t *testing.T) {
	standings := map[string]struct {
		rows, outcomes []string
		renewal        string
		horizon        string
	}{
		"today":                   {[]string{"2026-05-31", "2026-06-30"}, nil, "", ""},
		"on the last day":         {[]string{"2026-05-31"}, nil, "", ""},
		"a day too old":           {[]string{"2026-05-30"}, nil, "stale", ""},
		"half a year old":         {[]string{"2025-12-31"}, nil, "stale", "stale"},
		"gone":                    {[]string{"2026-05-31"}, []string{"2026-06-10 churned"}, "churned", "churned"},
		"gone, and stale":         {[]string{"2026-01-31"}, []string{"2026-02-10 churned"}, "churned", "churned"},
		"gone, and still written": {[]string{"2026-06-30"}, []string{"2026-02-10 churned"}, "churned", "churned"},
		"gone after the newest day, and observed": {[]string{"2026-06-30"}, []string{"2026-07-31 churned"}, "churned", "churned"},
		"won back":                 {[]string{"2026-06-30"}, []string{"2026-01-10 churned", "2026-03-01 renewed"}, "", ""},
		"leaving at the end":       {[]string{"2026-06-30"}, []string{"2026-12-31 churned known 2026-06-01"}, "decided", "decided"},
		"staying at the end":       {[]string{"2026-06-30"}, []string{"2026-12-31 renewed known 2026-06-01"}, "", ""},
		"listed for renewal":       {[]string{"2026-06-30"}, []string{"2026-12-31 unknown"}, "", ""},
		"renewed, and then unsaid": {[]string{"2026-06-30"}, []string{"2026-01-31 renewed", "2026-05-31 unknown"}, "", ""},
	}
	for _, mode := range []Mode{Renewal, Horizon} {
		all := panel{observed: day("2026-07-31")}
		for name, c := range standings {
			p, _ := timeline{rows: c.rows, outcomes: c.outcomes, observed: "2026-07-31"}.panel(t)
			for _, e := range p.entries {
				e.account = name
				all.entries = append(all.entries, e)
			}
			for _, d := range p.decisions {
				d.account = name
				all.decisions = append(all.decisions, d)
			}
		}
		p, _, _ := all.labelled(Clock{Mode: mode, Lead: 90, MaxAge: 30, Horizon: 90}, false)
		standing := p.Current()
		if len(standing) != len(standings) {
			t.Fatalf("%d standings of %d accounts", len(standing), len(standings))
		}
		for _, s := range standing {
			name := p.Snapshots.Accounts[s.Account]
			want := standings[name].renewal
			if mode == Horizon {
				want = standings[name].horizon
			}
			if s.Reason != want {
				t.Errorf("%s mode: %s: %q, want %q", mode, name, s.Reason, want)
			}
			if newest := p.Snapshots.Date[s.Row]; newest.String() != slices.Max(standings[name].rows) {
				t.Errorf("%s: the newest row is of %s", name, newest)
			}
		}
	}
}

func TestTheNewestRowIsTheNewestVersion(t *testing.T) {
	p, recorded := timeline{rows: []string{"2026-05-31", "2026-05-31 recorded 2026-06-03"}, observed: "2026-06-30"}.panel(t)
	panel, _, _ := p.labelled(Clock{Mode: Horizon, Horizon: 30}, recorded)
	if got := fmt.Sprint(panel.Current()); got != "[{0 1 }]" {
		t.Errorf("%s, want row 1 of account 0", got)
	}
}
