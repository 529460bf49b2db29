package csvio

import (
	"bytes"
	"math"
	"strconv"
)

// 1,234 is 1234 to a bank in London and 1.234 to one in Berlin. A numeral is therefore read both
// ways, and the column decides: only a reading under which every cell is a number counts, and if
// both do and differ, the user is asked.

// shape is what a numeral is under one reading.
type shape uint8

const (
	illegible shape = iota
	whole           // no fraction
	broken          // a fraction or an exponent
)

// numeral is a number as it is written. Its body may be the text of the cell itself: it is good as long as that is. One
// that parseNumeral accepted is legible under at least one reading, and finite under it.
type numeral struct {
	body       []byte // digits with separators and exponent, no signs, symbols or blanks
	negative   bool
	plus       bool
	percent    bool
	symbol     string // of a currency
	point      shape  // when the point is the decimal mark and the comma groups
	comma      shape  // when the comma is
	separators bool   // there are any: the readings differ where both are legible
	quick      bool   // exact holds the value under the reading with a decimal point
	exact      float64
}

// Numbers are grouped by spaces that do not break, U+00A0 and U+202F, where formatted by a program. They are replaced by
// this byte, which no cell holds.
const groupSpace = 0

// parseNumeral reads a number, a percentage or an amount of money. What is refused here is a word
// to the rest of the package: 1e999, which no float64 holds, NaN and inf, which no analyst means
// by a number, and 0x10 and 1_000, which programmers mean.
func parseNumeral(cell []byte) (numeral, bool) {
	n := numeral{body: cell}
	if n.plain() {
		return n, true
	}
	n = numeral{body: cell}
	if !n.plainDigits() && !n.takeDress() {
		return n, false
	}
	n.separators = bytes.ContainsAny(n.body, ".,")
	if n.point = shapeOf(n.body, '.', ','); n.separators {
		n.comma = shapeOf(n.body, ',', '.')
	} else {
		n.comma = n.point
	}
	return n, (n.point != illegible || n.comma != illegible) && !math.IsInf(n.value(n.readable()), 0)
}

// Whole numbers below 10^15 and these powers are exact float64s, so their quotient is the float64 nearest to the decimal
// number (Clinger, How to read floating point numbers accurately, 1990, section 5).
var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// plain reads most numbers there are in one go: at most fifteen digits, with a minus or a point or neither. When it says
// no, what it did to n is of no use.
func (n *numeral) plain() bool {
	if len(n.body) > 1 && n.body[0] == '-' {
		n.body, n.negative = n.body[1:], true
	}
	if len(n.body) == 0 || len(n.body) > 16 {
		return false
	}
	mantissa, point := uint64(0), -1
	for i, b := range n.body {
		switch {
		case isDigit(b):
			mantissa = 10*mantissa + uint64(b-'0')
		case b == '.' && point < 0:
			point = i
		default:
			return false
		}
	}
	n.quick, n.exact, n.point, n.comma = true, float64(mantissa), whole, whole
	if n.negative {
		n.exact = -n.exact
	}
	if point < 0 {
		return len(n.body) < 16
	}
	// A single point before exactly three digits may group them: 1.234, but not 0.123 or 1234.567.
	n.separators, n.point, n.comma = true, broken, illegible
	fraction := len(n.body) - point - 1
	if fraction == 3 && point > 0 && point <= 3 && n.body[0] != '0' {
		n.comma = whole
	}
	n.exact /= powersOfTen[fraction]
	return len(n.body) > 1 && (point <= 1 || n.body[0] != '0')
}

// plainDigits says whether the cell is digits, points and commas alone.
func (n *numeral) plainDigits() bool {
	for _, b := range n.body {
		if b != '.' && b != ',' && (b < '0' || b > '9') {
			return false
		}
	}
	return true
}

// form is the form of the cell that holds the numeral. Zero is a number, 00 and 007 are names; 0.5 has a fraction and is
// no name for all its zero.
func (n numeral) form() form {
	switch {
	case n.percent:
		return formPercent
	case n.symbol != "":
		return formMoney
	case n.point != whole || n.comma != whole || n.separators:
		return formNumber
	case n.body[0] == '0' && len(n.body) > 1:
		return formKey
	case bytes.IndexByte(n.body, groupSpace) >= 0:
		return formNumber
	case len(n.body) > len(maxWhole) || len(n.body) == len(maxWhole) && string(n.body) > maxWhole:
		return formBig
	case n.plus:
		return formSigned
	}
	return formInt
}

// maxWhole is 2^53, up to which every whole number is a float64.
const maxWhole = "9007199254740992"

// legible is the shape under the reading with the given decimal mark.
func (n numeral) legible(decimal byte) shape {
	if decimal == ',' {
		return n.comma
	}
	return n.point
}

// readable is a decimal mark under which the numeral can be read.
func (n numeral) readable() byte {
	if n.point == illegible {
		return ','
	}
	return '.'
}

// value is the float64 nearest to the numeral under a legible reading: strconv rounds correctly,
// plain as well. A value out of range comes back as +Inf, which parseNumeral refuses.
func (n numeral) value(decimal byte) float64 {
	if n.quick && (decimal == '.' || !n.separators) {
		return n.exact
	}
	var room [32]byte
	text := n.body
	if n.separators || bytes.IndexByte(text, groupSpace) >= 0 {
		text = room[:0]
		for _, b := range n.body {
			switch {
			case b == decimal:
				text = append(text, '.')
			case b != '.' && b != ',' && b != groupSpace:
				text = append(text, b)
			}
		}
	}
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return math.Inf(1) // out of range: nothing else gets past shapeOf
	}
	if n.negative {
		return -v
	}
	return v
}
