package csvio

import (
	"fmt"
	"strings"
	"time"

	"holdfast/dataset"
)

// Dates are written with the day first or with the month first. Swapping the two turns most dates
// into other valid dates, so that no check downstream would ever notice; it is proved, asked for,
// or the column is text.

// date decides in which order dates and timestamps are written. A date between timestamps without
// a zone is their midnight; between instants it would need a zone, so that column is text.
func (j *judge) date(c *Column, e *evidence) {
	// One time of day among dates makes the column one of timestamps: cutting it off would lose it.
	typ := Date
	if e.count(formLocal, formInstant) > 0 {
		typ = Timestamp
	}
	r := &e.dates
	dmy, mdy := r.fits[0] == r.total, r.fits[1] == r.total
	switch {
	case r.total == 0 || dmy && mdy && r.differ == 0:
		c.order = DMY // says the same as any other
	case !dmy && !mdy:
		j.warn(c, "two_notations", "is text: %s has the day first, %s the month; write all dates alike", r.proof[0], r.proof[1])
		return
	case dmy != mdy:
		reading := 0
		if mdy {
			reading = 1
		}
		c.order = orders[reading]
		if j.opts.Dates != "" && j.opts.Dates != c.order {
			j.ask(c, WrongType, "%s cannot be read with --dates %s; leave the flag out, or --type %s keeps the text",
				r.proof[reading], j.opts.Dates, shellWord(c.Name+"=text"))
			return
		}
		c.say("%s first%s", firstPart(c.order), proven(r.proof[reading]))
	case !j.openDates(c, r):
		return
	}
	c.Type, c.Zoned = typ, e.cells[formInstant] > 0
}

// openDates answers for a column whose dates can all be read in two ways, as openDecimal does. Without an answer the rows
// of a year of monthly snapshots would silently change places.
func (j *judge) openDates(c *Column, r *readings) bool {
	switch only := j.dates.only(); {
	case j.opts.Dates == DMY || j.opts.Dates == MDY:
		c.order = j.opts.Dates
		c.say("%s first", firstPart(c.order))
		return true
	case only >= 0:
		c.order = orders[only]
		c.say("%s first, as column %s proves with %s", firstPart(c.order), dataset.Quote(j.dates[only].column), j.dates[only].cell)
		return true
	}
	j.ask(c, AmbiguousDates, "%s is %s; say which", r.open[0], readingsOf(r.open[0].text))
	return false
}

// firstPart is the word for the part of a date that stands first in an order.
func firstPart(order DateOrder) string {
	return map[DateOrder]string{DMY: "day", MDY: "month", YMD: "year"}[order]
}

// readingsOf lists what a date may mean and the flag that says so, with the names of months, which
// nobody confuses.
func readingsOf(cell string) string {
	m, _ := parseMoment(trim([]byte(cell))) // it was one when it was counted
	var list []string
	for _, order := range m.orders() {
		if day, ok := m.day(order); ok {
			date := time.Unix(int64(day)*secondsPerDay, 0).UTC().Format("2 January 2006")
			list = append(list, fmt.Sprintf("%s with --dates %s", date, order))
		}
	}
	return strings.Join(list, " and ")
}

// shortDate reads dates whose years have two digits. Their order, and that they are dates at all, is always asked for:
// 25/12/26 may be of 2026 or of 2025.
func (j *judge) shortDate(c *Column, e *evidence) {
	r := &e.short
	if j.opts.Dates == "" {
		j.ask(c, AmbiguousDates, "%s is %s; say which, or --type %s", e.samples[formShortDate][0], readingsOf(e.samples[formShortDate][0].text), shellWord(c.Name+"=text"))
		return
	}
	for i, order := range orders {
		if order != j.opts.Dates {
			continue
		}
		if r.fits[i] != r.total {
			j.ask(c, WrongType, "not all values can be read with --dates %s; --type %s keeps the text", order, shellWord(c.Name+"=text"))
			return
		}
		c.Type, c.order = Date, order
		if e.timed {
			c.Type = Timestamp
		}
		c.say("%s first, years from 1969 to 2068", firstPart(order))
	}
}

// Day numbers of spreadsheets between 1954 and 2119, and dates written as one number.
const (
	firstDayNumber, lastDayNumber = 20_000, 80_000
	firstPacked, lastPacked       = 1900_01_01, 2100_12_31
)

// dayNumbers warns of whole numbers in a column that is called a date. They are not turned into dates: 46112 is a day in
// 2026 to Excel, another one to Excel for the Mac before 2011, and the number of an order to somebody else.
func (j *judge) dayNumbers(c *Column, e *evidence) {
	name := strings.ToLower(c.Name)
	if c.Type != Int || !strings.Contains(name, "date") && !strings.HasSuffix(name, "_at") && !strings.HasSuffix(name, "_on") {
		return
	}
	switch {
	case e.low >= firstDayNumber && e.high <= lastDayNumber:
		j.warn(c, "day_numbers", "holds numbers such as %s; if a spreadsheet means days by them, format the column as a date there (2026-03-31) and export it again", dataset.Quote(e.example))
	case e.low >= firstPacked && e.high <= lastPacked:
		j.warn(c, "packed_dates", "holds numbers such as %s; if they are dates, say --type %s", dataset.Quote(e.example), shellWord(c.Name+"=date"))
	}
}
