package history

import (
	"math"
	"strings"
	"testing"
)

// situations are accounts with the answers of every function, computed by hand from the
// definitions of the package comment. Slopes with more than two points were computed
// with numpy.polyfit, times 30.
var situations = []struct {
	name string
	over int
	rows string
	want map[Function]string
}{
	{"the worked example", 90, `
		2026-01-31 10
		2026-02-28 0
		2026-03-31 ?
		2026-04-30 16
		2026-05-31 12
		2026-10-31 20`,
		map[Function]string{
			Change:    "? ? ? 6 12 ?",
			PctChange: "? ? ? 0.6 ? ?",
			Slope:     "? -10.714285714285715 -10.714285714285715 2.969579913085467 -3.870967741935484 ?",
			Mean:      "10 5 5 8.666666666666666 14 20",
			Min:       "10 0 0 0 12 20",
			Max:       "10 10 10 16 16 20",
			Sum:       "10 10 10 26 28 20",
			DaysSince: "0 28 59 0 0 0",
		}},
	{"one snapshot", 90, `2026-01-31 7`,
		map[Function]string{Change: "?", PctChange: "?", Slope: "?", Mean: "7", Min: "7", Max: "7", Sum: "7", DaysSince: "0"}},
	{"one snapshot of nothing", 90, `2026-01-31 0`,
		map[Function]string{Change: "?", PctChange: "?", Slope: "?", Mean: "0", Min: "0", Max: "0", Sum: "0", DaysSince: "?"}},
	{"one snapshot without a value", 90, `2026-01-31 ?`,
		map[Function]string{Change: "?", PctChange: "?", Slope: "?", Mean: "?", Min: "?", Max: "?", Sum: "?", DaysSince: "?"}},
	{"the boundary day is outside the window and is the base", 30, `
		2026-01-01 5
		2026-01-31 8`, // 30 days apart
		map[Function]string{Change: "? 3", PctChange: "? 0.6", Slope: "? ?", Mean: "5 8", Min: "5 8", Max: "5 8", Sum: "5 8", DaysSince: "0 0"}},
	{"the day after the boundary is inside the window and the base", 30, `
		2026-01-02 5
		2026-01-31 0`, // 29 days apart; slope -5/29 per day
		map[Function]string{Change: "? -5", PctChange: "? -1", Slope: "? -5.172413793103448", Mean: "5 2.5", Min: "5 0", Max: "5 5", Sum: "5 5", DaysSince: "0 29"}},
	{"a base of zero", 30, `
		2026-01-31 0
		2026-02-28 0
		2026-03-31 4
		2026-04-30 0`,
		map[Function]string{Change: "? 0 4 -4", PctChange: "? 0 ? -1", DaysSince: "? ? 0 ?"}}, // 31 March to 30 April are 30 days
	{"a base below zero", 30, `
		2026-01-31 -10
		2026-02-28 5
		2026-03-31 -5`, // +15 of 10 is +150 %; -10 of 5 is -200 %
		map[Function]string{Change: "? 15 -10", PctChange: "? 1.5 -2"}},
	{"a gap longer than the window", 90, `
		2026-01-31 1
		2026-02-28 2
		2026-09-30 9
		2026-10-31 10`,
		map[Function]string{Change: "? ? ? ?", Slope: "? 1.0714285714285714 ? 0.967741935483871", Mean: "1 1.5 9 9.5", Sum: "1 3 9 19", Min: "1 1 9 9", Max: "1 2 9 10", DaysSince: "0 0 0 0"}},
	{"a missing value in the window is passed over", 90, `
		2026-01-31 3
		2026-02-10 ?
		2026-02-20 5`, // 20 days apart
		map[Function]string{Change: "? ? ?", Slope: "? ? 3", Mean: "3 3 4", Min: "3 3 3", Max: "3 3 5", Sum: "3 3 8", DaysSince: "0 10 0"}},
	{"a base without a value gives way to its neighbour", 90, `
		2025-12-31 2
		2026-01-31 ?
		2026-02-28 7
		2026-04-30 9`, // of 30 January: 31 December is 30 days off, 28 February 29;
		// on 28 February the value of 31 December is 59 days old, which is near enough
		map[Function]string{Change: "? ? 5 2"}},
	{"of two bases equally near the older one counts", 10, `
		2026-01-08 1
		2026-01-12 2
		2026-01-20 4`, // of 10 January: both 2 days off
		map[Function]string{Change: "? ? 3"}},
	{"a base may be half a window off", 10, `
		2026-01-01 1
		2026-01-06 2
		2026-01-21 4`, // the 1st is 5 days before the 6th; the 6th is 15 before the 21st
		map[Function]string{Change: "? 1 2"}},
	{"and no more", 10, `
		2026-01-01 1
		2026-01-05 2
		2026-01-21 4`, // 4 days; 16 days
		map[Function]string{Change: "? ? ?"}},
	{"an odd window rounds inwards", 7, `
		2026-01-01 1
		2026-01-04 2
		2026-01-14 4
		2026-01-15 5
		2026-01-18 6`, // [4, 10] days: 3 no; 10 (the 4th); 11 no, 1 no; 4 (the 14th) beside 3
		map[Function]string{Change: "? ? 2 ? 2"}},
	{"irregular days", 60, `
		2026-01-05 1
		2026-01-07 3
		2026-02-20 2
		2026-03-08 6`, // on the 8th the window begins after 7 January; 44 and 60 days; the base is 7 January, 60 days before
		map[Function]string{Change: "? ? 1 3", Slope: "? 30 0.04437869822485207 7.5", Mean: "1 2 2 4", Sum: "1 4 6 8", Min: "1 1 1 2", Max: "1 3 3 6"}},
	{"a leap day", 365, `
		2023-02-28 1
		2024-02-29 3
		2025-02-28 4`, // 366 and 365 days apart
		map[Function]string{Change: "? 2 1", Sum: "1 3 4"}},
	{"a window of one day", 1, `
		2026-01-01 1
		2026-01-02 4
		2026-01-04 5`,
		map[Function]string{Change: "? 3 ?", Slope: "? ? ?", Mean: "1 4 5", Sum: "1 4 5", Min: "1 4 5", Max: "1 4 5", DaysSince: "0 0 0"}},
	{"the last day in use", 365, `
		2026-01-31 1
		2026-02-28 0
		2026-03-31 0
		2026-04-30 ?`,
		map[Function]string{DaysSince: "0 28 59 89"}},
	{"below zero is not zero", 365, `
		2026-01-31 -1
		2026-02-28 0`,
		map[Function]string{DaysSince: "0 28", Min: "-1 -1", Max: "-1 0"}},
	{"infinities are missing", 90, `
		2026-01-31 1
		2026-02-28 +Inf
		2026-03-31 -Inf`,
		map[Function]string{Change: "? ? ?", PctChange: "? ? ?", Slope: "? ? ?", Mean: "1 1 1", Min: "1 1 1", Max: "1 1 1", Sum: "1 1 1", DaysSince: "0 28 59"}},
	{"what overflows is missing", 90, `
		2026-01-31 -1.5e308
		2026-02-28 -1.5e308
		2026-04-30 1.5e308`,
		map[Function]string{Change: "? ? ?", Sum: "-1.5e308 ? ?", Min: "-1.5e308 -1.5e308 -1.5e308", Max: "-1.5e308 -1.5e308 1.5e308"}},
	{"small values beside large ones", 90, `
		2026-01-31 1e16
		2026-02-28 1
		2026-03-31 -1e16`, // a plain sum gives 0
		map[Function]string{Sum: "1e16 10000000000000001 1"}},
}

func TestSituationsComputedByHand(t *testing.T) {
	for _, c := range situations {
		for f, want := range c.want {
			t.Run(c.name+"/"+string(f), func(t *testing.T) {
				got := read(t, c.rows).compute(Spec{Of: "x", OverDays: c.over, As: f})
				words := strings.Fields(want)
				if len(words) != len(got) {
					t.Fatalf("%d answers for %d rows", len(words), len(got))
				}
				for i, word := range words {
					if !near(got[i], number(t, word)) {
						t.Fatalf("got %s, want %s", shown(got), want)
					}
				}
			})
		}
	}
}

// monthEnds are the last days of n months from January of a year on.
func monthEnds(year, n int) []int32 {
	days := make([]int32, n)
	for i := range days {
		days[i] = dayOf(year, i+2, 0)
	}
	return days
}

// A CS analyst who says 90 days means three months: whatever the lengths of the months,
// the base of each month end is the month end three before.
func TestChangeOfMonthEndsIsThatOfWholeMonths(t *testing.T) {
	for over, months := range map[int]int{30: 1, 60: 2, 90: 3, 91: 3, 180: 6, 182: 6, 365: 12, 730: 24} {
		days := monthEnds(2019, 96) // with two leap years
		value := make([]float64, len(days))
		for i := range value {
			value[i] = float64(i)
		}
		got := Compute(value, make([]int32, len(days)), days, nil, Spec{Of: "x", OverDays: over, As: Change})
		for i, v := range got {
			// Where the past begins, the first month end stands in if it is near enough.
			if i >= months && v != float64(months) {
				t.Errorf("over %dd, month %d: compared with %v months before, want %d", over, i, v, months)
			}
		}
	}
}

// What the package comment says of sums.
func TestWindowsOfMonthEnds(t *testing.T) {
	days := monthEnds(2019, 96)
	ones := make([]float64, len(days))
	for i := range ones {
		ones[i] = 1
	}
	count := func(over int) map[float64]bool {
		counts := make(map[float64]bool)
		for _, n := range Compute(ones, make([]int32, len(days)), days, nil, Spec{Of: "x", OverDays: over, As: Sum})[4:] {
			counts[n] = true
		}
		return counts
	}
	if c := count(90); len(c) != 2 || !c[3] || !c[4] {
		t.Errorf("90d: %v month ends, want 3 or 4", c)
	}
	if c := count(75); len(c) != 1 || !c[3] {
		t.Errorf("75d: %v month ends, want 3", c)
	}
}

// A row that was recorded on the 20th is unknown to the rows before and known to those
// after; of two versions of a day each row sees the last it could.
func TestLateRowsCountFromTheDayTheyWereRecorded(t *testing.T) {
	for name, c := range map[string]struct {
		rows string
		want map[Function]string
	}{
		"a late row": {`
			2026-01-31 1 2026-01-31
			2026-02-28 5 2026-04-20
			2026-03-31 3 2026-03-31
			2026-04-30 4 2026-04-30`,
			// 28 February is unknown on 31 March and known to itself and on 30 April
			map[Function]string{Sum: "1 6 4 13", Min: "1 1 1 1", Max: "1 5 3 5", Mean: "1 3 2 3.25", DaysSince: "0 0 0 0"}},
		"a correction": {`
			2026-01-31 1 2026-01-31
			2026-02-28 5 2026-02-28
			2026-02-28 7 2026-03-15
			2026-02-28 9 2026-04-10
			2026-03-31 3 2026-03-31
			2026-04-30 4 2026-04-30`,
			map[Function]string{Sum: "1 6 8 10 11 17", Max: "1 5 7 9 7 9"}},
		"a correction to nothing": {`
			2026-01-31 1 2026-01-31
			2026-02-28 5 2026-02-28
			2026-02-28 ? 2026-03-15
			2026-03-31 3 2026-03-31`,
			map[Function]string{Sum: "1 6 1 4", DaysSince: "0 0 28 0"}},
		"all rows a week late, in order": {`
			2026-01-31 1 2026-02-07
			2026-02-28 5 2026-03-07
			2026-03-31 3 2026-04-07
			2026-04-30 4 2026-05-07`,
			map[Function]string{Sum: "1 6 9 13", Change: "? ? 2 3"}},
		"a row recorded before its day": {`
			2026-01-31 1 2026-01-31
			2026-02-28 5 2025-12-01
			2026-03-31 3 2026-03-31`,
			map[Function]string{Sum: "1 6 9"}},
		"a base that came late": {`
			2026-01-31 1 2026-05-01
			2026-04-30 4 2026-04-30
			2026-05-01 6 2026-05-01`,
			map[Function]string{Change: "? ? 5"}},
	} {
		for f, want := range c.want {
			t.Run(name+"/"+string(f), func(t *testing.T) {
				got := read(t, c.rows).compute(Spec{Of: "x", OverDays: 90, As: f})
				for i, word := range strings.Fields(want) {
					if !near(got[i], number(t, word)) {
						t.Fatalf("got %s, want %s", shown(got), want)
					}
				}
			})
		}
	}
}

func TestTruthsAreFollowedLikeNumbers(t *testing.T) {
	champion := read(t, `
		2026-01-31 1
		2026-02-28 1
		2026-03-31 0
		2026-04-30 0`)
	for f, want := range map[Function]string{Change: "? ? -1 -1", Mean: "1 1 0.6666666667 0.5", Sum: "1 2 2 2", DaysSince: "0 0 31 61"} {
		if got := shown(champion.compute(Spec{Of: "champion", OverDays: 90, As: f})); got != want {
			t.Errorf("%s: got %s, want %s", f, got, want)
		}
	}
}

// Two dates that people mistype are further apart than an int32 can tell.
func TestDaysFarApartDoNotOverflow(t *testing.T) {
	for _, f := range Functions() {
		got := Compute([]float64{1, 2}, []int32{0, 0}, []int32{math.MinInt32 + 1, math.MaxInt32}, nil, Spec{Of: "x", OverDays: 3650, As: f})
		alone := Compute([]float64{2}, []int32{0}, []int32{math.MaxInt32}, nil, Spec{Of: "x", OverDays: 3650, As: f})
		if !same(got[1:], alone) {
			t.Errorf("%s: got %s, want %s", f, shown(got[1:]), shown(alone))
		}
	}
}

func TestNoRowsHaveNoHistory(t *testing.T) {
	if got := Compute(nil, nil, nil, nil, Spec{Of: "x", OverDays: 90, As: Mean}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}
