package report

import (
	"math"
	"testing"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/plots/internal/fixture"
)

// Net benefit of 0.0123 is 12.3 churners in a thousand.
func TestDecisionTableShowsTheThresholdsThatAreAskedFor(t *testing.T) {
	c := backtest.CandidateResult{Name: "new", Worth: &backtest.Worth{}}
	for _, at := range []float64{0.05, 0.07, 0.2} {
		p := backtest.DecisionPoint{NetBenefit: metrics.NetBenefit{Threshold: at, Model: 0.0123, All: -0.5, Worked: 0.4}, Low: 0.01, High: 0.02,
			OverAll: metrics.Estimate{Value: 0.5123, Low: 0.5, High: 0.52}}
		c.Decision = append(c.Decision, p)
		c.Worth.Decision = append(c.Worth.Decision, backtest.ValueDecision{DecisionPoint: p, PerAccount: metrics.Estimate{Value: 123, Low: 100, High: 200}})
	}
	rows := decisionTable(c).Rows
	if want := "20% | 40.0% | 12.3 (10.0 to 20.0) | −500.0 | 512.3 (500.0 to 520.0)"; len(rows) != 2 || line(rows[1]) != want {
		t.Errorf("%d rows, the last %q, want %q", len(rows), line(rows[len(rows)-1]), want)
	}
	rows = valueDecisionTable(c).Rows
	if want := "20% | 40.0% | 1.2% (1.0% to 2.0%) | −50.0% | 123 (100 to 200)"; len(rows) != 2 || line(rows[1]) != want {
		t.Errorf("%d rows, the last %q, want %q", len(rows), line(rows[len(rows)-1]), want)
	}
	c.Worth.Decision[2].Model = math.NaN() // amounts below zero
	if rows = valueDecisionTable(c).Rows; len(rows) != 1 {
		t.Errorf("%d rows, want none for what is undefined", len(rows))
	}
}

func TestValueGainsShowTenths(t *testing.T) {
	r := fixture.Company(3, 3, 4)
	for i := range r.Candidates {
		r.Candidates[i].Worth = &backtest.Worth{Gains: []metrics.WeightedGain{{Weight: 1000, Churned: 250, Rate: 0.25,
			Capture: metrics.Estimate{Value: 0.5, Low: 0.4, High: 0.6}, CumulativeLift: metrics.Estimate{Value: 5, Low: 4, High: 6}}}}
	}
	tables := valueGainsTables(r)
	if want := "1 | 1,000 | 250 | 25.0% | 50.0% (40.0% to 60.0%) | 5.00× (4.00× to 6.00×)"; len(tables) == 0 || line(tables[0].Rows[0]) != want {
		t.Errorf("%d tables, want %q", len(tables), want)
	}
}
