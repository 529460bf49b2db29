package parquetio

import (
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// TestInstantsFallOnTheCalendarDayOfTheirZone goes along the borders of days. The local
// times are those of the IANA database: Berlin is two hours east of Greenwich from 29 March
// to 25 October 2026 and one hour otherwise, New York four hours west from 8 March to 1
// November and five otherwise, Kathmandu 5:45 east, Kiritimati 14 east; Samoa had no 30
// December 2011.
func TestInstantsFallOnTheCalendarDayOfTheirZone(t *testing.T) {
	for _, c := range []struct{ name, zone, instant, day string }{
		{"half past eleven at night is that day", "Europe/Berlin", "2026-01-31T22:30:00Z", "2026-01-31"},
		{"midnight is the next day", "Europe/Berlin", "2026-01-31T23:00:00Z", "2026-02-01"},
		{"the last moment of a month", "Europe/Berlin", "2026-01-31T22:59:59Z", "2026-01-31"},
		{"midnight before the clocks go forward", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29"},
		{"midnight after the clocks went forward", "Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30"},
		{"half past eleven on the short day", "Europe/Berlin", "2026-03-29T21:30:00Z", "2026-03-29"},
		{"midnight after the clocks went back", "Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26"},
		{"half past eleven on the long day", "Europe/Berlin", "2026-10-25T22:30:00Z", "2026-10-25"},
		{"the hour that comes twice", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25"},
		{"an evening in the west is the next morning in Greenwich", "America/New_York", "2026-03-01T04:30:00Z", "2026-02-28"},
		{"the same evening hour in summer", "America/New_York", "2026-07-01T03:30:00Z", "2026-06-30"},
		{"the eve of a leap day", "America/New_York", "2024-02-29T04:59:59Z", "2024-02-28"},
		{"a leap day", "America/New_York", "2024-03-01T04:59:59Z", "2024-02-29"},
		{"a zone of quarter hours", "Asia/Kathmandu", "2026-03-31T18:14:59Z", "2026-03-31"},
		{"a zone of quarter hours, midnight", "Asia/Kathmandu", "2026-03-31T18:15:00Z", "2026-04-01"},
		{"the easternmost zone is a day ahead at ten", "Pacific/Kiritimati", "2025-12-31T10:00:00Z", "2026-01-01"},
		{"a day that a country left out", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"},
		{"the day before it", "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Skipf("no time zone database here, not checked: %v", err)
			}
			instant, err := time.Parse(time.RFC3339, c.instant)
			if err != nil {
				t.Fatal(err)
			}
			day, err := time.Parse(time.DateOnly, c.day)
			if err != nil {
				t.Fatal(err)
			}
			file := stored(t, parquet.Timestamp(parquet.Millisecond), []parquet.Value{parquet.Int64Value(instant.UnixMilli())})
			if got, want := column(t, file, AsDay, Options{Location: zone}).Days[0], int32(day.Unix()/86400); got != want {
				t.Errorf("%s in %s is day %d, want %d (%s)", c.instant, c.zone, got, want, c.day)
			}
		})
	}
}
