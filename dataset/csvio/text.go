package csvio

import (
	"fmt"
	"slices"
	"strings"
)

// The share of the values that must have a form for the rest to look like a mistake. Below it a column of words in which
// some are numbers, such as versions and sizes, would be warned of.
const almost = 0.9

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
	// The only way for all values to be of the good forms and the column text all the same.
	if n == e.values() { // two currencies
		j.warn(c, "mixed_currencies", "is text: its amounts are in %s; split it, or --type %s takes the numbers as they stand", quoteAll(e.symbols), shellWord(c.Name+"=number"))
		return
	}
	cure := fmt.Sprintf("--null %s reads it as missing, so that the column is a %s", shellWord(string(trim([]byte(bad[0].text)))), typ)
	if bad[0].form != formWord {
		cure = "write all cells alike"
	}
	j.warn(c, "almost_"+string(typ), "is text: %d of %d values are %s, but not %s; %s; --type %s accepts the text",
		n, e.values(), what, listedOthers(bad), cure, shellWord(c.Name+"=text"))
}

// listedOthers puts samples into a sentence.
func listedOthers(list []other) string {
	words := make([]string, len(list))
	for i, o := range list {
		words[i] = o.String()
	}
	return strings.Join(words, " or ")
}

// other is a sample with its form, which says what could be done about it.
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
