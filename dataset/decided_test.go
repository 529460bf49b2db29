package dataset

import (
	"slices"
	"testing"
)

// Ten days each: of a, a renewal on day 20 and a churn on day 50; of b, an unknown outcome on day 20 and a
// renewal on day 30.
func TestWindowsWithARenewalOrAChurnAreDecided(t *testing.T) {
	s := snapshotsOf(map[string][]Date{"a": {9, 10, 19, 20, 45}, "b": {15, 29}})
	events := []event{{"a", 20, 20, Renewed}, {"a", 50, 50, Churned}, {"b", 20, 20, Unknown}, {"b", 30, 30, Renewed}}
	examples := func(c Clock, events []event) *Examples {
		o := outcomesOf(events)
		matches, _ := c.label(pair(s, o), 100)
		e := &Examples{Clock: c, Table: &Table{}, Outcome: matches.outcome, Known: matches.known, Churned: matches.churned}
		e.Account, e.AsOf, _ = s.columnsOf(matches.snapshot)
		e.decide(pair(s, o))
		return e
	}
	e := examples(Clock{Mode: Horizon, Horizon: 10}, events)
	if want := []Date{9, 10, 19, 20, 45, 29}; !slices.Equal(e.AsOf, want) { // what follows b's day 15 is unknown
		t.Fatalf("examples of %v, want %v", e.AsOf, want)
	}
	if want := []bool{false, true, true, false, true, true}; !slices.Equal(e.Decided, want) {
		t.Errorf("decided %v, want %v", e.Decided, want)
	}
	if kept := e.Keep([]int32{0, 4}, 0); !slices.Equal(kept.Decided, []bool{false, true}) {
		t.Errorf("kept %v", kept.Decided)
	}
	if e := examples(Clock{Mode: Renewal, Lead: 0, MaxAge: 10}, events); e.Decided != nil || !e.IsDecided(0) {
		t.Errorf("every renewal is a decision: %v", e.Decided)
	}
	for i := range events {
		if events[i].label == Renewed {
			events[i].label = Churned
		}
	}
	if e := examples(Clock{Mode: Horizon, Horizon: 10}, events); e.Decided != nil || !e.IsDecided(0) {
		t.Errorf("of churns alone nobody knows: %v", e.Decided)
	}
}
