package dataset

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// event is an outcome of a test in words: account, day, label, day it became known.
type event struct {
	account     string
	date, known Date
	label       Label
}

// snapshotsOf puts account and day pairs into canonical form.
func snapshotsOf(rows map[string][]Date) *Snapshots {
	s := &Snapshots{}
	for account := range rows {
		s.Accounts = append(s.Accounts, account)
	}
	slices.Sort(s.Accounts)
	for number, account := range s.Accounts {
		for _, d := range slices.Sorted(slices.Values(rows[account])) {
			s.Account, s.Date = append(s.Account, int32(number)), append(s.Date, d)
		}
	}
	return s
}

// outcomesOf puts events, one per account and day, into canonical form.
func outcomesOf(events []event) *Outcomes {
	events = slices.SortedFunc(slices.Values(events), func(a, b event) int {
		if c := strings.Compare(a.account, b.account); c != 0 {
			return c
		}
		return int(a.date - b.date)
	})
	o := &Outcomes{}
	for _, e := range events {
		if n := len(o.Accounts); n == 0 || o.Accounts[n-1] != e.account {
			o.Accounts = append(o.Accounts, e.account)
		}
		o.Account = append(o.Account, int32(len(o.Accounts)-1))
		o.Date, o.Known, o.Label = append(o.Date, e.date), append(o.Known, e.known), append(o.Label, e.label)
	}
	return o
}

// TestRenewalModeKeepsItsBoundaries has lead 90 and max_age 5: the snapshot may be
// 90 to 95 days older than the outcome, both ends included.
func TestRenewalModeKeepsItsBoundaries(t *testing.T) {
	clock := Clock{Mode: Renewal, Lead: 90, MaxAge: 5}
	renewal := day("2026-06-30")
	for age, want := range map[int]Counts{
		89: {Total: 1, NoSnapshot: 1},
		90: {Total: 1},
		95: {Total: 1},
		96: {Total: 1, Stale: 1},
	} {
		s := snapshotsOf(map[string][]Date{"a": {renewal - Date(age)}})
		o := outcomesOf([]event{{"a", renewal, renewal, Churned}})
		matches, counts := clock.label(pair(s, o), renewal)
		if counts != want || matches.len() != want.Total-want.NoSnapshot-want.Stale {
			t.Errorf("a snapshot %d days before: %d examples, %+v, want %+v", age, matches.len(), counts, want)
		}
	}
}

func TestAnOutcomeIsImmatureUntilTheDayItBecameKnown(t *testing.T) {
	clock := Clock{Mode: Renewal, Lead: 30, MaxAge: 30}
	s := snapshotsOf(map[string][]Date{"a": {100}})
	o := outcomesOf([]event{{"a", 140, 150, Churned}})
	for observed, immature := range map[Date]int{149: 1, 150: 0} {
		if _, counts := clock.label(pair(s, o), observed); counts.Immature != immature {
			t.Errorf("known on 150, observed until %d: %+v", observed, counts)
		}
	}
}

func TestAnOutcomeDecidedBeforeTheSnapshotIsNotAtRisk(t *testing.T) {
	clock := Clock{Mode: Renewal, Lead: 30, MaxAge: 30}
	s := snapshotsOf(map[string][]Date{"a": {100}})
	for decided, notAtRisk := range map[Date]int{99: 1, 100: 1, 101: 0} {
		o := outcomesOf([]event{{"a", 140, decided, Churned}})
		if _, counts := clock.label(pair(s, o), 200); counts.NotAtRisk != notAtRisk {
			t.Errorf("decided on %d, snapshot on 100: %+v", decided, counts)
		}
	}
}

func TestHorizonModeKeepsItsBoundaries(t *testing.T) {
	clock := Clock{Mode: Horizon, Horizon: 10}
	s := snapshotsOf(map[string][]Date{"a": {100}})
	for churn, want := range map[Date]string{
		99:  "not at risk",
		100: "not at risk", // churned on the day of the snapshot
		101: "churned",
		110: "churned", // the last day of the window
		111: "renewed",
	} {
		matches, counts := clock.label(pair(s, outcomesOf([]event{{"a", churn, churn, Churned}})), 200)
		got := "not at risk"
		if counts.NotAtRisk == 0 {
			got = map[bool]string{true: "churned", false: "renewed"}[matches.churned[0]]
		}
		if got != want {
			t.Errorf("churn on %d, snapshot on 100: %s, want %s", churn, got, want)
		}
	}
	for observed, mature := range map[Date]int{109: 0, 110: 1} {
		for _, label := range []Label{Renewed, Churned} { // the early churner waits for the end of the window too
			matches, _ := clock.label(pair(s, outcomesOf([]event{{"a", 103, 103, label}})), observed)
			if matches.len() != mature {
				t.Errorf("%s, observed until %d: %d examples, want %d", label, observed, matches.len(), mature)
			}
		}
	}
}

func TestAReactivatedAccountIsAtRiskAgain(t *testing.T) {
	clock := Clock{Mode: Horizon, Horizon: 10}
	s := snapshotsOf(map[string][]Date{"a": {5, 25, 45}})
	o := outcomesOf([]event{{"a", 10, 10, Churned}, {"a", 40, 40, Renewed}, {"a", 50, 50, Churned}})
	matches, counts := clock.label(pair(s, o), 100)
	if counts.NotAtRisk != 1 || matches.len() != 2 || !matches.churned[0] || !matches.churned[1] {
		t.Errorf("%+v %+v", matches, counts)
	}
}

// TestChurnBookedLateIsKnownLate guards the embargo: a model of day 130 cannot have
// known a churn that was entered on day 150.
func TestChurnBookedLateIsKnownLate(t *testing.T) {
	clock := Clock{Mode: Horizon, Horizon: 10}
	s := snapshotsOf(map[string][]Date{"a": {100}})
	matches, _ := clock.label(pair(s, outcomesOf([]event{{"a", 105, 150, Churned}})), 200)
	if matches.len() != 1 || matches.known[0] != 150 || matches.outcome[0] != 110 {
		t.Errorf("%+v", matches)
	}
}

func TestAClockThatCannotLabelIsRefused(t *testing.T) {
	for _, c := range []Clock{{}, {Mode: "monthly", Horizon: 30}, {Mode: Renewal, Lead: -1}, {Mode: Renewal, MaxAge: -1}, {Mode: Horizon}, {Mode: Horizon, Horizon: -5}} {
		if err := c.check(); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
	for _, c := range []Clock{{Mode: Renewal}, {Mode: Horizon, Horizon: 1}} {
		if err := c.check(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestSnapshotsAreLabelledInPiecesAsAtOnce has more of them than are labelled at a time, with every
// fate in every piece, so that matches move up to where they belong.
func TestSnapshotsAreLabelledInPiecesAsAtOnce(t *testing.T) {
	clock := Clock{Mode: Horizon, Horizon: 10}
	s, o := &Snapshots{}, &Outcomes{}
	for a := range int32(labelledAtOnce) {
		key := fmt.Sprintf("%08d", a)
		s.Accounts, o.Accounts = append(s.Accounts, key), append(o.Accounts, key)
		for _, date := range []Date{5, 25, 95}[:1+a%3] {
			s.Account, s.Date = append(s.Account, a), append(s.Date, date)
		}
		date := Date(3 + 4*(a%7))
		o.Account, o.Date, o.Known, o.Label = append(o.Account, a), append(o.Date, date), append(o.Known, date), append(o.Label, Label(a%5%3))
	}
	got, counts := clock.label(pair(s, o), 100)

	p := pair(s, o)
	newest := p.newChronicle()
	want := matchesOf(s.Table, newest.len())
	once := clock.labelRows(p, newest, 0, newest.len(), 100, &want)
	want.cut(once.Mature)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d matches differ from %d found at once", got.len(), want.len())
	}
	if once.Total = len(s.Date); counts.Immature == 0 || counts.NotAtRisk == 0 || counts.Unknown == 0 {
		t.Errorf("counts %+v lack a fate", counts)
	}
	if once.Mature = 0; counts != once {
		t.Errorf("counts %+v, want %+v", counts, once)
	}
}
