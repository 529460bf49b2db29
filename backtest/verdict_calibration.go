package backtest

import (
	"fmt"
	"math"

	"holdfast/backtest/metrics"
)

// calibrationGates ask that the probabilities can be taken at face value: the intervals of
// calibration slope and calibration in the large must lie within their ranges. An interval
// that sticks out of a range which holds the number itself decides nothing yet.
func (r *Result) calibrationGates(challenger string) []Gate {
	pooled := r.Candidates[r.index(challenger)].Pooled
	return []Gate{
		within(Find(pooled, CalibrationSlope), r.Options.CalibrationSlope, challenger,
			"calibration slope", "1 is ideal; below it the percentages are too extreme"),
		within(Find(pooled, CITL), r.Options.CITL, challenger,
			"calibration in the large", fmt.Sprintf("in log-odds, 0 is ideal; above it there is more %s than predicted", r.said().noun)),
	}
}

// within is the gate of a metric whose interval must lie in a range. Its value is the end
// of the interval with less room, its limit the end of the range next to it.
func within(m Metric, in Range, name, metric, meaning string) Gate {
	g := Gate{Name: m.Name, Value: m.Low, Limit: in.Low}
	if in.High-m.High < m.Low-in.Low {
		g.Value, g.Limit, g.AtMost = m.High, in.High, true
	}
	g.Passed = m.Low >= in.Low && m.High <= in.High
	g.beyond = m.High < in.Low || m.Low > in.High
	g.Undecided = !g.Passed && m.Value >= in.Low && m.Value <= in.High
	g.Words = fmt.Sprintf("the %s of %s is %.2f, interval [%.2f, %.2f]; all of it must lie within [%.4g, %.4g] (%s)",
		metric, name, m.Value, m.Low, m.High, in.Low, in.High, meaning)
	if m.Value != m.Value {
		g.Words = fmt.Sprintf("%s has no %s: its probabilities do not vary, or separate the outcomes", name, metric)
	}
	return g
}

// furtherWithin is how many more examples would bring the interval of a metric into the
// range with a power of 80 %, if its value stays: the distance from the value to the
// nearer limit is the difference to be shown.
func furtherWithin(m Metric, in Range, n int, level float64) float64 {
	distance := min(m.Value-in.Low, in.High-m.Value)
	se := (m.High - m.Low) / (2 * quantile(level))
	if math.IsInf(se, 0) {
		se = math.NaN()
	}
	return metrics.FurtherRows(distance, se, n, 0, level, power)
}
