package synth

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDaysAreCountedFrom1970(t *testing.T) {
	cases := []struct {
		year  int
		month time.Month
		day   int
		want  int32 // date -u -d DATE +%s divided by 86400
	}{
		{1970, time.January, 1, 0},
		{1969, time.December, 31, -1},
		{2000, time.February, 29, 11016},
		{2023, time.January, 31, 19388},
		{2024, time.March, 0, 19782}, // rolls back to 29 February
	}
	for _, c := range cases {
		if got := dayOf(c.year, c.month, c.day); got != c.want {
			t.Errorf("%d-%d-%d is day %d, want %d", c.year, c.month, c.day, got, c.want)
		}
	}
}

func TestMonthEndsFollowTheCalendar(t *testing.T) {
	start := time.Date(2023, time.December, 5, 13, 0, 0, 0, time.UTC)
	got := monthEnds(start, -1, 4)
	want := []int32{
		dayOf(2023, time.November, 30), dayOf(2023, time.December, 31),
		dayOf(2024, time.January, 31), dayOf(2024, time.February, 29), dayOf(2024, time.March, 31),
	}
	if len(got) != len(want) {
		t.Fatalf("got %d month ends, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("month end %d is day %d, want %d", i, got[i], want[i])
		}
	}
}

func TestAddingMonthsStaysInTheMonthReached(t *testing.T) {
	cases := []struct {
		name     string
		from, to int32
		months   int
	}{
		{"a plain year", dayOf(2023, 5, 17), dayOf(2024, 5, 17), 12},
		{"leap day to a common year", dayOf(2024, 2, 29), dayOf(2025, 2, 28), 12},
		{"leap day to a leap year", dayOf(2024, 2, 29), dayOf(2028, 2, 29), 48},
		{"end of August to February", dayOf(2023, 8, 31), dayOf(2024, 2, 29), 6},
		{"end of May to November", dayOf(2023, 5, 31), dayOf(2023, 11, 30), 6},
		{"over new year", dayOf(2023, 12, 1), dayOf(2024, 1, 1), 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := addMonths(c.from, c.months); got != c.to {
				t.Errorf("got day %d, want %d", got, c.to)
			}
		})
	}
}

func TestAddingMonthsNeverStraysFromTheirLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Int32Range(0, 80_000).Draw(t, "day")
		years := rapid.IntRange(0, 50).Draw(t, "years")
		to := addMonths(from, 12*years)
		if off := float64(to-from) - daysPerYear*float64(years); off < -2 || off > 2 {
			t.Errorf("%d years are %d days", years, to-from)
		}
		if next := addMonths(from, 12*years+1) - to; next < 28 || next > 31 {
			t.Errorf("one month on is %d days", next)
		}
	})
}
