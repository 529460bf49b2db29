package parquetio

import "math"

// Files grow by the month, and an analysis goes by the account, so the rows of most tables change places. They do so column
// by column, as soon as a column is decoded: the table is not held twice. Values are gathered in the order of the table and
// not scattered in that of the files, because a processor can wait for many reads at once but ends its writes one by one.

// way is how the rows of the files come to their places in the table.
type way struct {
	order  []int32       // the row of the files that each row of the table is; nil: they are the same
	detour func() detour // for columns that are decoded when the order is known
}

// checkOrder compares the order that is wanted with the rows that are read.
func (j *job) checkOrder(order []int32) error {
	for _, row := range order {
		if row < 0 || int(row) >= j.rows {
			return fileErrorf(j.path, "has %d rows, of which row %d is wanted; do not write it while it is read", j.rows, row)
		}
	}
	return nil
}

// arrange puts the rows of a decoded column into the order of the table. laid is the way that was known when they were
// decoded, nil if they are in the order of the files.
func (j *job) arrange(c *Column, w, laid *way) {
	switch {
	case c.Numbers != nil:
		order := w.order
		if laid != nil {
			order = w.detour().order
		}
		c.Numbers = j.numbers.arrange(c.Numbers, order, numberEntries)
	case c.Days != nil:
		c.Days = j.integers.arrange(c.Days, w.order, entries)
	case c.Codes != nil:
		c.Codes = j.integers.arrange(c.Codes, w.order, entries)
	}
	if c.Infs > 0 {
		c.countInfs(w.order)
	}
}

// countInfs counts the infinities of the rows that are wanted; without an order all are, and have been counted.
func (c *Column) countInfs(order []int32) {
	c.Infs, c.FirstInf = 0, -1
	for i, v := range c.Numbers {
		if !math.IsInf(v, 0) {
			continue
		}
		if c.Infs++; c.FirstInf < 0 || int(order[i]) < c.FirstInf {
			c.FirstInf = int(order[i])
		}
	}
}
