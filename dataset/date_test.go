package dataset

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDatesCountDaysFrom1970(t *testing.T) {
	// Day numbers from the proleptic Gregorian calendar, e.g. date -d @$((n*86400)).
	for iso, want := range map[string]Date{
		"1970-01-01": 0, "1969-12-31": -1, "2000-02-29": 11016, "2026-06-30": 20634, "0001-01-01": -719162, "9999-12-31": 2932896,
	} {
		d, err := ParseDate(iso)
		if err != nil || d != want || d.String() != iso {
			t.Errorf("%s is day %d (%s), %v; want %d", iso, d, d, err, want)
		}
	}
}

func TestWhatIsNoISODayIsRefused(t *testing.T) {
	for _, s := range []string{"", "-", "2026-06-31", "2026-02-29", "26-06-30", "30.06.2026", "06/30/2026", "2026-06-30T00:00:00Z", " 2026-06-30", "20260630", "10000-01-01"} {
		if d, err := ParseDate(s); err == nil || d != NoDate {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

func TestMonthsEndWhereTheyEnd(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"}, // leap year
		{"2100-01-31", 1, "2100-02-28"}, // no leap year: divisible by 100, not by 400
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-08-31", 3, "2026-11-30"},
		{"2026-02-28", 1, "2026-03-28"}, // the end of a month is not remembered
		{"2026-05-15", 0, "2026-05-15"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2026-01-15", -13, "2024-12-15"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2026-06-30", 120, "2036-06-30"},
	} {
		if got := day(c.from).AddMonths(c.months); got.String() != c.want {
			t.Errorf("%s plus %d months is %s, want %s", c.from, c.months, got, c.want)
		}
	}
	if got := NoDate.AddMonths(1); got != NoDate {
		t.Errorf("no date plus a month is %s", got)
	}
}

func TestDatesReadBackAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.IntRange(-719162, 2932896).Draw(t, "day")) // years 1 to 9999
		if back, err := ParseDate(d.String()); err != nil || back != d {
			t.Fatalf("%s reads back as %s, %v", d, back, err)
		}
		if back := NewDate(d.Civil()); back != d {
			t.Fatalf("the civil form of %s is that of %s", d, back)
		}
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back Date
		if err := json.Unmarshal(text, &back); err != nil || back != d {
			t.Fatalf("JSON %s reads back as %s, %v", text, back, err)
		}
	})
}

func TestAddMonthsMovesByMonthsAndNoFurther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.IntRange(-100000, 100000).Draw(t, "day"))
		n := rapid.IntRange(-500, 500).Draw(t, "months")
		year, month, dom := d.Civil()
		gotYear, gotMonth, gotDom := d.AddMonths(n).Civil()
		if want := year*12 + int(month) + n; gotYear*12+int(gotMonth) != want {
			t.Fatalf("%s plus %d months is %s", d, n, d.AddMonths(n))
		}
		if gotDom > dom {
			t.Fatalf("%s plus %d months is the later day %s", d, n, d.AddMonths(n))
		}
		_, next, _ := (d.AddMonths(n) + 1).Civil()
		if gotDom < dom && next == gotMonth {
			t.Fatalf("%s plus %d months stops at %s, before the end of the month", d, n, d.AddMonths(n))
		}
	})
}

func TestNoDateIsWrittenAsNothing(t *testing.T) {
	text, err := json.Marshal(map[string]Date{"until": NoDate})
	if err != nil || string(text) != `{"until":""}` {
		t.Errorf("no date is written as %s, %v", text, err)
	}
	d := Date(7)
	if err := json.Unmarshal([]byte(`""`), &d); err != nil || d != NoDate || d.String() != "-" {
		t.Errorf("an empty text is read as %s, %v", d, err)
	}
	if err := json.Unmarshal([]byte(`"tomorrow"`), &d); err == nil {
		t.Error("tomorrow was read as a date")
	}
}

func TestNewDateRollsOverLikeTime(t *testing.T) {
	if got := NewDate(2026, time.February, 30); got.String() != "2026-03-02" {
		t.Errorf("30 February 2026 is %s", got)
	}
}
