package backtest

import "holdfast/backtest/metrics"

// rates are the churn rate and the mean probability of the rows, which every candidate should
// have alike: the rate with Wilson's interval at the effective number of rows, the mean with that
// of a ratio over accounts, as groups have them ([Result.groupMetrics]).
func (s ranked) rates(level float64) []Metric {
	rate := metrics.ClusteredRate(s.churned, s.cluster, level)
	p, sums := s.forecast.P(), make([]float64, s.accounts)
	for i, g := range s.said.cluster {
		sums[g] += p[i]
	}
	said := ratioOf(sums, s.rowsOf())
	said.value = s.forecast.MeanP() // the exact one
	return []Metric{{Name: BaseRate, Value: rate.Value, Low: rate.Low, High: rate.High}, estimated(MeanP, said.estimate(level))}
}
