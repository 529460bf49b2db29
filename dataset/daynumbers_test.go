package dataset

import (
	"context"
	"testing"
	"time"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// dated are the columns of aAndB with a date of a pulse, missing in one row.
func dated(t *testing.T, how Reading) *Snapshots {
	t.Helper()
	pulse := days("pulse_date", "2026-03-31", "2026-01-29", "2026-02-01", "2025-11-02", null)
	s, err := load(t, standard, expr.Columns{"pulse_date": expr.Day}, how,
		texts("account_id", "b", "a", "a", "b", "a"),
		days("snapshot_date", "2026-03-31", "2026-02-28", "2026-01-31", "2026-01-31", "2026-03-31"), pulse)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Rows in canonical order: a in January, with a pulse of the day after, February, 30 days
// before, and March, without one; b in January, 90 days before, and March, of that day.
func TestADateIsANumberOfDaysWithAnAge(t *testing.T) {
	age := history.Spec{Of: "pulse_date", OverDays: 89, As: history.Age}
	for name, how := range map[string]Reading{
		"in memory": everything,
		"stored":    {AsOf: NoDate, Memory: 1, TempDir: t.TempDir()},
	} {
		t.Run(name, func(t *testing.T) {
			s := dated(t, how)
			defer s.Table.Close()
			first := float64(NewDate(2026, time.February, 1))
			if got := numbersOf(t, s.Table, "pulse_date"); got[0] != first || got[2] == got[2] {
				t.Errorf("days %v, want %v first and none for the third", got, first)
			}
			if err := s.AddHistories(context.Background(), []history.Spec{age}, expr.Columns{"pulse_date": expr.Day}); err != nil {
				t.Fatal(err)
			}
			if got := numbersOf(t, s.Table, age.Name()); !sameBits(got, []float64{nan, 30, nan, nan, 0}) {
				t.Errorf("ages %v", got)
			}
			if len(s.Warnings) != 0 {
				t.Errorf("warnings %v", s.Warnings)
			}
		})
	}
}

func TestAnAgeIsTakenOfADateOnly(t *testing.T) {
	s := dated(t, everything)
	for _, uses := range []expr.Columns{{"pulse_date": expr.Number}, {}} {
		if err := s.AddHistories(context.Background(), []history.Spec{{Of: "pulse_date", OverDays: 90, As: history.Age}}, uses); err == nil {
			t.Errorf("%v: accepted", uses)
		}
	}
	if err := s.AddHistories(context.Background(), []history.Spec{{Of: "pulse_date", OverDays: 90, As: history.Mean}}, expr.Columns{"pulse_date": expr.Day}); err == nil {
		t.Error("the mean of dates was accepted")
	}
}
