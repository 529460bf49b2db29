package words

import (
	"math"
	"testing"

	"holdfast/backtest"
)

func TestEveryMetricOfABacktestHasWords(t *testing.T) {
	for _, name := range backtest.MetricNames() {
		term := Metric(name)
		if term.Gloss == "" || term.Label == name && name != "gini" {
			t.Errorf("%s has no words: %+v", name, term)
		}
		if got := term.Format(math.NaN()); got != Undefined {
			t.Errorf("%s of NaN is %q", name, got)
		}
	}
}

func TestUnknownMetricKeepsItsCleanName(t *testing.T) {
	if got := Metric("new\x00metric"); got.Label != "newmetric" || got.Format(0.5) != "0.500" {
		t.Errorf("%q, %q", got.Label, got.Format(0.5))
	}
}

func TestEstimateShowsAnIntervalOnlyWhenBothEndsAreKnown(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		m    backtest.Metric
		want string
	}{
		{backtest.Metric{Name: backtest.AUC, Value: 0.8123, Low: 0.78, High: 0.844}, "0.812 (0.780 to 0.844)"},
		{backtest.Metric{Name: backtest.AUC, Value: 0.8123, Low: nan, High: 0.844}, "0.812"},
		{backtest.Metric{Name: backtest.AUC, Value: nan, Low: 0.1, High: 0.2}, Undefined},
		{backtest.Metric{Name: backtest.Lift, Value: 2, Low: 1.5, High: 2.5}, "2.00× (1.50× to 2.50×)"},
		{backtest.Metric{Name: backtest.ValueCaptured, Value: 12345, Low: nan, High: nan}, "12,345"},
	} {
		if got := Estimate(c.m); got != c.want {
			t.Errorf("%+v: %q, want %q", c.m, got, c.want)
		}
	}
}

func TestMetricsByValueHaveWords(t *testing.T) {
	for _, name := range []string{
		backtest.ValueAUC, backtest.ValueKS, backtest.ValueAveragePrecision, backtest.ValueLogLoss, backtest.ValueBrier,
		backtest.ValueObservedExpected, backtest.ValuePrecision, backtest.ValueLift, backtest.ValueBaseRate,
	} {
		if term := Metric(name); term.Gloss == "" || term.Label == name {
			t.Errorf("%s has no words: %+v", name, term)
		}
	}
}

func TestRankingAtAnotherLeadSaysItsDays(t *testing.T) {
	for name, want := range map[string]string{
		backtest.LeadMetric(30): "AUC 30 days ahead", backtest.LeadMetric(1): "AUC 1 day ahead",
		"auc_at_lead_d": "auc_at_lead_d", "auc_at_lead_03d": "auc_at_lead_03d", "auc_at_lead_": "auc_at_lead_",
	} {
		if got := Metric(name).Label; got != want {
			t.Errorf("%s is called %q, want %q", name, got, want)
		}
	}
}
