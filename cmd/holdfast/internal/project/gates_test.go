package project

import (
	"strings"
	"testing"
)

// gated is the smallest file with the keys of gates.
func gated() string {
	return strings.Replace(minimal, "  outcome: churned\n", "  outcome: churned\n  touched_at: first_call\n", 1) + `backtest:
  calibration_slope: [0.8, 1.25]
  citl: [-0.2, 0.2]
  segment_events: 50
  segment_margin: 0.002
  psi: 0.3
  cohort: tenure_days
  contact_costs: [100, 400]
  tiers: [{segment: enterprise, capacity: 10, contact_cost: 500}]
`
}

// usualGates are those of a file that says nothing about them.
var usualGates = Gates{CalibrationSlope: [2]float64{0.7, 1.4}, CITL: [2]float64{-0.3, 0.3}, SegmentEvents: 30, PSI: 0.25}

func TestGatesHaveDefaultsAndCanBeMoved(t *testing.T) {
	want := usualGates
	if got := parse(t, minimal).Backtest.Gates; got != want {
		t.Errorf("by default %+v, want %+v", got, want)
	}
	want = Gates{CalibrationSlope: [2]float64{0.8, 1.25}, CITL: [2]float64{-0.2, 0.2}, SegmentEvents: 50, SegmentMargin: 0.002, PSI: 0.3}
	b := parse(t, gated()).Backtest
	if b.Gates != want || b.Cohort != "tenure_days" || len(b.ContactCosts) != 2 || b.Tiers[0] != (Team{"enterprise", 10, 500}) {
		t.Errorf("got %+v", b)
	}
}

func TestASegmentHasOneTeam(t *testing.T) {
	_, err := Parse("holdfast.yaml", []byte(minimal+"backtest: {tiers: [{segment: a, capacity: 1}, {segment: a, capacity: 2}]}\n"))
	if err == nil || !strings.Contains(err.Error(), "two tiers for segment \"a\"") {
		t.Errorf("%v", err)
	}
}
