package csvio

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/dataset"
)

// Column is one column of the table that the files hold.
type Column struct {
	Name    string `json:"name"`
	Type    Type   `json:"type"`
	Zoned   bool   `json:"zoned,omitempty"` // a Timestamp that is an instant, stored in UTC
	Rows    int    `json:"rows"`
	Nulls   int    `json:"nulls"`
	Example string `json:"example,omitempty"` // the first value, as it is written in the file
	Note    string `json:"note,omitempty"`    // how values were read, and why so

	decimal byte
	order   DateOrder
}

// judge gives types to columns.
type judge struct {
	opts     Options
	comma    bool // every file is separated by commas
	decimal  proofs
	dates    proofs
	warnings []dataset.Warning
	asks     []dataset.Warning // what stops the import until it is answered
}

// proofs are the columns that can be read in one way only, by reading. They speak for the columns that can be read in
// two, as long as they agree.
type proofs [3]struct{ column, cell string }

// only is the reading that some column proves and none contradicts, or -1.
func (p proofs) only() int {
	found := -1
	for i := range p {
		switch {
		case p[i].column == "":
		case found >= 0:
			return -1
		default:
			found = i
		}
	}
	return found
}

// prove lets a column speak for the others if all its cells allow one reading only.
func (p *proofs) prove(column string, r *readings) {
	found := -1
	for i, fits := range r.fits {
		if r.total > 0 && fits == r.total {
			if found >= 0 {
				return
			}
			found = i
		}
	}
	if found >= 0 && p[found].column == "" && len(r.proof[found]) > 0 {
		p[found].column, p[found].cell = column, r.proof[found][0].String()
	}
}

// The share of the values that must have a form for the rest to look like a mistake. Below it a column of words in which
// some are numbers, such as versions and sizes, would be warned of.
const almost = 0.9

// decide types all columns in two rounds: first those that prove how dates and numbers are written are found, then every
// column is typed with that knowledge. The names of the columns and their evidence correspond.
func (j *judge) decide(names []string, list []*evidence) []Column {
	for i, e := range list {
		if j.amounts(e) == e.values() {
			j.decimal.prove(names[i], &e.numbers)
		}
		if e.count(formDate, formLocal, formInstant) == e.values() {
			j.dates.prove(names[i], &e.dates)
		}
	}
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

// find takes the type that all values allow.
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

// text says why a column that looks like another type is text. Names made of digits get a note, since nothing is wrong
// with them; a column that a few cells spoil gets a warning.
func (j *judge) text(c *Column, e *evidence) {
	switch n := e.values(); n {
	case e.count(formInt, formKey), e.count(formInt, formKey, formBig):
		if e.cells[formKey] > 0 {
			c.say("%s begins with 0, so these are names", e.samples[formKey][0])
			return
		}
		c.say("%s is beyond 2^53, so these are names", e.samples[formBig][0])
		return
	case e.count(formInt, formSigned):
		c.say("%s could be a telephone number; --type %s makes it an amount", e.samples[formSigned][0], shellWord(c.Name+"=number"))
		return
	}
	for _, kind := range []struct {
		what  string
		typ   Type
		forms []form
	}{
		{"numbers", Number, []form{formInt, formSigned, formBig, formNumber}},
		{"percentages", Number, []form{formPercent}},
		{"amounts of money", Number, []form{formMoney}},
		{"dates", Date, []form{formDate}},
		{"dates with years of two digits", Date, []form{formShortDate}},
		{"timestamps", Timestamp, []form{formLocal}},
		{"timestamps with a zone", Timestamp, []form{formInstant}},
		{"yes or no", Bool, []form{formBool}},
	} {
		if float64(e.count(kind.forms...)) >= almost*float64(e.values()) {
			j.spoiled(c, e, kind.what, kind.typ, kind.forms)
			return
		}
	}
}

// spoiled warns of a column that a few cells keep from being of another type: who, where, and what to type next. Dropping
// the cells silently would make "n/a?" of an unhappy customer a missing value without anybody knowing.
func (j *judge) spoiled(c *Column, e *evidence, what string, typ Type, good []form) {
	bad, n := e.others(good), e.count(good...)
	if n == e.values() { // two currencies
		j.warn(c, "mixed_currencies", "is text: its amounts are in %s; split it, or --type %s takes the numbers as they stand", quoteAll(e.symbols), shellWord(c.Name+"=number"))
		return
	}
	cure := fmt.Sprintf("--null %s reads it as missing, so that the column is a %s", shellWord(string(trim([]byte(bad[0].text)))), typ)
	if bad[0].form != formWord {
		cure = "write all cells alike"
	}
	j.warn(c, "almost_"+string(typ), "is text: %d of %d values are %s, but not %s; %s; --type %s accepts the text",
		n, e.values(), what, bad, cure, shellWord(c.Name+"=text"))
}

// other is a sample with its form.
type other struct {
	sample
	form form
}

// others are samples of the forms that are not good, the commonest cause of trouble, words, first.
func (e *evidence) others(good []form) (list []other) {
	for f := formWord; f < forms; f++ {
		if slices.Contains(good, f) {
			continue
		}
		for _, s := range e.samples[f] {
			list = append(list, other{s, f})
		}
	}
	return list[:min(len(list), maxSamples)]
}

// warn tells something about a column that does not stop the import.
func (j *judge) warn(c *Column, code, format string, args ...any) {
	j.warnings = append(j.warnings, dataset.Warning{Code: code, Where: "column " + dataset.Quote(c.Name), Message: fmt.Sprintf(format, args...)})
}

// ask tells something about a column that stops it.
func (j *judge) ask(c *Column, code, format string, args ...any) {
	j.asks = append(j.asks, dataset.Warning{Code: code, Where: "column " + dataset.Quote(c.Name), Message: fmt.Sprintf(format, args...)})
}

// say adds to the note of a column.
func (c *Column) say(format string, args ...any) {
	if c.Note != "" {
		c.Note += "; "
	}
	c.Note += fmt.Sprintf(format, args...)
}

// quoteAll lists the texts of samples without their places.
func quoteAll(s samples) string {
	list := make([]string, len(s))
	for i, x := range s {
		list[i] = dataset.Quote(x.text)
	}
	return strings.Join(list, ", ")
}

// shellWord writes a text so that a shell takes it as one word.
func shellWord(text string) string {
	for _, r := range text {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./=:", r)) {
			return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
		}
	}
	return text
}
