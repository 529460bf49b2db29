package report

import (
	"math"
	"testing"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/plots/internal/fixture"
)

func TestStakesAreToldInTheUnitOfTheData(t *testing.T) {
	r := withWorth(fixture.Company(3, 3, 4))
	w := r.Candidates[1].Worth
	w.AtRisk, w.Captured = metrics.Estimate{Value: 1e6, Low: 9e5, High: 1.1e6}, metrics.Estimate{Value: 4e5, Low: 3e5, High: 5e5}
	w.Missed = metrics.Estimate{Value: 6e5, Low: math.NaN(), High: math.NaN()}
	// 550 contacts at 200 against 400,000 captured: 27.5 % have to stay. At 900 it would be more than all.
	w.BreakEven = []backtest.BreakEven{{ContactCost: 900, SaveRate: 1.2375}, {ContactCost: 200, SaveRate: 0.275, Low: 0.22, High: math.Inf(1)}}
	got := stakesTable(r).Rows[1].Cells
	want := []Cell{{Value: "vendor (to be promoted)"}, {"1,000,000", "900,000 to 1,100,000"}, {"400,000", "300,000 to 500,000"}, {"600,000", ""}, {"27.5%", ""}}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("column %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func TestGainInMoneyIsMarkedByItsWideInterval(t *testing.T) {
	r := withWorth(fixture.Company(3, 3, 4))
	r.Dollars = []backtest.DollarGain{
		{Challenger: "vendor", SaveRate: 0.2, Gain: 60000, Low: 1000, High: 119000, FamilyLow: -9000, FamilyHigh: 129000},
		{Challenger: "vendor", SaveRate: 0.2, Gain: 60000, Low: 1000, High: 119000, FamilyLow: 500, FamilyHigh: 129000},
		{Challenger: "vendor", Tier: "enterprise", SaveRate: 0.2},
		{Challenger: "vendor", SaveRate: 1}, // everybody saved: no assumption of the project
	}
	rows := dollarTable(r).Rows
	if len(rows) != 2 {
		t.Fatalf("%d rows, want those of all accounts together", len(rows))
	}
	if a, b := rows[0].Cells[2].Value, rows[1].Cells[2].Value; a != "~ +60,000" || b != "+60,000" {
		t.Errorf("the gains are %q and %q", a, b)
	}
	if got := rows[0].Cells[4].Value; got != "−9,000 to +129,000" {
		t.Errorf("the wide interval is %q", got)
	}
}

func TestWithoutMoneyNothingIsAtStake(t *testing.T) {
	if d := stakesDetail(fixture.Company(3, 3, 4)); d != nil {
		t.Errorf("%+v", d)
	}
}
