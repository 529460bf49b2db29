package health

import (
	"slices"
	"testing"

	"holdfast/dataset"
)

// seen are snapshots of one account after the other, by days from a start.
func seen(accounts ...[]int) *dataset.Snapshots {
	s := &dataset.Snapshots{}
	for a, days := range accounts {
		s.Accounts = append(s.Accounts, string(rune('a'+a)))
		for _, d := range days {
			s.Account, s.Date = append(s.Account, int32(a)), append(s.Date, dataset.Date(20_000+d))
		}
	}
	return s
}

// every lists n days a step apart.
func every(step, n int) []int {
	days := make([]int, n)
	for i := range days {
		days[i] = step * i
	}
	return days
}

func TestCadenceNamesTheRhythm(t *testing.T) {
	for _, c := range []struct {
		fact      string
		snapshots *dataset.Snapshots
		name      string
		median    int
		gaps      int // accounts with gaps
		skipped   int
	}{
		{"one snapshot an account has none", seen([]int{0}, []int{7}), "single", 0, 0, 0},
		{"every day", seen(every(1, 9)), "daily", 1, 0, 0},
		{"working days", seen([]int{0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14}), "daily", 1, 0, 0},
		{"every week", seen(every(7, 9)), "weekly", 7, 0, 0},
		{"months of 28 to 31 days", seen([]int{0, 31, 59, 90, 120, 151}), "monthly", 31, 0, 0},
		{"a month left out", seen([]int{0, 30, 60, 120, 150, 180, 210}), "monthly", 30, 1, 1},
		{"two accounts, one with two gaps of one and two", seen(every(30, 12), []int{0, 30, 90, 120, 210}), "monthly", 30, 1, 3},
		{"quarters", seen([]int{0, 91, 182, 274}), "quarterly", 91, 0, 0},
		{"years", seen([]int{0, 365, 730}), "yearly", 365, 0, 0},
		{"the same weekday every year, 52 or 53 weeks", seen([]int{0, 364, 735, 1099}), "yearly", 364, 0, 0},
		{"no rhythm has no gaps", seen([]int{0, 3, 50, 61, 200}), "irregular", 11, 0, 0},
		{"two versions of a day are no gap", seen([]int{0, 0, 7, 14, 14, 21}), "weekly", 7, 0, 0},
	} {
		got := cadence(c.snapshots)
		if got.Name != c.name || got.MedianGap != c.median || got.AccountsWithGaps != c.gaps || got.Skipped != c.skipped {
			t.Errorf("%s: %s, median %d, %d accounts with gaps, %d skipped; want %s, %d, %d, %d", c.fact,
				got.Name, got.MedianGap, got.AccountsWithGaps, got.Skipped, c.name, c.median, c.gaps, c.skipped)
		}
	}
}

func TestThinMonths(t *testing.T) {
	start := day(t, "2025-01-01")
	months := func(accounts ...int) []Month {
		list := make([]Month, len(accounts))
		for i, n := range accounts {
			list[i] = Month{Start: start.AddMonths(i), Accounts: n}
		}
		return list
	}
	monthly := Snapshots{First: start, Last: day(t, "2025-06-01"), Dates: 6, Cadence: Cadence{Name: "monthly", MedianGap: 31}}
	for _, c := range []struct {
		fact      string
		snapshots Snapshots
		months    []Month
		want      []ThinMonth
	}{
		{"steady", monthly, months(90, 100, 95, 98, 97, 99), []ThinMonth{}},
		{"a hole", monthly, months(90, 100, 95, 10, 97, 99), []ThinMonth{{Month: start.AddMonths(3), Accounts: 10, Before: 95}}},
		{"half is enough", monthly, months(100, 100, 100, 50, 100, 100), []ThinMonth{}},
		{"the last month is partial until it is over", Snapshots{Last: day(t, "2025-06-12"), Dates: 24, Cadence: Cadence{Name: "weekly", MedianGap: 7}}, months(100, 100, 100, 100, 100, 20),
			[]ThinMonth{{Month: start.AddMonths(5), Accounts: 20, Before: 100, Partial: true}}},
		{"a last month whose one day is there is not partial", monthly, months(100, 100, 100, 100, 100, 20), []ThinMonth{{Month: start.AddMonths(5), Accounts: 20, Before: 100}}},
		{"months after the last snapshot hold outcomes only", Snapshots{Last: day(t, "2025-04-30"), Cadence: Cadence{Name: "monthly"}}, months(100, 100, 100, 100, 0, 0), []ThinMonth{}},
		{"months say nothing about quarters", Snapshots{Last: day(t, "2025-06-30"), Cadence: Cadence{Name: "quarterly"}}, months(100, 0, 0, 100, 0, 0), []ThinMonth{}},
	} {
		if got := thinMonths(c.snapshots, c.months); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.fact, got, c.want)
		}
	}
}

// a churns on day 10 and comes back on day 30; b never churns; c churns on day 5; d has no
// outcome. Null outcomes say nothing.
//
//	day   0   5   10   20   30   40
//	a     s       s,C  s    s,R  s
//	b     s            s         s
//	c     s   C   s
//	d     s                      s
func TestAtRiskLeavesOutWhoHasLeft(t *testing.T) {
	s := seen([]int{0, 10, 20, 30, 40}, []int{0, 20, 40}, []int{0, 10}, []int{0, 40})
	at := func(d int) dataset.Date { return dataset.Date(20_000 + d) }
	o := &dataset.Outcomes{
		Accounts: []string{"a", "b", "bb", "c"}, Account: []int32{0, 0, 0, 1, 1, 2, 3},
		Date:  []dataset.Date{at(10), at(25), at(30), at(10), at(20), at(1), at(5)},
		Label: []dataset.Label{dataset.Churned, dataset.Unknown, dataset.Renewed, dataset.Renewed, dataset.Unknown, dataset.Churned, dataset.Churned},
	}
	// Rows: a 0-4, b 5-7, c 8-9, d 10-11.
	want := []int32{0, 3, 4, 5, 6, 7, 8, 10, 11}
	if got := atRisk(s, o); !slices.Equal(got, want) {
		t.Errorf("rows at risk %v, want %v", got, want)
	}
}

func TestCalendarNumbersMonthsAndBearsWildDates(t *testing.T) {
	first, last := day(t, "2024-11-15"), day(t, "2025-02-01")
	c := newCalendar(first, last)
	for text, want := range map[string]int32{"2024-11-15": 0, "2024-11-30": 0, "2024-12-01": 1, "2025-01-31": 2, "2025-02-01": 3, "1900-01-01": 0, "9999-12-31": 3} {
		if got := c.month(day(t, text)); got != want {
			t.Errorf("%s is in month %d, want %d", text, got, want)
		}
	}
	if from, to := reach(day(t, "0001-01-01"), day(t, "9999-12-31"), day(t, "2025-06-30")); int(to)-int(from) > century {
		t.Errorf("the calendar reaches from %s to %s", from, to)
	}
	want := []dataset.Date{day(t, "2024-10-01"), day(t, "2025-01-01")}
	if got := quartersBetween(first, last); !slices.Equal(got, want) {
		t.Errorf("quarters %v, want %v", got, want)
	}
}

func TestStrangersAreCountedOverSortedKeys(t *testing.T) {
	if got := strangers([]string{"a", "b", "x", "z"}, []string{"a", "c", "x"}); got != 2 {
		t.Errorf("%d strangers, want 2 (b and z)", got)
	}
}
