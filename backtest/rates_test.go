package backtest

import (
	"math"
	"testing"

	"holdfast/backtest/metrics"
)

// The churn rate has the interval of metrics.ClusteredRate, and the mean probability that of the mean over
// rows by the influence of accounts: sum_g (s_g - mean n_g)^2, in standard errors.
func TestRatesHaveTheIntervalsOfTheirAccounts(t *testing.T) {
	_, s, r := measuredRun(t)
	rate := metrics.ClusteredRate(s.churned, s.cluster, r.Options.Level)
	if m := Find(r.Candidates[0].Pooled, BaseRate); m.Value != rate.Value || m.Low != rate.Low || m.High != rate.High {
		t.Errorf("%+v, want %+v", m, rate)
	}
	sums, rows := make([]float64, s.accounts), make([]float64, s.accounts)
	var all float64
	for i, x := range r.Predictions.Eta[0] {
		p := 1 / (1 + math.Exp(-x))
		sums[s.cluster[i]], rows[s.cluster[i]], all = sums[s.cluster[i]]+p, rows[s.cluster[i]]+1, all+p
	}
	n, g, squares := float64(len(s.churned)), float64(s.accounts), 0.0
	for k := range sums {
		squares += math.Pow(sums[k]-all/n*rows[k], 2)
	}
	half := 1.959963984540054 * math.Sqrt(g/(g-1)*squares) / n // the normal quantile of 0.975
	if m := Find(r.Candidates[0].Pooled, MeanP); !near(m.Value, all/n, 1e-14) || !near(m.Low, all/n-half, 1e-12) || !near(m.High, all/n+half, 1e-12) {
		t.Errorf("%+v, want %v -+ %v", m, all/n, half)
	}
}

// Intervals are ordered and begin at 0 or above; a value may lie above its own, and one that is infinite
// has none.
func TestIntervalsOfDistancesAreOfTheTruth(t *testing.T) {
	_, s, r := measuredRun(t)
	for _, c := range r.Candidates {
		for _, name := range []string{ECE, ICI, CalibrationE50, CalibrationE90, BrierMiscalibration, LogLossMiscalibration, BrierDiscrimination, LogLossDiscrimination} {
			m := Find(c.Pooled, name)
			if !(0 <= m.Low && m.Low <= m.High && m.High < 1) {
				t.Errorf("%s of %s: [%v, %v]", name, c.Name, m.Low, m.High)
			}
		}
	}
	eta := make([]float64, len(s.churned))
	for i := range eta {
		eta[i] = math.Inf(-1) // certain, and wrong
	}
	list := qualityMetrics(s.rankedBy(eta, eta), Options{Level: 0.95, Capacity: 20})
	if m := Find(list, LogLossMiscalibration); !math.IsInf(m.Value, 1) || m.Low == m.Low {
		t.Errorf("%+v: an infinite loss has no interval", m)
	}
	if m := limited(ECE, 0.1, metrics.Limits{Low: 0.02, High: 0.08}); m.Value != 0.1 || m.Low != 0.02 || m.High != 0.08 {
		t.Errorf("%+v: a value above its interval stays", m)
	}
}
