package csvio

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// anyDay draws a day of the years 1 to 9999.
func anyDay(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(-62_135_596_800, 253_402_300_799).Draw(t, "second")/secondsPerDay*secondsPerDay, 0).UTC()
}

// What time.Format prints is read back, in the order in which it was printed.
func TestPrintedDatesComeBack(t *testing.T) {
	layouts := map[string]DateOrder{"2006-01-02": YMD, "2006/1/2": YMD, "2006.01.02": YMD, "02/01/2006": DMY, "2.1.2006": DMY, "02-01-2006": DMY,
		"01/02/2006": MDY, "1-2-2006": MDY, "02-Jan-2006": DMY, "2 January 2006": DMY, "02/Jan/2006": DMY}
	rapid.Check(t, func(t *rapid.T) {
		want := anyDay(t)
		for layout, order := range layouts {
			m, ok := parseMoment([]byte(want.Format(layout)))
			got, exists := m.day(order)
			if !ok || !exists || int64(got)*secondsPerDay != want.Unix() {
				t.Errorf("%s: day %d, want %d", want.Format(layout), got, want.Unix()/secondsPerDay)
			}
		}
	})
}

func TestPrintedTimestampsComeBack(t *testing.T) {
	zoned := []string{"2006-01-02T15:04:05.999999Z07:00", "2006-01-02 15:04:05.000000-07", "2006-01-02 15:04:05.999999-0700"}
	local := []string{"2006-01-02T15:04:05.999999", "2006-01-02 15:04:05,999999", "2.1.2006 15:04:05.999999", "02-Jan-2006 15:04:05.000000", "2006-01-02 3:04:05.999999 PM", "2006-01-02 03:04:05.999999pm"}
	rapid.Check(t, func(t *rapid.T) {
		utc := anyDay(t).Add(time.Duration(rapid.Int64Range(0, microsPerDay-1).Draw(t, "micros")) * time.Microsecond)
		if utc.Year() < 2 || utc.Year() > 9998 { // else a zone may lead out of the years with four digits
			return
		}
		hours := rapid.IntRange(-12, 14).Draw(t, "zone")
		at := utc.In(time.FixedZone("", hours*3600))
		for _, layout := range zoned {
			cell := at.Format(layout)
			m, ok := parseMoment([]byte(cell))
			if got, exists := m.micros(YMD); !ok || !exists || !m.zoned || got != utc.UnixMicro() {
				t.Errorf("%s: %d, want %d", cell, got, utc.UnixMicro())
			}
		}
		for _, layout := range local {
			cell := utc.Format(layout)
			m, ok := parseMoment([]byte(cell))
			if got, exists := m.micros(DMY); !ok || !exists || m.zoned || got != utc.UnixMicro() {
				t.Errorf("%s: %d, want %d", cell, got, utc.UnixMicro())
			}
		}
	})
}

// A date of the calendar has one reading or two, and a cell of other digits none.
func TestOnlyDaysThatExistAreDates(t *testing.T) {
	for cell, want := range map[string]string{
		"29/02/2024": "dmy", "29/02/2023": "", "02/29/2024": "mdy", "31/04/2026": "", "30/04/2026": "dmy", "13/13/2026": "", "00/01/2026": "",
		"03/04/2026": "dmy mdy", "12/12/2026": "dmy mdy", "2026-02-29": "", "2024-02-29": "ymd", "0000-01-01": "", "1900-02-29": "", "2000-02-29": "ymd",
		"31/12/99": "dmy", "01/02/03": "dmy mdy ymd", "99/12/31": "ymd", "32/13/99": "", "29/02/23": "ymd",
	} {
		m, ok := parseMoment([]byte(cell))
		var fits []string
		for _, order := range m.orders() {
			if _, exists := m.day(order); ok && exists {
				fits = append(fits, string(order))
			}
		}
		if got := strings.Join(fits, " "); got != want {
			t.Errorf("%s can be read as %q, want %q", cell, got, want)
		}
	}
}

// POSIX, strptime %y: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068.
func TestYearsOfTwoDigitsFollowPOSIX(t *testing.T) {
	for year := range 100 {
		want := 2000 + year
		if year >= 69 {
			want = 1900 + year
		}
		m, ok := parseMoment(fmt.Appendf(nil, "15/06/%02d", year))
		day, exists := m.day(DMY)
		if got := time.Unix(int64(day)*secondsPerDay, 0).UTC().Year(); !ok || !exists || got != want {
			t.Errorf("%02d is %d, want %d", year, got, want)
		}
	}
}

func TestTimesThatNoClockShowsAreWords(t *testing.T) {
	for _, clock := range []string{"24:00", "12:60", "12:00:60", "1", "12:", "12:00:", "12:00:00.", "123:00", "-1:00", "0:30 AM", "13:00 PM", "12:00 XM",
		"12:00 CET", "12:00+", "12:00+2", "12:00+16", "12:00+02:60", "12:00+02:00:00", "12:00 +02:00 x", "12:00  ", "12:00Zulu"} {
		if m, ok := parseMoment([]byte("2026-03-31 " + clock)); ok {
			t.Errorf("%q is %+v", clock, m)
		}
	}
}

func FuzzMoment(f *testing.F) {
	for _, seed := range []string{"2026-03-31", "31/12/69 12:00 AM", "1 May 2026 1:02:03.4567891+05:30", "2026-03-31T10:00:00,5 GMT"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, cell []byte) {
		m, ok := parseMoment(cell)
		if !ok {
			return
		}
		readable := false
		for _, order := range m.orders() {
			day, exists := m.day(order)
			at, _ := m.micros(order)
			readable = readable || exists
			// A zone is at most 16 hours away, so the instant is less than two days from the day.
			if away := at - int64(day)*microsPerDay; exists && (away < -microsPerDay || away > 2*microsPerDay) {
				t.Errorf("%q in %s: day %d but instant %d", cell, order, day, at)
			}
		}
		if !readable {
			t.Errorf("%q is accepted, but no order gives a day", cell)
		}
	})
}
