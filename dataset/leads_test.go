package dataset

import (
	"slices"
	"testing"
)

// TestOtherLeadsEqualALoadAtThatLead: asking for several leads at once gives what
// loading once for each of them gives.
func TestOtherLeadsEqualALoadAtThatLead(t *testing.T) {
	spec := twoAccounts(t, "account")
	spec.OtherLeads = []int{0, spec.Clock.Lead + 31}
	e, err := Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.OtherLeads) != 2 {
		t.Fatalf("%d further leads, want 2", len(e.OtherLeads))
	}
	for i, lead := range spec.OtherLeads {
		got := e.OtherLeads[i]
		alone := spec
		alone.Clock.Lead, alone.OtherLeads = lead, nil
		want, err := Load(t.Context(), alone)
		if err != nil {
			if got.Len() != 0 {
				t.Errorf("lead %d: %d examples, but alone: %v", lead, got.Len(), err)
			}
			continue
		}
		if got.Clock != want.Clock || got.Counts != want.Counts || !slices.Equal(got.AsOf, want.AsOf) || !slices.Equal(got.Outcome, want.Outcome) {
			t.Errorf("lead %d: %+v as of %v, alone %+v as of %v", lead, got.Counts, got.AsOf, want.Counts, want.AsOf)
		}
	}
}
