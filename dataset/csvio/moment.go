package csvio

import (
	"time"
)

// moment is a date or a timestamp as it is written. The three numbers of a date whose order is open stay in the order in
// which they stand.
type moment struct {
	parts   [3]int    // in the order in which they stand, but with the name of a month: day, month, year
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

// parseMoment reads a date, with a time of day and a zone or without. It accepts a cell only if its
// date exists under some order: 31/02/2026 is a word, and so is the 0000-00-00 of MySQL.
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

// day is the day since 1970-01-01 when the date is read in an order. A moment that has an order of
// its own is read in it. Whether a day exists is left to time.Date, which moves 30 February to
// March: a day that comes back changed is none. The year 0 is none either.
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
