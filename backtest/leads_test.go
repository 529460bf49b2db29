package backtest

import (
	"math"
	"slices"
	"testing"

	"holdfast/dataset"
)

// atLead gives the examples a second view of themselves at another lead: the same
// rows and as-of dates, so that every figure must come out as at the main lead.
func atLead(e *dataset.Examples, days int) *dataset.Examples {
	other := *e
	other.Clock.Lead = days
	return &other
}

func TestTheSameRowsAtAnotherLeadGiveTheSameAUC(t *testing.T) {
	c := newCompany(200, 31)
	e := c.load(t)
	main := e.Clock.Lead
	e.OtherLeads = []*dataset.Examples{atLead(e, main+30)}
	r := mustRun(t, e, threeCandidates(t, c.types()), quick())
	if len(r.Leads) != 2 || r.Leads[0].Days != main || r.Leads[1].Days != main+30 {
		t.Fatalf("leads %+v, want the main one and 30 days more", r.Leads)
	}
	for i := range r.Candidates {
		a, b := r.Leads[0].AUC[i], r.Leads[1].AUC[i]
		if a.Value != b.Value || math.Abs(a.Low-b.Low) > 1e-12 || math.Abs(a.High-b.High) > 1e-12 {
			t.Errorf("%s: %+v at the main lead, %+v at the same rows", r.Candidates[i].Name, a, b)
		}
		if m := Find(r.Candidates[i].Pooled, LeadMetric(main+30)); m.Value != b.Value || m.N != r.Leads[1].N {
			t.Errorf("%s: metric %+v, want %+v", r.Candidates[i].Name, m, b)
		}
	}
}

// TestALeadIsScoredOnlyInItsOwnWindow: an as-of date before the cutoff belongs to an
// earlier fold, whatever its outcome; a model never scores what came before it.
func TestALeadIsScoredOnlyInItsOwnWindow(t *testing.T) {
	c := newCompany(200, 32)
	e := c.load(t)
	early := atLead(e, 120)
	early.AsOf = slices.Clone(e.AsOf)
	for i := range early.AsOf {
		early.AsOf[i] -= 30
	}
	e.OtherLeads = []*dataset.Examples{early}
	r := mustRun(t, e, threeCandidates(t, c.types()), quick())
	want := 0
	for _, f := range r.Folds {
		if f.Skipped == "" {
			want += early.All().ScoredIn(f.Cutoff, f.Next).Len()
		}
	}
	if got := r.Leads[len(r.Leads)-1]; got.Days != 120 || got.N != want {
		t.Errorf("%d examples at lead %d, want %d", got.N, got.Days, want)
	}
}

func TestASingleLeadHasNoLeadFigures(t *testing.T) {
	c := newCompany(100, 33)
	r := mustRun(t, c.load(t), threeCandidates(t, c.types()), quick())
	if r.Leads != nil || !math.IsNaN(Find(r.Candidates[0].Pooled, LeadMetric(90)).Value) {
		t.Errorf("leads %+v, want none", r.Leads)
	}
}
