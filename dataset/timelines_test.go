package dataset

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// timeline is the life of one account and what the clock makes of it. Rows and outcomes
// are words: "2026-03-31", or "2026-03-31 recorded 2026-04-02"; "2026-06-30 churned", or
// "2026-06-30 churned known 2026-06-10".
type timeline struct {
	name     string
	clock    Clock
	rows     []string
	outcomes []string
	observed string
	want     []string // "as-of -> outcome label known day"
	counts   Counts   // without Total
}

var quarterAhead = Clock{Mode: Renewal, Lead: 90, MaxAge: 45}

func timelines() []timeline {
	return []timeline{
		// . s . . s . . | . . r          s: 31 Jan and 31 Mar; lead 90 days before 30 Jun is 1 Apr
		{name: "the newest snapshot before the lead is taken", clock: quarterAhead,
			rows: []string{"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"}, outcomes: []string{"2026-06-30 renewed"}, observed: "2026-06-30",
			want: []string{"2026-03-31 -> 2026-06-30 renewed known 2026-06-30"}},
		// s-------------------------------- contract of three years ----------------r
		{name: "a contract of several years is one example, however many snapshots it has", clock: quarterAhead,
			rows:     []string{"2023-12-31", "2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31", "2026-03-31"},
			outcomes: []string{"2026-06-30 renewed"}, observed: "2026-12-31",
			want: []string{"2026-03-31 -> 2026-06-30 renewed known 2026-06-30"}},
		// s . s . s . s                  the renewal is due in 2028: no outcome row yet
		{name: "an account whose renewal is listed and not decided is no example", clock: quarterAhead,
			rows: []string{"2026-01-31", "2026-02-28", "2026-03-31"}, outcomes: []string{"2028-06-30 unknown"}, observed: "2026-06-30",
			counts: Counts{Immature: 1}},
		// s . . c . . s . . r . . s . . c     churned, won back, churned again
		{name: "each decision of a reactivated account is an example of its own", clock: Clock{Mode: Renewal, Lead: 30, MaxAge: 45},
			rows:     []string{"2025-01-31", "2025-08-31", "2026-01-31"},
			outcomes: []string{"2025-03-10 churned", "2025-10-10 renewed", "2026-03-10 churned"}, observed: "2026-12-31",
			want: []string{"2025-01-31 -> 2025-03-10 churned known 2025-03-10", "2025-08-31 -> 2025-10-10 renewed known 2025-10-10", "2026-01-31 -> 2026-03-10 churned known 2026-03-10"}},
		// s . c . z . r . s . c      z: gone; the renewal brings the account back
		{name: "a reactivated account is at risk from its renewal on", clock: Clock{Mode: Horizon, Horizon: 31},
			rows:     []string{"2025-01-31", "2025-03-31", "2025-05-31", "2025-07-31"},
			outcomes: []string{"2025-02-10 churned", "2025-05-31 renewed", "2025-08-10 churned"}, observed: "2025-12-31",
			want:   []string{"2025-01-31 -> 2025-03-03 churned known 2025-03-03", "2025-05-31 -> 2025-07-01 renewed known 2025-07-01", "2025-07-31 -> 2025-08-31 churned known 2025-08-31"},
			counts: Counts{NotAtRisk: 1}},
		// r . . s                        the outcome comes first
		{name: "an outcome before the first snapshot meets nothing", clock: quarterAhead,
			rows: []string{"2026-03-31"}, outcomes: []string{"2026-02-28 renewed"}, observed: "2026-06-30", counts: Counts{NoSnapshot: 1}},
		// . . c=s                        as-of and outcome on one day
		{name: "in horizon mode an outcome on the as-of day is past", clock: Clock{Mode: Horizon, Horizon: 30},
			rows: []string{"2026-03-31"}, outcomes: []string{"2026-03-31 churned"}, observed: "2026-06-30", counts: Counts{NotAtRisk: 1}},
		{name: "in renewal mode with lead 0 the snapshot of the day is used", clock: Clock{Mode: Renewal, MaxAge: 10},
			rows: []string{"2026-03-31"}, outcomes: []string{"2026-03-31 churned"}, observed: "2026-06-30",
			want: []string{"2026-03-31 -> 2026-03-31 churned known 2026-03-31"}},
		// s . . d . | . r                decided before the lead
		{name: "a decision known on the as-of day foretells nothing", clock: quarterAhead,
			rows: []string{"2026-03-31"}, outcomes: []string{"2026-06-30 churned known 2026-03-31"}, observed: "2026-12-31", counts: Counts{NotAtRisk: 1}},
		{name: "a decision known a day later is an example, known that day", clock: quarterAhead,
			rows: []string{"2026-03-31"}, outcomes: []string{"2026-06-30 churned known 2026-04-01"}, observed: "2026-12-31",
			want: []string{"2026-03-31 -> 2026-06-30 churned known 2026-04-01"}},
		// lead 366: 29 February and its eve
		{name: "a leap day counts as a day", clock: Clock{Mode: Renewal, Lead: 366},
			rows: []string{"2024-02-28", "2024-02-29"}, outcomes: []string{"2025-03-01 renewed"}, observed: "2025-12-31",
			want: []string{"2024-02-29 -> 2025-03-01 renewed known 2025-03-01"}},
		{name: "a horizon over a leap day ends a calendar day early", clock: Clock{Mode: Horizon, Horizon: 30},
			rows: []string{"2024-01-31", "2025-01-31"}, outcomes: []string{"2024-03-01 churned", "2025-01-01 renewed", "2025-03-02 churned"}, observed: "2025-12-31",
			want: []string{"2024-01-31 -> 2024-03-01 churned known 2024-03-01", "2025-01-31 -> 2025-03-02 churned known 2025-03-02"}},
		// month ends are 28 to 31 days apart: with max_age 30 the end of February still serves
		{name: "month ends of any length lie within a max_age of 30 days", clock: Clock{Mode: Renewal, Lead: 0, MaxAge: 30},
			rows: []string{"2026-01-31", "2026-02-28", "2026-03-31"}, outcomes: []string{"2026-02-27 renewed", "2026-03-30 renewed", "2026-04-30 renewed"}, observed: "2026-12-31",
			want: []string{"2026-01-31 -> 2026-02-27 renewed known 2026-02-27", "2026-02-28 -> 2026-03-30 renewed known 2026-03-30", "2026-03-31 -> 2026-04-30 renewed known 2026-04-30"}},
		// s . s' | r                     s' is dated in time and written too late
		{name: "a snapshot recorded after the lead was nobody's yet", clock: quarterAhead,
			rows: []string{"2026-02-28", "2026-03-31 recorded 2026-04-02"}, outcomes: []string{"2026-06-30 renewed"}, observed: "2026-12-31",
			want: []string{"2026-02-28 -> 2026-06-30 renewed known 2026-06-30"}},
		{name: "one recorded on the last day of the lead is used, as of that day", clock: quarterAhead,
			rows: []string{"2026-02-28", "2026-03-31 recorded 2026-04-01"}, outcomes: []string{"2026-06-30 renewed"}, observed: "2026-12-31",
			want: []string{"2026-04-01 -> 2026-06-30 renewed known 2026-06-30"}},
		{name: "an outcome whose only snapshot came late is counted as late", clock: quarterAhead,
			rows: []string{"2026-03-31 recorded 2026-07-01"}, outcomes: []string{"2026-06-30 renewed"}, observed: "2026-12-31", counts: Counts{Late: 1}},
		// v1 . v2 | . v3 . r              three versions of one day
		{name: "of several versions the newest recorded in time is used", clock: quarterAhead,
			rows:     []string{"2026-02-28", "2026-02-28 recorded 2026-03-05", "2026-02-28 recorded 2026-05-01"},
			outcomes: []string{"2026-06-30 renewed"}, observed: "2026-12-31",
			want: []string{"2026-03-05 -> 2026-06-30 renewed known 2026-06-30"}},
		// jan . . feb . feb' jan'         January was written after February
		{name: "in horizon mode a snapshot counts from the day it was recorded, unless a newer one was there", clock: Clock{Mode: Horizon, Horizon: 30},
			rows:     []string{"2026-01-31 recorded 2026-03-10", "2026-02-28", "2026-03-31 recorded 2026-04-02"},
			outcomes: []string{"2026-03-30 renewed"}, observed: "2026-12-31",
			want:   []string{"2026-02-28 -> 2026-03-30 renewed known 2026-03-30", "2026-04-02 -> 2026-05-02 renewed known 2026-05-02"},
			counts: Counts{Late: 1}},
		{name: "a history that was loaded on one day has one newest snapshot", clock: Clock{Mode: Horizon, Horizon: 30},
			rows:     []string{"2026-01-31 recorded 2026-06-01", "2026-02-28 recorded 2026-06-01", "2026-03-31 recorded 2026-06-01"},
			outcomes: []string{"2026-06-15 churned"}, observed: "2026-12-31",
			want: []string{"2026-06-01 -> 2026-07-01 churned known 2026-07-01"}, counts: Counts{Late: 2}},
		{name: "a row recorded before its day is known on its day", clock: Clock{Mode: Horizon, Horizon: 30},
			rows: []string{"2026-01-31 recorded 2026-01-20"}, outcomes: []string{"2026-02-10 churned"}, observed: "2026-12-31",
			want: []string{"2026-01-31 -> 2026-03-02 churned known 2026-03-02"}},
		{name: "a snapshot recorded after the churn is not at risk", clock: Clock{Mode: Horizon, Horizon: 30},
			rows: []string{"2026-01-31 recorded 2026-02-10"}, outcomes: []string{"2026-02-10 churned"}, observed: "2026-12-31", counts: Counts{NotAtRisk: 1}},
	}
}

// panel puts the words of a timeline into a panel, and says whether any row has a
// recorded day.
func (l timeline) panel(t *testing.T) (p panel, recorded bool) {
	t.Helper()
	p.observed = day(l.observed)
	for _, row := range l.rows {
		date, at, late := strings.Cut(row, " recorded ")
		e := entry{account: "a", date: day(date), recorded: NoDate}
		if late {
			e.recorded, recorded = day(at), true
		}
		p.entries = append(p.entries, e)
	}
	for _, words := range l.outcomes {
		rest, at, known := strings.Cut(words, " known ")
		date, label, _ := strings.Cut(rest, " ")
		d := decision{event: event{account: "a", date: day(date), known: day(date), label: map[string]Label{"renewed": Renewed, "churned": Churned, "unknown": Unknown}[label]}}
		if known {
			d.known = day(at)
		}
		p.decisions = append(p.decisions, d)
	}
	return p, recorded
}

func TestTimelines(t *testing.T) {
	for _, l := range timelines() {
		t.Run(l.name, func(t *testing.T) {
			p, recorded := l.panel(t)
			s, o := p.snapshots(recorded), p.outcomes()
			matches, counts := l.clock.label(pair(s, o), p.observed)
			var got []string
			for i, row := range matches.snapshot {
				label := map[bool]string{true: "churned", false: "renewed"}[matches.churned[i]]
				got = append(got, fmt.Sprintf("%s -> %s %s known %s", s.asOf(row), matches.outcome[i], label, matches.known[i]))
			}
			if !slices.Equal(got, l.want) {
				t.Errorf("examples\n%q, want\n%q", got, l.want)
			}
			want := l.counts
			want.Total = counts.Total
			if counts != want {
				t.Errorf("counts %+v, want %+v", counts, want)
			}
		})
	}
}

// TestEveryLeadLooksAtItsOwnSnapshot has one renewal seen from four distances.
//
//	31 Dec   31 Jan   28 Feb   31 Mar   30 Apr   31 May   30 Jun
//	  s        s        s        s        s        s        r
//	  180d                       90d      60d      30d
func TestEveryLeadLooksAtItsOwnSnapshot(t *testing.T) {
	p, _ := timeline{rows: []string{"2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"},
		outcomes: []string{"2026-06-30 renewed"}, observed: "2026-06-30"}.panel(t)
	s, o := p.snapshots(false), p.outcomes()
	for lead, want := range map[int]string{180: "2025-12-31", 90: "2026-03-31", 60: "2026-04-30", 30: "2026-05-31", 0: "2026-05-31"} {
		matches, _ := Clock{Mode: Renewal, Lead: lead, MaxAge: 31}.label(pair(s, o), p.observed)
		if matches.len() != 1 || s.Date[matches.snapshot[0]] != day(want) {
			t.Errorf("lead %d: %+v, want the snapshot of %s", lead, matches, want)
		}
	}
}
