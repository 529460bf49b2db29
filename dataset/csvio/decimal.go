package csvio

import (
	"fmt"
	"strings"

	"holdfast/dataset"
)

// Numbers are written with a decimal point or with a decimal comma, and 1,234 with three digits
// after the mark is a number either way. What is asked and what is only warned of: a column that
// can be read in two ways stops the import, because one of them would be a lie that nobody sees; a
// column that can be read in none becomes text, which loses nothing.

// number decides how the numbers of a column are written. All cells are amounts, or all are percentages, or all are money
// of one currency.
func (j *judge) number(c *Column, e *evidence) {
	r := &e.numbers
	reading, why := j.decimalOf(c, r)
	if reading < 0 {
		return
	}
	c.Type, c.decimal = Number, decimals[reading]
	// Percentages and money stay Number where they are whole: next month they are not, and the files of two months
	// should have the same type.
	if r.whole[reading] == r.total && e.count(formPercent, formMoney, formBig) == 0 {
		c.Type = Int
	}
	switch {
	case e.cells[formPercent] > 0:
		c.say("in percent: %s is %s", dataset.Quote(e.example), plainNumber(e.example, c.decimal))
	case len(e.symbols) > 0:
		c.say("in %s", e.symbols[0].text)
	}
	if c.decimal == ',' {
		c.say("decimal comma%s", why)
	} else if why != "" {
		c.say("decimal point%s", why)
	}
	j.dayNumbers(c, e)
}

// plainNumber is the number in a cell, for a note. It is shown because percentages keep their size
// here, and who expects 0.12 of 12% should read it before the first model and not after.
func plainNumber(cell string, decimal byte) string {
	n, ok := parseNumeral(trim([]byte(cell)))
	if !ok {
		return "a number"
	}
	return fmt.Sprint(n.value(decimal))
}

// decimalOf finds the reading of a column of numbers, an index into decimals, -1 for none, and why
// it is that one. For none it has asked or warned already.
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

// markName is the word for a decimal mark on the command line, where a comma by itself is
// easily overlooked.
func markName(mark byte) string {
	if mark == ',' {
		return "comma"
	}
	return "point"
}
