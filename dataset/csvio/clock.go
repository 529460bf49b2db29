package csvio

import (
	"bytes"
)

// takeTime reads 12:30, 12:30:00.5, 2:30 PM, and a zone. 24:00 and the second 60 are refused: they
// belong to another day or minute, and the programs that write CSV do not print them.
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

// clockPart reads one or two digits up to most and returns what follows them.
func clockPart(b []byte, most int) (value int, rest []byte, ok bool) {
	n := digits(b)
	if n == 0 || n > 2 {
		return 0, nil, false
	}
	value = atoi(b[:n])
	return value, b[n:], value <= most
}

// takeFraction reads the fraction of a second; what is finer than a microsecond is cut off, which
// is what TIMESTAMP(MICROS) can hold.
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

// takeHalf reads AM or PM. Twelve is the first hour of its half: 12:30 AM is half past midnight.
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

// takeZone reads Z, UTC, GMT, +02:00, +0200 or +02, and must reach the end. Names such as CET and
// EST are refused: several places share them, and some mean an hour more in summer.
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
	if b = b[1:]; len(b) == 5 && b[2] == ':' {
		b = append(b[:2:2], b[3:]...)
	}
	if digits(b) != len(b) || len(b) != 2 && len(b) != 4 {
		return false
	}
	hours, minutes := atoi(b[:2]), atoi(b[2:])
	m.offset = sign * int64(hours*3600+minutes*60) * microsPerSecond
	return hours <= 15 && minutes <= 59
}
