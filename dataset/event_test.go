package dataset

import (
	"maps"
	"math"
	"slices"
	"testing"

	"holdfast/dataset/beside"
)

func TestEventsCompareAmountsToTheCent(t *testing.T) {
	for _, c := range []struct {
		label         Label
		before, after float64
		want          Event
	}{
		{Churned, 100, 0, ChurnedEvent},
		{Churned, nan, nan, ChurnedEvent},
		{Churned, 100, 100, ChurnedEvent}, // the outcome decides; the contradiction is warned of
		{Unknown, 100, 100, UnknownEvent},
		{Renewed, 100, 99.99, ContractedEvent},
		{Renewed, 100, 0, ContractedEvent},
		{Renewed, 100, 100, FlatEvent},
		{Renewed, 0, 0, FlatEvent},
		{Renewed, 100, 100.01, ExpandedEvent},
		{Renewed, 100, math.Nextafter(100, 101), ExpandedEvent}, // no tolerance
		{Renewed, nan, 100, UnknownEvent},
		{Renewed, 100, nan, UnknownEvent},
	} {
		if got := eventOf(c.label, c.before, c.after); got != c.want {
			t.Errorf("%s from %v to %v is %s, want %s", c.label, c.before, c.after, got, c.want)
		}
	}
}

// amounts writes two accounts with one renewal each: a pays 10 in its snapshot, b pays 20.
func amounts(t *testing.T, outcomes ...column) Spec {
	spec := twoAccounts(t, "a")
	spec.Columns.Value, spec.Columns.ValueAfter = "arr", "arr_after"
	writeTo(t, spec.Snapshots, texts("account_id", "a", "b"), days("snapshot_date", "2026-05-31", "2026-05-31"), floats("logins", 1, 2), floats("arr", 10, 20))
	writeTo(t, spec.Outcomes, append([]column{texts("account_id", "a", "b"), days("outcome_date", "2026-06-30", "2026-06-30")}, outcomes...)...)
	return spec
}

func TestTheAmountBeforeIsTheOutcomesOwnElseTheSnapshots(t *testing.T) {
	for name, c := range map[string]struct {
		own    []column
		before []float64
		events []Event
	}{
		"of the snapshots":               {nil, []float64{10, 20}, []Event{FlatEvent, ExpandedEvent}},
		"of the outcomes":                {[]column{floats("arr", 12, 30)}, []float64{12, 30}, []Event{ContractedEvent, ContractedEvent}},
		"of both":                        {[]column{optional(floats("arr", 12, nan))}, []float64{12, 20}, []Event{ContractedEvent, ExpandedEvent}},
		"a text of that name is no help": {[]column{texts("arr", "x", "y")}, []float64{10, 20}, []Event{FlatEvent, ExpandedEvent}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := amounts(t, append([]column{bools("churned", 0, 0), floats("arr_after", 10, 25)}, c.own...)...)
			p, err := Survey(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(p.Outcomes.Value, c.before) || !slices.Equal(p.Outcomes.Event, c.events) || !slices.Equal(p.Examples.Event, c.events) {
				t.Errorf("before %v, events %v, of examples %v", p.Outcomes.Value, p.Outcomes.Event, p.Examples.Event)
			}
			if !slices.Equal(p.Examples.ValueAfter, []float64{10, 25}) {
				t.Errorf("after %v", p.Examples.ValueAfter)
			}
		})
	}
}

func TestWithoutAmountsThereAreNoEvents(t *testing.T) {
	spec := amounts(t, bools("churned", 0, 1))
	spec.Columns.ValueAfter = ""
	p, err := Survey(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if p.Outcomes.Value != nil || p.Outcomes.Event != nil || p.Examples.Event != nil || p.Examples.ValueAfter != nil {
		t.Errorf("%+v", p.Outcomes)
	}
}

func TestAWindowSumsUpItsRenewals(t *testing.T) {
	spec := amounts(t, bools("churned", 0, 0), floats("arr_after", 5, 20))
	spec.Clock = Clock{Mode: Horizon, Horizon: 60}
	spec.ObservedUntil = day("2026-12-31")
	writeTo(t, spec.Outcomes, texts("account_id", "a", "a", "b", "x"), days("outcome_date", "2026-06-10", "2026-06-30", "2026-12-01", "2026-06-01"),
		bools("churned", 0, 0, 1, 0), floats("arr_after", 5, 11, 0, 1))
	e, err := Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	// a goes from 10 to 5 to 11; b has no renewal in its window and stays at 20
	if !slices.Equal(e.Event, []Event{ExpandedEvent, FlatEvent}) || !slices.Equal(e.ValueAfter, []float64{11, 20}) {
		t.Errorf("events %v, after %v", e.Event, e.ValueAfter)
	}
}

func TestAmountsThatContradictTheirOutcomeAreCounted(t *testing.T) {
	spec := amounts(t, bools("churned", 1, 0), floats("arr_after", 3, -1))
	e, err := Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	for code, words := range map[string]string{"churned_with_value": "1 outcomes are churned", "negative_amounts": "1 outcomes have a negative amount"} {
		if got := warned(e.Warnings, code); len(got) != 1 {
			t.Errorf("%s: warnings %q", code, e.Warnings)
		} else {
			mentions(t, got[0], words, `"arr_after"`)
		}
	}
	if !slices.Equal(e.Event, []Event{ChurnedEvent, ContractedEvent}) {
		t.Errorf("events %v", e.Event)
	}
}

func TestTwoAmountsForOneOutcomeAreRefused(t *testing.T) {
	for _, c := range []struct {
		name    string
		columns []column
		word    string
	}{
		{"after", []column{floats("arr_after", 10, 20)}, `"arr_after" 10 and 20`},
		{"before", []column{floats("arr_after", 10, 10), floats("arr", 1, 2)}, `"arr" 1 and 2`},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := amounts(t, bools("churned", 0, 0), floats("arr_after", 0, 0))
			writeTo(t, spec.Outcomes, append([]column{texts("account_id", "a", "a"), days("outcome_date", "2026-06-30", "2026-06-30"), bools("churned", 0, 0)}, c.columns...)...)
			_, err := Load(t.Context(), spec)
			mentions(t, refusal(t, err)[0].String(), `account "a"`, "2026-06-30", c.word, "sum")
		})
	}
	spec := amounts(t, bools("churned", 0, 0), floats("arr_after", 0, 0))
	writeTo(t, spec.Outcomes, texts("account_id", "a", "a"), days("outcome_date", "2026-06-30", "2026-06-30"), bools("churned", 0, 0), optional(floats("arr_after", nan, nan)))
	if e, err := Load(t.Context(), spec); err != nil || len(warned(e.Warnings, "duplicate_outcomes")) != 1 {
		t.Errorf("two that are missing both: %v", err)
	}
}

func TestTheHashSeesAmounts(t *testing.T) {
	load := func(after ...float64) string {
		e, err := Load(t.Context(), amounts(t, bools("churned", 0, 0), floats("arr_after", after...)))
		if err != nil {
			t.Fatal(err)
		}
		return e.Hashes.Outcomes
	}
	if load(1, 2) == load(1, 3) {
		t.Error("another amount, the same hash")
	}
}

// TestTheSimulatedCompanyHasFourOutcomes counts its renewals by hand from the columns
// arr_before and arr_after, which the simulator writes for every renewal.
func TestTheSimulatedCompanyHasFourOutcomes(t *testing.T) {
	dir := "../testdata/company/"
	roles := Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned", Value: "arr_before", ValueAfter: "arr_after"}
	o, err := LoadOutcomes(t.Context(), dir+"outcomes.parquet", roles, everything)
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[Event]int)
	for i, e := range o.Event {
		counts[e]++
		if (e == ChurnedEvent) != (o.Label[i] == Churned) || e == FlatEvent && o.Value[i] != o.ValueAfter[i] {
			t.Fatalf("outcome %d: %s, %s from %v to %v", i, o.Label[i], e, o.Value[i], o.ValueAfter[i])
		}
	}
	if counts[UnknownEvent] != 0 || counts[ChurnedEvent] == 0 || counts[ContractedEvent] == 0 || counts[FlatEvent] == 0 || counts[ExpandedEvent] == 0 {
		t.Errorf("events %v", counts)
	}
	if len(o.Warnings) != 0 {
		t.Errorf("warnings %q", o.Warnings)
	}
}

// TestRealRenewalsHaveFourOutcomes: the counts are those of pandas over the same file,
// np.sign(arr_after - arr_before) by churned.
func TestRealRenewalsHaveFourOutcomes(t *testing.T) {
	path := beside.Path(t, "events of real motor renewals", "data", "motor_renewals", "outcomes.parquet")
	roles := Columns{Account: "account_id", OutcomeDate: "renewal_date", Outcome: "churned", Value: "arr_before", ValueAfter: "arr_after"}
	o, err := LoadOutcomes(t.Context(), path, roles, everything)
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]int)
	for _, e := range o.Event {
		counts[e.String()]++
	}
	want := map[string]int{"churned": 14135, "contracted": 11028, "flat": 3794, "expanded": 27470}
	if !maps.Equal(counts, want) {
		t.Errorf("events %v, want %v", counts, want)
	}
}
