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
