package csvio

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// clock is the time of day and the zone of a text after a date.
func clock(text string) (at moment, ok bool) {
	ok = at.takeTime([]byte(text))
	return at, ok
}

// In microseconds after midnight; ISO 8601, and the twelve hours of English.
func TestTimesOfDayAreReadAsTheyAreMeant(t *testing.T) {
	const second, minute, hour = int64(1_000_000), int64(60_000_000), int64(3_600_000_000)
	for text, want := range map[string]int64{
		"00:00":             0,
		"0:00":              0,
		"9:05":              9*hour + 5*minute,
		"23:59:59":          23*hour + 59*minute + 59*second,
		"10:00:00.5":        10*hour + second/2,
		"10:00:00,25":       10*hour + second/4, // the comma of ISO 8601
		"10:00:00.123456":   10*hour + 123456,
		"10:00:00.12345678": 10*hour + 123456, // cut off and not rounded: no Parquet column holds more
		"10:00:00.9999999":  10*hour + 999999,
		"12:30 AM":          30 * minute, // half past midnight
		"12:30 PM":          12*hour + 30*minute,
		"1:30pm":            13*hour + 30*minute,
		"11:59:59 pm":       23*hour + 59*minute + 59*second,
	} {
		if got, ok := clock(text); !ok || got.dayTime != want || got.zoned {
			t.Errorf("%q is %d, %v, want %d without a zone", text, got.dayTime, ok, want)
		}
	}
}

func TestWhatNoClockShowsIsNoTime(t *testing.T) {
	for _, text := range []string{"", "9", "24:00", "23:60", "10:00:60", "10:00:00.", "100:00", "1:", ":30", "13:00 PM", "0:30 AM", "10:00 XM", "10:00 A", "10:00x", "10:00:00.5.5"} {
		if got, ok := clock(text); ok {
			t.Errorf("%q is read as %d", text, got.dayTime)
		}
	}
}

// Zones of ISO 8601, in hours that the clock is ahead of UTC. A colon stands between hours and
// minutes and nowhere else: +0:200 was taken for +02:00.
func TestZonesAreHoursAndMinutesAheadOfUTC(t *testing.T) {
	const hour = int64(3_600_000_000)
	for text, want := range map[string]int64{"Z": 0, "z": 0, " UTC": 0, "GMT": 0, "+02": 2 * hour, "+0200": 2 * hour, " +02:00": 2 * hour, "-03:30": -7 * hour / 2,
		"+05:45": 5*hour + hour*3/4, "+14:00": 14 * hour, "-00:00": 0} {
		if got, ok := clock("10:00" + text); !ok || !got.zoned || got.offset != want {
			t.Errorf("zone %q is %d, %v, want %d", text, got.offset, ok, want)
		}
	}
	for _, text := range []string{" ", "CET", "EST", "02:00", "+2", "+2:00", "+020", "+02:0", "+02:60", "+16:00", "+0:200", "+:0200", "+020:0", "+0200:", "+02::00", "+02:", "++02", "+-2", "Z+1", "UTC+1"} {
		if got, ok := clock("10:00" + text); ok {
			t.Errorf("zone %q is read as %d", text, got.offset)
		}
	}
}

// Whatever is written as hours, minutes, seconds and a zone comes back.
func TestEveryTimeThatIsPrintedComesBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h, m, s := rapid.IntRange(0, 23).Draw(r, "hour"), rapid.IntRange(0, 59).Draw(r, "minute"), rapid.IntRange(0, 59).Draw(r, "second")
		micros := rapid.IntRange(0, 999_999).Draw(r, "microsecond")
		zone, sign := rapid.IntRange(0, 14).Draw(r, "zone"), rapid.SampledFrom([]string{"+", "-"}).Draw(r, "sign")
		text := fmt.Sprintf("%02d:%02d:%02d.%06d%s%02d:00", h, m, s, micros, sign, zone)
		if rapid.Bool().Draw(r, "without a colon") {
			text = strings.TrimSuffix(text, ":00") + "00"
		}
		ahead := int64(zone) * 3_600_000_000
		if sign == "-" {
			ahead = -ahead
		}
		got, ok := clock(text)
		if want := int64((h*60+m)*60+s)*1_000_000 + int64(micros); !ok || got.dayTime != want || got.offset != ahead {
			r.Fatalf("%s is %+v, %v", text, got, ok)
		}
	})
}
