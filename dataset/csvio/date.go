package csvio

import (
	"bytes"
	"time"
)

// parseDate reads the three parts of a date and returns what follows them. A year of four digits
// stands first or last; where it stands first the month follows, everywhere in the world.
//
//	2026-03-31   31/03/2026   31.3.2026   31-Mar-2026   1 April 2026   31/03/26
func parseDate(cell []byte) (m moment, rest []byte, ok bool) {
	a := digits(cell)
	if a == 0 || a == 3 || a > 4 || a == len(cell) {
		return m, nil, false
	}
	separator, rest := cell[a], cell[a+1:]
	if separator != '-' && separator != '/' && separator != '.' && separator != ' ' {
		return m, nil, false
	}
	m.parts[0] = atoi(cell[:a])
	if month, n := monthName(rest); n > 0 {
		return m.takeNamed(a, month, separator, rest[n:])
	}
	b := digits(rest)
	if separator == ' ' || b == 0 || b > 2 || b == len(rest) || rest[b] != separator {
		return m, nil, false
	}
	m.parts[1], rest = atoi(rest[:b]), rest[b+1:]
	c := digits(rest)
	m.parts[2] = atoi(rest[:min(c, 4)])
	switch {
	case a == 4 && c >= 1 && c <= 2:
		m.order = YMD
	case a <= 2 && c == 4:
	case a <= 2 && c == 2 && (separator != '.' || a == 2 && b == 2): // 1.2.10 is a version
		m.short = true
	default:
		return m, nil, false
	}
	return m, rest[c:], true
}

// takeNamed reads the year after the name of a month: 31-Mar-2026. A name settles the order, so that such a date proves
// nothing about those written with numbers.
func (m moment) takeNamed(day, month int, separator byte, rest []byte) (moment, []byte, bool) {
	if day > 2 || len(rest) < 5 || rest[0] != separator || digits(rest[1:]) != 4 {
		return m, nil, false
	}
	m.order, m.parts = DMY, [3]int{m.parts[0], month, atoi(rest[1:5])}
	return m, rest[5:], true
}

// monthName reads an English name of a month, whole or its first three letters, and returns how
// many bytes it takes. Other languages are left out: "mar" is a Tuesday in Spanish and March in
// Italian, and what programs export in dates that have names is English.
func monthName(b []byte) (month, n int) {
	for n < len(b) && (b[n]|0x20) >= 'a' && (b[n]|0x20) <= 'z' {
		n++
	}
	if n < 3 {
		return 0, 0
	}
	for month := time.January; month <= time.December; month++ {
		name := []byte(month.String())
		if (n == 3 || n == len(name)) && bytes.EqualFold(b[:n], name[:n]) {
			return int(month), n
		}
	}
	return 0, 0
}

// atoi reads digits; a date has at most four.
func atoi(b []byte) int {
	n := 0
	for _, d := range b {
		n = 10*n + int(d-'0')
	}
	return n
}
