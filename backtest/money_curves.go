package backtest

import "holdfast/backtest/metrics"

// ValueDecision is a point of a decision curve in which a row counts by its value: the net
// benefit in money that churned and was worked, less money worked in vain at what it costs. In
// NetBenefit it is a share of all value at stake, PerAccount the same in money per account and
// date: times the mean value, which is known and adds nothing to the interval.
type ValueDecision struct {
	DecisionPoint
	PerAccount metrics.Estimate
}

// measureValueCurves fills in the curves in which a row counts by its value. A sample with a
// negative value has no gains table, and a decision curve of NaN.
func (w *Worth) measureValueCurves(s ranked, level float64) {
	w.Gains = metrics.WeightedGains(s.score, s.churned, s.value, s.cluster, gainSlices, level)
	mean := sumOf(s.value) / float64(len(s.value))
	for _, p := range decisionCurveOf(s.said, s.odds, s.said.value, level) {
		se := (p.High - p.Low) / (2 * quantile(level))
		w.Decision = append(w.Decision, ValueDecision{p, metrics.Estimate{Value: mean * p.Model, StdErr: mean * se, Low: mean * p.Low, High: mean * p.High}})
	}
}
