package report

import (
	"holdfast/backtest"
	"holdfast/plots/words"
)

// table is a table of the page. The first cell of each row is its header.
type table struct {
	Caption string
	Head    []column
	Rows    []row
}

// column heads a column; figures are set flush right, in digits of equal width.
type column struct {
	Name   string
	Figure bool
}

// row is a line of a table, in the order of its head.
type row struct {
	Class     string // "champion", "passed", …: see page.css
	Candidate string // whom the row is about, a number for page.js; empty: nobody in particular
	Cells     []cell
}

// cell is a value with, beneath it and smaller, its interval.
type cell struct{ Value, Interval string }

// cells are values without intervals.
func cells(values ...string) []cell {
	out := make([]cell, len(values))
	for i, v := range values {
		out[i].Value = v
	}
	return out
}

// estimate is a metric with its interval.
func estimate(m backtest.Metric) cell {
	format := words.Metric(m.Name).Format
	c := cell{Value: format(m.Value)}
	if c.Value != words.Undefined {
		c.Interval = words.Interval(format(m.Low), format(m.High))
	}
	return c
}

// Figure says whether column i holds figures: the template asks per cell.
func (t table) Figure(i int) bool { return i < len(t.Head) && t.Head[i].Figure }

// text and number are the two kinds of column.
func text(name string) column   { return column{Name: name} }
func number(name string) column { return column{Name: name, Figure: true} }

// name is a user's name for something, cleaned and cut to what a table can hold.
func name(of string) string { return words.Label(of, 80) }
