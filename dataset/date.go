package dataset

import (
	"fmt"
	"math"
	"time"
)

// Date is a calendar day, counted from 1970-01-01, as in date32 of Parquet and Arrow.
// Everything the label clock compares is a Date: timestamps become days once, when they are
// read, in the zone of Reading.Location. Days are added and subtracted as the whole numbers
// they are; the calendar is that of package time (proleptic Gregorian).
type Date int32

// NoDate is a date that is not known. It sorts before every real day, and is the value that
// parquetio gives a null. It must not be computed with: NoDate - 1 is in the far future.
const NoDate Date = math.MinInt32

// Civil days have no leap seconds and no clock changes.
const secondsPerDay = 24 * 60 * 60

// NewDate returns the day of a civil date; out-of-range days roll over as in
// time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// ParseDate reads an ISO day such as 2026-06-30, and nothing else: no time of day, no blanks,
// no 31 February. The error names the text and says what is expected; the date is NoDate then.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return NoDate, fmt.Errorf("dataset: %q is not a date like 2026-06-30", s)
	}
	return NewDate(t.Date()), nil
}

// Civil returns the year, month and day.
func (d Date) Civil() (int, time.Month, int) {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Date()
}

// AddMonths moves the day by n months and stays within the month it reaches:
// 31 January plus one month is the last day of February. NoDate stays NoDate.
func (d Date) AddMonths(n int) Date {
	if d == NoDate {
		return NoDate
	}
	year, month, day := d.Civil()
	first := time.Date(year, month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return NewDate(first.Year(), first.Month(), min(day, last))
}

// String returns the ISO form, or "-" for NoDate.
func (d Date) String() string {
	if d == NoDate {
		return "-"
	}
	year, month, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}

// MarshalText writes the ISO form, and nothing for NoDate.
func (d Date) MarshalText() ([]byte, error) {
	if d == NoDate {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what MarshalText wrote: an ISO day, or nothing for NoDate. The error is
// that of ParseDate.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = NoDate
		return nil
	}
	parsed, err := ParseDate(string(text))
	*d = parsed
	return err
}
