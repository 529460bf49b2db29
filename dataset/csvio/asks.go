package csvio

import (
	"fmt"
	"strings"
	"time"

	"holdfast/dataset"
)

// Codes of the findings that a flag answers; they come in a dataset.RefusedError.
const (
	AmbiguousDates   = "ambiguous_dates"
	AmbiguousNumbers = "ambiguous_numbers"
	WrongType        = "wrong_type"
)

// FilesDiffer is the code of the warning that a column is not in all files.
const FilesDiffer = "files_differ"

// What is asked and what is only warned of: a column that can be read in two ways stops the import, because one of them
// would be a lie that nobody sees; a column that can be read in none becomes text, which loses nothing.

// number decides how the numbers of a column are written. All cells are amounts, or all are percentages, or all are money
// of one currency.
func (j *judge) number(c *Column, e *evidence) {
	r := &e.numbers
	reading, why := j.decimalOf(c, r)
	if reading < 0 {
		return
	}
	c.Type, c.decimal = Number, decimals[reading]
	if r.whole[reading] == r.total && e.count(formPercent, formMoney, formBig) == 0 {
		c.Type = Int
	}
	switch {
	case e.cells[formPercent] > 0:
		c.say("in percent: %s is %s", dataset.Quote(e.example), plainNumber(e.example, c.decimal))
	case e.symbol != "":
		c.say("in %s", e.symbol)
	}
	if c.decimal == ',' {
		c.say("decimal comma%s", why)
	} else if why != "" {
		c.say("decimal point%s", why)
	}
	j.dayNumbers(c, e)
}

// plainNumber is the number in a cell, for a note.
func plainNumber(cell string, decimal byte) string {
	n, ok := parseNumeral(trim([]byte(cell)))
	if !ok {
		return "a number"
	}
	return fmt.Sprint(n.value(decimal))
}

// decimalOf finds the reading of a column of numbers, -1 for none, and why it is that one.
func (j *judge) decimalOf(c *Column, r *readings) (reading int, why string) {
	point, comma := r.fits[0] == r.total, r.fits[1] == r.total
	switch {
	case !point && !comma: // nobody writes so on purpose: the files of two countries were put together
		j.warn(c, "two_notations", "is text: %s has a decimal point, %s a decimal comma; write all numbers alike", r.proof[0], r.proof[1])
		return -1, ""
	case point != comma: // the cells prove it, and a flag that says otherwise was meant for another file
		reading = 0
		if comma {
			reading = 1
		}
		if s := r.proof[reading]; strings.Contains(quoteAll(s[:min(len(s), 1)]), ",") { // a point alone needs no explanation
			why = proven(s)
		}
		if j.opts.Decimal != 0 && j.opts.Decimal != decimals[reading] {
			j.ask(c, WrongType, "%s cannot be read with --decimal %s; leave the flag out, or --type %s keeps the text",
				r.proof[reading], markName(j.opts.Decimal), shellWord(c.Name+"=text"))
			return -1, ""
		}
		return reading, why
	case r.differ == 0:
		return 0, ""
	}
	return j.openDecimal(c, r)
}

// proven points at the cell that leaves only one reading, for a note.
func proven(s samples) string {
	if len(s) == 0 {
		return ""
	}
	return ", see " + s[0].String()
}

// openDecimal answers for a column whose numbers can all be read in two ways: the flag first, then the other columns of
// the same files, which come from the same program. A point in a file separated by commas is not asked for: NUMERIC(10,3)
// prints 1.234 in every row, and who groups by points separates by semicolons.
func (j *judge) openDecimal(c *Column, r *readings) (int, string) {
	switch only := j.decimal.only(); {
	case j.opts.Decimal == '.':
		return 0, ""
	case j.opts.Decimal == ',':
		return 1, ""
	case only >= 0:
		return only, fmt.Sprintf(", as column %s proves with %s", dataset.Quote(j.decimal[only].column), j.decimal[only].cell)
	case j.comma && r.whole[1] == r.total:
		return 0, "" // points only, and the commas are taken: programs that write so use the decimal point
	}
	cell := r.open[0]
	n, _ := parseNumeral(trim([]byte(cell.text))) // it was one when it was counted
	j.ask(c, AmbiguousNumbers, "%s is %v with --decimal point and %v with --decimal comma; say which", cell, n.value('.'), n.value(','))
	return -1, ""
}

// markName is the word for a decimal mark on the command line.
func markName(mark byte) string {
	if mark == ',' {
		return "comma"
	}
	return "point"
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

// date decides in which order dates and timestamps are written. A date between timestamps without a zone is their
// midnight; between instants it would need a zone, so that column is text.
func (j *judge) date(c *Column, e *evidence) {
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

// firstPart is the part of a date that stands first in an order.
func firstPart(order DateOrder) string {
	return map[DateOrder]string{DMY: "day", MDY: "month", YMD: "year"}[order]
}

// readingsOf lists what a date may mean and the flag that says so.
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

// force gives a column the type that was asked for, if all its values allow it. More is allowed than when types are
// found, 007 as a number, since whoever names a type knows the column; but never a cell that would be lost.
func (j *judge) force(c *Column, e *evidence, typ Type) {
	n := e.values()
	good := []form{formInt, formKey, formSigned, formBig, formNumber, formPercent, formMoney}
	switch typ {
	case Text:
		return // with a lexer that leaves NA alone
	case Number:
		if e.count(good...) == n {
			j.forceNumber(c, e)
			return
		}
	case Int:
		good = []form{formInt, formKey, formSigned, formNumber}
		if e.count(good...) == n && e.numbers.whole[j.wholeReading(&e.numbers)] == n {
			c.Type, c.decimal = Int, decimals[j.wholeReading(&e.numbers)]
			return
		}
	case Bool:
		good = []form{formBool, formInt}
		if e.count(good...) == n && (e.wholes == 0 || e.low >= 0 && e.high <= 1) {
			c.Type = Bool
			return
		}
	case Date, Timestamp:
		if j.forceDate(c, e, typ) {
			return
		}
		good = []form{formDate, formShortDate}
		if typ == Timestamp {
			good = append(good, formLocal, formInstant)
		}
	}
	bad := e.others(good)
	if len(bad) == 0 {
		for _, f := range good {
			for _, s := range e.samples[f] {
				bad = append(bad, other{s, f})
			}
		}
	}
	j.ask(c, WrongType, "--type %s, but it holds %s; correct the file, read a word as missing with --null, or leave --type out",
		shellWord(c.Name+"="+string(typ)), bad[:min(len(bad), maxSamples)])
}

// wholeReading prefers the reading under which all numbers are whole.
func (j *judge) wholeReading(r *readings) int {
	if j.opts.Decimal == ',' || j.opts.Decimal == 0 && r.whole[0] != r.total && r.whole[1] == r.total {
		return 1
	}
	return 0
}

// forceNumber also takes percentages, money and numbers together, each as its number stands.
func (j *judge) forceNumber(c *Column, e *evidence) {
	c.Type = Number
	if e.numbers.total == 0 {
		return
	}
	if reading, _ := j.decimalOf(c, &e.numbers); reading >= 0 {
		c.decimal = decimals[reading]
	} else {
		c.Type = Text // and what was asked or warned stops the import
	}
}

// forceDate also accepts dates that are written as one number, 20260331.
func (j *judge) forceDate(c *Column, e *evidence, typ Type) bool {
	n := e.values()
	switch {
	case n == 0:
		c.Type = typ
	case e.cells[formShortDate] == n:
		j.shortDate(c, e)
	case e.cells[formDate] == n, typ == Timestamp && (e.count(formDate, formLocal) == n || e.cells[formInstant] == n):
		if j.date(c, e); c.Type != Text {
			c.Type = typ
		}
	case e.cells[formInt] == n && e.low >= firstPacked && e.high <= lastPacked:
		c.Type = typ
	default:
		return false
	}
	return true
}
