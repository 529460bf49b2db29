package report

import (
	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/plots/words"
)

// cells are values without intervals.
func cells(values ...string) []Cell {
	out := make([]Cell, len(values))
	for i, v := range values {
		out[i].Value = v
	}
	return out
}

// estimate is a metric with its interval, both in the format that its name has in package
// words. Half an interval is none, and an undefined value has none.
func estimate(m backtest.Metric) Cell {
	format := words.Metric(m.Name).Format
	c := Cell{Value: format(m.Value)}
	if c.Value != words.Undefined {
		c.Interval = words.Interval(format(m.Low), format(m.High))
	}
	return c
}

// within is a number with its interval.
func within(e metrics.Estimate, decimals int) Cell {
	c := Cell{Value: words.Fixed(e.Value, decimals)}
	if c.Value != words.Undefined {
		c.Interval = words.Interval(words.Fixed(e.Low, decimals), words.Fixed(e.High, decimals))
	}
	return c
}

// text and number are the two kinds of column: words are flush left and sort from A, figures
// flush right and sort from the largest.
func text(name string) Column   { return Column{Name: name} }
func number(name string) Column { return Column{Name: name, Figure: true} }

// candidateColumn is a column of figures about one candidate, which the reader may hide.
func candidateColumn(r *backtest.Result, of string) Column {
	return Column{Name: words.Label(of, 30), Figure: true, Candidate: placeOf(r, of)}
}

// name is a user's name for something, cleaned and cut to what a table can hold. Every name from
// the data or the project goes through it, or through words.Label, on its way to the page.
func name(of string) string { return words.Label(of, 80) }
