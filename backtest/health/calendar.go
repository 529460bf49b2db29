package health

import "holdfast/dataset"

// calendar numbers the months from the first of a range of days. It is a table by day:
// civil dates are computed once a day and not once a row.
type calendar struct {
	first  dataset.Date
	starts []dataset.Date // first days of the months, rising; the first may lie before first
	number []int32        // of the month, by days since first
}

// newCalendar is that of the days from first to last, both included, first not after last.
// See reach for what bounds its size.
func newCalendar(first, last dataset.Date) calendar {
	c := calendar{first: first, number: make([]int32, int(last)-int(first)+1)}
	next := monthStart(first)
	for i := range c.number {
		if day := first + dataset.Date(i); day >= next {
			c.starts = append(c.starts, next)
			next = next.AddMonths(1)
		}
		c.number[i] = int32(len(c.starts) - 1)
	}
	return c
}

// century bounds the calendar: one date of the year 9999 must not make a hundred
// thousand months.
const century = 36_525

// reach is the range of a calendar for days from first to last, of which what matters
// lies around middle. Days outside the range count as its first or last.
func reach(first, last, middle dataset.Date) (from, to dataset.Date) {
	to = min(last, middle+century/10)
	return max(first, to-century), to
}

// month is the number of the month of a day, from 0; days outside are of the first or the
// last.
func (c calendar) month(d dataset.Date) int32 {
	return c.number[min(max(int(d)-int(c.first), 0), len(c.number)-1)]
}

// quartersApart counts the quarters from the one that starts on from to that of d; negative
// below three months before it, and 0 in the quarter itself.
func (c calendar) quartersApart(from, d dataset.Date) int32 {
	return (c.month(d) - c.month(from)) / 3
}

// monthStart is the first day of the month of d.
func monthStart(d dataset.Date) dataset.Date {
	year, month, _ := d.Civil()
	return dataset.NewDate(year, month, 1)
}

// quarterStart is the first day of the quarter of d.
func quarterStart(d dataset.Date) dataset.Date {
	year, month, _ := d.Civil()
	return dataset.NewDate(year, month-(month-1)%3, 1)
}

// quartersBetween lists the starts of the quarters from that of first to that of last.
func quartersBetween(first, last dataset.Date) []dataset.Date {
	var starts []dataset.Date
	for q := quarterStart(first); q <= last; q = q.AddMonths(3) {
		starts = append(starts, q)
	}
	return starts
}
