package csvio

// isDigit knows the ten of ASCII only: digits of other scripts are text.
func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// digits counts the digits at the beginning.
func digits(b []byte) int {
	n := 0
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	return n
}

// shapeOf reads a body with the given decimal mark and group separator: digits, or one to three
// and then groups of three; a fraction; an exponent, if there are no groups.
//
//	body       point     comma
//	1234       whole     whole
//	1,234      whole     broken
//	1,234.5    broken    illegible
//	1.234.567  illegible whole
//	12,34      illegible broken
//	1e5        broken    broken
//
// Groups of other sizes, as in India, are illegible under both: 12,34,567 is text, not 1234567.
func shapeOf(body []byte, decimal, group byte) shape {
	lead := digits(body)
	rest, grouped := body[lead:], false
	for lead > 0 && lead <= 3 && len(rest) > 3 && (rest[0] == group || rest[0] == groupSpace) && digits(rest[1:]) == 3 {
		rest, grouped = rest[4:], true
	}
	if grouped && body[0] == '0' || len(body) == 0 {
		return illegible
	}
	s, fraction := whole, 0
	if len(rest) > 0 && rest[0] == decimal {
		fraction = digits(rest[1:])
		rest, s = rest[1+fraction:], broken
	}
	if lead+fraction == 0 {
		return illegible
	}
	if len(rest) > 1 && (rest[0] == 'e' || rest[0] == 'E') && !grouped {
		rest, s = rest[1:], broken
		if rest[0] == '+' || rest[0] == '-' {
			rest = rest[1:]
		}
		n := digits(rest)
		if n == 0 {
			return illegible
		}
		rest = rest[n:]
	}
	if len(rest) > 0 || s == broken && lead > 1 && body[0] == '0' {
		return illegible
	}
	return s
}
