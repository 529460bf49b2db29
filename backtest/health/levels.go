package health

import (
	"cmp"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset/expr"
	"holdfast/models"
)

const (
	// shownLevels is how many levels a report lists; Distinct counts all.
	shownLevels = 20

	// rareRows are the examples below which a level is rare: too few to learn a rate from.
	rareRows = 30
)

// tally counts one level.
type tally struct {
	n, churned, accounts int
	last                 int32 // account seen last; rows come by account
}

// categories describes a category: v has a code into its levels for every example, negative
// where it is missing, and may have levels that no example has. accounts rise, as examples are
// sorted by them. What only a number has becomes undefined.
func (p *Factor) categories(v expr.Vector, churned []bool, accounts []int32) {
	tallies := make([]tally, len(v.Levels))
	for i := range tallies {
		tallies[i].last = -1
	}
	p.N = len(v.Codes)
	for i, code := range v.Codes {
		if code < 0 {
			p.Missing++
			continue
		}
		t := &tallies[code]
		t.n++
		if churned[i] {
			t.churned++
		}
		if accounts[i] != t.last {
			t.accounts, t.last = t.accounts+1, accounts[i]
		}
	}
	p.MissingShare = share(p.Missing, p.N)
	for _, stat := range []*models.Stat{&p.Zero, &p.Min, &p.P1, &p.Median, &p.P99, &p.Max, &p.RobustSD, &p.AUC, &p.ModeShare} {
		*stat = models.Undefined()
	}
	p.levels(v.Levels, tallies)
}

// levels lists the levels that occur, the most frequent first and equals by name, and counts
// the rare ones and those of one account before the list is cut.
func (p *Factor) levels(names []string, tallies []tally) {
	p.Levels = []Level{}
	for code, t := range tallies {
		if t.n == 0 {
			continue
		}
		low, high := metrics.Wilson(t.churned, t.n, level)
		p.Levels = append(p.Levels, Level{Name: names[code], N: t.n, Accounts: t.accounts, Churned: t.churned,
			Rate: share(t.churned, t.n), Low: models.Stat(low), High: models.Stat(high)})
		if t.n < rareRows {
			p.Rare++
		}
		if t.accounts == 1 {
			p.OneAccount++
		}
	}
	slices.SortFunc(p.Levels, func(a, b Level) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Name, b.Name)) })
	p.Distinct = len(p.Levels)
	if p.Distinct > 0 {
		p.Mode, p.ModeShare = p.Levels[0].Name, share(p.Levels[0].N, p.N-p.Missing)
	}
	p.Levels = p.Levels[:min(len(p.Levels), shownLevels)]
}
