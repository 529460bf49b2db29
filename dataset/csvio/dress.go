package csvio

import (
	"bytes"
)

// What people put around a number. The order in which they do is tested rather than any order
// accepted: "$1 USD" and "--5" are not amounts, and who wrote them meant something else.

// symbols are the currencies that are known, before or after the number.
var symbols = [...]string{"$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "INR"}

// takeDress takes signs, currency, percent sign and group spaces off the body. It fails where they stand in no usual
// order.
func (n *numeral) takeDress() bool {
	if inner, ok := bytes.CutPrefix(n.body, []byte("(")); ok { // accountants write losses so
		inner, ok = bytes.CutSuffix(inner, []byte(")"))
		n.body, n.negative = inner, true
		return ok && n.takeCurrency() && n.symbol != "" && n.groupSpaces()
	}
	signed := n.takeSign()
	if !n.takeCurrency() || !signed && n.symbol != "" && n.takeSign() && n.plus {
		return false
	}
	if body, ok := bytes.CutSuffix(n.body, []byte("%")); ok {
		n.body, n.percent = bytes.TrimRight(body, " \u00a0\u202f"), true
		return n.symbol == "" && n.groupSpaces()
	}
	return n.groupSpaces()
}

// takeSign takes a plus or minus off the front.
func (n *numeral) takeSign() bool {
	if len(n.body) == 0 || n.body[0] != '-' && n.body[0] != '+' {
		return false
	}
	n.negative, n.plus = n.body[0] == '-', n.body[0] == '+'
	n.body = n.body[1:]
	return true
}

// takeCurrency takes one symbol off either end. It fails only when nothing is left to look at.
func (n *numeral) takeCurrency() bool {
	if len(n.body) == 0 {
		return false
	}
	first, last := n.body[0], n.body[len(n.body)-1]
	if isDigit(first) && (isDigit(last) || last == '%') {
		return true
	}
	for _, symbol := range symbols {
		if rest, ok := bytes.CutPrefix(n.body, []byte(symbol)); ok {
			n.body, n.symbol = bytes.TrimLeft(rest, " \u00a0\u202f"), symbol
			return true
		}
		if rest, ok := bytes.CutSuffix(n.body, []byte(symbol)); ok {
			n.body, n.symbol = bytes.TrimRight(rest, " \u00a0\u202f"), symbol
			return true
		}
	}
	return true
}

// groupSpaces marks the spaces between groups of digits. Ordinary spaces are not taken: "1 234" is
// as likely two numbers, and no program that formats numbers breaks them across lines.
func (n *numeral) groupSpaces() bool {
	if len(n.body) == 0 {
		return false
	}
	if bytes.ContainsAny(n.body, "\u00a0\u202f") {
		n.body = bytes.ReplaceAll(n.body, []byte("\u00a0"), []byte{groupSpace})
		n.body = bytes.ReplaceAll(n.body, []byte("\u202f"), []byte{groupSpace})
	}
	return true
}
