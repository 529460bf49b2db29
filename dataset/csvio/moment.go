package csvio

import (
	"bytes"
	"time"
)

// moment is a date or a timestamp as it is written. The three numbers of a date whose order is open stay in the order in
// which they stand.
type moment struct {
	parts   [3]int
	order   DateOrder // "" when the column must tell
	short   bool      // the year has two digits
	timed   bool      // there is a time of day
	zoned   bool      // and a zone
	dayTime int64     // microseconds after midnight, local
	offset  int64     // microseconds that the zone is ahead of UTC
}

const (
	microsPerSecond = 1_000_000
	secondsPerDay   = 86_400
	microsPerDay    = secondsPerDay * microsPerSecond
)

// parseMoment reads a date, with a time of day and a zone or without.
func parseMoment(cell []byte) (moment, bool) {
	m, rest, ok := parseDate(cell)
	if !ok {
		return m, false
	}
	if len(rest) > 0 {
		if rest[0] != ' ' && rest[0] != 'T' || !m.takeTime(rest[1:]) {
			return m, false
		}
		m.timed = true
	}
	for _, order := range m.orders() {
		if _, ok := m.day(order); ok {
			return m, true
		}
	}
	return m, false
}

// parseDate reads the three parts of a date and returns what follows them. A year of four digits stands first or last;
// where it stands first the month follows, everywhere in the world.
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

// takeNamed reads the year after the name of a month: 31-Mar-2026.
func (m moment) takeNamed(day, month int, separator byte, rest []byte) (moment, []byte, bool) {
	if day > 2 || len(rest) < 5 || rest[0] != separator || digits(rest[1:]) != 4 {
		return m, nil, false
	}
	m.order, m.parts = DMY, [3]int{m.parts[0], month, atoi(rest[1:5])}
	return m, rest[5:], true
}

// monthName reads an English name of a month, whole or its first three letters, and returns how many bytes it takes.
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

// takeTime reads 12:30, 12:30:00.5, 2:30 PM, and a zone.
func (m *moment) takeTime(b []byte) bool {
	hour, b, ok := clockPart(b, 23)
	if !ok || len(b) == 0 || b[0] != ':' {
		return false
	}
	minute, b, ok := clockPart(b[1:], 59)
	if !ok {
		return false
	}
	m.dayTime = int64(hour*3600+minute*60) * microsPerSecond
	if len(b) > 0 && b[0] == ':' {
		var second int
		if second, b, ok = clockPart(b[1:], 59); !ok {
			return false
		}
		m.dayTime += int64(second) * microsPerSecond
		if b, ok = m.takeFraction(b); !ok {
			return false
		}
	}
	if b, ok = m.takeHalf(b, hour); !ok {
		return false
	}
	return m.takeZone(b)
}

// clockPart reads one or two digits up to most.
func clockPart(b []byte, most int) (value int, rest []byte, ok bool) {
	n := digits(b)
	if n == 0 || n > 2 {
		return 0, nil, false
	}
	value = atoi(b[:n])
	return value, b[n:], value <= most
}

// takeFraction reads the fraction of a second; what is finer than a microsecond is cut off.
func (m *moment) takeFraction(b []byte) ([]byte, bool) {
	if len(b) == 0 || b[0] != '.' && b[0] != ',' {
		return b, true
	}
	n := digits(b[1:])
	unit := int64(microsPerSecond)
	for _, d := range b[1 : 1+n] {
		unit /= 10
		m.dayTime += int64(d-'0') * unit
	}
	return b[1+n:], n > 0
}

// takeHalf reads AM or PM.
func (m *moment) takeHalf(b []byte, hour int) ([]byte, bool) {
	half := bytes.TrimLeft(b, " ")
	if len(half) != 2 || half[1]|0x20 != 'm' || half[0]|0x20 != 'a' && half[0]|0x20 != 'p' {
		return b, true
	}
	if hour < 1 || hour > 12 {
		return nil, false
	}
	if hour == 12 {
		m.dayTime -= 12 * 3600 * microsPerSecond
	}
	if half[0]|0x20 == 'p' {
		m.dayTime += 12 * 3600 * microsPerSecond
	}
	return nil, true
}

// takeZone reads Z, UTC, GMT, +02:00, +0200 or +02, and must reach the end.
func (m *moment) takeZone(b []byte) bool {
	if len(b) == 0 {
		return true
	}
	m.zoned = true
	b = bytes.TrimLeft(b, " ")
	switch string(b) {
	case "Z", "z", "UTC", "GMT":
		return true
	case "":
		return false
	}
	sign := int64(1)
	switch b[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return false
	}
	b = bytes.Replace(b[1:], []byte{':'}, nil, 1)
	if digits(b) != len(b) || len(b) != 2 && len(b) != 4 {
		return false
	}
	hours, minutes := atoi(b[:2]), atoi(b[2:])
	m.offset = sign * int64(hours*3600+minutes*60) * microsPerSecond
	return hours <= 15 && minutes <= 59
}

// form is the form of the cell that holds the moment.
func (m moment) form() form {
	switch {
	case m.short:
		return formShortDate
	case m.zoned:
		return formInstant
	case m.timed:
		return formLocal
	}
	return formDate
}

// orders are the orders in which the date may be read.
func (m moment) orders() []DateOrder {
	switch {
	case m.order != "":
		return []DateOrder{m.order}
	case m.short:
		return []DateOrder{DMY, MDY, YMD}
	}
	return []DateOrder{DMY, MDY}
}

// Years of two digits mean 1969 to 2068, as in POSIX.
const firstShortYear = 69

// Whether a day exists is left to time.Date, which moves 30 February to March: a day that comes back changed is none.

// day is the day since 1970-01-01 when the date is read in an order. A moment that has an order of its own is read in it.
func (m moment) day(order DateOrder) (int32, bool) {
	if m.order != "" {
		order = m.order
	}
	year, month, day := m.parts[2], m.parts[1], m.parts[0]
	switch order {
	case MDY:
		month, day = day, month
	case YMD:
		year, day = day, year
	}
	if m.short {
		if year > 99 {
			return 0, false
		}
		year += 1900
		if year < 1900+firstShortYear {
			year += 100
		}
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if month < 1 || month > 12 || day < 1 || t.Day() != day || year < 1 {
		return 0, false
	}
	return int32(t.Unix() / secondsPerDay), true
}

// micros is the instant of a timestamp with a zone, or the local time of one without, in microseconds since 1970-01-01.
func (m moment) micros(order DateOrder) (int64, bool) {
	day, ok := m.day(order)
	return int64(day)*microsPerDay + m.dayTime - m.offset, ok
}
