package csvio

import (
	"holdfast/dataset"
)

// The type of a column is decided by rules, and the order of the rules is the meaning of the
// package: a flag of the user first (force.go); then the types that all values have; then text,
// with words on why (text.go). What can be read in two ways is asked for by decimal.go and
// order.go. A majority decides nothing: one cell in a million that is no number keeps the column
// text, because that cell is somebody's customer.

// judge gives types to columns. What it has to say is kept in the order of the columns.
type judge struct {
	opts     Options
	comma    bool // every file is separated by commas
	decimal  proofs
	dates    proofs
	warnings []dataset.Warning
	asks     []dataset.Warning // what stops the import until it is answered
}

// decide types all columns in two rounds: first those that prove how dates and numbers are written are found, then every
// column is typed with that knowledge. The names of the columns and their evidence correspond. What must be asked is in
// j.asks afterwards; the columns are of no use then.
func (j *judge) decide(names []string, list []*evidence) []Column {
	for i, e := range list {
		if j.amounts(e) == e.values() {
			j.decimal.prove(names[i], &e.numbers)
		}
		if e.count(formDate, formLocal, formInstant) == e.values() {
			j.dates.prove(names[i], &e.dates)
		}
	}
	// The second round. What a column has to say stands in its note, whatever it became, so that a table of
	// types can be checked against the file without opening it.
	columns := make([]Column, len(names))
	for i, e := range list {
		c := Column{Name: names[i], Type: Text, Rows: e.values() + e.cells[formNull], Nulls: e.cells[formNull], Example: e.example, decimal: '.'}
		if forced, ok := j.opts.Types[c.Name]; ok {
			j.force(&c, e, forced)
		} else {
			j.find(&c, e)
		}
		if len(e.words) > 0 {
			c.say("%s read as missing", quoteAll(e.words))
		}
		columns[i] = c
	}
	return columns
}

// amounts counts the cells that are numbers in their column. Some forms are numbers only in company: +5 is one beside -3
// and a telephone number by itself, digits beyond 2^53 are one beside fractions and a name by themselves. Percentages and
// money are numbers only among their own kind: 12 beside 12% may be 12 or 0.12.
func (j *judge) amounts(e *evidence) int {
	n := e.count(formInt, formNumber)
	if e.negative || e.fraction {
		n += e.cells[formSigned]
	}
	if e.fraction {
		n += e.cells[formBig]
	}
	if n == 0 && (e.cells[formPercent] == 0 || e.cells[formMoney] == 0) && len(e.symbols) < 2 {
		n = e.count(formPercent, formMoney)
	}
	return n
}

// find takes the type that all values allow. The cases exclude one another by the forms they count,
// except that a column without values fits all of them and is therefore settled first.
func (j *judge) find(c *Column, e *evidence) {
	n := e.values()
	switch {
	case n == 0 && c.Rows > 0:
		c.say("no values, so text; --type %s says better", shellWord(c.Name+"=number"))
	case n == 0:
	case e.cells[formBool] == n:
		c.Type = Bool
	case j.amounts(e) == n:
		j.number(c, e)
	case e.cells[formShortDate] == n:
		j.shortDate(c, e)
	case e.count(formDate, formLocal) == n, e.cells[formInstant] == n:
		j.date(c, e)
	default:
		j.text(c, e)
	}
}
