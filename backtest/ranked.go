package backtest

import "holdfast/backtest/metrics"

// ranked is a sample as one candidate sees it: its rows with the highest score first. No
// metric depends on the order of rows, but nearly all sort them by score, and those that
// find them sorted have it done: one sort serves a score of metrics. A sample in this order
// is no longer one in time.
type ranked struct {
	*sample
	score, eta []float64
}

// rankedBy puts the rows of a sample into the order of a score.
func (s *sample) rankedBy(score, eta []float64) ranked {
	rows := metrics.Order(score, s.churned)
	v := &sample{churned: pick(s.churned, rows), cluster: pick(s.cluster, rows), accounts: s.accounts,
		period: pick(s.period, rows), first: pick(s.first, rows)}
	if s.value != nil {
		v.value = pick(s.value, rows)
	}
	return ranked{v, pick(score, rows), pick(eta, rows)}
}
