package report

import (
	"strings"
	"testing"

	"holdfast/backtest/health"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots/internal/fixture"
)

// stateOfData is a report with something in every table.
func stateOfData() *health.Report {
	return &health.Report{
		Summary:  []string{"10 snapshots.", "Enough <b>."},
		Findings: []dataset.Warning{{Code: "drift", Where: "factor <i>", Message: "moved; set backtest.window"}},
		Notes:    []dataset.Warning{{Code: "gaps", Where: "snapshots", Message: "have gaps"}},
		Leads:    []health.Lead{{Days: 30, Covered: 0.9}, {Days: 90, Asked: true, Covered: models.Undefined()}},
		Standing: health.Standing{Accounts: 3, Scoreable: 2, Reasons: []health.Reason{{Code: "missing_factor", Detail: "nps", Accounts: 1, Examples: []string{"A<1"}, Meaning: "no value"}}},
		Retention: []health.Retention{{Start: dataset.NewDate(2025, 4, 1), Due: 10, Churned: 3, LogoChurn: health.Interval{Value: 0.3, Low: 0.1, High: 0.6},
			GRR: health.Interval{Value: models.Undefined(), Low: models.Undefined(), High: models.Undefined()}, NRR: health.Interval{Value: 1.02, Low: 0.9, High: 1.1}}},
		Factors: []health.Factor{{Name: "usage", MissingShare: 0.25, Min: 0, Median: 12.5, Max: 123456, AUC: 0.31, VIF: models.Undefined(),
			Drift: health.Drift{Periods: []health.DriftPeriod{{PSI: 0.4, Null95: 0.012}}}}},
		Sufficiency: health.Sufficiency{Examples: 100, Effective: 80, Events: 12, Columns: 3, Factors: 2, EventsPerColumn: 4, Verdict: "too_little", Advice: "collect more"},
	}
}

func TestHealthSectionTellsWhatTheDataCanSupport(t *testing.T) {
	var page strings.Builder
	if err := Write(&page, Page{Result: fixture.Company(3, 4, 4), Health: stateOfData()}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"What can the data support?", "10 snapshots.", "Enough &lt;b&gt;.", "factor &lt;i&gt;", "backtest.window", "missing_factor: nps", "A&lt;1",
		"Q2 2025", "30.0%", "10.0% to 60.0%", "102.0%", "123,456", "too little", "collect more", "1 thing worth knowing",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"NaN", "<i>", "Enough <b>"} {
		if strings.Contains(page.String(), bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
}

func TestWithoutHealthThereIsNoSection(t *testing.T) {
	var page strings.Builder
	if err := Write(&page, Page{Result: fixture.Company(3, 4, 4)}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "What can the data support?") {
		t.Error("there is a section of nothing")
	}
}
