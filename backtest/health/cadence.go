package health

import (
	"math"
	"slices"

	"holdfast/dataset"
)

// rhythms are the cadences that have names, with the gaps in days that belong to them.
// A working day may follow a weekend; a month has 28 to 31 days.
var rhythms = [...]struct {
	name     string
	from, to int
}{
	{"daily", 1, 4}, {"weekly", 6, 8}, {"monthly", 27, 33}, {"quarterly", 88, 94}, {"yearly", 360, 371},
}

const (
	// regularShare of the gaps must fit for a cadence to have its name.
	regularShare = 0.8

	// skippedGap is in median gaps: a longer gap has lost a snapshot. Rounding a gap of
	// fewer to whole medians would give one, and so none that was skipped.
	skippedGap = 1.5

	// thinShare of the accounts of the months before is enough for a month.
	thinShare = 0.5

	// longestCount is in days; longer gaps are counted as this. It is beyond the longest
	// gap that a cadence has a name for, and only the median could tell the difference.
	longestCount = 4000
)

// cadence looks at the days between consecutive snapshots of one account. Gaps are counted by
// length and not kept: two passes, and memory that does not grow with the rows. The share that
// fits is of all accounts together; who is seen more often has more of a say.
func cadence(s *dataset.Snapshots) Cadence {
	counts := make([]int, longestCount+1)
	gaps := 0
	eachGap(s, func(_ int32, days int) {
		counts[min(days, longestCount)]++
		gaps++
	})
	c := Cadence{Name: "single", Regular: share(0, 0), Examples: []string{}, Thin: []ThinMonth{}}
	if gaps == 0 {
		return c
	}
	c.Name, c.MedianGap = "irregular", countedMedian(counts, gaps)
	for _, r := range rhythms {
		fit := 0
		for _, n := range counts[r.from : r.to+1] {
			fit += n
		}
		if float64(fit) >= regularShare*float64(gaps) {
			c.Name, c.Regular = r.name, share(fit, gaps)
		}
	}
	c.countSkipped(s)
	return c
}

// eachGap visits the gaps within accounts, in days, by account and then in time. A row of the
// same day, another version of it, is no gap.
func eachGap(s *dataset.Snapshots, visit func(account int32, days int)) {
	for i := 1; i < len(s.Date); i++ {
		if days := int(s.Date[i]) - int(s.Date[i-1]); s.Account[i] == s.Account[i-1] && days > 0 {
			visit(s.Account[i], days)
		}
	}
}

// countedMedian is the lower median of n counted whole numbers, counts[v] of each v: one of
// them, so that a median gap is a gap that there is.
func countedMedian(counts []int, n int) int {
	seen := 0
	for days, k := range counts {
		if seen += k; 2*seen >= n {
			return days
		}
	}
	return 0
}

// countSkipped finds the accounts that lack snapshots between their first and last: a gap of
// three medians has skipped two. An irregular rhythm skips nothing, for there is nothing to
// expect; its longest gap is told all the same.
func (c *Cadence) countSkipped(s *dataset.Snapshots) {
	limit := skippedGap * float64(c.MedianGap)
	if c.Name == "daily" {
		limit = 4.5 // weekends and a holiday
	}
	last := int32(-1)
	eachGap(s, func(account int32, days int) {
		c.LongestGap = max(c.LongestGap, days)
		if c.Name == "irregular" || float64(days) <= limit {
			return
		}
		c.Skipped += int(math.Round(float64(days)/float64(c.MedianGap))) - 1
		if account == last {
			return
		}
		last = account
		c.AccountsWithGaps++
		if len(c.Examples) < shownAccounts {
			c.Examples = append(c.Examples, s.Accounts[account])
		}
	})
}

// thinMonths finds months with far fewer accounts than the three before, by their median, so
// that one hole does not make the next month look full. The first three months are never thin,
// nor are those after the last snapshot, which hold outcomes only. Where accounts are seen
// less than monthly, months say nothing.
func thinMonths(s Snapshots, months []Month) []ThinMonth {
	thin := []ThinMonth{}
	if !slices.Contains([]string{"daily", "weekly", "monthly"}, s.Cadence.Name) {
		return thin
	}
	for m := 3; m < len(months); m++ {
		if months[m].Start > s.Last {
			break
		}
		before := []int{months[m-3].Accounts, months[m-2].Accounts, months[m-1].Accounts}
		slices.Sort(before)
		if float64(months[m].Accounts) < thinShare*float64(before[1]) {
			thin = append(thin, ThinMonth{Month: months[m].Start, Accounts: months[m].Accounts, Before: before[1], Partial: s.mayGrow(months[m].Start)})
		}
	}
	return thin
}

// mayGrow says whether a month is the last of the data and not over yet: the next
// snapshots may still fall into it. Where all accounts are seen on one day a month, one
// day is the whole month.
func (s Snapshots) mayGrow(month dataset.Date) bool {
	next := month.AddMonths(1)
	if s.Last < month || s.Last >= next || s.Dates <= len(quartersBetween(s.First, s.Last))*3 && s.Cadence.Name == "monthly" {
		return false
	}
	return s.Last+dataset.Date(min(s.Cadence.MedianGap, 7)) < next
}
