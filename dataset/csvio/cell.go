package csvio

import (
	"bytes"
)

// form is what a single cell looks like. Forms are finer than types, because some are of a type
// only in company: +5 is an amount beside -3 and a telephone number by itself. The order matters:
// formInt to formMoney are numerals, formDate to formInstant moments.
type form uint8

const (
	formNull      form = iota
	formWord           // anything that has no other form
	formBool           // yes, No, t, FALSE …
	formInt            // a whole number up to 2^53 in digits alone
	formKey            // digits that are a name: 007
	formSigned         // +49: an amount among amounts, a telephone number by itself
	formBig            // a whole number beyond 2^53
	formNumber         // a number with a fraction, an exponent or groups of digits
	formPercent        // 12 %
	formMoney          // $1,234.50
	formDate           // 2026-03-31, or in an order that the column must tell
	formShortDate      // 31/03/26
	formLocal          // a timestamp without a zone
	formInstant        // a timestamp with one
	forms
)

// String returns the words for a form in messages.
func (f form) String() string {
	return [forms]string{"missing values", "other text", "yes or no", "whole numbers", "digits that begin with 0", "numbers with a +",
		"whole numbers beyond 2^53", "numbers", "percentages", "amounts of money", "dates", "dates with years of two digits",
		"timestamps without a zone", "timestamps with a zone"}[f]
}

// classified is what classify found out about a cell.
type classified struct {
	form   form
	number numeral // formInt to formMoney
	moment moment  // formDate to formInstant
}

// blanks may stand around any value but text.
const blanks = " \t"

// lexer tells the forms of cells. It knows the words for missing and nothing of the column. It is only read, so that
// workers share it.
type lexer struct {
	nulls *words
}

func newLexer(opts Options) *lexer {
	if opts.keepsWords {
		return &lexer{nulls: newWords(opts.Nulls)}
	}
	return &lexer{nulls: newWords(NullWords(), opts.Nulls)}
}

// classify returns the form of a cell, whatever the rest of its column looks like. Whether a first
// byte can begin a value is asked before anything is parsed: most cells that are no values are
// words, and one look settles them.
func (l *lexer) classify(cell []byte) classified {
	cell = trim(cell)
	if len(cell) == 0 || l.nulls.holds(cell) {
		return classified{form: formNull}
	}
	if !mayBeginValue[cell[0]] {
		if _, ok := parseBool(cell); ok {
			return classified{form: formBool}
		}
		return classified{form: formWord}
	}
	if n, ok := parseNumeral(cell); ok {
		return classified{form: n.form(), number: n}
	}
	if m, ok := parseMoment(cell); ok {
		return classified{form: m.form(), moment: m}
	}
	return classified{form: formWord}
}

// trim takes the blanks off both ends; most cells have none. Line ends inside quotes are no blanks: such a cell is text.
func trim(cell []byte) []byte {
	if n := len(cell); n == 0 || cell[0] > ' ' && cell[n-1] > ' ' {
		return cell
	}
	return bytes.Trim(cell, blanks)
}

// mayBeginValue are the bytes with which a number, an amount or a moment begins.
var mayBeginValue = func() (set [256]bool) {
	for _, b := range []byte("0123456789+-.,($") {
		set[b] = true
	}
	for _, symbol := range symbols {
		set[symbol[0]] = true
	}
	return set
}()

// parseBool reads the words for yes and no in any case. 0 and 1 are not among them: a column of
// these is as good a number, and a model takes either the same way.
func parseBool(cell []byte) (value, ok bool) {
	if len(cell) > 5 {
		return false, false
	}
	var low [5]byte
	for i, b := range cell {
		if b >= 'A' && b <= 'Z' {
			b += 'a' - 'A'
		}
		low[i] = b
	}
	switch string(low[:len(cell)]) {
	case "true", "t", "yes", "y":
		return true, true
	case "false", "f", "no", "n":
		return false, true
	}
	return false, false
}
